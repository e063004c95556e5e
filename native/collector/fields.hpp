// The names on the wire: what a member of a batch or an event is called, and where its value lies.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace waymark::collector {

enum class Field : uint8_t {
  event_name,
  event_id,
  sequence,
  timestamp,
  user_id,
  anonymous_id,
  session_id,
  sample_rate,
  consent,
  plan_version,
  app_version,
  sdk,
  properties,
  context,
  write_key,
  instance_id,
  sent_at,
  events,
  metrics,
  client_reports,
  reason,
  purpose,
  count,
  profile,
  receipts,
  none,
};
inline constexpr size_t field_count = static_cast<size_t>(Field::none);

// Stable name, as on the wire.
std::string_view name_of(Field field);

// Which spellings are read. `server` adds userId, anonymousId, sessionId, messageId, sentAt and `event`, as the
// field's server libraries write them.
enum class Spelling : uint8_t { waymark, server };

// The field that a key (unescaped) names; `none` for a name that is not ours, which is passed over.
Field field_of(std::string_view key, Spelling spelling);

// The JSON text of each member; a null view for one that is not there.
class FieldTexts {
 public:
  // False when the field is there already.
  bool add(Field field, std::string_view text) {
    std::string_view& slot = texts_[static_cast<size_t>(field)];
    if (slot.data()) return false;
    slot = text;
    return true;
  }
  // False when the field is not there.
  bool remove(Field field) {
    std::string_view& slot = texts_[static_cast<size_t>(field)];
    if (!slot.data()) return false;
    slot = {};
    return true;
  }
  std::string_view operator[](Field field) const { return texts_[static_cast<size_t>(field)]; }
  // There, and not null.
  bool has(Field field) const { return (*this)[field].data() && (*this)[field] != "null"; }

 private:
  std::array<std::string_view, field_count> texts_{};
};

}  // namespace waymark::collector
