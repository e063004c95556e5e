#include "native/plan/schema_walk.hpp"

#include <charconv>

#include "core/text/words.hpp"

namespace waymark::plan {
namespace {

constexpr size_t most_references = 64;  // longer chains are circles

std::optional<size_t> index_of(std::string_view step) {
  size_t index = 0;
  const char* const stop = step.data() + step.size();
  const auto [end, error] = std::from_chars(step.data(), stop, index);
  if (error != std::errc() || end != stop) return {};
  return index;
}

// A URI fragment's %XX sequences as bytes.
std::string decode_percents(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && text::hex_value(text[i + 1]) >= 0 && text::hex_value(text[i + 2]) >= 0;
    if (!escaped) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(text::hex_value(text[i + 1]) << 4 | text::hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

}  // namespace

const Json* find_at(const Json& root, std::string_view pointer) {
  const Json* value = &root;
  for (const std::string& step : steps_of(pointer)) {
    if (value->is_object()) {
      value = member_of(*value, step);
    } else if (value->is_array()) {
      const auto index = index_of(step);
      value = index && *index < value->size() ? &(*value)[*index] : nullptr;
    } else {
      value = nullptr;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

const Json* resolve(const Scope& scope, const Json& schema) {
  const Json* at = &schema;
  for (size_t i = 0; i < most_references; ++i) {
    const Json* const reference = member_of(*at, "$ref");
    if (reference == nullptr || !reference->is_string()) return at;
    const auto& text = reference->get_ref<const std::string&>();
    if (text.empty() || text[0] != '#' || (text.size() > 1 && text[1] != '/')) return nullptr;
    const std::string pointer = decode_percents(std::string_view(text).substr(1));
    at = find_at(scope.whole, pointer);
    if (at == nullptr) at = find_at(scope.root, pointer);
    if (at == nullptr) return nullptr;
  }
  return nullptr;
}

std::vector<PlacedSchema> schemas_of(const PlanDocument& plan) {
  std::vector<PlacedSchema> schemas;
  const auto add = [&](const Json& schema, std::string pointer, std::string_view event) {
    if (!schema.is_null()) schemas.push_back({&schema, std::move(pointer), event});
  };
  for (const EventPlan& event : plan.events) {
    add(event.properties, child("/events", event.name) + "/properties", event.name);
  }
  add(plan.context, "/context", {});
  add(plan.user_traits, "/traits/user", {});
  add(plan.group_traits, "/traits/group", {});
  return schemas;
}

const Json* member_of(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto place = object.find(std::string(name));
  return place == object.end() ? nullptr : &*place;
}

std::string_view text_of(const Json& object, std::string_view name) {
  const Json* const member = member_of(object, name);
  return member != nullptr && member->is_string() ? std::string_view(member->get_ref<const std::string&>())
                                                  : std::string_view();
}

}  // namespace waymark::plan
