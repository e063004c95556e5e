// Consent: what each purpose may do. Nothing passes that was not granted.
#pragma once

#include <cstdint>

#include "core/config.hpp"
#include "core/verdict.hpp"

namespace waymark::stages {

struct ConsentGate {
  Purposes granted = 1;  // place 0, necessary, needs no asking
  Purposes denied = 0;   // what is in neither is unknown

  // Any deny denies; necessary cannot be denied.
  void set(Purposes now_granted, Purposes now_denied);
  Consent get(uint32_t purpose) const;
  // accepted, held or denied. A purpose that is not in the config's list is denied.
  Decision decide(uint32_t purpose, const Config& config) const;
  // Whether anything that needs asking is granted, and storage not refused: only then may the device be used for it.
  bool may_store() const { return granted > 1 && !(denied & storage_denied); }
  // The purposes whose events may be sent, with or without ids.
  Purposes passing(const Config& config) const {
    return config.while_unknown == WhileUnknown::cookieless ? ~denied : granted;
  }
};

}  // namespace waymark::stages
