// compile_regex: what it accepts, what it refuses and why. That it matches as ECMA-262 says is regex.test.mjs.
#include "native/plan/regex.hpp"

#include <ctime>
#include <string>
#include <variant>

#include "core/plan/dfa.hpp"
#include "native/plan/regex_set.hpp"
#include "native/plan/regex_unicode.hpp"
#include "tests/catch.hpp"

namespace waymark::plan {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = compile_regex(pattern);
  const std::string* const table = std::get_if<std::string>(&compiled);
  if (!table) FAIL(pattern << ": " << std::get<RegexError>(compiled).message);
  REQUIRE(Dfa::check(*table));
  return Dfa(table->data()).accepts(text);
}

RegexError refused(std::string_view pattern) {
  const auto compiled = compile_regex(pattern);
  const RegexError* const error = std::get_if<RegexError>(&compiled);
  if (!error) FAIL(pattern << " was accepted");
  return *error;
}

std::string repeated(std::string_view text, uint32_t times) {
  std::string result;
  for (uint32_t i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("a pattern is searched for unless it is anchored", "[regex]") {
  CHECK(matches("b", "abc"));
  CHECK_FALSE(matches("^b", "abc"));
  CHECK_FALSE(matches("b$", "abc"));
  CHECK(matches("^abc$", "abc"));
  CHECK_FALSE(matches("^abc$", "abc\n"));
  CHECK(matches("", ""));
  CHECK(matches("a|", "x"));
  CHECK(matches("x^|y$", "y"));
  CHECK_FALSE(matches("x^", "x"));
}

TEST_CASE("characters are code points", "[regex]") {
  CHECK(matches("^.$", "\u00e9"));
  CHECK(matches("^.{2}$", "\U0001F432\u20ac"));
  CHECK_FALSE(matches("^.$", "\n"));
  CHECK_FALSE(matches("^.$", "\u2028"));
  CHECK(matches("^\\S$", "\U0001F432"));
  CHECK_FALSE(matches("^\\S$", "\ufeff"));
  CHECK(matches("^[\u00e9-\u4e2d]+$", "\u00e9\u20ac"));
  CHECK_FALSE(matches("^[^\u20ac]$", "\u20ac"));
  CHECK(matches("^\\ud83d\\udc32\\u{1F432}$", "\U0001F432\U0001F432"));
  CHECK_FALSE(matches("\\B", "a\U0001F432b"));
  CHECK(matches("\\B", "a\U0001F432\U0001F432b"));
}

TEST_CASE("properties of Unicode have both their names", "[regex]") {
  CHECK(
      matches("^\\p{Lu}\\p{Uppercase_Letter}\\p{gc=Lu}\\p{General_Category=Uppercase_Letter}$", "\u00c4\u0416\u0394A"));
  CHECK(matches("^\\p{sc=Grek}\\p{Script=Greek}\\P{scx=Grek}$", "\u03b1\u03b2b"));
  CHECK(matches("^\\p{digit}+$", "\u09ea\u09e8"));
  CHECK(unicode_property("Any", "")->ranges() == std::vector<CodeRange>{{0, last_code_point}});
  CHECK(unicode_property("ASCII_Hex_Digit", "")->ranges() ==
        std::vector<CodeRange>{{'0', '9'}, {'A', 'F'}, {'a', 'f'}});
  CHECK(unicode_property("Script", "Ogham")->ranges() == std::vector<CodeRange>{{0x1680, 0x169C}});
  CHECK(unicode_property("White_Space", "")->contains(0x3000));
  CodeSet assigned = *unicode_property("Assigned", "");
  CHECK(assigned.complement() == *unicode_property("Cn", ""));
  for (const char* const unknown : {"", "Foo", "lu", "Latin", "L ", "Lu Ll", "Letter;"}) {
    CHECK_FALSE(unicode_property(unknown, ""));
    CHECK_FALSE(unicode_property("Script", std::string("x") + unknown));
  }
  CHECK_FALSE(unicode_property("Alphabetic", "Yes"));
}

TEST_CASE("an error says what, where and what to do", "[regex]") {
  struct Case {
    std::string pattern;
    size_t position;
    std::string says;
  };
  const Case cases[] = {
      {"^(?=.*x)a", 1, "look-ahead"},
      {"a(?!b)", 1, "`not`"},
      {"(?<=a)b", 0, "look-behind"},
      {"(?<!a)b", 0, "look-behind"},
      {"(a)\\1", 3, "back-reference \\1"},
      {"(?<n>a)\\k<n>", 7, "back-reference \\k"},
      {"(a", 0, "not closed"},
      {"a)", 1, "closes no group"},
      {"x[a-", 1, "not closed"},
      {"[z-a]", 1, "out of order"},
      {"[\\d-x]", 1, "not sets"},
      {"a{2,1}", 1, "out of order"},
      {"a{,2}", 1, "\\{"},
      {"a{1", 1, "\\{"},
      {"a**", 2, "group"},
      {"*a", 0, "\\*"},
      {"^*", 1, "assertion"},
      {"a}", 1, "\\}"},
      {"\xC3\xA9]", 2, "\\]"},
      {"a\\", 1, "backslash"},
      {"\\-", 0, "needs no backslash"},
      {"\\_", 0, "no escape \\_"},
      {"\\a", 0, "no escape \\a"},
      {"\\01", 0, "\\x"},
      {"[\\1]", 1, "\\x"},
      {"\\xg0", 0, "hexadecimal"},
      {"\\u12", 0, "hexadecimal"},
      {"\\u{110000}", 0, "10FFFF"},
      {"\\c1", 0, "letter"},
      {"\\pL", 0, "braces"},
      {"\\p{Foo}", 0, "'Foo'"},
      {"\\p{sc=greek}", 0, "case-sensitive"},
      {"(?<1>a)", 3, "identifier"},
      {"(?<>a)", 3, "empty"},
      {"(?<a>x)(?<a>y)", 10, "'a'"},
      {"(?i:a)", 0, "(?:"},
      {"a\xFF", 1, "UTF-8"},
      {"\xED\xA0\x80", 0, "UTF-8"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.pattern);
    const RegexError error = refused(each.pattern);
    CHECK(error.position == each.position);
    CHECK_THAT(error.message, Catch::Matchers::Contains(each.says));
    CHECK(error.message.back() != '.');
  }
}

TEST_CASE("no pattern takes long: what is too large is refused", "[regex]") {
  const std::clock_t began = std::clock();
  CHECK(refused("(a{1,1000}){1,1000}").position == 1);
  CHECK(refused("((((){4096}){4096}){4096}){4096}").message.find("too large") != std::string::npos);
  CHECK(refused(repeated("(?:", 20) + "a" + repeated("){0,100}", 20)).message.find("too large") != std::string::npos);
  CHECK(refused("a{4097}").message.find("4096") != std::string::npos);
  CHECK(refused("a{99999999999999999999}").message.find("4096") != std::string::npos);
  CHECK(refused("(a|b)*a(a|b){20}").message.find("states") != std::string::npos);
  CHECK(refused("^(\\p{L}{1,5}|\\p{Sc}x){20}").message.find("states") != std::string::npos);
  CHECK(refused("(a{0,4096}|b{0,4096}|c{0,4096})*x").message.find("states") != std::string::npos);
  CHECK(refused(repeated("[\\p{L}\\p{N}]{3}", 50)).message.find("too large") != std::string::npos);
  CHECK(refused(repeated("(", regex_depth + 1) + repeated(")", regex_depth + 1)).position == regex_depth);
  CHECK(refused(std::string(regex_bytes + 1, 'a')).message.find("longer") != std::string::npos);
  CHECK(refused(repeated("\\p{XIDS}", 2000)).message.find("too large") != std::string::npos);
  CHECK((std::clock() - began) / CLOCKS_PER_SEC < 20);  // all of them take a second
}

TEST_CASE("what looks dangerous and is not is accepted", "[regex]") {
  CHECK(matches("((a|a)*){1000}", "b"));
  CHECK_FALSE(matches("^((a|a)*){1000}$", "aab"));
  CHECK(matches("(.*a){30}", std::string(30, 'a')));
  CHECK_FALSE(matches("(.*a){30}", std::string(29, 'a')));
  CHECK_FALSE(matches("^(x+x+)+y$", std::string(100'000, 'x')));
  CHECK(matches("^(a?){1000}a{1000}$", std::string(1000, 'a')));
  CHECK_FALSE(matches("^(a?){1000}a{1000}$", std::string(999, 'a')));
  CHECK(matches(repeated("(", regex_depth) + "a" + repeated(")", regex_depth), "a"));
  CHECK(matches("^[^]{4000}$", std::string(4000, 'x')));
  CHECK(matches("^a{4094}$", std::string(4094, 'a')));
}

TEST_CASE("sets of code points are kept in order", "[regex]") {
  CodeSet set{{5, 9}, {20, 30}};
  set.add(10, 12);
  set.add(1, 3);
  CHECK(set.ranges() == std::vector<CodeRange>{{1, 3}, {5, 12}, {20, 30}});
  set.add(4, 19);
  CHECK(set.ranges() == std::vector<CodeRange>{{1, 30}});
  CHECK(set.complement().ranges() == std::vector<CodeRange>{{0, 0}, {31, last_code_point}});
  CHECK(set.complement().complement() == set);
  CHECK(CodeSet{}.complement().ranges() == std::vector<CodeRange>{{0, last_code_point}});
  CHECK(set.intersection({{0, 5}, {25, 40}}).ranges() == std::vector<CodeRange>{{1, 5}, {25, 30}});
  CodeSet both{{1, 2}, {8, 9}};
  both.add(CodeSet{{3, 4}, {9, 12}, {14, 15}});
  CHECK(both.ranges() == std::vector<CodeRange>{{1, 4}, {8, 12}, {14, 15}});
  CHECK(both.contains(9));
  CHECK_FALSE(both.contains(13));
  CHECK_FALSE(CodeSet{}.contains(0));
}

}  // namespace waymark::plan
