#include "native/plan/regex_syntax.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "native/plan/regex_characters.hpp"
#include "native/plan/regex_reader.hpp"
#include "native/plan/regex_unicode.hpp"

namespace waymark::plan {
namespace {

// Recursive descent over the grammar of ECMA-262, 22.2.1; functions are called as its productions.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : reader_(pattern) {}

  std::variant<RegexNode, RegexError> parse() {
    RegexNode root;
    if (!reader_.error()) root = disjunction(0);
    if (reader_.peek() == ')') reader_.fail("')' closes no group; write \\) for the character", reader_.place());
    if (reader_.error()) return *reader_.error();
    return root;
  }

 private:
  RegexNode node(NodeKind kind) const {
    return {.kind = kind, .position = reader_.byte_of(reader_.place()), .set = {}, .children = {}};
  }

  RegexNode disjunction(uint32_t depth);
  RegexNode alternative(uint32_t depth);
  std::optional<RegexNode> assertion();
  RegexNode atom(uint32_t depth);
  RegexNode group(uint32_t depth);
  void group_name();
  RegexNode quantified(RegexNode atom);
  std::optional<uint32_t> decimal_digits();

  PatternReader reader_;
  std::set<std::string> names_;
};

RegexNode Parser::disjunction(uint32_t depth) {
  RegexNode choice = node(NodeKind::choice);
  do choice.children.push_back(alternative(depth));
  while (!reader_.error() && reader_.take('|'));
  if (choice.children.size() > 1) return choice;
  return std::move(choice.children.front());
}

RegexNode Parser::alternative(uint32_t depth) {
  RegexNode sequence = node(NodeKind::sequence);
  while (!reader_.error() && !reader_.at_one_of("|)") && reader_.peek() != PatternReader::end) {
    if (std::optional<RegexNode> found = assertion()) {
      if (reader_.at_one_of("*+?{")) {
        reader_.fail("an assertion such as ^, $ or \\b cannot be repeated", reader_.place());
      }
      sequence.children.push_back(*std::move(found));
    } else {
      sequence.children.push_back(quantified(atom(depth)));
    }
  }
  return sequence;
}

std::optional<RegexNode> Parser::assertion() {
  RegexNode found = node(NodeKind::text_begin);
  if (reader_.take('^')) return found;
  found.kind = NodeKind::text_end;
  if (reader_.take('$')) return found;
  found.kind = NodeKind::word_boundary;
  if (reader_.take("\\b")) return found;
  found.kind = NodeKind::not_word_boundary;
  if (reader_.take("\\B")) return found;
  return std::nullopt;
}

RegexNode Parser::atom(uint32_t depth) {
  RegexNode result = node(NodeKind::set);
  const size_t begin = reader_.place();
  switch (reader_.peek()) {
    case '(':
      return group(depth);
    case '.':
      result.set = read_dot(reader_);
      return result;
    case '[':
      result.set = read_class(reader_);
      return result;
    case '\\':
      result.set = read_escape(reader_);
      return result;
    default:
      break;
  }
  const uint32_t code = reader_.next();
  const std::string character = reader_.text(begin, begin + 1);
  if (character.find_first_of("*+?{") == 0) {
    reader_.fail("there is nothing here that '" + character +
                     "' could repeat; put what is repeated already into a group, or write \\" + character +
                     " for the character",
                 begin);
  } else if (character.find_first_of("}]") == 0) {
    reader_.fail("'" + character + "' stands alone; write \\" + character + " for the character", begin);
  }
  result.set.add(code, code);
  return result;
}

RegexNode Parser::group(uint32_t depth) {
  const size_t begin = reader_.place();
  reader_.next();
  const bool looks_ahead = reader_.take("?=") || reader_.take("?!");
  if (looks_ahead || reader_.take("?<=") || reader_.take("?<!")) {
    reader_.fail(std::string(looks_ahead ? "look-ahead (?= or (?!" : "look-behind (?<= or (?<!") +
                     " is not supported; state each condition as a pattern of its own under `allOf`, one that must "
                     "not hold under `not`",
                 begin);
  } else if (reader_.take("?<")) {
    group_name();
  } else if (reader_.peek() == '?' && !reader_.take("?:")) {
    reader_.fail("a group begins with (, (?: or (?<name>", begin);
  }
  if (depth >= regex_depth) reader_.fail("groups are nested deeper than " + std::to_string(regex_depth), begin);
  if (reader_.error()) return {};
  RegexNode inside = disjunction(depth + 1);
  if (!reader_.take(')')) {
    reader_.fail("the group that begins here is not closed; write \\( for the character", begin);
  }
  return inside;
}

void Parser::group_name() {
  static const CodeSet starts = *unicode_property("ID_Start", "");
  static const CodeSet continues = *unicode_property("ID_Continue", "");
  const size_t begin = reader_.place();
  while (!reader_.take('>')) {
    const size_t at = reader_.place();
    const uint32_t code = reader_.next();
    const bool is_name = code == '$' || (at == begin ? code == '_' || starts.contains(code)
                                                     : continues.contains(code) || code == 0x200C || code == 0x200D);
    if (!is_name) {
      return reader_.fail("a group's name is an identifier of letters, digits, $ and _, followed by '>'", at);
    }
  }
  const std::string name = reader_.text(begin, reader_.place() - 1);
  if (name.empty()) return reader_.fail("the group's name is empty", begin);
  if (!names_.insert(name).second) reader_.fail("another group is called '" + name + "'", begin);
}

// A huge number is cut.
std::optional<uint32_t> Parser::decimal_digits() {
  if (!reader_.at_digit()) return std::nullopt;
  uint32_t value = 0;
  while (reader_.at_digit()) value = std::min(value * 10 + reader_.next() - '0', 100'000'000u);
  return value;
}

RegexNode Parser::quantified(RegexNode atom) {
  const size_t begin = reader_.place();
  RegexNode repeat{
      .kind = NodeKind::repeat, .position = atom.position, .least = 0, .most = unbounded, .set = {}, .children = {}};
  if (reader_.take('+')) {
    repeat.least = 1;
  } else if (reader_.take('?')) {
    repeat.most = 1;
  } else if (reader_.take('{')) {
    const std::optional<uint32_t> least = decimal_digits();
    const bool has_comma = reader_.take(',');
    const std::optional<uint32_t> most = has_comma ? decimal_digits() : least;
    if (!least || !reader_.take('}')) {
      reader_.fail("'{' begins a repetition such as {2}, {2,} or {2,5}; write \\{ for the character", begin);
    } else if (most && *least > *most) {
      reader_.fail("the repetition's numbers are out of order", begin);
    } else if (std::max(*least, most.value_or(0)) > regex_repetitions) {
      reader_.fail("a repetition's number is at most " + std::to_string(regex_repetitions) +
                       "; `minLength` and `maxLength` bound a text's length",
                   begin);
    }
    repeat.least = least.value_or(0);
    repeat.most = most.value_or(unbounded);
  } else if (!reader_.take('*')) {
    return atom;
  }
  reader_.take('?');  // lazy or not, the language is the same
  repeat.children.push_back(std::move(atom));
  return repeat;
}

}  // namespace

std::variant<RegexNode, RegexError> parse_regex(std::string_view pattern) { return Parser(pattern).parse(); }

}  // namespace waymark::plan
