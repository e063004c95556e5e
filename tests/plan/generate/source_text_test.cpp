#include "native/plan/generate/source_text.hpp"

#include <array>

#include "tests/catch.hpp"

using namespace waymark::plan;

TEST_CASE("literals hold the text and nothing breaks out of them") {
  CHECK(quote("it's", Quoting::javascript) == "'it\\'s'");
  CHECK(quote("say \"x\"", Quoting::javascript) == "'say \"x\"'");
  CHECK(quote("say \"x\"", Quoting::python) == "\"say \\\"x\\\"\"");
  CHECK(quote("a\\", Quoting::go) == "\"a\\\\\"");
  CHECK(quote("a\nb", Quoting::go) == "\"a\\nb\"");
  CHECK(quote("é😀", Quoting::cpp) == "\"é😀\"");
}

TEST_CASE("what cannot be seen is written as an escape") {
  CHECK(quote("\u202e", Quoting::javascript) == "'\\u202e'");
  CHECK(quote("\u202e", Quoting::python) == "\"\\u202e\"");
  CHECK(quote("\u2028\u2029", Quoting::javascript) == "'\\u2028\\u2029'");
  CHECK(quote("\U000E0041", Quoting::javascript) == "'\\u{0e0041}'");
  CHECK(quote("\U000E0041", Quoting::go) == "\"\\U000e0041\"");
  CHECK(quote(std::string_view("\0\x07", 2), Quoting::python) == "\"\\u0000\\u0007\"");
  // In C++ \u may name no control character, and \x would take the digits that follow.
  CHECK(quote(std::string_view("\x01"
                               "1",
                               2),
              Quoting::cpp) == "\"\\0011\"");
  CHECK(quote("\u202e", Quoting::cpp) == "\"\\342\\200\\256\"");
  CHECK(quote("\xff", Quoting::python) == "\"\xef\xbf\xbd\"");
}

TEST_CASE("lists are broken into lines") {
  constexpr std::array<std::string_view, 2> few = {"a", "b"};
  CHECK(quote_list(few, Quoting::go) == "\"a\", \"b\"");
  const std::string wide(60, 'x');
  const std::array<std::string_view, 2> many = {wide, wide};
  CHECK(quote_list(many, Quoting::python) == "\n    \"" + wide + "\",\n    \"" + wide + "\",\n");
  CHECK(quote_list({}, Quoting::go).empty());
}

TEST_CASE("comments are indented and empty ones are none") {
  CHECK(comment({}, 2, CommentStyle::slashes).empty());
  CHECK(comment({"", " \n "}, 2, CommentStyle::block).empty());
  CHECK(comment({"one"}, 2, CommentStyle::block) == "  /** one */\n");
  CHECK(comment({"one", "two"}, 2, CommentStyle::block) == "  /**\n   * one\n   * two\n   */\n");
  CHECK(comment({"one\r\ntwo"}, 0, CommentStyle::slashes) == "// one\n// two\n");
  CHECK(comment({"one", "\n", "two"}, 0, CommentStyle::hashes) == "# one\n#\n# two\n");
  CHECK(comment({"one"}, 4, CommentStyle::docstring) == "    \"\"\"one\"\"\"\n");
  CHECK(comment({"one", "two"}, 4, CommentStyle::docstring) == "    \"\"\"one\n    two\n    \"\"\"\n");
  CHECK(documentation({"one"}, true, "use two", 0) == "/**\n * one\n * @deprecated use two\n */\n");
  CHECK(documentation({}, true, "", 0) == "/** @deprecated */\n");
}

TEST_CASE("long lines are broken at spaces") {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "word ";
  CHECK(comment({text}, 0, CommentStyle::slashes).find('\n') <= 113);
  const std::string endless(300, 'x');
  CHECK(comment({endless}, 0, CommentStyle::slashes) == "// " + endless + "\n");
}

TEST_CASE("comments cannot end early, go on, or speak to tools") {
  CHECK(comment({"a */ b"}, 0, CommentStyle::block) == "/** a * / b */\n");
  CHECK(comment({"**/ b"}, 0, CommentStyle::block) == "/** ** / b */\n");
  CHECK(comment({"@deprecated a@b.c {@link x}"}, 0, CommentStyle::block) ==
        "/** &#64;deprecated a@b.c {&#64;link x} */\n");
  CHECK(comment({"@ts-nocheck"}, 0, CommentStyle::slashes) == "// &#64;ts-nocheck\n");
  CHECK(comment({"path\\"}, 0, CommentStyle::slashes) == "// path\\.\n");
  CHECK(comment({"\"\"\" \\ \""}, 0, CommentStyle::docstring) == "\"\"\"\\\"\\\"\\\" \\\\ \\\"\"\"\"\n");
  CHECK(comment({"a\u202eb\u2028c\x07"}, 0, CommentStyle::slashes) == "// a<U+202e>b<U+2028>c<U+0007>\n");
}
