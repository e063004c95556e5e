#include "native/client/ring/record.hpp"

#include <cmath>
#include <ctime>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::client {
namespace {

using Json = nlohmann::json;
using testing::Random;

// The one record of the ring, kept beyond the ring's.
struct Popped {
  explicit Popped(Ring& ring) {
    const std::span<const std::byte> front = ring.front();
    bytes.assign(front.begin(), front.end());
    REQUIRE(!bytes.empty());
    call = read_call(bytes);
    ring.pop();
  }
  std::string properties(size_t capacity = properties_json_bytes) const {
    std::string out(capacity, '\0');
    out.resize(write_properties(call, out.data(), out.size()));
    return out;
  }
  std::vector<std::byte> bytes;
  Call call;
};

std::string written(const std::vector<Property>& properties) {
  Ring ring(Ring::least_bytes);
  REQUIRE(put_event(ring, "x", properties, {}));
  return Popped(ring).properties();
}

// Any text of 1 to 4 bytes a code point, control characters and what JSON escapes among them.
std::string random_text(Random& random, uint32_t most) {
  static const std::vector<std::string> parts = {"a",    "Z",    " ", "\"", "\\", "/", "\n", "\x01",
                                                 "\x1f", "\x7f", "é", "ß",  "漢", "😀", "\t"};
  std::string out;
  for (uint32_t i = random.below(most); i > 0; --i) out += random.one_of(parts);
  return out;
}

}  // namespace

TEST_CASE("each kind of call comes out as it went in") {
  Ring ring(Ring::least_bytes);
  const double before_ms = static_cast<double>(std::time(nullptr)) * 1e3 - 1000;

  REQUIRE(put_event(ring, "greeting_printed", std::vector<Property>{{"language", "en"}, {"names", 3}}, "functional"));
  REQUIRE(put_event_json(ring, "order_paid", R"({"value":1.50})", ""));
  REQUIRE(put_metric(ring, "render.callback.ms", -0.25));
  REQUIRE(put_exposure(ring, "fast_start", "treatment"));
  REQUIRE(put_ping(ring, "search", UINT64_MAX, 45));
  REQUIRE(put_identify(ring, "user_8x92j4k1"));
  REQUIRE(put_reset(ring));

  const Popped event(ring);
  CHECK(event.call.kind == RecordKind::event);
  CHECK(event.call.name == "greeting_printed");
  CHECK(event.call.purpose == "functional");
  CHECK_FALSE(event.call.is_too_large);
  CHECK(event.properties() == R"({"language":"en","names":3})");
  CHECK(event.call.time_ms >= before_ms);
  CHECK(event.call.time_ms <= before_ms + 600e3);

  const Popped json(ring);
  CHECK(json.call.kind == RecordKind::event_json);
  CHECK(json.call.name == "order_paid");
  CHECK(json.call.purpose.empty());
  CHECK(json.call.text == R"({"value":1.50})");

  const Popped metric(ring);
  CHECK(metric.call.kind == RecordKind::metric);
  CHECK(metric.call.name == "render.callback.ms");
  CHECK(metric.call.value == -0.25);

  const Popped exposure(ring);
  CHECK(exposure.call.kind == RecordKind::exposure);
  CHECK(exposure.call.name == "fast_start");
  CHECK(exposure.call.text == "treatment");

  const Popped ping(ring);
  CHECK(ping.call.kind == RecordKind::ping);
  CHECK(ping.call.name == "search");
  CHECK(ping.call.n == UINT64_MAX);
  CHECK(ping.call.duration_ms == 45);

  const Popped identify(ring);
  CHECK(identify.call.kind == RecordKind::identify);
  CHECK(identify.call.name == "user_8x92j4k1");

  const Popped reset(ring);
  CHECK(reset.call.kind == RecordKind::reset);
  CHECK(ring.is_empty());
}

TEST_CASE("values are written as JSON.stringify writes them") {
  CHECK(written({}) == "{}");
  CHECK(written({{"a", nullptr}, {"b", true}, {"c", false}}) == R"({"a":null,"b":true,"c":false})");
  CHECK(written({{"least", INT64_MIN}, {"most", UINT64_MAX}, {"short", int16_t{-5}}}) ==
        R"({"least":-9223372036854775808,"most":18446744073709551615,"short":-5})");
  CHECK(written({{"price", 149.99}, {"large", 1e21}, {"zero", -0.0}}) == R"({"price":149.99,"large":1e+21,"zero":0})");
  CHECK(written({{"a", std::numeric_limits<double>::infinity()}, {"b", std::nan("")}}) == R"({"a":null,"b":null})");
  CHECK(written({{"", ""}, {std::string_view(), std::string_view()}}) == R"({"":"","":""})");
  CHECK(written({{"line\n", "\"\\\x01"}}) == "{\"line\\n\":\"\\\"\\\\\\u0001\"}");
  CHECK(written({{"bad", "a\xFFz"}}) == "{\"bad\":\"a\xEF\xBF\xBDz\"}");
  CHECK(written({{"same", 1}, {"same", 2}}) == R"({"same":1,"same":2})");
}

