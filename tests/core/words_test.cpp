// Lists of words in one text, and small cuts.
#include "core/text/words.hpp"

#include <string>

#include "tests/catch.hpp"

namespace waymark::text {

TEST_CASE("lines are taken off one by one", "[words]") {
  std::string_view lines = "a\n\nbc\nlast";
  CHECK(take_line(lines) == "a");
  CHECK(take_line(lines) == "");
  CHECK(take_line(lines) == "bc");
  CHECK(lines == "last");
  CHECK(take_line(lines) == "last");
  CHECK(lines.empty());
  CHECK(take_line(lines) == "");
  std::string_view ended = "x\n";
  CHECK(take_line(ended) == "x");
  CHECK(ended.empty());
}

TEST_CASE("decimals are digits with at most one dot", "[words]") {
  CHECK(parse_decimal("") == 0);
  CHECK(parse_decimal("0") == 0);
  CHECK(parse_decimal("120") == 120);
  CHECK(parse_decimal("0.5") == 0.5);
  CHECK(parse_decimal("0.1") == 0.1);
  CHECK(parse_decimal("1731579825.25") == 1731579825.25);
  for (const char* bad : {"-1", "1e3", "1.2.3", "abc", " 1", "1 ", "+1", "0x1", "NaN"}) {
    INFO(bad);
    CHECK(parse_decimal(bad) < 0);
  }
}

TEST_CASE("a list holds whole words between delimiters", "[words]") {
  CHECK(lists(" a bc d ", "bc", ' '));
  CHECK(lists(" a bc d ", "a", ' '));
  CHECK(lists(" a bc d ", "d", ' '));
  CHECK_FALSE(lists(" a bc d ", "b", ' '));
  CHECK_FALSE(lists(" a bc d ", "c", ' '));
  CHECK_FALSE(lists(" a bc d ", "", ' '));
  CHECK_FALSE(lists("", "a", ' '));
  CHECK(lists(R"(["city","ref"])", "ref", '"'));
  CHECK_FALSE(lists(R"(["city","ref"])", "re", '"'));
  CHECK_FALSE(lists("[]", "a", '"'));
  CHECK_FALSE(lists("", "a", '"'));
}

TEST_CASE("the nth string of an array", "[words]") {
  constexpr std::string_view array = R"(["necessary", "analytics" ,"x"])";
  CHECK(nth_string(array, 0) == "necessary");
  CHECK(nth_string(array, 1) == "analytics");
  CHECK(nth_string(array, 2) == "x");
  CHECK(nth_string(array, 3).empty());
  CHECK(nth_string("[]", 0).empty());
  CHECK(nth_string("", 0).empty());
  CHECK(nth_string(R"(["open)", 0).empty());
}

TEST_CASE("characters", "[words]") {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    CHECK(is_digit(byte) == digit);
    CHECK(is_lower(byte) == (c >= 'a' && c <= 'z'));
    CHECK(is_upper(byte) == (c >= 'A' && c <= 'Z'));
    CHECK(is_word(byte) == (letter || digit || c == '_' || c >= 0x80));
    const std::string hex = "0123456789abcdef", upper_hex = "0123456789ABCDEF";
    const size_t value = hex.find(byte) != std::string::npos ? hex.find(byte) : upper_hex.find(byte);
    CHECK(hex_value(byte) == (value == std::string::npos ? -1 : static_cast<int>(value)));
  }
  CHECK(has_char("abc", 'b'));
  CHECK_FALSE(has_char("abc", 'd'));
  CHECK_FALSE(has_char("abc", '\0'));
  CHECK(first_of("xy") == 'x');
  CHECK(first_of("") == 0);
  CHECK(equal("ab", "ab"));
  CHECK_FALSE(equal("ab", "abc"));
  CHECK(equal("", ""));
  CHECK(cut("abcdef", 2, 4) == "cd");
}

}  // namespace waymark::text
