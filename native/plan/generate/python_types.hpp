// The types of a model in Python 3.9: TypedDicts and aliases that mypy and its like check.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/plan/generate/type_model.hpp"

namespace waymark::plan {

class PythonTypes {
 public:
  // `taken`: names that the module uses itself, beside those of `typing`.
  PythonTypes(const TypeModel& model, const std::vector<std::string_view>& taken);

  std::string declarations() const;
  const std::string& name(size_t index) const { return names_[index]; }

 private:
  // With `quotes_names`, where names may stand further down and the type is evaluated at once.
  std::string print(const Type& type, bool quotes_names) const;
  std::string print_dict(const std::string& name, const std::vector<const Member*>& members, bool is_total) const;
  std::string print_record(size_t index) const;

  const TypeModel& model_;
  std::vector<std::string> names_;
  std::vector<std::string> required_names_;  // of the TypedDict that holds what is required, for each named type
  std::vector<std::string> optional_names_;
};

// `text` as a literal of a Python source file.
std::string python_literal(std::string_view text);

}  // namespace waymark::plan
