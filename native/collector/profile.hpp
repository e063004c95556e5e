// How much of whom its events belong to a batch may say, and what is taken away of what it says all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/collector/fields.hpp"

namespace waymark::collector {

enum class Profile : uint8_t {
  full,
  cookieless,  // no ids: nobody was asked yet
  anonymous,   // no ids, no page, no times but the day, no free text
};

// Stable name, as on the wire.
std::string_view name_of(Profile profile);

// The profile of a batch, full when `json` is not given; none for a name that is not one.
std::optional<Profile> read_profile(std::string_view json);

// How often each thing came that does not belong to the profile.
struct Stripped {
  std::string_view field;
  uint32_t count = 0;
};
using StrippedFields = std::vector<Stripped>;

// Takes the members that do not belong to the profile from a batch or an event, and counts them.
void strip_fields(Profile profile, FieldTexts& fields, StrippedFields& stripped);

// The same of a good context: the anonymous profile has no page.
std::string strip_context(std::string_view context, StrippedFields& stripped);

}  // namespace waymark::collector
