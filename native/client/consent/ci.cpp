#include "native/client/consent/ci.hpp"

#include <algorithm>
#include <cstring>

#include "native/client/consent/ci_vendors.hpp"

namespace waymark::client {
namespace {

constexpr const char* strong_variables[] = {"CI",          "CONTINUOUS_INTEGRATION", "CI_NAME", "CI_APP_ID",
                                            "CI_BUILD_ID", "CI_BUILD_NUMBER"};
constexpr const char* weak_variables[] = {"BUILD_ID", "BUILD_NUMBER", "RUN_ID"};

// Those that the npm package std-env 3 lists.
constexpr const char* agent_variables[] = {"AI_AGENT",      "CLAUDECODE",     "CLAUDE_CODE",     "CURSOR_AGENT",
                                           "GEMINI_CLI",    "CODEX_SANDBOX",  "CODEX_THREAD_ID", "OPENCODE",
                                           "AUGMENT_AGENT", "GOOSE_PROVIDER", "JUNIE_DATA",      "REPL_ID"};

bool is_not_empty(const char* value) { return value != nullptr && *value != '\0'; }

// TaskCluster's first run has RUN_ID=0: a number says something whatever it is.
bool is_id(std::string_view name) { return name.ends_with("_ID") || name.ends_with("_NUMBER"); }

bool is_set(const Variables& variables, const char* name) {
  const char* const value = variables(name);
  return is_not_empty(value) && (is_id(name) || !is_no_signal(value));
}

bool holds(const CiCondition& condition, const Variables& variables) {
  const char* const value = variables(condition.variable);
  switch (condition.test) {
    case CiTest::is_set:
      return is_set(variables, condition.variable);
    case CiTest::equals:
      return value != nullptr && std::strcmp(value, condition.text) == 0;
    case CiTest::contains:
      return value != nullptr && std::strstr(value, condition.text) != nullptr;
  }
  return false;
}

// The variable that is the first to tell the vendor; null if it is not this one.
const char* match(const CiVendor& vendor, const Variables& variables) {
  const char* told_by = nullptr;
  for (const CiClause& clause : vendor.clauses) {
    const auto found = std::find_if(clause.begin(), clause.end(),
                                    [&](const CiCondition& condition) { return holds(condition, variables); });
    if (found == clause.end()) return nullptr;
    if (told_by == nullptr) told_by = found->variable;
  }
  return told_by;
}

CiFinding find_vendor(const Variables& variables) {
  CiFinding hosting;
  for (const CiVendor& vendor : ci_vendors()) {
    const char* const variable = match(vendor, variables);
    if (variable == nullptr) continue;
    std::string reason = std::string(variable) + " (" + vendor.name + ")";
    if (!vendor.is_hosting) return {Ci::ci, std::move(reason)};
    if (hosting.ci == Ci::no) hosting = {Ci::maybe, std::move(reason)};
  }
  return hosting;
}

}  // namespace

CiFinding find_ci(const Variables& variables) {
  CiFinding vendor = find_vendor(variables);
  if (vendor.ci == Ci::ci) return vendor;
  const char* const ci = variables("CI");
  if (is_not_empty(ci) && is_no_signal(ci)) return vendor;
  for (const char* name : strong_variables) {
    if (is_set(variables, name)) return {Ci::ci, name};
  }
  if (vendor.ci != Ci::no) return vendor;
  for (const char* name : weak_variables) {
    if (is_set(variables, name)) return {Ci::maybe, name};
  }
  return {};
}

std::string find_agent(const Variables& variables) {
  for (const char* name : agent_variables) {
    if (is_set(variables, name)) return name;
  }
  return {};
}

}  // namespace waymark::client
