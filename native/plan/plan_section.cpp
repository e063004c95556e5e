#include "native/plan/plan_section.hpp"

#include <algorithm>
#include <map>

#include "native/plan/json_text.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

bool has_odd_bytes(std::string_view name) {
  return std::any_of(name.begin(), name.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F || c == '"' || c == '\\'; });
}

}  // namespace

Section::Section(const Json& value, std::string pointer, std::string_view what,
                 const std::vector<std::string_view>& known, Findings& findings)
    : value_(value), pointer_(std::move(pointer)), findings_(findings) {
  if (!value.is_object()) {
    report(pointer_, std::string(what) + " must be an object and is " + std::string(kind_of(value)),
           "write {…} with " + either_of(known));
    return;
  }
  for (const auto& [name, member] : value.items()) {
    if (findings_.size() >= most_findings) return;
    if (name == "$comment" || std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string hint = did_you_mean(name, known);
    if (hint.empty()) hint = "take it away, or use " + either_of(known);
    report(at(name), in_quotes(name) + " is no member of " + std::string(what), std::move(hint));
  }
}

std::string Section::at(std::string_view name) const { return child(pointer_, name); }

void Section::report(std::string pointer, std::string message, std::string hint) {
  if (findings_.size() >= most_findings) return;
  findings_.push_back({Severity::error, std::move(pointer), std::move(message), std::move(hint)});
}

void Section::report_type(std::string_view name, std::string_view wanted, const Json& found) {
  report(at(name), in_quotes(name) + " must be " + std::string(wanted) + " and is " + std::string(kind_of(found)),
         "write " + std::string(wanted));
}

const Json* Section::find(std::string_view name) const {
  if (!value_.is_object()) return nullptr;
  const auto place = value_.find(std::string(name));
  return place == value_.end() ? nullptr : &*place;
}

const Json* Section::require(std::string_view name, std::string hint) {
  const Json* const member = find(name);
  if (member == nullptr && value_.is_object()) report(pointer_, in_quotes(name) + " is missing", std::move(hint));
  return member;
}

void Section::read_text(std::string_view name, std::string& text) {
  const Json* const member = find(name);
  if (member == nullptr) return;
  if (!member->is_string()) return report_type(name, "a string", *member);
  text = member->get<std::string>();
}

std::optional<size_t> Section::choose(const Json& value, const std::string& pointer,
                                      const std::vector<std::string_view>& words) {
  if (!value.is_string()) {
    report(pointer, "the value must be " + either_of(words) + " and is " + std::string(kind_of(value)),
           "write one of them between quotes");
    return {};
  }
  const auto& word = value.get_ref<const std::string&>();
  for (size_t i = 0; i < words.size(); ++i) {
    if (word == words[i]) return i;
  }
  if (findings_.size() >= most_findings) return {};
  std::string hint = did_you_mean(word, words);
  if (hint.empty()) hint = "write one of them";
  report(pointer, in_quotes(word) + " is not " + either_of(words), std::move(hint));
  return {};
}

void Section::read_schema(std::string_view name, bool of_objects, Json& schema) {
  const Json* const member = find(name);
  if (member == nullptr) return;
  if (!member->is_object() && !member->is_boolean()) return report_type(name, "a JSON Schema (an object)", *member);
  schema = *member;
  if (!of_objects || !schema.is_object()) return;
  const auto type = schema.find("type");
  if (type == schema.end() || *type == "object") return;
  if (type->is_array() && std::find(type->begin(), type->end(), Json("object")) != type->end()) return;
  report(child(at(name), "type"), in_quotes(name) + " is always an object, and this `type` allows none",
         "write \"type\": \"object\"");
}

void Section::read_names(std::string_view name, size_t most, size_t bytes, std::vector<std::string>& names) {
  const Json* const list = find(name);
  if (list == nullptr) return;
  if (!list->is_array()) return report_type(name, "an array of strings", *list);
  if (list->size() > most) {
    const std::string counts = std::to_string(list->size()) + " entries and may have " + std::to_string(most);
    return report(at(name), in_quotes(name) + " has " + counts, "take some away");
  }
  for (size_t i = 0; i < list->size(); ++i) {
    const Json& entry = (*list)[i];
    const std::string pointer = child(at(name), i);
    if (!entry.is_string()) {
      report(pointer, "an entry of " + in_quotes(name) + " must be a string and is " + std::string(kind_of(entry)),
             "write it between quotes");
      continue;
    }
    names.push_back(entry.get<std::string>());
    check_name(names.back(), pointer, "the entry", bytes);
  }
}

void Section::read_each(
    std::string_view name, std::string_view what, size_t name_bytes,
    const std::function<void(const std::string& name, const Json& value, const std::string& pointer)>& read_one) {
  const Json* const by_name = find(name);
  if (by_name == nullptr) return;
  if (!by_name->is_object()) return report_type(name, "an object by name", *by_name);
  std::vector<std::string> names;
  std::vector<std::string> pointers;
  for (const auto& [key, value] : by_name->items()) {
    const std::string pointer = child(at(name), key);
    check_name(key, pointer, what, name_bytes);
    names.push_back(key);
    pointers.push_back(pointer);
    read_one(key, value, pointer);
  }
  check_spellings(names, pointers, what);
}

void Section::check_name(std::string_view name, const std::string& pointer, std::string_view what, size_t bytes) {
  if (!name.empty() && name.size() <= bytes && !has_odd_bytes(name)) return;
  std::string message = std::string(what) + ' ' + in_quotes(name);
  if (name.empty()) {
    message = "an empty name";
  } else if (name.size() > bytes) {
    message += " has " + std::to_string(name.size()) + " bytes and may have " + std::to_string(bytes);
  } else {
    message += " has a quote, a backslash or a control character";
  }
  report(pointer, std::move(message), "choose a short name in plain letters");
}

void Section::check_spellings(const std::vector<std::string>& names, const std::vector<std::string>& pointers,
                              std::string_view what) {
  std::map<std::string, std::string> first;  // name by spelling
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string key = spelling_key(names[i]);
    if (key.empty()) continue;
    const auto [place, is_new] = first.emplace(key, names[i]);
    if (is_new) continue;
    const std::string fault =
        place->second == names[i] ? " is listed twice" : " is another spelling of " + in_quotes(place->second);
    report(pointers[i], std::string(what) + ' ' + in_quotes(names[i]) + fault, "keep one of them");
  }
}

std::string_view kind_of(const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "true or false";
    case Json::value_t::null:
      return "null";
    default:
      return "a number";
  }
}

}  // namespace waymark::plan
