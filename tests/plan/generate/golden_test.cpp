// The generated code stays as it is. WAYMARK_UPDATE_GOLDEN=1 writes the files anew; read the difference before it is
// kept.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "native/plan/generate/generate.hpp"
#include "tests/catch.hpp"
#include "tests/plan/generate/plan_files.hpp"

using namespace waymark::plan;
using waymark::plan_tests::folder;
using waymark::plan_tests::read_file;
using waymark::plan_tests::read_plan_file;

namespace {

struct Target {
  const char* name;
  Language language;
  Profile profile;
};

constexpr Target targets[] = {
    {"typescript", Language::typescript, Profile::full},
    {"cpp", Language::cpp, Profile::full},
    {"python", Language::python, Profile::full},
    {"node", Language::node, Profile::full},
    {"go", Language::go, Profile::full},
    {"python_ping", Language::python, Profile::anonymous},
    {"node_ping", Language::node, Profile::anonymous},
    {"go_ping", Language::go, Profile::anonymous},
};

void check_golden(const std::string& name, const std::string& text) {
  // `.golden`, so that formatters leave the files alone.
  const std::filesystem::path file = folder() / "golden" / (name + ".golden");
  if (std::getenv("WAYMARK_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  INFO(file);
  const bool is_same = read_file(file) == text;
  CHECK(is_same);
}

}  // namespace

TEST_CASE("the generated code is the same as before") {
  const std::string plan_name = GENERATE("shop", "tiny", "nasty");
  const PlanDocument plan = read_plan_file(plan_name);
  for (const Target& target : targets) {
    Findings findings;
    const std::vector<GeneratedFile> files = generate(plan, target.language, target.profile, findings);
    REQUIRE(!has_errors(findings));
    REQUIRE(!files.empty());
    for (const GeneratedFile& file : files) {
      CHECK(file.path.find('/') == std::string::npos);
      CHECK(file.text.back() == '\n');
      check_golden(plan_name + '/' + target.name + '/' + file.path, file.text);
    }
  }
}

TEST_CASE("a plan module is imported and handed to init") {
  GenerateOptions options;
  options.plan_module = "./plan's.js";
  Findings findings;
  const auto files = generate(read_plan_file("tiny"), Language::typescript, Profile::full, findings, options);
  REQUIRE(files.size() == 1);
  check_golden("tiny/typescript_with_plan/track.ts", files[0].text);
}
