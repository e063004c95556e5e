// Reads the vectors of tests/vectors/consent, which tests/js/consent_gate.test.mjs reads too.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/consent/decision.hpp"

namespace waymark::testing {

using Json = nlohmann::ordered_json;

inline std::string consent_vectors(const std::string& name) {
  const auto tests = std::filesystem::path(__FILE__).parent_path().parent_path();
  return tests / "vectors" / "consent" / (name + ".json");
}

inline Json read_consent_vectors(const std::string& name) {
  std::ifstream file(consent_vectors(name));
  if (!file) throw std::runtime_error("cannot read " + consent_vectors(name));
  return Json::parse(file);
}

// The place of a purpose; that of the device's storage is behind all others.
inline uint32_t place_of(const std::string& purpose) {
  static const std::map<std::string, uint32_t> places{
      {"necessary", 0}, {"functional", 1}, {"analytics", 2}, {"marketing", 3}, {"storage", limits::purposes}};
  return places.at(purpose);
}

inline Purposes bits_of(const Json& choices, const std::string& state) {
  Purposes bits = 0;
  for (const auto& [purpose, value] : choices.items()) bits |= value == state ? 1u << place_of(purpose) : 0;
  return bits;
}

// Owns the texts that rules and what is known point to.
struct Question {
  Question(Json rules_of, std::string record_text, Json platforms_of, const std::string& stop, bool gpc, bool dnt,
           double now_ms)
      : rules_json(std::move(rules_of)), record(std::move(record_text)), platforms_json(std::move(platforms_of)) {
    const std::string mode = rules_json.at("mode");
    rules.mode = mode == "opt-in"    ? consent::Mode::opt_in
                 : mode == "opt-out" ? consent::Mode::opt_out
                                     : consent::Mode::notice;
    const Json& defaults = rules_json.at("defaults");
    rules.granted_by_default = bits_of(defaults, "granted");
    rules.denied_by_default = bits_of(defaults, "denied");
    rules.unknown_by_default = bits_of(defaults, "unknown");
    rules.policy = rules_json.at("policy").get_ref<const std::string&>();
    rules.notice = rules_json.at("notice").get_ref<const std::string&>();
    for (const std::string purpose : rules_json.at("gpc")) rules.denied_by_gpc |= 1u << place_of(purpose);
    rules.honours_dnt = rules_json.at("dnt");

    known.soundness = consent::read_record(record, known.record);
    for (const auto& [name, choices] : platforms_json.items()) {
      const Json said = choices.is_null() ? Json::object() : choices;
      platforms.push_back({name, bits_of(said, "granted"), bits_of(said, "denied"), bits_of(said, "implied")});
    }
    known.platforms = platforms.data();
    known.platform_count = static_cast<uint32_t>(platforms.size());
    known.stop = stop.empty()             ? consent::Stop::none
                 : stop == "disabled"     ? consent::Stop::disabled
                 : stop == "do_not_track" ? consent::Stop::do_not_track
                                          : consent::Stop::ci;
    known.gpc = gpc;
    known.dnt = dnt;
    known.now_ms = now_ms;
  }
  Question(const Question&) = delete;

  consent::Judgement judge(const std::string& purpose) const {
    return consent::judge(purpose, place_of(purpose), rules, known);
  }

  Json rules_json;
  std::string record;
  Json platforms_json;
  std::vector<consent::Platform> platforms;
  consent::Rules rules;
  consent::Known known;
};

inline std::string text_of(Consent value) {
  return value == Consent::granted ? "granted" : value == Consent::denied ? "denied" : "unknown";
}

inline Json json_of(const consent::Judgement& judgement) {
  Json out{
      {"value", text_of(judgement.value)}, {"basis", consent::name_of(judgement.basis)}, {"source", judgement.source}};
  if (judgement.at_ms > 0) {
    out["at"] = static_cast<uint64_t>(judgement.at_ms);
    out["expiresAt"] = static_cast<uint64_t>(judgement.expires_ms);
  }
  out["steps"] = Json::array();
  for (uint32_t i = 0; i < judgement.step_count; ++i) {
    const consent::Step& step = judgement.steps[i];
    Json written{{"rule", step.rule}, {"reason", step.reason}};
    if (step.has_value) written["value"] = text_of(step.value);
    out["steps"].push_back(written);
  }
  return out;
}

}  // namespace waymark::testing
