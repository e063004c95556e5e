#include "native/cli/plan_file.hpp"

#include <fstream>
#include <iterator>

#include "core/plan/plan.hpp"
#include "native/plan/compile.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::cli {

std::optional<std::string> load_plan(const std::string& file, const std::string& environment, std::string& compiled) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return file + " cannot be read; name a tracking plan";
  compiled.assign(std::istreambuf_iterator<char>(in), {});
  if (plan::Plan loaded; loaded.load(compiled)) return {};

  plan::Findings findings;
  const auto document = plan::read_plan(compiled, findings);
  compiled = document ? plan::compile_plan(*document, findings, environment) : "";
  if (!compiled.empty()) return {};
  for (const plan::Finding& finding : findings) {
    if (finding.severity != plan::Severity::error) continue;
    const std::string hint = finding.hint.empty() ? "" : "; " + finding.hint;
    return file + ": " + (finding.pointer.empty() ? "" : finding.pointer + ": ") + finding.message + hint +
           " (waymark plan check tells more)";
  }
  return file + " is no tracking plan; see waymark plan check";
}

}  // namespace waymark::cli
