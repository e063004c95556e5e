// The config: lines, defaults, and what is refused.
#include "core/config.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using waymark::testing::ConfigLines;

struct Read {
  Reason reason;
  Config config;
  std::string rest;
};

// `text` must outlive the answer.
Read read(const std::string& text) {
  std::string_view lines = text;
  Read out{};
  out.reason = read_config(lines, out.config);
  out.rest = lines;
  return out;
}

Reason reason_with(std::string ConfigLines::*line, const std::string& value) {
  ConfigLines lines;
  lines.*line = value;
  return read(lines.text()).reason;
}

}  // namespace

TEST_CASE("only the first line is required", "[config]") {
  for (const std::string& text : {std::string(R"("write_key":"demo")"), ConfigLines().text()}) {
    const Read got = read(text);
    CHECK(got.reason == Reason::none);
    CHECK(got.config.purpose_count == 4);
    CHECK(purpose_name(got.config, 0) == "necessary");
    CHECK(purpose_name(got.config, 1) == "functional");
    CHECK(purpose_name(got.config, 2) == "analytics");
    CHECK(purpose_name(got.config, 3) == "marketing");
    CHECK(purpose_name(got.config, 4).empty());
    CHECK(got.config.while_unknown == WhileUnknown::hold);
    CHECK_FALSE(got.config.is_anonymous);
    CHECK(got.config.names == Names::warn);
    CHECK(got.config.events_per_minute == 0);
    CHECK(got.config.sample_rate == "1");
    CHECK(got.config.sample_units == R"(["user","device"])");
  }
  CHECK(read("").reason == Reason::bad_config);
  CHECK(read("\n\n\n").reason == Reason::bad_config);
}

TEST_CASE("every line is read, and what follows is left", "[config]") {
  ConfigLines lines;
  lines.context = R"({"os":"linux"})";
  lines.purposes = R"(["necessary","stats"])";
  lines.while_unknown = "drop";
  lines.names = "reject";
  lines.events_per_minute = "600";
  lines.sample_rate = "0.25";
  lines.sample_salt = "salt";
  lines.sample_units = R"(["session"])";
  lines.sample_always = R"(["a_b"])";
  lines.url_parameters = R"(["page"])";
  lines.allowed_keys = R"(["zip"])";
  lines.profile = "anonymous";
  const std::string text = lines.text() + "state\nlines";
  const Read got = read(text);
  REQUIRE(got.reason == Reason::none);
  CHECK(got.config.batch == lines.batch);
  CHECK(got.config.context == lines.context);
  CHECK(got.config.purpose_count == 2);
  CHECK(got.config.while_unknown == WhileUnknown::drop);
  CHECK(got.config.is_anonymous);
  CHECK(got.config.names == Names::reject);
  CHECK(got.config.events_per_minute == 600);
  CHECK(got.config.sample_rate == "0.25");
  CHECK(got.config.sample_salt == "salt");
  CHECK(got.config.sample_units == lines.sample_units);
  CHECK(got.config.sample_always == lines.sample_always);
  CHECK(got.config.privacy.allowed_url_parameters == lines.url_parameters);
  CHECK(got.config.privacy.allowed_keys == lines.allowed_keys);
  CHECK(got.rest == "state\nlines");
}

TEST_CASE("names and holding are set by their words", "[config]") {
  ConfigLines lines;
  lines.names = "off";
  CHECK(read(lines.text()).config.names == Names::off);
  lines.names = "warn";
  CHECK(read(lines.text()).config.names == Names::warn);
  lines.while_unknown = "hold";
  CHECK(read(lines.text()).config.while_unknown == WhileUnknown::hold);
  lines.while_unknown = "cookieless";
  CHECK(read(lines.text()).config.while_unknown == WhileUnknown::cookieless);
  lines.profile = "full";
  CHECK_FALSE(read(lines.text()).config.is_anonymous);
}

TEST_CASE("at most 16 purposes", "[config]") {
  const auto purposes = [](int count) {
    std::string out = "[";
    for (int i = 0; i < count; ++i) out += (i ? ",\"p" : "\"p") + std::to_string(i) + "\"";
    return out + "]";
  };
  CHECK(reason_with(&ConfigLines::purposes, purposes(16)) == Reason::none);
  CHECK(reason_with(&ConfigLines::purposes, purposes(17)) == Reason::bad_config);
  CHECK(reason_with(&ConfigLines::purposes, "[]") == Reason::bad_config);
}

TEST_CASE("numbers are plain decimals", "[config]") {
  for (const char* good : {"0", "1", "0.1", "0.001", "1.0"})
    CHECK(reason_with(&ConfigLines::sample_rate, good) == Reason::none);
  for (const char* bad : {"-0.1", "1e-3", "abc", "0.1.2", "NaN"}) {
    INFO(bad);
    CHECK(reason_with(&ConfigLines::sample_rate, bad) == Reason::bad_config);
    CHECK(reason_with(&ConfigLines::events_per_minute, bad) == Reason::bad_config);
  }
}

TEST_CASE("a rate that is no JSON number is refused, since it goes on the wire as it is written", "[config]") {
  for (const char* bad : {".5", "0.", ".", "00.5"}) {
    INFO(bad);
    CHECK(reason_with(&ConfigLines::sample_rate, bad) == Reason::bad_config);
  }
}

}  // namespace waymark
