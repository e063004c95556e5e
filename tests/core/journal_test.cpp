// When the journal is written and what of it can go: times and numbers.
#include "core/outbox/journal.hpp"

#include "tests/catch.hpp"

namespace waymark::outbox {

TEST_CASE("an entry is due 250 ms after the oldest event that is in none", "[journal]") {
  Journal journal;
  Unkept unkept;
  CHECK(journal.due_ms(unkept, 1000) < 0);
  unkept.add(0, 5000, 10'000);
  unkept.add(0, 4000, 10'000);
  CHECK(journal.due_ms(unkept, 5000) == 4000 + limits::journal_after_ms);
  journal.append(5000);
  CHECK(journal.due_ms(unkept, 3000) == 3000);  // the clock was set back
  journal.due_ms(Unkept(), 3000);
  unkept.add(0, 9000, 8000);  // after the clock was set back
  CHECK(journal.due_ms(unkept, 8000) <= 8000);
}

TEST_CASE("entries are 250 ms apart, but for those of a page that is left", "[journal]") {
  Journal journal;
  Unkept unkept;
  unkept.add(0, 4000, 10'000);
  CHECK(journal.append(9000) == 1);
  CHECK(journal.due_ms(unkept, 9000) == 9000);  // there is more than one entry takes
  CHECK(journal.due_ms(Unkept(), 9000) < 0);    // that was all
  CHECK(journal.due_ms(unkept, 9001) == 9000 + limits::journal_after_ms);
  journal.leave();
  CHECK(journal.due_ms(unkept, 9001) == 9001);
  CHECK(journal.append(9001) == 2);
  CHECK(journal.due_ms(unkept, 9002) == 9002);
  CHECK(journal.due_ms(Unkept(), 9002) < 0);  // all is kept: leaving is done
  CHECK(journal.due_ms(unkept, 9003) == 9001 + limits::journal_after_ms);
}

TEST_CASE("a journal that has grown too large is written anew", "[journal]") {
  Journal journal;
  CHECK_FALSE(journal.is_overgrown(600, 1000));
  CHECK(journal.is_overgrown(600, 1000));
  Unkept unkept;
  unkept.add(0, 9000, 10'000);
  CHECK(journal.due_ms(unkept, 9000) == 9000);  // at once
  CHECK_FALSE(journal.is_overgrown(900, 1000));
  journal.forget(Unkept());
  CHECK_FALSE(journal.is_overgrown(900, 1000));
}

TEST_CASE("entries go from the first on, each once", "[journal]") {
  Journal journal;
  Unkept unkept;
  CHECK(journal.forget(unkept) == 0);
  for (int i = 0; i < 5; ++i) journal.append(1000);
  unkept.add(4, 1000, 10'000);
  unkept.add(3, 1000, 10'000);
  CHECK(journal.forget(unkept) == 2);
  CHECK(journal.forget(unkept) == 0);
  CHECK(journal.forget(Unkept()) == 5);
  CHECK(journal.forget(Unkept()) == 0);
}

}  // namespace waymark::outbox
