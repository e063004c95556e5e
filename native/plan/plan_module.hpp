// The compiled plan as text: for JavaScript, whose init takes it as it is (js/src/types.ts, Plan).
#pragma once

#include <string>
#include <string_view>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// RFC 4648, section 4.
std::string base64(std::string_view bytes);

// An ES module that exports `plan`: the table, and what decides before the core runs: its purposes, where they are not
// the usual four, and those of its events that are not `analytics`.
std::string plan_module(const PlanDocument& document, std::string_view compiled);

}  // namespace waymark::plan
