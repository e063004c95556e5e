#include "core/consent/decision.hpp"

#include "core/text/words.hpp"

namespace waymark::consent {
namespace {

using text::equal;

// A grant from the future is not believed, but for clocks that are a little off.
constexpr double skew_ms = 24 * 60 * 60 * 1000.0;

constexpr std::string_view by_policy = "policy";
constexpr std::string_view storage = "storage";  // beside the purposes: the use of the device

std::string_view reason_of(Stop stop) {
  switch (stop) {
    case Stop::disabled:
      return "disabled";
    case Stop::do_not_track:
      return "do_not_track";
    case Stop::ci:
      return "ci";
    case Stop::none:
      break;
  }
  return {};
}

// Why what the record says of a purpose does not hold; empty if it holds.
std::string_view flaw_of(const Choice* choice, const Rules& rules, double now_ms) {
  if (!choice) return "not_asked";
  if (choice->expires_ms <= now_ms) return "expired";
  if (!equal(choice->policy, rules.policy)) return "policy_changed";
  if (!rules.notice.empty() && !equal(choice->notice, rules.notice)) return "notice_changed";
  if (choice->value == Consent::granted && choice->at_ms > now_ms + skew_ms) return "from_the_future";
  return {};
}

// What a platform says of a purpose. Of several the greatest counts: any refusal refuses, then any silence is silence,
// then any grant without a choice is no more than that.
enum class Said : uint8_t { granted, implied, nothing, denied };

Said said_by(const Platform& platform, uint32_t place) {
  const Purposes bit = 1u << place;
  if (platform.denied & bit) return Said::denied;
  if (platform.implied & bit) return Said::implied;
  return platform.granted & bit ? Said::granted : Said::nothing;
}

struct Answer {
  std::string_view reason;
  Consent value;
  Basis basis;
};

Answer answer_of(Said said) {
  switch (said) {
    case Said::granted:
      return {"said", Consent::granted, Basis::chosen};
    case Said::implied:
      return {"implied", Consent::granted, Basis::implied};
    case Said::nothing:
      return {"silent", Consent::unknown, Basis::configured};
    case Said::denied:
      break;
  }
  return {"said", Consent::denied, Basis::chosen};
}

// What holds of a purpose of which nobody said anything.
Answer default_of(uint32_t place, const Rules& rules) {
  const Purposes bit = 1u << place;
  if (rules.granted_by_default & bit) return {"configured", Consent::granted, Basis::configured};
  if (rules.denied_by_default & bit) return {"configured", Consent::denied, Basis::configured};
  if (rules.unknown_by_default & bit) return {"configured", Consent::unknown, Basis::configured};
  if (rules.mode == Mode::opt_in) return {"opt_in", Consent::unknown, Basis::configured};
  return {rules.mode == Mode::opt_out ? "opt_out" : "notice", Consent::granted, Basis::implied};
}

void pass(Judgement& to, std::string_view rule, std::string_view reason) { to.steps[to.step_count++] = {rule, reason}; }

Judgement end(Judgement so_far, std::string_view rule, std::string_view reason, Consent value, Basis basis,
              std::string_view source, const Choice* choice = nullptr) {
  so_far.steps[so_far.step_count++] = {rule, reason, true, value};
  so_far.value = value;
  so_far.basis = basis;
  so_far.source = source;
  if (choice) {
    so_far.at_ms = choice->at_ms;
    so_far.expires_ms = choice->expires_ms;
  }
  return so_far;
}

}  // namespace

Judgement judge(std::string_view purpose, uint32_t place, const Rules& rules, const Known& known) {
  Judgement out;
  const bool is_necessary = place == 0;
  const bool is_corrupt = known.soundness == Soundness::corrupt;
  const Choice* choice = known.record.find(purpose);
  const std::string_view flaw = is_corrupt ? "corrupt" : flaw_of(choice, rules, known.now_ms);
  const bool is_refusal = choice && choice->value == Consent::denied;
  if (!flaw.empty()) choice = nullptr;

  if (known.stop != Stop::none) {
    return end(out, "stop", reason_of(known.stop), Consent::denied, Basis::signal, reason_of(known.stop));
  }
  if (!is_necessary && known.dnt && rules.honours_dnt) {
    return end(out, "signal", "dnt", Consent::denied, Basis::signal, "dnt");
  }
  // W3C Global Privacy Control: an objection to sale and sharing, not to all processing.
  if (known.gpc && rules.denied_by_gpc >> place & 1) {
    return end(out, "signal", "gpc", Consent::denied, Basis::signal, "gpc");
  }

  if (choice && is_refusal) {
    return end(out, "record", "chosen", Consent::denied, Basis::chosen, choice->source, choice);
  }
  if (is_necessary) {
    return end(out, "necessary", "needs_no_consent", Consent::granted, Basis::configured, by_policy);
  }
  if (is_corrupt) return end(out, "record", flaw, Consent::denied, Basis::configured, by_policy);
  if (!choice) pass(out, "record", flaw);

  const Platform* strictest = nullptr;
  Said said = Said::granted;
  for (uint32_t i = 0; i < known.platform_count; ++i) {
    const Said heard = said_by(known.platforms[i], place);
    if (strictest && heard <= said) continue;
    said = heard;
    strictest = &known.platforms[i];
  }
  if (strictest) {
    const auto [reason, value, basis] = answer_of(said);
    if (value != Consent::granted || !choice) return end(out, "platform", reason, value, basis, strictest->name);
    pass(out, "platform", reason);
    out.steps[out.step_count - 1].has_value = true;
    out.steps[out.step_count - 1].value = value;
  }
  if (choice) return end(out, "record", "chosen", Consent::granted, Basis::chosen, choice->source, choice);

  const Answer given = default_of(place, rules);
  // Who refused once is asked again, and not taken at their silence.
  if (is_refusal && (given.value == Consent::granted || equal(purpose, storage))) {
    return end(out, "default", "refused_before", Consent::denied, Basis::configured, by_policy);
  }
  return end(out, "default", given.reason, given.value, given.basis, by_policy);
}

std::string_view name_of(Basis basis) {
  switch (basis) {
    case Basis::chosen:
      return "explicit";
    case Basis::implied:
      return "implied";
    case Basis::configured:
      return "default";
    case Basis::signal:
      return "signal";
  }
  return {};
}

}  // namespace waymark::consent
