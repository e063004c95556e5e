// The writer: bytes as JSON, never past its block, failed once and for all.
#include "core/text/json_write.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::text {
namespace {

std::string written(std::string_view plain) {
  char out[512];
  JsonWriter writer(out, sizeof out);
  writer.quoted(plain);
  CHECK_FALSE(writer.failed());
  return std::string(writer.text());
}

}  // namespace

TEST_CASE("strings are escaped as JSON wants it", "[json_write]") {
  CHECK(written("") == R"("")");
  CHECK(written("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(written("é€😀") == "\"é€😀\"");
  CHECK(written("\xC3") == "\"\xEF\xBF\xBD\"");
  CHECK(written("a\xFF\xFE-z") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD-z\"");
  for (char c = 1; c < 0x20; ++c) {
    const std::string plain{'a', c, 'b'};
    CHECK(nlohmann::json::parse(written(plain)) == plain);
  }
  CHECK(nlohmann::json::parse(written(std::string_view("\0", 1))) == std::string(1, '\0'));
}

TEST_CASE("any bytes become valid JSON", "[json_write]") {
  waymark::testing::Random random(3);
  for (int run = 0; run < 5000; ++run) {
    std::string bytes;
    for (uint32_t i = 0, n = random.below(40); i < n; ++i) bytes += static_cast<char>(random.below(256));
    const std::string json = written(bytes);
    REQUIRE(nlohmann::json::accept(json));
    // Good UTF-8 comes back as it was; twice the same.
    const std::string plain = nlohmann::json::parse(json);
    REQUIRE(written(plain) == json);
  }
}

TEST_CASE("numbers and times", "[json_write]") {
  char out[128];
  JsonWriter writer(out, sizeof out);
  for (const uint32_t value : {0u, 9u, 10u, 1000000u, 4294967295u}) {
    writer.number(value);
    writer.byte(' ');
  }
  writer.timestamp(1731579825123.0);
  CHECK(writer.text() == R"(0 9 10 1000000 4294967295 "2024-11-14T10:23:45.123Z")");
}

TEST_CASE("the writer stays in its block and fails for good", "[json_write]") {
  const auto write = [](JsonWriter& writer) {
    writer.raw("{\"name\":");
    writer.quoted("a\"\n\xFF");
    writer.number(1234567);
    writer.byte('}');
  };
  char enough[64];
  JsonWriter whole(enough, sizeof enough);
  write(whole);
  for (size_t capacity = 0; capacity < whole.size() + 4; ++capacity) {
    std::vector<char> out(capacity + 8, '#');
    JsonWriter writer(out.data(), capacity);
    write(writer);
    CHECK(writer.failed() == (capacity < whole.size()));
    CHECK(writer.size() <= capacity);
    CHECK(std::string(out.end() - 8, out.end()) == "########");
  }
  char out[4];
  JsonWriter writer(out, sizeof out);
  writer.raw("abc");
  writer.raw("def");
  CHECK(writer.failed());
  writer.byte('x');  // would fit
  CHECK(writer.failed());
  CHECK(writer.text() == "abc");  // nothing after what is missing, or a reader would take the rest for the whole
  writer.rewind(1);
  CHECK_FALSE(writer.failed());
  writer.raw("yz");
  CHECK(writer.text() == "ayz");
}

}  // namespace waymark::text