TEST_CASE("random properties are what an independent reader of JSON finds") {
  Ring ring(Ring::least_bytes);
  Random random(7);
  for (int round = 0; round < 20000; ++round) {
    std::map<std::string, std::string> keys_and_texts;  // stable views
    std::vector<Property> properties;
    Json expected = Json::object();
    for (uint32_t i = random.below(12); i > 0; --i) {
      const auto [at, is_new] = keys_and_texts.emplace(random_text(random, 8), random_text(random, 40));
      if (!is_new) continue;
      const auto& [key, text] = *at;
      const uint64_t bits = uint64_t{random.next()} << 32 | random.next();
      switch (random.below(6)) {
        case 0:
          properties.push_back({key, text});
          expected[key] = text;
          break;
        case 1:
          properties.push_back({key, static_cast<int64_t>(bits)});
          expected[key] = static_cast<int64_t>(bits);
          break;
        case 2:
          properties.push_back({key, bits});
          expected[key] = bits;
          break;
        case 3:
          properties.push_back({key, bits % 2 == 0});
          expected[key] = bits % 2 == 0;
          break;
        case 4:
          properties.push_back({key, nullptr});
          expected[key] = nullptr;
          break;
        default: {
          const double number = random.fraction() * static_cast<double>(random.below(1000)) + 0.5;
          properties.push_back({key, number});
          expected[key] = number;
        }
      }
    }
    REQUIRE(put_event(ring, "x", properties, {}));
    const std::string json = Popped(ring).properties(8 * 1024);
    const Json found = Json::parse(json, nullptr, false);
    if (found != expected) FAIL(json << " is not " << expected.dump());
  }
}

