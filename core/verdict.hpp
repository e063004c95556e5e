// What the core decides on a call, and why. Both lists are closed and their numbers are part of the ABI: append only.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark {

enum class Verdict : uint32_t {
  accepted,      // in the queue; will be delivered or counted in a client report
  held,          // consent is unknown: in memory until it is known
  denied,        // no consent; gone
  sampled_out,   // outside the sample; gone, counted
  invalid,       // breaks a rule that `explain` names; gone, counted
  rate_limited,  // over the configured rate; gone, counted
  queue_full,    // no room; gone, counted
  disabled,      // the tracker is off
};
inline constexpr uint32_t verdict_count = 8;

enum class Reason : uint32_t {
  none,
  consent_unknown,
  consent_denied,
  outside_sample,
  over_rate,
  queue_full,
  hold_full,
  hold_expired,
  not_started,
  // what a value can break
  json_syntax,
  not_utf8,
  lone_surrogate,
  duplicate_key,
  not_an_object,
  too_deep,
  too_many_keys,
  key_too_long,
  string_too_long,
  number_too_long,
  event_too_large,
  // what a name or id can break
  name_missing,
  name_too_long,
  name_style,  // a warning unless names are enforced
  id_too_long,
  unknown_purpose,
  bad_config,
  // why a queued event was given up
  expired,
  too_large_for_server,
  undeliverable,
  // what an event of a tracking plan can break
  unplanned_event,
  plan_violation,
  evicted,  // an older event made room for a newer one that is no less important
};
inline constexpr uint32_t reason_count = 32;

// Stable snake_case names; they travel in answers and client reports.
std::string_view name_of(Verdict verdict);
std::string_view name_of(Reason reason);

// A verdict, its reason and, of a held event, the ticket under which the later decision comes; one word, as the ABI
// passes it.
class Decision {
 public:
  constexpr Decision() = default;
  constexpr Decision(Verdict verdict, Reason reason, uint16_t ticket = 0)
      : word_(static_cast<uint32_t>(verdict) | static_cast<uint32_t>(reason) << 8 |
              static_cast<uint32_t>(ticket) << 16) {}
  constexpr explicit Decision(uint32_t word) : word_(word) {}
  constexpr Verdict verdict() const { return static_cast<Verdict>(word_ & 0xFF); }
  constexpr Reason reason() const { return static_cast<Reason>(word_ >> 8 & 0xFF); }
  constexpr uint16_t ticket() const { return static_cast<uint16_t>(word_ >> 16); }
  constexpr uint32_t word() const { return word_; }

 private:
  uint32_t word_ = 0;
};

}  // namespace waymark
