#include "native/plan/rule_name.hpp"

#include <algorithm>
#include <iterator>

namespace waymark::plan {
namespace {

constexpr std::string_view names =
    "type const enum false anyOf oneOf enum not oneOf "
    "multipleOf minimum maximum exclusiveMinimum exclusiveMaximum "
    "pattern format minLength format maxLength "
    "uniqueItems minItems contains minContains maxItems maxContains items additionalItems "
    "required dependentRequired dependencies minProperties maxProperties propertyNames additionalProperties "
    "depth work ";

// Whose names these are.
constexpr Rule rules[] = {
    Rule::type,
    Rule::const_,
    Rule::one_of_texts,
    Rule::false_,
    Rule::any_of,
    Rule::one_of,
    Rule::enum_,
    Rule::not_,
    Rule::one_of_many,
    Rule::multiple_of,
    Rule::minimum,
    Rule::maximum,
    Rule::exclusive_minimum,
    Rule::exclusive_maximum,
    Rule::pattern,
    Rule::format,
    Rule::min_length,
    Rule::format_of,
    Rule::max_length,
    Rule::unique_items,
    Rule::min_items,
    Rule::contains,
    Rule::min_contains,
    Rule::max_items,
    Rule::max_contains,
    Rule::further_items,
    Rule::additional_items,
    Rule::required,
    Rule::dependent_required,
    Rule::dependencies,
    Rule::min_properties,
    Rule::max_properties,
    Rule::property_names,
    Rule::additional_properties,
    Rule::too_deep,
    Rule::too_much_work,
};

static_assert(std::count(names.begin(), names.end(), ' ') == std::ssize(rules));

}  // namespace

std::string_view rule_name(Rule rule) {
  std::string_view rest = names;
  for (const Rule candidate : rules) {
    const size_t size = rest.find(' ');
    if (candidate == rule) return rest.substr(0, size);
    rest.remove_prefix(size + 1);
  }
  return {};
}

}  // namespace waymark::plan
