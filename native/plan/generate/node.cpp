// track.mjs and ping.mjs with their declarations.
#include "native/plan/generate/node_client.hpp"
#include "native/plan/generate/opt_outs.hpp"
#include "native/plan/generate/printers.hpp"
#include "native/plan/generate/source_text.hpp"
#include "native/plan/generate/typescript_types.hpp"

namespace waymark::plan {
namespace {

std::string literal_of(std::string_view text) { return quote(text, Quoting::javascript); }

}  // namespace

std::vector<GeneratedFile> print_node(const PrintInput& input) {
  const TypeModel& model = input.model;
  const std::string origin = comment({origin_of(input.plan)}, 0, CommentStyle::slashes);
  std::string purposes;
  for (const EventType& event : model.events) {
    purposes += "  [" + literal_of(event.name) + ", " + literal_of(event.purpose) + "],\n";
  }
  std::string module = origin + fill(node_client_module, {{"variable", input.plan.variable},
                                                          {"variable_literal", literal_of(input.plan.variable)},
                                                          {"version", std::to_string(input.plan.version)},
                                                          {"purposes", purposes},
                                                          {"no_signal", quote_list(no_signal, Quoting::javascript)},
                                                          {"off_words", quote_list(off_words, Quoting::javascript)}});
  const TypeScriptTypes types(model, {"Outcome", "Options", "Details", "LogEvent", "Promise", "Date"});
  std::string declarations = origin + types.declarations("details?: Details");
  declarations += "\nexport interface LogEvent {\n" + types.signatures("details?: Details", "Promise<Outcome>") + "}\n";
  declarations += node_client_types;
  return {{"track.mjs", std::move(module)}, {"track.d.mts", std::move(declarations)}};
}

std::vector<GeneratedFile> print_node_pings(const PrintInput& input) {
  const std::string origin = comment({origin_of(input.plan)}, 0, CommentStyle::slashes);
  std::string module =
      origin + fill(node_ping_module, {{"variable", input.plan.variable},
                                       {"variable_literal", literal_of(input.plan.variable)},
                                       {"tool", literal_of(input.plan.tool)},
                                       {"notice", literal_of(input.plan.disclosure)},
                                       {"no_signal", quote_list(no_signal, Quoting::javascript)},
                                       {"off_words", quote_list(off_words, Quoting::javascript)},
                                       {"ci_variables", quote_list(ci_variables(), Quoting::javascript)}});
  std::string declarations = origin + "export type Event =";
  for (const EventType& event : input.model.events) {
    declarations +=
        "\n" + documentation(event.comment, event.is_deprecated, event.deprecated, 2) + "  | " + literal_of(event.name);
  }
  declarations += ";\n";
  declarations += node_ping_types;
  return {{"ping.mjs", std::move(module)}, {"ping.d.mts", std::move(declarations)}};
}

}  // namespace waymark::plan
