#include "native/collector/fields.hpp"

namespace waymark::collector {
namespace {

constexpr std::string_view names[field_count] = {
    "event_name",  "event_id",    "sequence",     "timestamp",   "user_id", "anonymous_id",   "session_id",
    "sample_rate", "consent",     "plan_version", "app_version", "sdk",     "properties",     "context",
    "write_key",   "instance_id", "sent_at",      "events",      "metrics", "client_reports", "reason",
    "purpose",     "count",       "profile",      "receipts"};

struct Alias {
  std::string_view name;
  Field field;
};
constexpr Alias server_names[] = {
    {"event", Field::event_name},     {"userId", Field::user_id},     {"anonymousId", Field::anonymous_id},
    {"sessionId", Field::session_id}, {"messageId", Field::event_id}, {"sentAt", Field::sent_at},
    {"writeKey", Field::write_key},
};

}  // namespace

std::string_view name_of(Field field) {
  return field < Field::none ? names[static_cast<size_t>(field)] : std::string_view();
}

Field field_of(std::string_view key, Spelling spelling) {
  for (size_t i = 0; i < field_count; ++i) {
    if (names[i] == key) return static_cast<Field>(i);
  }
  if (spelling == Spelling::server) {
    for (const Alias& alias : server_names) {
      if (alias.name == key) return alias.field;
    }
  }
  return Field::none;
}

}  // namespace waymark::collector
