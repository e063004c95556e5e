// The rules of consent: the cases that were written by hand, and all combinations of what can be known, as the gate in
// JavaScript answers them. With WAYMARK_WRITE_VECTORS=1 in the environment the answers to the combinations are written.
#include <cstdlib>

#include "core/consent/decision.hpp"
#include "tests/catch.hpp"
#include "tests/core/consent_vectors.hpp"

namespace waymark::testing {
namespace {

TEST_CASE("consent: each rule") {
  const Json vectors = read_consent_vectors("decisions");
  CHECK(vectors["cases"].size() > 30);
  for (const Json& one : vectors["cases"]) {
    INFO(one["name"].get<std::string>());
    const Question question(one["rules"], one["record"], one["platforms"], one["stop"], one["gpc"], one["dnt"],
                            vectors["now"]);
    const Json answer = json_of(question.judge(one["purpose"]));
    const Json& expected = one["expect"];
    for (const char* member : {"value", "basis", "source"}) CHECK(answer[member] == expected[member]);
    CHECK(answer["steps"].back()["rule"] == expected["rule"]);
    CHECK(answer["steps"].back()["reason"] == expected["reason"]);
    CHECK(answer["steps"].back()["value"] == expected["value"]);
  }
}

TEST_CASE("consent: all combinations, and what holds in all of them") {
  Json vectors = read_consent_vectors("matrix");
  Json outcomes = Json::array();
  Json results = Json::array();
  for (const Json& rules : vectors["rules"]) {
    for (const std::string record : vectors["records"]) {
      for (const Json& platforms : vectors["platforms"]) {
        std::string line;
        for (const Json& signals : vectors["signals"]) {
          const Question question(rules, record, platforms, signals.value("stop", ""), signals.value("gpc", false),
                                  signals.value("dnt", false), vectors["now"]);
          for (const std::string purpose : vectors["purposes"]) {
            const consent::Judgement judgement = question.judge(purpose);
            const Json answer = json_of(judgement);
            // Whatever else is so: a stop and a standing refusal deny, and what is corrupt grants nothing.
            if (question.known.stop != consent::Stop::none) CHECK(judgement.value == Consent::denied);
            if (question.known.soundness == consent::Soundness::corrupt && purpose != "necessary") {
              CHECK(judgement.value == Consent::denied);
            }
            for (const consent::Platform& platform : question.platforms) {
              if (purpose != "necessary" && platform.denied >> place_of(purpose) & 1) {
                CHECK(judgement.value == Consent::denied);
              }
            }
            REQUIRE(judgement.step_count > 0);
            REQUIRE(judgement.step_count <= consent::Judgement::most_steps);
            CHECK(judgement.steps[judgement.step_count - 1].value == judgement.value);
            const auto known = std::find(outcomes.begin(), outcomes.end(), answer);
            const auto number = static_cast<size_t>(known - outcomes.begin());
            if (known == outcomes.end()) outcomes.push_back(answer);
            if (!line.empty()) line += ' ';
            line += std::to_string(number);
          }
        }
        results.push_back(line);
      }
    }
  }
  if (std::getenv("WAYMARK_WRITE_VECTORS")) {
    vectors["outcomes"] = outcomes;
    vectors["results"] = results;
    std::ofstream(consent_vectors("matrix")) << vectors.dump(1) << '\n';
  }
  CHECK(vectors["outcomes"] == outcomes);
  CHECK(vectors["results"] == results);
}

}  // namespace
}  // namespace waymark::testing
