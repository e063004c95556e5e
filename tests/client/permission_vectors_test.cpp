// The consent vectors of tests/vectors/consent that a program can be in: it asks first (opt-in), has no defaults, knows
// no signals of a browser and no consent platform, and shows any notice. The others are the core's and the browser's
// alone.
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "native/client/consent/permission.hpp"
#include "native/client/worker/config_lines.hpp"
#include "tests/catch.hpp"
#include "tests/client/map_variables.hpp"
#include "tests/client/temporary_directory.hpp"
#include "tests/core/consent_vectors.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;

bool is_of_a_program(const Json& one) {
  const Json& rules = one.at("rules");
  return one.at("purpose") != "storage" && rules.at("mode") == "opt-in" && rules.at("defaults").empty() &&
         rules.at("notice") == "" && one.at("gpc") == false && one.at("dnt") == false && one.at("platforms").empty();
}

std::map<std::string, std::string> variables_of(const std::string& stop) {
  std::map<std::string, std::string> variables;
  if (stop == "do_not_track") variables["DO_NOT_TRACK"] = "1";
  if (stop == "disabled") variables["PROOF_NO_TELEMETRY"] = "1";
  if (stop == "ci") variables["CI"] = "true";
  return variables;
}

}  // namespace

TEST_CASE("permission: decides the consent vectors as the core and the browser do") {
  const Json vectors = read_consent_vectors("decisions");
  const double now_ms = vectors.at("now");
  size_t played = 0;
  for (const Json& one : vectors.at("cases")) {
    if (!is_of_a_program(one)) continue;
    INFO(one.dump());
    ++played;
    const TemporaryDirectory directory;
    const ConsentFile file(directory.path().string());
    if (const std::string record = one.at("record"); !record.empty()) {
      std::ofstream(file.path()) << record;
      std::filesystem::permissions(file.path(), std::filesystem::perms(0600));
    }
    const std::string policy = one.at("rules").at("policy");
    TelemetryConfig config;
    config.tool = "proof";
    config.policy_version = policy;
    MapVariables variables(variables_of(one.at("stop")));
    const PurposeList purposes = purposes_of({});
    const PermissionRules rules(config, purposes, variables.variables());

    const Json& expected = one.at("expect");
    const std::string purpose = one.at("purpose");
    const std::string value = expected.at("value");
    const std::string line =
        expected.at("rule").get<std::string>() + ": " + expected.at("reason").get<std::string>() + ", " + value;
    const std::string explained = rules.explain(purpose, &file, {}, now_ms);
    INFO(explained);
    CHECK(("\n" + explained).find("\n" + line) != std::string::npos);

    const Permission permission = rules.decide(&file, {}, now_ms);
    const Purposes bit = 1u << purposes.find(purpose);
    if (purpose == "necessary") {
      // It is no reason to run: what is necessary waits for something that was granted.
      CHECK(permission.off != Off::none);
    } else {
      CHECK(((permission.granted & bit) != 0) == (value == "granted"));
      CHECK((permission.off == Off::none) == (value == "granted"));
    }
    if (rules.is_stopped()) {
      CHECK(permission.granted == 0);
    } else {
      CHECK(((permission.denied & bit) != 0) == (value == "denied"));
    }
  }
  CHECK(played == 17);
}
