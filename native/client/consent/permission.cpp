#include "native/client/consent/permission.hpp"

#include <algorithm>

#include "core/text/time.hpp"

namespace waymark::client {
namespace {

constexpr std::string_view host_name = "host";

std::string day_of(double time_ms) {
  char text[text::timestamp_chars];
  text::write_timestamp(time_ms, text);
  return std::string(text, 10);
}

std::string_view name_of(Consent value) {
  return value == Consent::granted ? "granted" : value == Consent::denied ? "denied" : "unknown";
}

}  // namespace

uint32_t PurposeList::find(std::string_view name) const {
  return static_cast<uint32_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

PermissionRules::PermissionRules(const TelemetryConfig& config, const PurposeList& purposes, const Variables& variables)
    : source_(config.consent), purposes_(purposes), policy_(config.policy_version) {
  const OptOutFinding opt_out = find_opt_out(config.tool, variables);
  if (opt_out.opt_out != OptOut::none) {
    const bool is_general = opt_out.opt_out == OptOut::do_not_track;
    stop_ = is_general ? consent::Stop::do_not_track : consent::Stop::disabled;
    off_ = is_general ? Off::do_not_track : Off::tool_variable;
    detail_ = opt_out.variable + " is set";
    return;
  }
  ci_ = find_ci(variables);
  if (ci_.ci == Ci::ci) {
    stop_ = consent::Stop::ci;
    off_ = Off::ci;
    detail_ = ci_.reason + " is set: this is a machine of continuous integration";
  }
}

ConsentText PermissionRules::text_of(const ConsentFile* file) const {
  return file != nullptr && source_ == ConsentSource::record && !is_stopped() ? file->read() : ConsentText();
}

consent::Judgement PermissionRules::judge(std::string_view purpose, const ConsentText& text, const HostConsent& host,
                                          double now_ms) const {
  consent::Rules rules;
  rules.policy = policy_;
  consent::Known known;
  known.stop = stop_;
  known.now_ms = now_ms;
  known.soundness = text.soundness;
  if (text.soundness == consent::Soundness::sound) consent::read_record(text.text, known.record);
  const consent::Platform platform{host_name, host.granted, host.denied};
  if (source_ == ConsentSource::host) {
    known.platforms = &platform;
    known.platform_count = 1;
  }
  return consent::judge(purpose, purposes_.find(purpose), rules, known);
}

Permission PermissionRules::decide(const ConsentFile* file, const HostConsent& host, double now_ms) const {
  Permission permission;
  permission.off = off_;
  permission.detail = detail_;
  if (is_stopped()) return permission;
  const ConsentText text = text_of(file);
  bool is_refused = false;
  for (uint32_t place = 0; place < purposes_.names.size(); ++place) {
    const Consent value = judge(purposes_.names[place], text, host, now_ms).value;
    if (value == Consent::granted) permission.granted |= 1u << place;
    if (value == Consent::denied) permission.denied |= 1u << place;
    is_refused |= value == Consent::denied;
  }
  // What is necessary needs no consent; but nothing else that is here is necessary to the person.
  constexpr Purposes necessary = 1;
  if ((permission.granted & ~necessary) != 0) return permission;
  permission.granted = 0;
  if (text.soundness == consent::Soundness::corrupt) {
    permission.off = Off::unusable_files;
    permission.detail = text.problem;
  } else {
    permission.off = is_refused ? Off::refused : Off::unknown;
  }
  return permission;
}

std::string PermissionRules::explain(std::string_view purpose, const ConsentFile* file, const HostConsent& host,
                                     double now_ms) const {
  if (purposes_.find(purpose) == purposes_.names.size())
    return "no purpose of this name: " + std::string(purpose) + '\n';
  const ConsentText text = text_of(file);
  const consent::Judgement judgement = judge(purpose, text, host, now_ms);
  std::string out;
  for (uint32_t i = 0; i < judgement.step_count; ++i) {
    const consent::Step& step = judgement.steps[i];
    out += std::string(step.rule) + ": " + std::string(step.reason);
    if (step.has_value) out += ", " + std::string(name_of(step.value));
    if (step.rule == "stop") out += " (" + detail_ + ")";
    if (step.rule == "record" && judgement.at_ms > 0 && step.has_value) {
      out += " by " + std::string(judgement.source) + " on " + day_of(judgement.at_ms) + ", until " +
             day_of(judgement.expires_ms);
    }
    out += '\n';
  }
  if (!text.problem.empty()) out += text.problem + '\n';
  return out;
}

}  // namespace waymark::client
