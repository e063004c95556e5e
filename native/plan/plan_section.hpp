// One object of a plan document while it is read: its members by name, and an error for each that is not as it should
// be.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

class Section {
 public:
  // `what` completes "is no member of …". Members that are not `known` are errors, and so is a value that is no object.
  // `value` and `findings` must outlive the section.
  Section(const Json& value, std::string pointer, std::string_view what, const std::vector<std::string_view>& known,
          Findings& findings);

  const std::string& pointer() const { return pointer_; }
  std::string at(std::string_view name) const;  // the pointer to a member
  Findings& findings() { return findings_; }

  void report(std::string pointer, std::string message, std::string hint);
  // "`name` must be an array and is a string"; `wanted` is "an array".
  void report_type(std::string_view name, std::string_view wanted, const Json& found);

  // The member, or nullptr.
  const Json* find(std::string_view name) const;
  // The same; an error if it is not there.
  const Json* require(std::string_view name, std::string hint);

  // Members that are not there leave the value as it is; those of another type do too and are errors.
  void read_text(std::string_view name, std::string& text);
  // Which of `words` the value at `pointer` is; an error if none.
  std::optional<size_t> choose(const Json& value, const std::string& pointer,
                               const std::vector<std::string_view>& words);
  // A JSON Schema: an object, true or false. With `of_objects`, its `type` must allow an object.
  void read_schema(std::string_view name, bool of_objects, Json& schema);
  // An array of at most `most` names of 1 to `bytes` bytes each.
  void read_names(std::string_view name, size_t most, size_t bytes, std::vector<std::string>& names);
  // An object by name; no two names may be spellings of each other. `what` is "the event".
  void read_each(std::string_view name, std::string_view what, size_t name_bytes,
                 const std::function<void(const std::string& name, const Json& value, const std::string& pointer)>&);

  // An error unless `name`, which `pointer` leads to, has 1 to `bytes` bytes and no quote, backslash or control
  // character.
  void check_name(std::string_view name, const std::string& pointer, std::string_view what, size_t bytes);
  // An error for each name that is another spelling of one before it.
  void check_spellings(const std::vector<std::string>& names, const std::vector<std::string>& pointers,
                       std::string_view what);

 private:
  const Json& value_;
  std::string pointer_;
  Findings& findings_;
};

// "an object", "a string", "true or false".
std::string_view kind_of(const Json& value);

}  // namespace waymark::plan
