// RFC 6901 pointers to what breaks a schema.
#include "core/plan/path.hpp"

#include <memory>
#include <string>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::plan {
namespace {

// The path of the key or value that begins where `mark` first stands.
std::string path_of(const std::string& json, std::string_view mark, size_t capacity = 256) {
  std::string out(capacity, '\0');
  return std::string(path_to(json, json.data() + json.find(mark) + 1, out.data(), out.size()));
}

}  // namespace

TEST_CASE("a path leads to the value that breaks a rule", "[path]") {
  const std::string json = R"( { "a" : 1 , "b":{"c":[10,{"d":20},30,[]]}, "e":{} } )";
  CHECK(path_of(json, "{") == "");
  CHECK(path_of(json, "1") == "/a");
  CHECK(path_of(json, "[") == "/b/c");
  CHECK(path_of(json, "10") == "/b/c/0");
  CHECK(path_of(json, "{\"d") == "/b/c/1");
  CHECK(path_of(json, "20") == "/b/c/1/d");
  CHECK(path_of(json, "30") == "/b/c/2");
  CHECK(path_of(json, "[]") == "/b/c/3");
  CHECK(path_of(json, "{}") == "/e");
  CHECK(path_of("7", "7") == "");
  CHECK(path_of("[[1],[2]]", "[2") == "/1");
  CHECK(path_of("[[1],[2]]", "[1") == "/0");
}

TEST_CASE("a path leads to the key that breaks a rule", "[path]") {
  CHECK(path_of(R"({"a":1,"b":{"c":2}})", "\"a") == "/a");
  CHECK(path_of(R"({"a":1,"b":{"c":2}})", "\"b") == "/b");
  CHECK(path_of(R"({"a":1,"b":{"c":2}})", "\"c") == "/b/c");
  CHECK(path_of(R"({"a":[{"b":1},{"c":2}]})", "\"c") == "/a/1/c");
}

TEST_CASE("tilde and slash of keys are escaped, JSON's escapes stay", "[path]") {
  CHECK(path_of(R"({"a/b":{"c~d":7}})", "7") == "/a~1b/c~0d");
  CHECK(path_of(R"({"a\"b\\":7})", "7") == R"(/a\"b\\)");
  CHECK(path_of(R"({"":{"":7}})", "7") == "//");
}

TEST_CASE("a path is cut where its room ends", "[path]") {
  const std::string json = R"({"abcdefgh":{"ijklmnop":7}})";
  for (size_t capacity = 0; capacity <= 20; ++capacity) CHECK(path_of(json, "7", capacity).size() <= capacity);
  CHECK(path_of(json, "7", 18) == "/abcdefgh/ijklmnop");
}

TEST_CASE("any bytes do no harm", "[path]") {
  testing::Random random(11);
  for (uint32_t round = 0; round < 20'000; ++round) {
    const uint32_t size = random.below(40);
    const auto json = std::make_unique<char[]>(size);
    for (uint32_t i = 0; i < size; ++i) json[i] = R"({}[]":,\/~1a )"[random.below(13)];
    char out[64];
    const std::string_view path = path_to({json.get(), size}, json.get() + random.below(size + 1), out, sizeof out);
    CHECK(path.size() <= sizeof out);
  }
}

}  // namespace waymark::plan
