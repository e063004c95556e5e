#include "native/cli/plan_commands.hpp"

#include <cstdio>
#include <filesystem>

#include "native/cli/documents.hpp"
#include "native/cli/exit_status.hpp"
#include "native/plan/compile.hpp"
#include "native/plan/diff.hpp"
#include "native/plan/docs.hpp"
#include "native/plan/export.hpp"
#include "native/plan/generate/generate.hpp"
#include "native/plan/import.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/lint.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/plan_module.hpp"
#include "native/plan/plan_schema.hpp"

namespace waymark::cli {
namespace {

using plan::Findings;
using plan::Json;

int refuse(const std::string& command, const std::string& what) {
  std::fprintf(stderr, "waymark plan %s: %s\n", command.c_str(), what.c_str());
  return exit_usage;
}

int write(const std::string& command, const std::string& file, std::string_view bytes) {
  return write_file("plan " + command, file, bytes) ? exit_done : exit_usage;
}

// Makes the directory, if it is not there, and writes the files into it.
int write_all(const std::string& command, const std::string& directory, const std::vector<plan::GeneratedFile>& files) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!std::filesystem::is_directory(directory, error)) {
    return refuse(command, directory + " cannot be made; name a directory");
  }
  for (const plan::GeneratedFile& file : files) {
    const int status = write(command, (std::filesystem::path(directory) / file.path).string(), file.text);
    if (status != exit_done) return status;
  }
  return exit_done;
}

}  // namespace

int plan_check(const PlanArguments& arguments) {
  const auto text = read_file("plan check", arguments.file, plan::document_bytes);
  if (!text) return exit_usage;
  Findings findings;
  const auto document = plan::read_plan(*text, findings);
  if (document) {
    plan::compile_plan(*document, findings);
    if (!plan::has_errors(findings)) plan::lint_plan(*document, findings);
  }
  if (arguments.format == "json") {
    print_findings_json(arguments.file, *text, findings);
  } else {
    print_findings(arguments.file, *text, findings);
  }
  if (!document || plan::has_errors(findings)) return exit_usage;
  return arguments.strict && !findings.empty() ? exit_data : exit_done;
}

int plan_compile(const PlanArguments& arguments) {
  const auto loaded = load_document("plan compile", arguments.file);
  if (!loaded) return exit_usage;
  const plan::PlanDocument& document = loaded->document;
  if (!arguments.environment.empty() && document.modes.count(arguments.environment) == 0) {
    std::vector<std::string_view> known;
    for (const auto& [environment, mode] : document.modes) known.push_back(environment);
    const std::string hint = known.empty() ? "the plan names none" : "name " + plan::either_of(known);
    return refuse("compile", "--environment " + plan::in_quotes(arguments.environment) + " is not in `modes`; " + hint);
  }
  Findings findings;
  const std::string compiled = plan::compile_plan(document, findings, arguments.environment);
  if (plan::has_errors(findings)) {
    print_findings(arguments.file, loaded->text, findings);
    return exit_usage;
  }
  if (arguments.format == "base64") return write("compile", arguments.output, plan::base64(compiled) + '\n');
  if (arguments.format != "module") return write("compile", arguments.output, compiled);
  return write("compile", arguments.output, plan::plan_module(document, compiled));
}

