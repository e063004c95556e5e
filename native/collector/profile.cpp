#include "native/collector/profile.hpp"

#include <algorithm>
#include <array>

#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

constexpr std::string_view names[] = {"full", "cookieless", "anonymous"};

constexpr Field ids[] = {Field::user_id, Field::anonymous_id, Field::session_id};
// An event's id may be a UUIDv7, which tells the time (RFC 9562 5.7).
constexpr Field times[] = {Field::sent_at, Field::timestamp, Field::event_id};

void count(StrippedFields& stripped, std::string_view field) {
  const auto known = std::find_if(stripped.begin(), stripped.end(), [&](auto& one) { return one.field == field; });
  if (known == stripped.end()) {
    stripped.push_back({field, 1});
  } else {
    ++known->count;
  }
}

}  // namespace

std::string_view name_of(Profile profile) { return names[static_cast<size_t>(profile)]; }

std::optional<Profile> read_profile(std::string_view json) {
  if (!json.data() || json == "null") return Profile::full;
  std::string name;
  if (!read_json_string(json, name)) return {};
  for (size_t i = 0; i < std::size(names); ++i) {
    if (names[i] == name) return static_cast<Profile>(i);
  }
  return {};
}

void strip_fields(Profile profile, FieldTexts& fields, StrippedFields& stripped) {
  if (profile == Profile::full) return;
  for (const Field field : ids) {
    if (fields.remove(field)) count(stripped, name_of(field));
  }
  if (profile == Profile::cookieless) return;
  for (const Field field : times) {
    if (fields.remove(field)) count(stripped, name_of(field));
  }
}

std::string strip_context(std::string_view context, StrippedFields& stripped) {
  std::string out = "{";
  for (ObjectSplitter members(context); members.next() == Step::part;) {
    std::string key(members.key().size(), '\0');
    key.resize(unescape_json(members.key(), key.data()));
    if (key == "page") {
      count(stripped, "page");
      continue;
    }
    if (out.size() > 1) out += ',';
    out.append("\"").append(members.key()).append("\":").append(members.value());
  }
  return out + "}";
}

}  // namespace waymark::collector