TEST_CASE("what is too long is cut where the core still refuses it") {
  Ring ring(Ring::least_bytes);
  const std::string long_text(100'000, 'x');

  const auto name_of = [&](size_t bytes) {
    REQUIRE(put_event(ring, std::string_view(long_text).substr(0, bytes), {}, {}));
    return Popped(ring).call.name.size();
  };
  CHECK(name_of(limits::event_name_bytes) == limits::event_name_bytes);
  CHECK(name_of(limits::event_name_bytes + 1) == limits::event_name_bytes + 1);
  CHECK(name_of(long_text.size()) == kept_name_bytes);

  REQUIRE(put_event(ring, "x", {}, long_text));
  CHECK(Popped(ring).call.purpose.size() == kept_purpose_bytes);
  REQUIRE(put_identify(ring, long_text));
  CHECK(Popped(ring).call.name.size() == kept_name_bytes);
  REQUIRE(put_exposure(ring, long_text, long_text));
  const Popped exposure(ring);
  CHECK(exposure.call.name.size() == kept_name_bytes);
  CHECK(exposure.call.text.size() == kept_name_bytes);

  const Json cut = Json::parse(written({{long_text, 1}, {"text", long_text}}));
  CHECK(cut.items().begin().key() == "text");
  CHECK(cut["text"].get<std::string>().size() > limits::string_bytes);
  CHECK(cut["text"].get<std::string>().size() < limits::string_bytes + 16);
  CHECK(std::next(cut.items().begin()).key().size() > limits::key_bytes);
  CHECK(std::next(cut.items().begin()).key().size() < limits::key_bytes + 16);

  // Of more properties than the core takes one is kept that it refuses.
  const std::vector<std::string> keys = [] {
    std::vector<std::string> all;
    all.reserve(1000);
    for (int i = 0; i < 1000; ++i) all.push_back("key" + std::to_string(i));
    return all;
  }();
  std::vector<Property> properties;
  properties.reserve(keys.size());
  for (const std::string& key : keys) properties.push_back({key, 1});
  CHECK(Json::parse(written(properties)).size() == limits::keys + 1);
}

TEST_CASE("an event that is too large says so, and takes no room") {
  Ring ring(Ring::least_bytes);
  const auto put_json = [&](size_t bytes) {
    REQUIRE(put_event_json(ring, "x", std::string(bytes, ' '), "functional"));
    return Popped(ring);
  };
  CHECK_FALSE(put_json(limits::event_bytes).call.is_too_large);
  const Popped json = put_json(limits::event_bytes + 1);
  CHECK(json.call.is_too_large);
  CHECK(json.call.kind == RecordKind::event_json);
  CHECK(json.call.name == "x");
  CHECK(json.call.purpose == "functional");
  CHECK(json.call.text.empty());
  CHECK(json.bytes.size() < 100);

  // {"a":"…","b":"…","c":"…","d":"…"} of exactly the bytes that an event may have, and of one more.
  const auto put_texts = [&](size_t bytes) {
    const std::string text(limits::string_bytes, 'x');
    const size_t around = std::string_view(R"({"a":"","b":"","c":"","d":""})").size();
    const size_t last = bytes - 3 * text.size() - around;
    const std::vector<Property> properties = {
        {"a", text}, {"b", text}, {"c", text}, {"d", std::string_view(text).substr(0, last)}};
    REQUIRE(put_event(ring, "x", properties, {}));
    return Popped(ring);
  };
  const Popped largest = put_texts(limits::event_bytes);
  CHECK_FALSE(largest.call.is_too_large);
  CHECK(largest.properties().size() == limits::event_bytes);
  const Popped larger = put_texts(limits::event_bytes + 1);
  CHECK(larger.call.is_too_large);
  CHECK(larger.call.text.empty());
}

TEST_CASE("the largest record fits a ring of the least size, and its JSON the buffer that is meant for it") {
  Ring ring(Ring::least_bytes);
  // Zeros: each is six chars in JSON and one byte here.
  const std::string zeros(limits::string_bytes, '\0');
  const std::vector<Property> texts = {
      {"a", zeros}, {"b", zeros}, {"c", zeros}, {"d", std::string_view(zeros).substr(0, 8000)}};
  REQUIRE(put_event(ring, zeros, texts, zeros));
  const Popped text(ring);
  CHECK_FALSE(text.call.is_too_large);
  CHECK(Json::parse(text.properties())["a"] == zeros);

  const std::vector<Property> numbers(limits::keys + 1, {"", -1.2345678901234567e-301});
  REQUIRE(put_event(ring, zeros, numbers, zeros));
  const Popped number(ring);
  const std::string json = number.properties();
  CHECK(json.size() == 2 + numbers.size() * 28 - 1);
  std::string small(json.size(), '\0');
  CHECK(write_properties(number.call, small.data(), small.size()) == json.size());
  CHECK(write_properties(number.call, small.data(), small.size() - 1) == 0);
}

TEST_CASE("an environment has what is known of it") {
  Ring ring(Ring::least_bytes);
  const auto json_of = [&](const Environment& environment) {
    REQUIRE(put_environment(ring, environment));
    const Popped popped(ring);
    CHECK(popped.call.kind == RecordKind::environment);
    return std::string(popped.call.text);
  };
  CHECK(json_of({}) == "{}");
  CHECK(
      json_of({.host_name = "Reaper",
               .host_version = "7.0",
               .plugin_format = "clap",
               .sample_rate_hz = 44100,
               .buffer_frames = 64}) ==
      R"({"host":{"name":"Reaper","version":"7.0"},"plugin_format":"clap","sample_rate_hz":44100,"buffer_frames":64})");
  CHECK(json_of({"", "7.0", "", 0, 0}) == R"({"host":{"version":"7.0"}})");
  CHECK(json_of({"", "", "vst3", 0, 0}) == R"({"plugin_format":"vst3"})");
  CHECK(json_of({"", "", "", std::nan(""), 1}) == R"({"buffer_frames":1})");
  const std::string within = std::string(63, 'x') + "é";  // 65 bytes, and the 64th within a code point
  CHECK(json_of({"", "", within, 0, 0}) == R"({"plugin_format":")" + std::string(63, 'x') + "\"}");
  const std::string zeros(1000, '\0');
  const Json largest = Json::parse(json_of({zeros, zeros, zeros, -1.2345678901234567e-301, UINT32_MAX}));
  CHECK(largest["host"]["name"] == std::string(64, '\0'));
  CHECK(largest["buffer_frames"] == UINT32_MAX);
}

TEST_CASE("without room nothing is written") {
  Ring ring(Ring::least_bytes);
  size_t events = 0;
  while (put_event(ring, "x", std::vector<Property>{{"key", "value"}}, {})) ++events;
  CHECK(events > 1000);
  CHECK_FALSE(put_reset(ring));
  CHECK(ring.wipe() == events);
  CHECK(put_reset(ring));
}

}  // namespace waymark::client
