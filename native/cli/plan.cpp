#include "native/cli/plan.hpp"

#include <CLI/CLI.hpp>

#include "native/cli/exit_status.hpp"
#include "native/cli/plan_commands.hpp"

namespace waymark::cli {
namespace {

using Run = int (*)(const PlanArguments&);

struct Subcommand {
  const char* name;
  const char* description;
  Run run;
};

constexpr Subcommand subcommands[] = {
    {"check", "Say what is wrong with a plan, and what could be better.", plan_check},
    {"compile", "Compile a plan to what trackers and collectors read.", plan_compile},
    {"diff", "Compare two versions of a plan: what breaks, and which version number that asks for.", plan_diff},
    {"docs", "Print a plan for people: catalogue and disclosure.", plan_docs},
    {"import", "Make a plan of what other tools use.", plan_import},
    {"export", "Print a plan's events as JSON Schema.", plan_export},
    {"generate", "Generate typed source code.", plan_generate},
    {"schema", "Print the JSON Schema of the plan format, for editors.", plan_schema},
};

}  // namespace

CLI::App* add_plan(CLI::App& app, PlanArguments& arguments) {
  CLI::App* const command = app.add_subcommand("plan", "Check, compile, compare, document and convert tracking plans.");
  command->require_subcommand(1);
  for (const Subcommand& one : subcommands) {
    CLI::App* const subcommand = command->add_subcommand(one.name, one.description);
    subcommand->callback([&arguments, subcommand] { arguments.command = subcommand; });
  }
  const auto add_file = [&](const char* name) {
    CLI::App* const subcommand = command->get_subcommand(name);
    subcommand->add_option("FILE", arguments.file, "The plan")->required();
    return subcommand;
  };
  const auto add_output = [&](CLI::App* subcommand, const char* description) {
    return subcommand->add_option("-o,--output", arguments.output, description);
  };
  const auto add_format = [&](CLI::App* subcommand, const std::vector<std::string>& formats) {
    subcommand->add_option("--format", arguments.format, "What to print; " + formats[0] + " if not said")
        ->check(CLI::IsMember(formats));
  };

  CLI::App* const check = add_file("check");
  check->add_flag("--strict", arguments.strict, "Warnings count too");
  add_format(check, {"text", "json"});

  CLI::App* const compile = add_file("compile");
  add_output(compile, "File to write; standard output if not said");
  compile->add_option("--environment", arguments.environment, "Whose mode the plan has; one of `modes`");
  add_format(compile, {"binary", "base64", "module"});

  CLI::App* const diff = command->get_subcommand("diff");
  diff->add_option("OLD", arguments.file, "The plan as it was")->required();
  diff->add_option("NEW", arguments.other, "The plan as it is")->required();
  add_format(diff, {"text", "json"});

  CLI::App* const docs = add_file("docs");
  add_output(docs, "File to write; standard output if not said");
  add_format(docs, {"md", "html"});
  CLI::Option* const disclosure =
      docs->add_flag("--disclosure", arguments.disclosure, "A section for the README of a command line tool alone");
  docs->add_option("--profile", arguments.profile, "With --disclosure: the program's profile; anonymous if not said")
      ->needs(disclosure)
      ->check(CLI::IsMember({"full", "anonymous"}));
  docs->add_option("--source", arguments.source, "With --disclosure: where the program's source is")->needs(disclosure);

  CLI::App* const import = command->get_subcommand("import");
  import->add_option("--from", arguments.from, "segment, iglu or jsonschema")
      ->required()
      ->check(CLI::IsMember({"segment", "iglu", "jsonschema"}));
  import->add_option("--name", arguments.name, "The plan's name");
  import->add_option("FILES", arguments.files, "What to import")->required();
  add_output(import, "File to write; standard output if not said");

  CLI::App* const exported = add_file("export");
  exported->add_option("--event", arguments.event, "The properties of this event alone");
  add_output(exported, "Directory for one file an event; without it all goes to standard output");

  CLI::App* const generate = add_file("generate");
  generate->add_option("--lang", arguments.language, "ts, cpp, python, node or go")
      ->required()
      ->check(CLI::IsMember({"ts", "cpp", "python", "node", "go"}));
  generate->add_option("--profile", arguments.profile, "anonymous: stand-alone pings without ids")
      ->check(CLI::IsMember({"full", "anonymous"}));
  generate->add_option("--plan-module", arguments.plan_module, "ts: the module with the compiled plan, ./plan.js");
  generate->add_option("--package", arguments.package, "cpp: the namespace; go: the package");
  add_output(generate, "Directory to write to; made if it is not there")->required();
  return command;
}

int plan(const PlanArguments& arguments) {
  for (const Subcommand& one : subcommands) {
    if (arguments.command != nullptr && arguments.command->get_name() == one.name) return one.run(arguments);
  }
  return exit_usage;
}

}  // namespace waymark::cli
