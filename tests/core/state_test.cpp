// The state: the one text that a host keeps. It comes from storage that others can write to.
#include "core/state.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using waymark::testing::start_ms;

std::string written(const stages::Identity& identity, const stages::Session& session) {
  char out[512];
  text::JsonWriter writer(out, sizeof out);
  write_state(writer, identity, session);
  CHECK_FALSE(writer.failed());
  return std::string(writer.text());
}

}  // namespace

TEST_CASE("the state comes back as it was", "[state]") {
  stages::Identity identity;
  identity.anonymous.set("45c0a4e8-8f5c-45de-a6da-bb25ebf1f851");
  identity.session.set("04e59d3f-018c-44ae-a846-61265aeb5d5b");
  identity.user.set("user_8x92j4k1");
  stages::Session session;
  session.begin(start_ms);
  session.see(start_ms + 5000);
  const std::string state = written(identity, session);
  CHECK(state ==
        "45c0a4e8-8f5c-45de-a6da-bb25ebf1f851\nuser_8x92j4k1\n04e59d3f-018c-44ae-a846-"
        "61265aeb5d5b\n1731579825\n1731579830");
  stages::Identity back;
  stages::Session back_session;
  read_state(state, back, back_session);
  CHECK(back.anonymous.view() == identity.anonymous.view());
  CHECK(back.user.view() == identity.user.view());
  CHECK(back.session.view() == identity.session.view());
  CHECK(back.instance.empty());  // one start, one instance
  CHECK(back_session.started_ms == 1731579825000.0);
  CHECK(back_session.seen_ms == 1731579830000.0);
}

TEST_CASE("what is not understood is passed over", "[state]") {
  for (const std::string& bad :
       {std::string(), std::string("\n\n\n\n"), std::string("x"),
        std::string(100, 'a') + "\n" + std::string(100, 'b') + "\n\nnow\nthen", std::string("\n\n\n-1\n1e9")}) {
    stages::Identity identity;
    stages::Session session;
    read_state(bad, identity, session);
    CHECK(identity.user.empty());
    CHECK(identity.session.empty());
    CHECK(session.is_over(start_ms));
  }
}

TEST_CASE("an id that would break the JSON it goes into is passed over", "[state]") {
  for (const char* bad : {"a\"b", "a\\", "a\\u12", "a\tb", "a\x01", "a\xFF", "\",\"x\":\""}) {
    stages::Identity identity;
    stages::Session session;
    read_state(std::string(bad) + "\n" + bad + "\n" + bad + "\n1\n1", identity, session);
    CHECK(identity.anonymous.empty());
    CHECK(identity.user.empty());
    CHECK(identity.session.empty());
  }
}

TEST_CASE("ids whose escapes are right come back", "[state]") {
  stages::Identity identity, back;
  stages::Session session;
  identity.anonymous.set("a");
  identity.user.set(R"(o\"brien \u00e9 é)");
  const std::string state = written(identity, session);
  read_state(state, back, session);
  CHECK(back.user.view() == identity.user.view());
}

}  // namespace waymark
