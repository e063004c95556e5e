#include "native/client/worker/config_lines.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "core/config.hpp"
#include "tests/catch.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;

TelemetryConfig good() {
  TelemetryConfig config;
  config.tool = "greet";
  config.version = "1.2.0";
  config.endpoint = "https://collect.example.com";
  config.write_key = "demo";
  return config;
}

template <class Change>
std::string problem_with(Change change) {
  TelemetryConfig config = good();
  change(config);
  return problem_of(config);
}

}  // namespace

TEST_CASE("config: a good one has no problem") {
  CHECK(problem_of(good()).empty());
  CHECK(problem_with([](TelemetryConfig& c) { c.version = ""; }).empty());
  CHECK(problem_with([](TelemetryConfig& c) { c.data_directory = "/var/lib/greet"; }).empty());
  CHECK(problem_with([](TelemetryConfig& c) { c.exit_deadline = std::chrono::milliseconds(0); }).empty());
  CHECK(problem_with([](TelemetryConfig& c) { c.crashes = CrashScope::program; }).empty());
  const std::string longest = "a" + std::string(61, '0') + "-_";
  CHECK(problem_with([&](TelemetryConfig& c) { c.tool = longest; }).empty());
}

TEST_CASE("config: of a bad one it is said which part is wrong, and what to do") {
  const std::string long_text(65, 'a');
  const auto begins = [](const std::string& problem, const std::string& beginning) {
    INFO(problem);
    CHECK(problem.find(beginning) == 0);
  };
  for (const std::string& tool : {std::string(), std::string("Greet"), std::string("1greet"), std::string("-greet"),
                                  std::string("gr eet"), std::string("gr/eet"), std::string("../greet"), long_text,
                                  std::string("gr\xC3\xBC\xC3\x9F"), std::string("gre\0et", 6)}) {
    begins(problem_with([&](TelemetryConfig& c) { c.tool = tool; }), "tool: ");
  }
  begins(problem_with([&](TelemetryConfig& c) { c.version = long_text; }), "version: ");
  begins(problem_with([&](TelemetryConfig& c) { c.write_key = ""; }), "write_key: ");
  begins(problem_with([&](TelemetryConfig& c) { c.write_key = long_text; }), "write_key: ");
  begins(problem_with([&](TelemetryConfig& c) { c.endpoint = "http://example.com"; }), "the endpoint ");
  begins(problem_with([&](TelemetryConfig& c) { c.data_directory = "data"; }), "data_directory: ");
  for (const std::string& policy :
       {long_text, std::string("2\n"), std::string("2\0", 2), std::string("\"2\""), std::string("2\\"),
        std::string("2\xFF"), std::string("2\xC3"), std::string("\xF0\x9F\x93\x9C")}) {
    begins(problem_with([&](TelemetryConfig& c) { c.policy_version = policy; }), "policy_version: ");
  }
  begins(problem_with([&](TelemetryConfig& c) { c.plan = "{}"; }), "plan: ");
  begins(problem_with([&](TelemetryConfig& c) {
           c.crashes = CrashScope::program;
           c.crash_purpose = "nothing";
         }),
         "crash_purpose: ");
  begins(problem_with([&](TelemetryConfig& c) { c.exit_deadline = std::chrono::milliseconds(-1); }), "exit_deadline: ");
}

TEST_CASE("config: its lines are what the core reads, whatever stands in the texts") {
  TelemetryConfig config = good();
  config.version = "1\n\"\\\x01";
  config.write_key = "k\"\n";
  for (const Profile profile : {Profile::anonymous, Profile::full}) {
    config.profile = profile;
    const std::string lines = config_lines(config) + "state";
    std::string_view rest = lines;
    Config read;
    REQUIRE(read_config(rest, read) == Reason::none);
    CHECK(rest == "state");
    CHECK(read.is_anonymous == (profile == Profile::anonymous));
    const nlohmann::json batch = nlohmann::json::parse("{" + std::string(read.batch) + "}");
    CHECK(batch.at("write_key") == "k\"\n");
    CHECK(batch.at("app_version") == "1\n\"\\\x01");
    CHECK(batch.at("sdk").at("name") == "waymark-cpp");
    if (profile == Profile::anonymous) {
      CHECK((read.context.empty() || read.context == "{}"));
    } else {
      const nlohmann::json context = nlohmann::json::parse(read.context);
      CHECK(context.at("app").at("name") == "greet");
      CHECK_FALSE(context.at("os").at("name").get<std::string>().empty());
      CHECK_FALSE(context.at("device").at("architecture").get<std::string>().empty());
    }
  }
}

TEST_CASE("config: without a plan there are the four usual purposes") {
  const PurposeList list = purposes_of({});
  CHECK(list.names == std::vector<std::string>{"necessary", "functional", "analytics", "marketing"});
  CHECK(list.find("analytics") == 2);
  CHECK(list.find("nothing") == 4);
}
