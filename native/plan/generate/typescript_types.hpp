// The types of a model in TypeScript: for track.ts, and for the declarations of the Node module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/plan/generate/type_model.hpp"

namespace waymark::plan {

class TypeScriptTypes {
 public:
  // `taken`: type names that the file uses itself.
  TypeScriptTypes(const TypeModel& model, const std::vector<std::string_view>& taken);

  // Exported interfaces and type aliases, then `Events`, `EventName`, `EventProperties`, `EventArguments`.
  // `rest`: what may follow the properties in a call, for example "options?: TrackOptions".
  std::string declarations(std::string_view rest) const;

  // The call signatures of a function that takes an event's name and its properties: one for each event, with its
  // documentation, then one for names that are not literals. `result`: what the function returns.
  std::string signatures(std::string_view rest, std::string_view result) const;

  const std::string& name(size_t index) const { return names_[index]; }

 private:
  std::string print(const Type& type) const;
  std::string print_tuple(const Type& tuple) const;
  std::string print_record(const Type& record) const;

  const TypeModel& model_;
  std::vector<std::string> names_;
};

}  // namespace waymark::plan
