#include "core/stages/consent.hpp"

namespace waymark::stages {

void ConsentGate::set(Purposes now_granted, Purposes now_denied) {
  denied = now_denied & ~1u;
  granted = (now_granted & ~denied) | 1;
}

Consent ConsentGate::get(uint32_t purpose) const {
  if (granted >> purpose & 1) return Consent::granted;
  return denied >> purpose & 1 ? Consent::denied : Consent::unknown;
}

Decision ConsentGate::decide(uint32_t purpose, const Config& config) const {
  if (purpose >= config.purpose_count) return {Verdict::denied, Reason::unknown_purpose};
  const Consent consent = get(purpose);
  if (consent == Consent::granted) return {};
  if (consent == Consent::denied) return {Verdict::denied, Reason::consent_denied};
  if (config.while_unknown == WhileUnknown::cookieless) return {};
  return {config.while_unknown == WhileUnknown::drop ? Verdict::denied : Verdict::held, Reason::consent_unknown};
}

}  // namespace waymark::stages
