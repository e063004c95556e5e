#include "native/collector/ping.hpp"

#include "core/stages/validation.hpp"
#include "native/collector/event_ids.hpp"
#include "native/collector/ingest.hpp"
#include "native/collector/json_split.hpp"

namespace waymark::collector {

std::variant<Refusal, Intake> take_ping(const Ping& ping, int64_t now_ms) {
  if (const Reason reason = stages::check_event_name(ping.event, true); reason != Reason::none) {
    return Refusal{400, name_of(reason), "e= is not a verb in snake_case of at most 64 bytes, like search", {}};
  }
  if (!is_word(ping.version, 32) || !is_word(ping.os, 32)) {
    return Refusal{400, reasons::wrong_type, "v= and os= take at most 32 letters, digits and . _ - +", {}};
  }
  Intake intake;
  EventRow row;
  row.ts_received = now_ms;
  row.event_id = fresh_id(now_ms);
  row.event_name = intake.text.keep(ping.event);
  if (!ping.version.empty()) row.app_version = intake.text.keep(ping.version);
  std::string properties = "{\"tool\":";
  append_quoted(properties, ping.tool);
  if (!ping.os.empty()) append_quoted(properties.append(",\"os\":"), ping.os);
  if (ping.count) properties.append(",\"count\":").append(std::to_string(*ping.count));
  if (ping.duration_ms) properties.append(",\"duration_ms\":").append(std::to_string(*ping.duration_ms));
  row.properties = intake.text.keep(properties + "}");
  intake.events.push_back(row);
  return intake;
}

}  // namespace waymark::collector
