// Whatever a plan says, the generator ends, says the same twice, and writes no text of the plan where code stands.
#include "tests/plan/generate/random_schemas.hpp"

#include "core/text/utf8.hpp"
#include "native/plan/generate/generate.hpp"
#include "tests/catch.hpp"

using namespace waymark::plan;
using waymark::plan_tests::RandomSchemas;

TEST_CASE("any plan gives code, and the same plan the same code") {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    const PlanDocument plan = RandomSchemas(seed).plan();
    for (const Language language :
         {Language::typescript, Language::cpp, Language::python, Language::node, Language::go}) {
      Findings findings;
      const auto files = generate(plan, language, Profile::full, findings);
      INFO(seed);
      CHECK(!has_errors(findings));
      REQUIRE(!files.empty());
      Findings again;
      const auto same = generate(plan, language, Profile::full, again);
      for (size_t i = 0; i < files.size(); ++i) {
        CHECK(files[i].text == same[i].text);
        CHECK(waymark::text::is_utf8(files[i].text));
        CHECK(files[i].text.find("\u202e") == std::string::npos);
      }
    }
  }
}
