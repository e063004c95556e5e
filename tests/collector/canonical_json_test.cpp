// One form for one value, by RFC 8785's own rules and examples.
#include "native/collector/canonical_json.hpp"

#include "tests/catch.hpp"

namespace waymark::collector {

TEST_CASE("members are sorted and nothing is left that is not needed") {
  CHECK(canonical_json(" { \"b\" : [ 1 , true , null ] , \"a\" : { } } \n") == R"({"a":{},"b":[1,true,null]})");
  CHECK(canonical_json(R"({"a":{"d":"x","c":""},"A":0})") == R"({"A":0,"a":{"c":"","d":"x"}})");
  CHECK(canonical_json("\"x\"") == "\"x\"");
}

TEST_CASE("names are sorted as UTF-16, RFC 8785 3.2.3") {
  const std::string given = R"({"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7})";
  CHECK(canonical_json(given) ==
        "{\"\\r\":2,\"1\":4,\"\xC2\x80\":6,\"\xC3\xB6\":7,\"\xE2\x82\xAC\":1,"
        "\"\xF0\x9F\x98\x80\":5,\"\xEF\xAC\xB3\":3}");
}

TEST_CASE("strings are written as JSON.stringify writes them") {
  CHECK(canonical_json(R"("\u0041\/\u000f\n\u0008\u001F\"\\\u20ac\u007f")") ==
        "\"A/\\u000f\\n\\b\\u001f\\\"\\\\\xE2\x82\xAC\x7F\"");
}

TEST_CASE("what has no one form, or is no JSON, has none") {
  for (const char* bad : {"", " ", "{", "{}}", "[1,]", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "1.5", "-1",
                          "1e2", "-0", "9007199254740993", "01", "tru", "\"\xFF\"", "\"\\ud800\"",
                          "[[[[[[[[[1]]]]]]]]]", "{\"a\":{\"b\":1,\"b\":1}}"}) {
    INFO(bad);
    CHECK_FALSE(canonical_json(bad));
  }
  CHECK(canonical_json("9007199254740992") == "9007199254740992");
  CHECK(canonical_json("[[[[[[[[1]]]]]]]]"));
}

}  // namespace waymark::collector
