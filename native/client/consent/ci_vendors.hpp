// What tells the vendors of continuous integration: written at build time by ci_vendors.mjs from the npm package
// ci-info.
#pragma once

#include <cstdint>
#include <span>

namespace waymark::client {

enum class CiTest : uint8_t { is_set, equals, contains };

struct CiCondition {
  const char* variable;
  CiTest test;
  const char* text;  // for equals and contains
};

// One of the conditions has to hold.
using CiClause = std::span<const CiCondition>;

struct CiVendor {
  const char* name;
  // Runs programs in production too, with the same variables.
  bool is_hosting;
  std::span<const CiClause> clauses;  // all have to hold
};

std::span<const CiVendor> ci_vendors();

}  // namespace waymark::client
