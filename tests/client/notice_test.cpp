#include "native/client/consent/notice.hpp"

#include <set>

#include "tests/catch.hpp"

namespace waymark::client {
namespace {

TelemetryConfig greet() {
  TelemetryConfig config;
  config.tool = "greet";
  config.endpoint = "https://collect.example.com:8443/path?x=1";
  config.policy_url = "https://example.com/privacy";
  return config;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("notice: says what, where to, and how to turn it off") {
  const ConsentNotice notice = make_notice(greet(), {"functional", "analytics"});
  CHECK(contains(notice.title, "greet"));
  CHECK(contains(notice.text, "collect.example.com:8443 "));
  CHECK(contains(notice.how_to_turn_off, "`greet telemetry off`"));
  CHECK(contains(notice.how_to_turn_off, "DO_NOT_TRACK=1"));
  CHECK(contains(notice.how_to_turn_off, "GREET_NO_TELEMETRY=1"));
  CHECK(notice.policy_url == "https://example.com/privacy");
  CHECK(notice.purposes == std::vector<std::string>{"functional", "analytics"});
}

TEST_CASE("notice: whatever else it says has another hash") {
  TelemetryConfig full = greet();
  full.profile = Profile::full;
  TelemetryConfig crashes = greet();
  crashes.crashes = CrashScope::program;
  TelemetryConfig elsewhere = greet();
  elsewhere.endpoint = "https://other.example.com";
  TelemetryConfig policy = greet();
  policy.policy_url = "https://example.com/other";
  TelemetryConfig other_tool = greet();
  other_tool.tool = "other";
  std::set<std::string> hashes;
  for (const TelemetryConfig& config : {greet(), full, crashes, elsewhere, policy, other_tool}) {
    hashes.insert(make_notice(config, {"analytics"}).hash);
  }
  hashes.insert(make_notice(greet(), {"analytics", "marketing"}).hash);
  CHECK(hashes.size() == 7);
  CHECK(hashes.begin()->size() == 64);

  TelemetryConfig same = greet();
  same.version = "2";
  same.endpoint = "https://collect.example.com:8443/elsewhere";
  CHECK(make_notice(same, {"analytics"}).hash == make_notice(greet(), {"analytics"}).hash);
}

TEST_CASE("notice: a configuration cannot paint on the terminal") {
  TelemetryConfig config = greet();
  config.tool = "gr\x1b[31meet\n";
  config.endpoint = "https://col\x1b]0;lect\a/";
  config.policy_url = "https://example.com/\r\x1b[2K";
  const ConsentNotice notice = make_notice(config, {"ana\x1b[8mlytics"});
  for (const std::string& text :
       {notice.title, notice.text, notice.how_to_turn_off, notice.policy_url, notice.purposes[0]}) {
    for (const char c : text) CHECK(static_cast<unsigned char>(c) >= ' ');
  }
}

}  // namespace
}  // namespace waymark::client
