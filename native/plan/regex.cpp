#include "native/plan/regex.hpp"

#include <optional>
#include <utility>

#include "native/plan/dfa_builder.hpp"
#include "native/plan/nfa.hpp"
#include "native/plan/regex_syntax.hpp"

namespace waymark::plan {

std::variant<std::string, RegexError> compile_regex(std::string_view ecma262) {
  std::variant<RegexNode, RegexError> parsed = parse_regex(ecma262);
  if (RegexError* error = std::get_if<RegexError>(&parsed)) return std::move(*error);
  std::variant<Nfa, RegexError> built = build_nfa(std::get<RegexNode>(parsed));
  if (RegexError* error = std::get_if<RegexError>(&built)) return std::move(*error);
  const std::optional<ByteAutomaton> all = determinize(std::get<Nfa>(built), regex_subset_states, regex_work);
  if (!all) {
    return RegexError{
        "the pattern would take too many states to match in one pass; shorten its repetitions, or say with `maxLength` "
        "what they say of the length",
        0};
  }
  const ByteAutomaton automaton = minimize(*all);
  std::optional<std::string> table;
  if (automaton.states() <= regex_dfa_states) table = write_table(automaton);
  if (!table) {
    return RegexError{"the pattern takes more than " + std::to_string(regex_dfa_states) +
                          " states, or a table of more than 128 KiB; shorten its repetitions, or say with `maxLength` "
                          "what they say of the length",
                      0};
  }
  return *std::move(table);
}

}  // namespace waymark::plan
