#include "native/cli/validate.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "native/cli/documents.hpp"
#include "native/cli/exit_status.hpp"
#include "native/plan/compile.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/judge.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/schema_compiler.hpp"

namespace waymark::cli {
namespace {

constexpr useconds_t wait_us = 5000;
constexpr size_t buffer_bytes = 256 * 1024;

int refuse(const std::string& what) {
  std::fprintf(stderr, "waymark validate: %s\n", what.c_str());
  return exit_usage;
}

// Cuts standard input into lines and answers each. Holds one line, of plan::line_bytes at most, and about buffer_bytes
// of answers.
class Lines {
 public:
  explicit Lines(plan::Judge& judge) : judge_(judge) {}

  int run() {
    std::vector<char> buffer(buffer_bytes);
    for (;;) {
      const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) {  // whoever shares the pipe has made it so that nothing waits
        usleep(wait_us);
        continue;
      }
      if (count < 0) return refuse("standard input cannot be read: " + std::string(std::strerror(errno)));
      if (count == 0) break;
      if (!take({buffer.data(), static_cast<size_t>(count)})) return exit_usage;
    }
    if (!line_.empty() || is_too_long_) answer();
    if (!send()) return exit_usage;
    return all_valid_ ? exit_done : exit_data;
  }

 private:
  // False, and one line on standard error, if answers could not be written.
  bool send() {
    const bool is_done =
        std::fwrite(answers_.data(), 1, answers_.size(), stdout) == answers_.size() && std::fflush(stdout) == 0;
    if (!is_done) refuse("standard output cannot be written: " + std::string(std::strerror(errno)));
    answers_.clear();
    return is_done;
  }

  // False if answers could not be written.
  bool take(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = bytes.find('\n');
      add(bytes.substr(0, end));
      if (end == std::string_view::npos) break;
      answer();
      if (answers_.size() >= buffer_bytes && !send()) return false;
      bytes.remove_prefix(end + 1);
    }
    return send();
  }

  void add(std::string_view part) {
    if (is_too_long_ || line_.size() + part.size() > plan::line_bytes) {
      is_too_long_ = true;
      line_.clear();
      return;
    }
    line_ += part;
  }

  void answer() {
    const std::string out = is_too_long_ ? plan::too_long_answer() : judge_.judge(line_);
    all_valid_ = all_valid_ && out == "{\"valid\":true}";
    answers_ += out + '\n';
    line_.clear();
    is_too_long_ = false;
  }

  plan::Judge& judge_;
  std::string line_;
  std::string answers_;
  bool is_too_long_ = false;
  bool all_valid_ = true;
};

int validate_by_schema(const ValidateArguments& arguments) {
  const auto text = read_file("validate", arguments.schema, plan::document_bytes);
  if (!text) return exit_usage;
  plan::Findings findings;
  const auto schema = plan::read_json(*text, findings);
  std::string compiled;
  if (schema) {
    plan::SchemaOptions options;
    if (arguments.formats == "assert") options.formats = plan::Formats::assert;
    if (arguments.formats == "annotate") options.formats = plan::Formats::annotate;
    compiled = plan::compile_schema(*schema, options, findings);
  }
  print_findings(arguments.schema, *text, findings);
  if (!schema || plan::has_errors(findings)) return exit_usage;
  plan::NodeTable table;
  if (!table.load(compiled)) return refuse(arguments.schema + " became a table that cannot be read; simplify it");
  plan::Judge judge(table);
  return Lines(judge).run();
}

// The bytes of a compiled plan: those of the file, if it is one, or what its document gives. Empty, and the errors go
// to standard error, if it cannot be used. `events` are the names to guess from.
std::optional<std::string> compile_file(const std::string& file, std::vector<std::string>& events) {
  auto text = read_file("validate", file, plan::document_bytes);
  if (!text) return {};
  if (plan::Plan plan; plan.load(*text)) return text;
  const auto loaded = load_document("validate", file);
  if (!loaded) return {};
  for (const plan::EventPlan& event : loaded->document.events) events.push_back(event.name);
  plan::Findings findings;
  return plan::compile_plan(loaded->document, findings, {}, plan::Detail::explained);
}

int validate_by_plan(const ValidateArguments& arguments) {
  if (!arguments.formats.empty()) return refuse("--formats goes with --schema; a plan asserts formats, leave it out");
  std::vector<std::string> events;
  const auto compiled = compile_file(arguments.plan, events);
  if (!compiled) return exit_usage;
  plan::Plan plan;
  if (!plan.load(*compiled)) return refuse(arguments.plan + " became a table that cannot be read; simplify it");
  if (!arguments.event.empty() && !plan::has_event(plan, arguments.event)) {
    std::string hint = plan::did_you_mean(arguments.event, {events.begin(), events.end()});
    if (hint.empty()) hint = "name an event of the plan";
    return refuse("--event " + plan::in_quotes(arguments.event) + " is not in " + arguments.plan + "; " + hint);
  }
  plan::Judge judge(plan, arguments.event);
  return Lines(judge).run();
}

}  // namespace

CLI::App* add_validate(CLI::App& app, ValidateArguments& arguments) {
  CLI::App* const command =
      app.add_subcommand("validate", "Judge lines of JSON on standard input; one line of JSON for each.");
  CLI::Option* const plan = command->add_option("--plan", arguments.plan, "The tracking plan that events must follow");
  CLI::Option* const schema = command->add_option("--schema", arguments.schema, "The JSON Schema of any values");
  plan->excludes(schema);
  command->add_option("--event", arguments.event, "The lines are this event's properties, not whole events")
      ->needs(plan);
  command->add_option("--formats", arguments.formats, "assert or annotate; the schema's dialect decides if not said")
      ->check(CLI::IsMember({"assert", "annotate"}));
  return command;
}

int validate(const ValidateArguments& arguments) {
  if (!arguments.schema.empty()) return validate_by_schema(arguments);
  if (!arguments.plan.empty()) return validate_by_plan(arguments);
  return refuse("neither --plan nor --schema is given; name the file that says what is valid");
}

}  // namespace waymark::cli
