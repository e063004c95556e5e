#include "native/plan/positions.hpp"

#include "tests/catch.hpp"

using namespace waymark::plan;

namespace {

std::string at(std::string_view json, std::string_view pointer) {
  const Place place = find_place(json, pointer);
  return std::to_string(place.line) + ':' + std::to_string(place.column);
}

}  // namespace

TEST_CASE("a pointer leads to where its member or element begins") {
  constexpr std::string_view json = R"({
  "a": {"b": [10, "x", {"c": true}]},
  "é": 1, "a/b": 2, "m~n": 3,
  "": 4
})";
  CHECK(at(json, "") == "1:1");
  CHECK(at(json, "/a") == "2:3");
  CHECK(at(json, "/a/b") == "2:9");
  CHECK(at(json, "/a/b/0") == "2:15");
  CHECK(at(json, "/a/b/1") == "2:19");
  CHECK(at(json, "/a/b/2/c") == "2:25");
  CHECK(at(json, "/é") == "3:3");
  CHECK(at(json, "/a~1b") == "3:11");
  CHECK(at(json, "/m~0n") == "3:21");
  CHECK(at(json, "/") == "4:3");
}

TEST_CASE("what is not there is shown where its parent is") {
  constexpr std::string_view json = "{\n \"a\": {\"b\": 1},\n \"c\": {\"a\": {\"x\": 1}}\n}";
  CHECK(at(json, "/a/x") == "2:2");
  CHECK(at(json, "/nothing") == "1:1");
  CHECK(at(json, "/a/b/c/d") == "2:8");
  CHECK(at(json, "/c/a/x") == "3:14");
}

TEST_CASE("keys compare with their escapes undone") { CHECK(at("{\"\\u0061\\n\": 1}", "/a\n") == "1:2"); }

TEST_CASE("of members with one name the last is meant") { CHECK(at("{\"a\": 1,\n\"a\": 2}", "/a") == "2:1"); }

TEST_CASE("in a text that is not JSON every pointer leads to the fault") {
  CHECK(at("{\"a\": 1,\n  }", "/a") == "2:3");
  CHECK(at("", "") == "1:1");
}

TEST_CASE("columns count characters, not bytes") {
  CHECK(place_of("a\nüö\xF0\x9F\x98\x80x", 10).column == 4);
  CHECK(place_of("a\nb", 100).line == 2);
}

TEST_CASE("steps of a pointer escape and unescape") {
  CHECK(child("/a", "b/c~d") == "/a/b~1c~0d");
  CHECK(child("/a", size_t{7}) == "/a/7");
  CHECK(steps_of("/a/b~1c~0d/") == std::vector<std::string>{"a", "b/c~d", ""});
  CHECK(steps_of("").empty());
}
