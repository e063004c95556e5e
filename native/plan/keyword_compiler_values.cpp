// Keywords for single values: type, enum, const, and the limits of numbers and strings.
#include <algorithm>

#include "core/plan/decimal.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/keyword_compiler.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/regex.hpp"

namespace waymark::plan {
namespace {

constexpr uint32_t bit(Kind kind) { return 1u << static_cast<uint32_t>(kind); }

constexpr std::pair<const char*, uint32_t> types[] = {
    {"null", bit(Kind::null)},     {"boolean", bit(Kind::false_) | bit(Kind::true_)},
    {"number", bit(Kind::number)}, {"integer", bit(Kind::integer)},
    {"string", bit(Kind::string)}, {"array", bit(Kind::array)},
    {"object", bit(Kind::object)},
};

uint32_t kinds_of(const Json& type) {
  for (const auto& [name, kinds] : types) {
    if (type == name) return kinds;
  }
  return 0;
}

Decimal decimal_of(std::string_view number) { return read_decimal(number.data(), number.data() + number.size()); }

// From the first digit that is not 0 to the last.
size_t digits_of(const Decimal& number) {
  size_t digits = 0;
  for (const char* at = number.first; at < number.stop; ++at) digits += *at != '.';
  return digits;
}

}  // namespace

void KeywordCompiler::add_type(const Draft& draft) {
  const Json* const type = draft.get("type");
  if (type == nullptr) return;
  uint32_t kinds = 0;
  const std::string pointer = draft.pointer("type");
  const bool is_list = type->is_array();
  for (size_t i = 0; i < (is_list ? type->size() : 1); ++i) {
    const Json& name = is_list ? (*type)[i] : *type;
    const uint32_t known = kinds_of(name);
    if (known == 0) {
      fault(is_list ? child(pointer, i) : pointer,
            in_quotes(name.is_string() ? name.get<std::string>() : name.dump()) + " is no type",
            "use null, boolean, integer, number, string, array or object");
    }
    kinds |= known;
  }
  if (is_list && type->empty()) fault(pointer, "`type` lists no type", "list at least one");
  writer_.add(draft.node, Rule::type, Operand::number, kinds);
}

void KeywordCompiler::add_const(const Draft& draft) {
  const Json* const value = draft.get("const");
  if (value == nullptr) return;
  writer_.add(draft.node, Rule::const_, Operand::text, writer_.add_text(exact_text(*value)));
}

void KeywordCompiler::add_enum(Draft& draft) {
  const Json* const values = draft.get("enum");
  if (values == nullptr) return;
  if (!values->is_array()) {
    fault(draft.pointer("enum"), "`enum` must be an array", "list the values that are allowed");
    return;
  }
  if (values->empty()) warn(draft.pointer("enum"), "`enum` lists no value, so nothing is valid", "list at least one");
  WordList texts;
  std::vector<std::string> others;
  for (const Json& value : *values) {
    if (!value.is_string()) {
      others.push_back(exact_text(value));
    } else if (std::find(texts.names.begin(), texts.names.end(), value.get_ref<const std::string&>()) ==
               texts.names.end()) {
      texts.names.push_back(value);
    }
  }
  if (others.empty() && !texts.names.empty()) {
    writer_.add(draft.node, Rule::one_of_texts, Operand::list, writer_.add_list(std::move(texts)));
    return;
  }
  start_group(draft);
  if (!texts.names.empty()) {
    const Node node = writer_.add_node();
    writer_.add(node, Rule::one_of_texts, Operand::list, writer_.add_list(std::move(texts)));
    writer_.add(draft.node, Rule::branch, Operand::node, node);
  }
  for (const std::string& other : others) {
    const Node node = writer_.add_node();
    writer_.add(node, Rule::const_, Operand::text, writer_.add_text(other));
    writer_.add(draft.node, Rule::branch, Operand::node, node);
  }
  writer_.add(draft.node, Rule::enum_, Operand::number, 1);
}

void KeywordCompiler::add_number_limits(const Draft& draft) {
  static constexpr std::pair<const char*, Rule> limits[] = {
      {"minimum", Rule::minimum},
      {"maximum", Rule::maximum},
      {"exclusiveMinimum", Rule::exclusive_minimum},
      {"exclusiveMaximum", Rule::exclusive_maximum},
      {"multipleOf", Rule::multiple_of},
  };
  for (const auto& [keyword, rule] : limits) {
    const Json* const limit = draft.get(keyword);
    if (limit == nullptr) continue;
    const std::string pointer = draft.pointer(keyword);
    if (!is_any_number(*limit)) {
      const bool is_draft4 = limit->is_boolean();
      fault(pointer, in_quotes(keyword) + " must be a number",
            is_draft4 ? "that is how draft 4 has it: write the limit itself here" : "write it without quotes");
      continue;
    }
    const std::string text = exact_text(*limit);
    const Decimal number = decimal_of(text);
    if (rule == Rule::multiple_of && (number.is_zero() || number.is_negative)) {
      fault(pointer, "`multipleOf` must be above 0", "write a positive number");
      continue;
    }
    if (rule == Rule::multiple_of && digits_of(number) > 18) {
      fault(pointer, "`multipleOf` has more than 18 digits", "write it with fewer");
      continue;
    }
    writer_.add(draft.node, rule, Operand::text, writer_.add_text(text));
  }
}

std::optional<uint32_t> KeywordCompiler::count_at(const Draft& draft, const char* keyword) {
  const Json* const count = draft.get(keyword);
  if (count == nullptr) return {};
  const std::string text = exact_text(*count);
  const Decimal number = decimal_of(text);
  if (!is_any_number(*count) || number.is_negative || !number.is_integer()) {
    fault(draft.pointer(keyword), in_quotes(keyword) + " must be a whole number, 0 or more", "correct it");
    return {};
  }
  // No value has so many: values are of fewer bytes (schema.hpp).
  static constexpr std::string_view most = "16777214";
  if (compare(number, decimal_of(most)) > 0) return NodeTable::most - 1;
  if (number.is_zero()) return 0;
  uint32_t value = 0;
  for (const char* at = number.first; at < number.stop; ++at) {
    if (*at != '.') value = value * 10 + static_cast<uint32_t>(*at - '0');
  }
  for (int32_t zeros = number.exponent; zeros > 0; --zeros) value *= 10;
  return value;
}

bool KeywordCompiler::add_count(const Draft& draft, const char* keyword, Rule rule) {
  const auto count = count_at(draft, keyword);
  if (!count) return false;
  writer_.add(draft.node, rule, Operand::number, *count);
  return true;
}

bool KeywordCompiler::add_automaton(Node node, Rule rule, const std::string& pattern, const std::string& pointer) {
  auto made = patterns_made_.find(pattern);
  if (made == patterns_made_.end()) {
    const auto compiled = compile_regex(pattern);
    if (const auto* const error = std::get_if<RegexError>(&compiled)) {
      fault(pointer,
            "the pattern " + in_quotes(pattern) + " at byte " + std::to_string(error->position) + ": " + error->message,
            "see the bounds and the syntax of patterns in the documentation");
      return false;
    }
    made = patterns_made_.emplace(pattern, writer_.add_automaton(std::get<std::string>(compiled))).first;
  }
  writer_.add(node, rule, Operand::automaton, made->second);
  return true;
}

// Empty if the format is not known.
std::optional<uint32_t> KeywordCompiler::automaton_of_format(const std::string& format, Dialect dialect) {
  const auto [made, is_new] = formats_made_.emplace(std::pair(format, dialect), std::nullopt);
  if (is_new) {
    if (auto table = compile_format(format, dialect)) made->second = writer_.add_automaton(std::move(*table));
  }
  return made->second;
}

void KeywordCompiler::explain(Node node, const std::string& text) {
  if (detail_ == Detail::explained) {
    writer_.add(node, Rule::explanation, Operand::text, writer_.add_text(Json(text).dump()));
  }
}

void KeywordCompiler::add_string_limits(Draft& draft) {
  if (const Json* const pattern = draft.get("pattern")) {
    if (pattern->is_string()) {
      if (add_automaton(draft.node, Rule::pattern, *pattern, draft.pointer("pattern"))) explain(draft.node, *pattern);
    } else {
      fault(draft.pointer("pattern"), "`pattern` must be a string", "write a regular expression between quotes");
    }
  }
  const Json* const format = draft.get("format");
  if (format != nullptr && !format->is_string()) {
    fault(draft.pointer("format"), "`format` must be a string", "write a name such as \"date-time\"");
  } else if (format != nullptr &&
             (formats_ == Formats::assert || (formats_ == Formats::by_dialect && draft.is_draft7()))) {
    const auto& name = format->get_ref<const std::string&>();
    const auto automaton = automaton_of_format(name, draft.place.dialect);
    const uint32_t most = format_max_length(name);
    if (!automaton) {
      warn(draft.pointer("format"), "the format " + in_quotes(name) + " is not known here, so it is not checked",
           "use `pattern` to check it");
    } else if (most == 0) {
      writer_.add(draft.node, Rule::format, Operand::automaton, *automaton);
      explain(draft.node, name);
    } else {
      const Node node = writer_.add_node();
      writer_.add(node, Rule::format, Operand::automaton, *automaton);
      writer_.add(node, Rule::count_length);
      writer_.add(node, Rule::max_length, Operand::number, most);
      start_group(draft);
      writer_.add(draft.node, Rule::branch, Operand::node, node);
      writer_.add(draft.node, Rule::format_of, Operand::number, 1);
      explain(draft.node, name);
    }
  }
  if (draft.get("minLength") == nullptr && draft.get("maxLength") == nullptr) return;
  writer_.add(draft.node, Rule::count_length);
  draft.has_count = true;
  add_count(draft, "minLength", Rule::min_length);
  add_count(draft, "maxLength", Rule::max_length);
}

}  // namespace waymark::plan
