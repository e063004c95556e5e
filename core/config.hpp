// What a tracker is told when it is made, and the one place that reads it from JSON.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/limits.hpp"
#include "core/privacy/rules.hpp"
#include "core/verdict.hpp"

namespace waymark {

enum class Consent : uint8_t { unknown, granted, denied };
enum class Names : uint8_t { warn, reject, off };
enum class WhileUnknown : uint8_t {
  hold,        // in memory until the person has chosen
  drop,        // denied at once
  cookieless,  // accepted, without any id; nothing is stored
};

// A set of purposes: bit i stands for the purpose at place i of the config's list.
using Purposes = uint32_t;
// Among the purposes that are denied: whatever else is granted, the device may not be used to store.
inline constexpr Purposes storage_denied = 1u << 31;

// Every text is a line of its own, all views point into the text that was read, which must outlive the config.
struct Config {
  // Members that every batch carries as they are: `"write_key":"…","sdk":{"name":"…","version":"…"},"app_version":"…"`.
  std::string_view batch;
  std::string_view context;  // what all events share but the page: a JSON object

  std::string_view purposes;  // a JSON array of names; place 0 is `necessary` and always granted
  uint32_t purpose_count = 0;
  uint32_t usual_purpose = 0;  // the place of `analytics`, which events need not name
  WhileUnknown while_unknown = WhileUnknown::hold;
  // No ids and no times on the wire; of properties only numbers, booleans and what the plan enumerates.
  bool is_anonymous = false;

  std::string_view sample_rate;  // as it was written
  std::string_view sample_salt;
  std::string_view sample_units;   // a JSON array: the first of user, device, session, instance that is known decides
  std::string_view sample_always;  // a JSON array of event names that no rate can touch

  Names names = Names::warn;
  double events_per_minute = 0;  // 0: no limit
  privacy::Rules privacy;
  std::string_view plan_version;  // of the tracking plan, a number as it is written; empty: there is none
};

// Reads these lines, of which only the first is required; an empty or missing one means the value in brackets:
//   batch, context [{}], purposes [["necessary","functional","analytics","marketing"]], while_unknown [hold] or drop or
//   cookieless,
//   names [warn] or reject or off, events_per_minute [0], sample_rate [1], sample_salt [], sample_units
//   [["user","device"]], sample_always [[]], url_parameters [[]], allowed_keys [[]], profile [full] or anonymous.
// Purposes and URL parameters that stand in `config` already, from a plan, are what their empty lines mean.
// Numbers are written without an exponent. Returns none or bad_config, and leaves in `lines` what follows them.
Reason read_config(std::string_view& lines, Config& config);

// The name of a purpose as it stands in JSON.
std::string_view purpose_name(const Config& config, uint32_t purpose);

}  // namespace waymark
