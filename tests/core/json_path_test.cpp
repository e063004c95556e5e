// RFC 6901 pointers to where a value is at fault.
#include "core/text/json_path.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/core/inspected.hpp"

namespace waymark::text {
namespace {

// The path of the place where the first `mark` in the text ends.
std::string path_of(const std::string& json, std::string_view mark, size_t capacity = 256) {
  std::string out(capacity, '\0');
  const char* const where = json.data() + json.find(mark) + mark.size();
  return std::string(json_path(json, where, out.data(), out.size()));
}

}  // namespace

TEST_CASE("a path leads to the value", "[json_path]") {
  const std::string json = R"({"a":1,"b":{"c":[10,{"d":20},30]},"e":40})";
  CHECK(path_of(json, "1") == "/a");
  CHECK(path_of(json, "10") == "/b/c/0");
  CHECK(path_of(json, "20") == "/b/c/1/d");
  CHECK(path_of(json, "30") == "/b/c/2");
  CHECK(path_of(json, "40") == "/e");
}

TEST_CASE("tilde and slash are escaped, JSON's escapes stay", "[json_path]") {
  CHECK(path_of(R"({"a/b":{"c~d":7}})", "7") == "/a~1b/c~0d");
  CHECK(path_of(R"({"a\"b":7})", "7") == R"(/a\"b)");
  CHECK(path_of(R"({"":7})", "7") == "/");
}

TEST_CASE("the place of the whole value has the empty path", "[json_path]") {
  CHECK(path_of("7", "7") == "");
  CHECK(path_of("{}", "{}") == "");
}

TEST_CASE("a path is cut at its capacity", "[json_path]") {
  const std::string json = R"({"abcdefgh":{"ijklmnop":7}})";
  for (size_t capacity = 0; capacity <= 20; ++capacity) CHECK(path_of(json, "7", capacity).size() <= capacity);
  CHECK(path_of(json, "7", 18) == "/abcdefgh/ijklmnop");
}

TEST_CASE("the path of what the inspector stumbles over", "[json_path]") {
  const auto fault_path = [](const std::string& json) {
    const privacy::Rules rules;
    Inspector inspector(rules);
    std::vector<char> out(4 * json.size() + 64);
    JsonWriter writer(out.data(), out.size());
    const Inspection& inspection = inspector.inspect_object(json, writer);
    REQUIRE(inspection.reason != Reason::none);
    char path[256];
    return std::string(json_path(json, inspection.where, path, sizeof path));
  };
  CHECK(fault_path(R"({"a":1,"b":{"c":2,"c":3}})") == "/b/c");
  CHECK(fault_path(R"({"list":[1,2,{"x":")" + std::string(9000, 'x') + R"("}]})") == "/list/2/x");
  CHECK(fault_path(R"({"a":[1,)" + std::string(70, '9') + "]}") == "/a/1");
  CHECK(fault_path(R"({"a":{"b":tru}})") == "/a/b");
}

TEST_CASE("an element that fails at its first byte is the one that is named", "[json_path]") {
  const std::string json = R"({"a":[1,tru]})";
  char path[64];
  CHECK(json_path(json, json.data() + json.find("tru"), path, sizeof path) == "/a/1");
}

}  // namespace waymark::text
