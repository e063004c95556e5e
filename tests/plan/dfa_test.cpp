// The automaton's table as the core reads it, and the automata that the builder makes.
#include "core/plan/dfa.hpp"

#include <memory>
#include <string>
#include <variant>

#include "native/plan/dfa_builder.hpp"
#include "native/plan/regex.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::plan {
namespace {

using namespace std::string_literals;

// "ab*c": the dead state, "", "a", and the whole.
const std::string hand_made =
    "\x00\xFF\x00\x00"s  // 0: dead
    "\x61\x00\x02\x00"s
    "\x00\xFF\x00\x80"s  // 1: a leads to 3
    "\x62\x00\x00\x00"s
    "\x63\x00\x02\x00"s
    "\x00\xFF\x00\x80"s   // 3: b stays, c leads to 6
    "\x01\xFF\x00\x80"s;  // 6: accepts

std::string compiled(std::string_view pattern) { return std::get<std::string>(compile_regex(pattern)); }

uint32_t states_of(std::string_view pattern) {
  const std::variant<Nfa, RegexError> nfa = build_nfa(std::get<RegexNode>(parse_regex(pattern)));
  return minimize(*determinize(std::get<Nfa>(nfa), 10'000, 10'000'000)).states();
}

// Bytes that end where memory ends, so that a sanitizer sees a read beyond them.
std::unique_ptr<char[]> exact_copy(const std::string& bytes) {
  auto copy = std::make_unique<char[]>(bytes.size());
  bytes.copy(copy.get(), bytes.size());
  return copy;
}

}  // namespace

TEST_CASE("a table means what its header file says", "[dfa]") {
  REQUIRE(Dfa::check(hand_made));
  const Dfa dfa(hand_made.data());
  for (const char* const good : {"ac", "abc", "abbbbbc"}) CHECK(dfa.accepts(std::string_view(good)));
  for (const char* const bad : {"", "a", "ab", "c", "acc", "xac", "abcx", "AC"}) {
    CHECK_FALSE(dfa.accepts(std::string_view(bad)));
  }
  CHECK(dfa.step(Dfa::start(), 'x') == Dfa::dead);
  CHECK(dfa.step(Dfa::dead, 'a') == Dfa::dead);
  CHECK(dfa.is_final(Dfa::dead));
  CHECK_FALSE(dfa.is_final(Dfa::start()));
  CHECK_FALSE(dfa.is_final(6));  // "abc" may still be spoilt
  CHECK(compiled("^ab*c$") == hand_made);
}

TEST_CASE("states that nothing can change are known", "[dfa]") {
  const std::string contains = compiled("ab");
  const Dfa found(contains.data());
  uint32_t state = found.step(found.step(Dfa::start(), 'a'), 'b');
  CHECK(found.is_final(state));
  CHECK(found.accepts(state));
  CHECK_FALSE(found.is_final(found.step(Dfa::start(), 'a')));

  const std::string everything = compiled("");
  CHECK(Dfa(everything.data()).is_final(Dfa::start()));
  CHECK(Dfa(everything.data()).accepts(Dfa::start()));
  const std::string nothing = compiled("[]");
  REQUIRE(Dfa::check(nothing));
  state = Dfa(nothing.data()).step(Dfa::start(), 'x');
  CHECK(Dfa(nothing.data()).is_final(state));
  CHECK_FALSE(Dfa(nothing.data()).accepts(state));
}

TEST_CASE("a table that leads outside itself is refused", "[dfa]") {
  for (size_t size = 0; size < hand_made.size(); ++size) CHECK_FALSE(Dfa::check(hand_made.substr(0, size)));
  CHECK_FALSE(Dfa::check(hand_made + "x"));
  std::string open_end = hand_made;
  open_end[open_end.size() - 3] = '\xFE';  // the last entry no longer takes every byte
  CHECK_FALSE(Dfa::check(open_end));
  std::string too_far = hand_made;
  too_far[6] = 6;  // 'a' in state 1 would lead to entry 7
  CHECK_FALSE(Dfa::check(too_far));
  too_far[6] = 5;
  CHECK(Dfa::check(too_far));
  CHECK_FALSE(Dfa::check("\x00\xFF\x00\x00"s));  // no start
}

TEST_CASE("whatever check accepts can be read with any text", "[dfa]") {
  testing::Random random(7);
  const std::string valid = compiled("^[a-f]{2,5}(-[0-9é]+)*$");
  uint32_t accepted = 0;
  for (uint32_t round = 0; round < 40'000; ++round) {
    std::string table;
    if (round % 2 == 0) {
      table = valid;
      for (uint32_t i = 0; i <= random.below(3); ++i) {
        table[random.below(static_cast<uint32_t>(table.size()))] = static_cast<char>(random.next());
      }
    } else {
      const uint32_t entries = 2 + random.below(6);
      for (uint32_t i = 0; i < entries * 4; ++i)
        table += static_cast<char>(random.below(4) ? random.below(8) - 4 : 0xFF);
    }
    const auto copy = exact_copy(table);
    if (!Dfa::check({copy.get(), table.size()})) continue;
    ++accepted;
    const Dfa dfa(copy.get());
    uint32_t state = Dfa::start();
    for (uint32_t i = 0; i < 64; ++i) {
      state = dfa.step(state, static_cast<uint8_t>(random.next()));
      REQUIRE(size_t{state} * Dfa::entry_bytes < table.size());
      dfa.is_final(state);
      dfa.accepts(state);
    }
  }
  CHECK(accepted > 1000);
}

TEST_CASE("automata are minimal", "[dfa]") {
  CHECK(states_of("") == 1);
  CHECK(states_of("[]") == 1);
  CHECK(states_of("^a$") == 3);
  CHECK(states_of("^(a|b|c|d)$") == 3);
  CHECK(states_of("^(?:ab|cb|[d-f]b)*$") == 3);
  CHECK(states_of("^(?:a|aa|aaa)*$") == 2);
  CHECK(states_of("(?:a*)*") == 1);
  CHECK(states_of("abab") == 5);
  CHECK(states_of("^[^]{10}$") == 12);  // any character is one step, not four
  CHECK(states_of("^[^,]*$") == 2);
  CHECK(states_of("^(?:a|b)*a(?:a|b){5}$") == 64 + 1);
}

TEST_CASE("tables are small", "[dfa]") {
  CHECK(compiled("^[a-z_]+$").size() == 4 * (1 + 3 + 3));
  CHECK(compiled("^.{0,255}$").size() < 256 * 12 * 4);
  CHECK(compiled("^\\p{L}+$").size() < 6000);
  // A counted run is one state after the other with the same bytes.
  const std::string run = compiled("^[a-z]{1000}$");
  const std::string state = run.substr(Dfa::entry_bytes, 2 * Dfa::entry_bytes);
  for (size_t i = 0; i < 1000; ++i) {
    REQUIRE(run.substr(Dfa::entry_bytes + i * state.size(), state.size()) == state);
  }
}

TEST_CASE("the search for an entry is short", "[dfa]") {
  for (const char* const pattern :
       {"\\p{L}", "^\\P{Lu}{2}$", "[\\x01\\x03\\x05\\x07\\x09\\x11\\x13\\x15\\x17\\x19acegikmoq]"}) {
    const std::string table = compiled(pattern);
    uint32_t length = 0;
    for (size_t at = 0; at < table.size(); at += Dfa::entry_bytes) {
      REQUIRE(++length <= 128);
      if (table[at + 1] == '\xFF') length = 0;
    }
  }
}

}  // namespace waymark::plan
