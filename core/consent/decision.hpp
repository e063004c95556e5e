// What each purpose may do, decided by rules in order: a stop, an opt-out signal, the person's choice, what consent
// platforms say, what holds where nobody said anything. Any refusal refuses; what is unclear, corrupt or out of date
// grants nothing. js/src/consent/gate.ts decides the same before a core is loaded; tests/vectors/consent/ proves it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/consent/record.hpp"

namespace waymark::consent {

enum class Mode : uint8_t {
  opt_in,   // nothing is granted until the person chose
  opt_out,  // granted until the person objects
  notice,   // the same, and the law asks for a notice alone
};

// Why nothing at all is allowed.
enum class Stop : uint8_t { none, disabled, do_not_track, ci };

enum class Basis : uint8_t {
  chosen,      // explicit: by the person
  implied,     // by the law of the region, until they object
  configured,  // by default
  signal,
};

// What the application decided.
struct Rules {
  Mode mode = Mode::opt_in;
  // What holds of a purpose in place of what the mode says. Places of purposes as in Config.
  Purposes granted_by_default = 0;
  Purposes denied_by_default = 0;
  Purposes unknown_by_default = 0;
  // A choice holds for this version of the policy, and for the notice with this hash; an empty notice: for any.
  std::string_view policy;
  std::string_view notice;
  Purposes denied_by_gpc = 0;  // while Global Privacy Control is on
  bool honours_dnt = false;    // Do Not Track denies all but necessary
};

// What a consent platform said last. What is in no set it has said nothing of.
struct Platform {
  std::string_view name;
  Purposes granted = 0;
  Purposes denied = 0;
  Purposes implied = 0;  // granted too, but as the law of the region lets it be: nobody chose
};

// What is known at the moment.
struct Known {
  Soundness soundness = Soundness::missing;
  Record record;  // if it is sound
  const Platform* platforms = nullptr;
  uint32_t platform_count = 0;
  Stop stop = Stop::none;
  bool gpc = false;
  bool dnt = false;
  double now_ms = 0;
};

// One rule that was asked. All texts are literals, or views into what was given.
struct Step {
  std::string_view rule;
  std::string_view reason;
  bool has_value = false;  // false: it did not apply
  Consent value = Consent::unknown;
};

struct Judgement {
  static constexpr uint32_t most_steps = 4;

  Consent value = Consent::unknown;
  Basis basis = Basis::configured;
  std::string_view source;
  double at_ms = 0;  // of a choice; 0: none
  double expires_ms = 0;
  uint32_t step_count = 0;  // the last step decided
  Step steps[most_steps];
};

// `place` is the purpose's in the config's list; place 0 is necessary.
Judgement judge(std::string_view purpose, uint32_t place, const Rules& rules, const Known& known);

// Stable names, as `explain` shows them: `explicit`, `implied`, `default`, `signal`.
std::string_view name_of(Basis basis);

}  // namespace waymark::consent
