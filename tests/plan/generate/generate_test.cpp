#include "native/plan/generate/generate.hpp"

#include "native/plan/generate/printers.hpp"
#include "tests/plan/generate/plan_files.hpp"

using namespace waymark::plan;
using waymark::plan_tests::parse_unchecked;
using waymark::plan_tests::read_plan_file;

namespace {

constexpr Language languages[] = {Language::typescript, Language::cpp, Language::python, Language::node, Language::go};

}  // namespace

TEST_CASE("what a language does not have is an error") {
  for (const Language language : {Language::typescript, Language::cpp}) {
    Findings findings;
    CHECK(generate(read_plan_file("tiny"), language, Profile::anonymous, findings).empty());
    REQUIRE(has_errors(findings));
    CHECK(findings[0].hint == "choose node, python or go");
  }
}

TEST_CASE("a plan without events is an error") {
  for (const Language language : languages) {
    Findings findings;
    CHECK(generate(parse_unchecked(R"({"name":"p","events":{}})"), language, Profile::full, findings).empty());
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].pointer == "/events");
  }
}

TEST_CASE("packages have names that are identifiers") {
  const PlanDocument plan = read_plan_file("tiny");
  for (const char* const bad : {"a b", "2a", "_a", "A", "class", "func", "a;b", "a::b", "é"}) {
    Findings findings;
    GenerateOptions options;
    options.package = bad;
    CHECK(generate(plan, Language::cpp, Profile::full, findings, options).empty());
    CHECK(has_errors(findings));
  }
  Findings findings;
  GenerateOptions options;
  options.package = "shop_events2";
  const auto header = generate(plan, Language::cpp, Profile::full, findings, options);
  REQUIRE(header.size() == 1);
  CHECK(header[0].text.find("namespace shop_events2 {") != std::string::npos);
  const auto package = generate(plan, Language::go, Profile::anonymous, findings, options);
  REQUIRE(package.size() == 1);
  CHECK(package[0].text.find("\npackage shop_events2\n") != std::string::npos);
  CHECK(findings.empty());
}

TEST_CASE("events that a ping cannot name are left out with a warning") {
  const PlanDocument plan = parse_unchecked(R"({"name":"p","events":{"good_one":{},"Bad/one":{}}})");
  Findings findings;
  const auto files = generate(plan, Language::python, Profile::anonymous, findings);
  REQUIRE(files.size() == 1);
  CHECK(files[0].text.find("good_one") != std::string::npos);
  CHECK(files[0].text.find("Bad/one") == std::string::npos);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].pointer == "/events/Bad~1one");
}

TEST_CASE("the tool's id and variable come from the plan's name") {
  const auto ping_of = [](const std::string& name) {
    Findings findings;
    return generate(parse_unchecked(R"({"name":")" + name + R"(","events":{"a_b":{}}})"), Language::python,
                    Profile::anonymous, findings)
        .at(0)
        .text;
  };
  const std::string tool = ping_of("My Tool");
  CHECK(tool.find("_TOOL = \"my-tool\"") != std::string::npos);
  CHECK(tool.find("\"MY_TOOL_TELEMETRY\"") != std::string::npos);
  CHECK(ping_of("7zip").find("\"_7ZIP_TELEMETRY\"") != std::string::npos);
  CHECK(ping_of("😀").find("_TOOL = \"app\"") != std::string::npos);
}

TEST_CASE("fill replaces names and leaves other braces alone") {
  CHECK(fill("a {{b}} c {{{b}}} {{d}} {{", {{"b", "{{b}}"}}) == "a {{b}} c {{{b}}} {{d}} {{");
  CHECK(fill("{{b}}{{c}}", {{"b", "1"}, {"c", "2"}}) == "12");
  CHECK(fill("", {}).empty());
}

TEST_CASE("no template name is left in what is generated") {
  for (const char* const name : {"shop", "tiny"}) {
    const PlanDocument plan = read_plan_file(name);
    for (const Language language : languages) {
      for (const Profile profile : {Profile::full, Profile::anonymous}) {
        Findings findings;
        for (const GeneratedFile& file : generate(plan, language, profile, findings)) {
          INFO(file.path);
          for (const char* const left : {"{{origin", "{{tool", "{{variable", "{{version", "{{events", "{{package"}) {
            CHECK(file.text.find(left) == std::string::npos);
          }
        }
      }
    }
  }
}
