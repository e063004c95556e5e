#include "native/client/consent/opt_outs.hpp"

#include <cstdlib>

#include "tests/catch.hpp"
#include "tests/client/map_variables.hpp"
#include "tests/core/consent_vectors.hpp"

namespace waymark::client {
namespace {

using testing::Json;
using testing::MapVariables;
using testing::read_consent_vectors;

std::string name_of(OptOut opt_out) {
  switch (opt_out) {
    case OptOut::none:
      return "none";
    case OptOut::do_not_track:
      return "do_not_track";
    case OptOut::tool_variable:
      return "tool_variable";
  }
  return {};
}

TEST_CASE("opt-outs: every value of the table, in either variable") {
  const Json vectors = read_consent_vectors("opt_outs");
  CHECK(vectors["values"].size() > 25);
  for (const Json& row : vectors["values"]) {
    const bool is_opt_out = row["is_opt_out"];
    for (const char* name : {"DO_NOT_TRACK", "GREET_NO_TELEMETRY"}) {
      CAPTURE(row.dump(), name);
      std::map<std::string, std::string> values;
      if (!row["value"].is_null()) values[name] = row["value"];
      MapVariables environment(values);
      const OptOutFinding found = find_opt_out("greet", environment.variables());
      CHECK((found.opt_out != OptOut::none) == is_opt_out);
      CHECK(found.variable == (is_opt_out ? name : ""));
      if (!row["value"].is_null()) CHECK(client::is_opt_out(values[name]) == is_opt_out);
    }
  }
}

TEST_CASE("opt-outs: neither variable switches off the other") {
  const Json vectors = read_consent_vectors("opt_outs");
  for (const Json& one : vectors["cases"]) {
    CAPTURE(one.dump());
    MapVariables environment(one["variables"].get<std::map<std::string, std::string>>());
    const OptOutFinding found = find_opt_out(one["tool"].get<std::string>(), environment.variables());
    CHECK(name_of(found.opt_out) == one["opt_out"]);
    CHECK(found.variable == one["variable"]);
  }
}

TEST_CASE("opt-outs: those of the process are read from its environment") {
  CHECK(process_variables()("WAYMARK_TEST_IS_NOT_SET") == nullptr);
  setenv("WAYMARK_TEST_NO_TELEMETRY", "1", 1);
  CHECK(find_opt_out("waymark-test", process_variables()).variable == "WAYMARK_TEST_NO_TELEMETRY");
  unsetenv("WAYMARK_TEST_NO_TELEMETRY");
  CHECK(find_opt_out("waymark-test", process_variables()).variable != "WAYMARK_TEST_NO_TELEMETRY");
}

}  // namespace
}  // namespace waymark::client
