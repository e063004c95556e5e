#include "native/client/consent/ci.hpp"

#include <filesystem>
#include <fstream>
#include <set>

#include "native/client/consent/ci_vendors.hpp"
#include "tests/catch.hpp"
#include "tests/client/map_variables.hpp"
#include "tests/core/consent_vectors.hpp"

namespace waymark::client {
namespace {

using testing::Json;
using testing::MapVariables;
using Environment = std::map<std::string, std::string>;

std::string name_of(Ci ci) { return ci == Ci::no ? "no" : ci == Ci::maybe ? "maybe" : "ci"; }

CiFinding find_in(const Environment& values) {
  MapVariables environment(values);
  return find_ci(environment.variables());
}

Json ci_info_vendors() {
  const auto tree = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream file(tree / "node_modules" / "ci-info" / "vendors.json");
  REQUIRE(file);
  return Json::parse(file);
}

// The least that makes ci-info see the vendor; of alternatives each once.
std::vector<Environment> environments_of(const Json& env) {
  std::vector<Environment> all{{}};
  for (const Json& entry : env.is_array() ? env : Json::array({env})) {
    std::vector<Environment> alternatives;
    if (entry.is_string()) {
      alternatives.push_back({{entry, "1"}});
    } else if (entry.contains("any")) {
      for (const std::string name : entry["any"]) alternatives.push_back({{name, "1"}});
    } else if (entry.contains("env")) {
      alternatives.push_back({{entry["env"], "before" + entry["includes"].get<std::string>() + "after"}});
    } else {
      alternatives.push_back(entry.get<Environment>());
    }
    std::vector<Environment> next;
    for (const Environment& before : all) {
      for (Environment one : alternatives) {
        one.insert(before.begin(), before.end());
        next.push_back(one);
      }
    }
    all = next;
  }
  return all;
}

const std::set<std::string> hosting = {
    "Alpic", "Cloudflare Pages", "Cloudflare Workers", "Heroku", "Netlify CI", "Render", "Vercel"};

TEST_CASE("ci: every vendor that ci-info lists is told by its variables, and by no fewer") {
  const Json vendors = ci_info_vendors();
  CHECK(vendors.size() > 50);
  CHECK(ci_vendors().size() == vendors.size());
  for (const Json& vendor : vendors) {
    const std::string name = vendor["name"];
    const std::string expected = hosting.count(name) ? "maybe" : "ci";
    for (const Environment& values : environments_of(vendor["env"])) {
      CAPTURE(name, Json(values).dump());
      CHECK(name_of(find_in(values).ci) == expected);
      CHECK(find_in(values).reason.find("(" + name + ")") != std::string::npos);
      for (const auto& [left_out, value] : values) {
        Environment fewer = values;
        fewer.erase(left_out);
        CHECK(find_in(fewer).reason.find("(" + name + ")") == std::string::npos);
      }
    }
  }
}

TEST_CASE("ci: oddities that were measured, row by row") {
  const Json vectors = testing::read_consent_vectors("ci");
  CHECK(vectors["cases"].size() > 25);
  for (const Json& one : vectors["cases"]) {
    CAPTURE(one.dump());
    const CiFinding found = find_in(one["variables"].get<Environment>());
    CHECK(name_of(found.ci) == one["ci"]);
    CHECK(found.reason == one["reason"]);
  }
}

TEST_CASE("ci: a program that types in a person's place") {
  for (const char* name : {"AI_AGENT", "CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX", "REPL_ID"}) {
    MapVariables environment(Environment{{name, "1"}});
    CHECK(find_agent(environment.variables()) == name);
  }
  MapVariables none(Environment{{"CLAUDECODE", "0"}, {"GEMINI_CLI", ""}, {"PATH", "/bin"}});
  CHECK(find_agent(none.variables()).empty());
}

}  // namespace
}  // namespace waymark::client