int plan_diff(const PlanArguments& arguments) {
  const auto before = load_document("plan diff", arguments.file);
  const auto after = load_document("plan diff", arguments.other);
  if (!before || !after) return exit_usage;
  const std::vector<plan::Change> changes = plan::diff_plans(before->document, after->document);
  const plan::Bump bump = plan::bump_of(changes);
  const uint32_t old_version = before->document.version;
  const uint32_t version = after->document.version;
  const bool is_raised = bump == plan::Bump::none || version > old_version;
  if (arguments.format == "json") {
    Json list = Json::array();
    for (const plan::Change& change : changes) {
      list.push_back({{"bump", plan::word_of(change.bump)}, {"pointer", change.pointer}, {"message", change.message}});
    }
    const Json out = {{"bump", plan::word_of(bump)}, {"before", old_version}, {"after", version}, {"changes", list}};
    std::printf("%s\n", out.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  } else {
    for (const plan::Change& change : changes) {
      std::printf("%s: %s: %s\n", std::string(plan::word_of(change.bump)).c_str(), change.pointer.c_str(),
                  change.message.c_str());
    }
    std::printf("bump: %s\n", std::string(plan::word_of(bump)).c_str());
  }
  if (is_raised) return exit_done;
  std::fprintf(stderr, "%s: the plan is changed and its version is %u where it was %u; raise `version` to %u\n",
               arguments.other.c_str(), version, old_version, old_version + 1);
  return exit_data;
}

int plan_docs(const PlanArguments& arguments) {
  const auto loaded = load_document("plan docs", arguments.file);
  if (!loaded) return exit_usage;
  const auto format = arguments.format == "html" ? plan::DocsFormat::html : plan::DocsFormat::markdown;
  if (arguments.disclosure) {
    const plan::DisclosureOptions options{std::filesystem::path(arguments.file).filename().string(), arguments.source,
                                          arguments.profile != "full"};
    return write("docs", arguments.output, plan::program_disclosure(loaded->document, options, format));
  }
  return write("docs", arguments.output, plan::plan_docs(loaded->document, format));
}

int plan_import(const PlanArguments& arguments) {
  const plan::ImportSource source = arguments.from == "segment" ? plan::ImportSource::segment
                                    : arguments.from == "iglu"  ? plan::ImportSource::iglu
                                                                : plan::ImportSource::json_schema;
  Json imported = plan::empty_plan("imported");
  bool failed = false;
  for (const std::string& file : arguments.files) {
    const auto text = read_file("plan import", file, plan::document_bytes);
    if (!text) return exit_usage;
    Findings findings;
    if (const auto json = plan::read_json(*text, findings)) {
      plan::import_file(source, file, *json, imported, findings);
    }
    print_findings(file, *text, findings);
    failed = failed || plan::has_errors(findings);
  }
  plan::finish_import(imported);
  if (!arguments.name.empty()) imported["name"] = arguments.name;
  if (failed) return exit_data;
  const std::string text = plan::write_json(imported);
  Findings findings;
  const auto document = plan::read_plan(text, findings);
  if (document) plan::compile_plan(*document, findings);
  if (plan::has_errors(findings)) {
    print_findings("the imported plan", text, findings);
    return exit_data;
  }
  return write("import", arguments.output, text);
}

int plan_export(const PlanArguments& arguments) {
  const auto loaded = load_document("plan export", arguments.file);
  if (!loaded) return exit_usage;
  const plan::PlanDocument& document = loaded->document;
  std::vector<std::string_view> known;
  std::vector<plan::GeneratedFile> files;
  for (const plan::EventPlan& event : document.events) {
    known.push_back(event.name);
    if (!arguments.event.empty() && arguments.event != event.name) continue;
    std::string path = plan::snake_case(event.name) + ".json";
    files.push_back({std::move(path), plan::write_json(plan::export_event(document, event))});
  }
  if (!arguments.event.empty() && files.empty()) {
    std::string hint = plan::did_you_mean(arguments.event, known);
    if (hint.empty()) hint = "name an event of the plan";
    return refuse("export", "--event " + plan::in_quotes(arguments.event) + " is not in the plan; " + hint);
  }
  if (!arguments.output.empty()) return write_all("export", arguments.output, files);
  if (!arguments.event.empty()) return write("export", "", files[0].text);
  return write("export", "", plan::write_json(plan::export_plan(document)));
}

int plan_generate(const PlanArguments& arguments) {
  const auto loaded = load_document("plan generate", arguments.file);
  if (!loaded) return exit_usage;
  const std::string& language = arguments.language;
  const plan::Language chosen = language == "ts"       ? plan::Language::typescript
                                : language == "cpp"    ? plan::Language::cpp
                                : language == "python" ? plan::Language::python
                                : language == "node"   ? plan::Language::node
                                                       : plan::Language::go;
  const auto profile = arguments.profile == "anonymous" ? plan::Profile::anonymous : plan::Profile::full;
  plan::GenerateOptions options;
  options.plan_module = arguments.plan_module;
  if (!arguments.package.empty()) options.package = arguments.package;
  Findings findings;
  const auto files = plan::generate(loaded->document, chosen, profile, findings, options);
  print_findings(arguments.file, loaded->text, findings);
  if (files.empty() || plan::has_errors(findings)) return exit_usage;
  return write_all("generate", arguments.output, files);
}

int plan_schema(const PlanArguments&) { return write("schema", "", plan::plan_schema()); }

}  // namespace waymark::cli
