// How people and machines say that nothing is to be sent; the generated code reads it before it does anything else.
// DO_NOT_TRACK is a convention without a standard, and programs read it in six ways. Ours never protects less than one
// of them: unset, empty and the words in `no_signal` say nothing, anything else says no.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace waymark::plan {

// The id of a product in pings and the name of its folder: the plan's name in a-z, 0-9 and -.
std::string tool_id(const std::string& plan_name);

// SHOP_TELEMETRY: the product's own variable, which can only switch off.
std::string opt_out_variable(const std::string& plan_name);

// SHOP_NO_TELEMETRY: the variable by which programs with the client library are switched off; it is read as
// DO_NOT_TRACK.
std::string no_telemetry_variable(const std::string& plan_name);

// Compared without the white space around it and in lower case.
inline constexpr std::string_view no_signal[] = {"", "0", "false", "no", "off", "n", "f"};

// What switches off in the product's own variable.
inline constexpr std::string_view off_words[] = {"0", "false", "no", "off", "n", "f", "disabled", "none"};

// A machine builds or tests if one of these is not empty, unless CI is exactly `false`: those of the npm package
// ci-info, which sets the custom, and those of env-ci and .NET. Written at build time by ci_variables.mjs.
std::span<const std::string_view> ci_variables();

}  // namespace waymark::plan
