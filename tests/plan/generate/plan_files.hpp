// The plans beside the tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "native/plan/plan_document.hpp"
#include "tests/catch.hpp"
#include "tests/plan/read_plan.hpp"

namespace waymark::plan_tests {

// tests/plan/generate in the source tree.
inline std::filesystem::path folder() { return std::filesystem::path(WAYMARK_PLAN_TESTS) / "generate"; }

// Empty if there is no such file.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Takes names that read_plan would refuse, since nothing in the generator may rely on them.
inline plan::PlanDocument parse_unchecked(const std::string& text) {
  plan::PlanDocument plan;
  plan.root = plan::Json::parse(text);
  plan.name = plan.root.value("name", "");
  plan.version = plan.root.value("version", 1u);
  for (const auto& [name, schema] : plan.root.at("events").items()) {
    plan::EventPlan event;
    event.name = name;
    event.description = schema.value("description", "");
    event.owner = schema.value("owner", "");
    event.purpose = schema.value("purpose", "analytics");
    event.is_deprecated = schema.contains("deprecated");
    if (event.is_deprecated && schema.at("deprecated").is_string()) event.deprecated = schema.at("deprecated");
    if (schema.contains("properties")) event.properties = schema.at("properties");
    plan.events.push_back(event);
  }
  const plan::Json traits = plan.root.value("traits", plan::Json::object());
  if (traits.contains("user")) plan.user_traits = traits.at("user");
  if (traits.contains("group")) plan.group_traits = traits.at("group");
  return plan;
}

inline plan::PlanDocument read_plan_file(const std::string& name) {
  const std::string text = read_file(folder() / "plans" / (name + ".json"));
  return name == "nasty" ? parse_unchecked(text) : plan::good_plan(text);
}

}  // namespace waymark::plan_tests
