// Consent: nothing passes that was not granted.
#include "core/stages/consent.hpp"

#include "core/limits.hpp"
#include "tests/catch.hpp"

namespace waymark::stages {
namespace {

Config four_purposes() {
  Config config;
  config.purpose_count = 4;
  return config;
}

}  // namespace

TEST_CASE("before any answer only what is necessary passes", "[consent]") {
  const ConsentGate gate;
  const Config config = four_purposes();
  CHECK(gate.decide(0, config).verdict() == Verdict::accepted);
  for (uint32_t purpose = 1; purpose < 4; ++purpose) {
    CHECK(gate.get(purpose) == Consent::unknown);
    CHECK(gate.decide(purpose, config).verdict() == Verdict::held);
    CHECK(gate.decide(purpose, config).reason() == Reason::consent_unknown);
  }
  CHECK_FALSE(gate.may_store());
}

TEST_CASE("every purpose is decided on its own", "[consent]") {
  const Config config = four_purposes();
  // All 256 combinations of granted and denied.
  for (Purposes granted = 0; granted < 16; ++granted) {
    for (Purposes denied = 0; denied < 16; ++denied) {
      ConsentGate gate;
      gate.set(granted, denied);
      for (uint32_t purpose = 0; purpose < 4; ++purpose) {
        const bool is_denied = purpose > 0 && denied >> purpose & 1;  // any deny denies
        const bool is_granted = purpose == 0 || (!is_denied && (granted >> purpose & 1));
        CHECK(gate.get(purpose) == (is_granted ? Consent::granted : is_denied ? Consent::denied : Consent::unknown));
        const Decision decision = gate.decide(purpose, config);
        CHECK(decision.verdict() == (is_granted ? Verdict::accepted : is_denied ? Verdict::denied : Verdict::held));
      }
      CHECK(gate.may_store() == ((granted & ~denied & ~1u) != 0));
    }
  }
}

TEST_CASE("a later answer replaces the earlier one", "[consent]") {
  ConsentGate gate;
  gate.set(0b0100, 0b1000);
  gate.set(0b1000, 0);
  CHECK(gate.get(2) == Consent::unknown);
  CHECK(gate.get(3) == Consent::granted);
}

TEST_CASE("the policy can be to drop what is unknown", "[consent]") {
  Config config = four_purposes();
  config.while_unknown = WhileUnknown::drop;
  const Decision decision = ConsentGate().decide(2, config);
  CHECK(decision.verdict() == Verdict::denied);
  CHECK(decision.reason() == Reason::consent_unknown);
}

TEST_CASE("cookieless lets pass what is unknown, and nothing that is denied", "[consent]") {
  Config config = four_purposes();
  config.while_unknown = WhileUnknown::cookieless;
  ConsentGate gate;
  gate.set(0, 0b1000);
  CHECK(gate.decide(2, config).verdict() == Verdict::accepted);
  CHECK(gate.decide(3, config).verdict() == Verdict::denied);
  CHECK((gate.passing(config) & 0b1111) == 0b0111);
  CHECK_FALSE(gate.may_store());
}

TEST_CASE("storage can be refused apart from processing", "[consent]") {
  ConsentGate gate;
  gate.set(0b0100, storage_denied);
  CHECK(gate.decide(2, four_purposes()).verdict() == Verdict::accepted);
  CHECK_FALSE(gate.may_store());
}

TEST_CASE("a purpose that is not in the list is denied", "[consent]") {
  ConsentGate gate;
  gate.set(~0u, 0);
  for (const uint32_t purpose : {4u, 15u, 16u, 31u, 32u, 1000u, 4294967295u}) {
    const Decision decision = gate.decide(purpose, four_purposes());
    CHECK(decision.verdict() == Verdict::denied);
    CHECK(decision.reason() == Reason::unknown_purpose);
  }
}

}  // namespace waymark::stages
