#include "native/client/consent/data_directory.hpp"

#include "tests/catch.hpp"
#include "tests/client/map_variables.hpp"

namespace waymark::client {
namespace {

DataDirectory find(std::string_view configured, std::map<std::string, std::string> values) {
  testing::MapVariables environment(std::move(values));
  return find_data_directory(configured, "greet", environment.variables());
}

TEST_CASE("data directory: what is configured, then XDG_STATE_HOME, then HOME") {
  CHECK(find("/data", {{"XDG_STATE_HOME", "/state"}, {"HOME", "/home/me"}}).path == "/data");
  CHECK(find("", {{"XDG_STATE_HOME", "/state"}, {"HOME", "/home/me"}}).path == "/state/greet/telemetry");
  CHECK(find("", {{"XDG_STATE_HOME", "state"}, {"HOME", "/home/me"}}).path == "/home/me/.local/state/greet/telemetry");
  CHECK(find("", {{"XDG_STATE_HOME", ""}, {"HOME", "/home/me"}}).path == "/home/me/.local/state/greet/telemetry");
}

TEST_CASE("data directory: without a place it says what to do") {
  const std::map<std::string, std::string> nowhere[] = {{}, {{"HOME", ""}}, {{"HOME", "here"}}};
  for (const auto& values : nowhere) {
    const DataDirectory found = find("", values);
    CHECK(found.path.empty());
    CHECK(found.problem.find("set HOME") != std::string::npos);
  }
  const DataDirectory relative = find("here", {{"HOME", "/home/me"}});
  CHECK(relative.path.empty());
  CHECK(relative.problem.find("relative") != std::string::npos);
}

}  // namespace
}  // namespace waymark::client
