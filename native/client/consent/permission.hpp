// What telemetry may do now: the environment's switches first, then what the person answered, by the core's rules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/consent/decision.hpp"
#include "native/client/consent/ci.hpp"
#include "native/client/consent/consent_file.hpp"
#include "native/client/include/waymark/telemetry.hpp"

namespace waymark::client {

// The purposes that there are, in the plan's or the usual order; place 0 is necessary.
struct PurposeList {
  std::string json;
  std::vector<std::string> names;

  // The place, or names.size() for none.
  uint32_t find(std::string_view name) const;
};

// What a program, not the person at it, said by `set_consent` (ConsentSource::host).
struct HostConsent {
  Purposes granted = 0;
  Purposes denied = 0;
};

struct Permission {
  Off off = Off::none;
  std::string detail;
  Purposes granted = 0;  // none while `off` is not none: then what is necessary waits too
  Purposes denied = 0;
};

class PermissionRules {
 public:
  // Reads the environment's switches once, now.
  PermissionRules(const TelemetryConfig& config, const PurposeList& purposes, const Variables& variables);

  // A switch is set, or this runs in CI: no file is even looked at.
  bool is_stopped() const { return stop_ != consent::Stop::none; }
  const CiFinding& ci() const { return ci_; }

  // With ConsentSource::record `file` is read; with host it may be null.
  Permission decide(const ConsentFile* file, const HostConsent& host, double now_ms) const;
  // The rules that were asked about one purpose, one a line.
  std::string explain(std::string_view purpose, const ConsentFile* file, const HostConsent& host, double now_ms) const;

 private:
  consent::Judgement judge(std::string_view purpose, const ConsentText& text, const HostConsent& host,
                           double now_ms) const;
  ConsentText text_of(const ConsentFile* file) const;

  ConsentSource source_;
  PurposeList purposes_;
  std::string policy_;
  consent::Stop stop_ = consent::Stop::none;
  Off off_ = Off::none;
  std::string detail_;
  CiFinding ci_;
};

}  // namespace waymark::client
