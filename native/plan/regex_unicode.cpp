#include "native/plan/regex_unicode.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "native/plan/regex_unicode_tables.hpp"

namespace waymark::plan {
namespace {

using namespace unicode_tables;

// Names of general categories, and the first and last of the categories that they stand for, by their short names
// (PropertyValueAliases.txt of Unicode). category_names is ordered so that each is one run.
struct CategoryNames {
  std::string_view names;
  std::string_view first;
  std::string_view last;
};
constexpr CategoryNames categories[] = {
    {"LC Cased_Letter", "Lu", "Lt"},
    {"Lu Uppercase_Letter", "Lu", "Lu"},
    {"Ll Lowercase_Letter", "Ll", "Ll"},
    {"Lt Titlecase_Letter", "Lt", "Lt"},
    {"Lm Modifier_Letter", "Lm", "Lm"},
    {"Lo Other_Letter", "Lo", "Lo"},
    {"L Letter", "Lu", "Lo"},
    {"Mn Nonspacing_Mark", "Mn", "Mn"},
    {"Mc Spacing_Mark", "Mc", "Mc"},
    {"Me Enclosing_Mark", "Me", "Me"},
    {"M Mark Combining_Mark", "Mn", "Me"},
    {"Nd Decimal_Number digit", "Nd", "Nd"},
    {"Nl Letter_Number", "Nl", "Nl"},
    {"No Other_Number", "No", "No"},
    {"N Number", "Nd", "No"},
    {"Pc Connector_Punctuation", "Pc", "Pc"},
    {"Pd Dash_Punctuation", "Pd", "Pd"},
    {"Ps Open_Punctuation", "Ps", "Ps"},
    {"Pe Close_Punctuation", "Pe", "Pe"},
    {"Pi Initial_Punctuation", "Pi", "Pi"},
    {"Pf Final_Punctuation", "Pf", "Pf"},
    {"Po Other_Punctuation", "Po", "Po"},
    {"P Punctuation punct", "Pc", "Po"},
    {"Sm Math_Symbol", "Sm", "Sm"},
    {"Sc Currency_Symbol", "Sc", "Sc"},
    {"Sk Modifier_Symbol", "Sk", "Sk"},
    {"So Other_Symbol", "So", "So"},
    {"S Symbol", "Sm", "So"},
    {"Zs Space_Separator", "Zs", "Zs"},
    {"Zl Line_Separator", "Zl", "Zl"},
    {"Zp Paragraph_Separator", "Zp", "Zp"},
    {"Z Separator", "Zs", "Zp"},
    {"Cc Control cntrl", "Cc", "Cc"},
    {"Cf Format", "Cf", "Cf"},
    {"Cs Surrogate", "Cs", "Cs"},
    {"Co Private_Use", "Co", "Co"},
    {"Cn Unassigned", "Cn", "Cn"},
    {"C Other", "Cc", "Cn"},
};

constexpr size_t none = SIZE_MAX;

// Whether `name` is one of `names`, which blanks part.
bool lists(std::string_view names, std::string_view name) {
  for (size_t from = 0; from <= names.size();) {
    const size_t to = std::min(names.find(' ', from), names.size());
    if (names.substr(from, to - from) == name) return true;
    from = to + 1;
  }
  return false;
}

// The place of the entry of `list`, whose entries ';' parts, that has `name`; or none.
size_t find_name(std::string_view list, std::string_view name) {
  if (name.empty()) return none;
  size_t place = 0;
  for (size_t from = 0; from <= list.size(); ++place) {
    const size_t to = std::min(list.find(';', from), list.size());
    if (lists(list.substr(from, to - from), name)) return place;
    from = to + 1;
  }
  return none;
}

// Reads the numbers of a table; the digits are described in regex_unicode.mjs.
class Numbers {
 public:
  explicit Numbers(std::string_view digits) : digits_(digits) {}
  bool more() const { return at_ < digits_.size(); }
  uint32_t next() {
    uint32_t value = 0;
    for (uint32_t weight = 1; more(); weight *= 45) {
      const char c = digits_[at_++];
      const auto digit = static_cast<uint32_t>((c == ' ' ? '\\' : c == '!' ? '?' : c) - '#');
      value += digit % 45 * weight;
      if (digit < 45) break;
    }
    return value;
  }

 private:
  std::string_view digits_;
  size_t at_ = 0;
};

// The code points whose property has a place between `first` and `last`.
CodeSet from_runs(std::string_view table, size_t first, size_t last) {
  CodeSet set;
  Numbers numbers(table);
  for (uint32_t code = 0; numbers.more();) {
    const uint32_t length = numbers.next();
    const uint32_t place = numbers.next();
    if (place >= first && place <= last) set.add(code, code + length - 1);
    code += length;
  }
  return set;
}

// What is inside by the next runs, a number of runs and their lengths; the last one, to the end, is not written.
CodeSet next_set(Numbers& numbers) {
  CodeSet set;
  uint32_t code = 0;
  const uint32_t count = numbers.next();
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t length = numbers.next();
    if (i % 2 == 1) set.add(code, code + length - 1);
    code += length;
  }
  if (count % 2 == 1) set.add(code, last_code_point);
  return set;
}

CodeSet difference(const CodeSet& a, const CodeSet& b) {
  CodeSet either = a.intersection(b.complement());
  either.add(b.intersection(a.complement()));
  return either;
}

std::optional<CodeSet> category(std::string_view name) {
  for (const CategoryNames& entry : categories) {
    if (!lists(entry.names, name)) continue;
    return from_runs(category_runs, find_name(category_names, entry.first), find_name(category_names, entry.last));
  }
  return std::nullopt;
}

std::optional<CodeSet> script(std::string_view name, bool with_extensions) {
  const size_t place = find_name(script_names, name);
  if (place == none) return std::nullopt;
  CodeSet set = from_runs(script_runs, place, place);
  if (!with_extensions) return set;
  Numbers numbers(script_extension_runs);
  for (size_t i = 0; i < place; ++i) next_set(numbers);
  return difference(set, next_set(numbers));
}

std::optional<CodeSet> binary(std::string_view name) {
  if (name == "Any") return CodeSet{{0, last_code_point}};
  if (name == "ASCII") return CodeSet{{0, 0x7F}};
  if (name == "Assigned") return category("Cn")->complement();
  const size_t place = find_name(binary_names, name);
  if (place == none) return std::nullopt;
  Numbers numbers(binary_runs);
  std::vector<CodeSet> sets{{}};
  for (size_t i = 0; i <= place; ++i) {
    const CodeSet& like = sets[numbers.next()];
    CodeSet set = difference(like, next_set(numbers));
    sets.push_back(std::move(set));
  }
  return std::move(sets.back());
}

}  // namespace

std::optional<CodeSet> unicode_property(std::string_view name, std::string_view value) {
  if (name.find(' ') != std::string_view::npos || value.find(' ') != std::string_view::npos) return std::nullopt;
  if (value.empty()) {
    std::optional<CodeSet> set = category(name);
    return set ? set : binary(name);
  }
  if (name == "General_Category" || name == "gc") return category(value);
  if (name == "Script" || name == "sc") return script(value, false);
  if (name == "Script_Extensions" || name == "scx") return script(value, true);
  return std::nullopt;
}

std::string_view unicode_version() { return version; }

}  // namespace waymark::plan
