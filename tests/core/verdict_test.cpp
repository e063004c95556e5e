// Names of verdicts and reasons are a public contract: they travel in answers and client reports.
#include "core/verdict.hpp"

#include <set>
#include <string>
#include <vector>

#include "tests/catch.hpp"

namespace waymark {

TEST_CASE("verdicts have their numbers and names", "[verdict]") {
  const std::vector<std::string> names = {"accepted", "held",         "denied",     "sampled_out",
                                          "invalid",  "rate_limited", "queue_full", "disabled"};
  REQUIRE(names.size() == verdict_count);
  for (uint32_t i = 0; i < verdict_count; ++i) CHECK(name_of(static_cast<Verdict>(i)) == names[i]);
}

TEST_CASE("reasons have their numbers and names, all different", "[verdict]") {
  const std::vector<std::string> names = {
      "none",           "consent_unknown", "consent_denied",       "outside_sample",  "over_rate",
      "queue_full",     "hold_full",       "hold_expired",         "not_started",     "json_syntax",
      "not_utf8",       "lone_surrogate",  "duplicate_key",        "not_an_object",   "too_deep",
      "too_many_keys",  "key_too_long",    "string_too_long",      "number_too_long", "event_too_large",
      "name_missing",   "name_too_long",   "name_style",           "id_too_long",     "unknown_purpose",
      "bad_config",     "expired",         "too_large_for_server", "undeliverable",   "unplanned_event",
      "plan_violation", "evicted"};
  REQUIRE(names.size() == reason_count);
  for (uint32_t i = 0; i < reason_count; ++i) CHECK(name_of(static_cast<Reason>(i)) == names[i]);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == reason_count);
  CHECK(name_of(Reason::plan_violation) == "plan_violation");
}

TEST_CASE("a decision is one word, as the ABI passes it", "[verdict]") {
  CHECK(Decision().word() == 0);
  const Decision held(Verdict::held, Reason::consent_unknown, 65535);
  CHECK(held.verdict() == Verdict::held);
  CHECK(held.reason() == Reason::consent_unknown);
  CHECK(held.ticket() == 65535);
  CHECK(held.word() == (1u | 1u << 8 | 65535u << 16));
}

}  // namespace waymark
