// The envelope: how events, reports and batches stand in JSON. The only file that knows it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config.hpp"
#include "core/stages/identity.hpp"
#include "core/text/json_write.hpp"

namespace waymark::wire {

using text::JsonWriter;

// An event is begun when it is tracked and finished when it is accepted, so that a held one has neither sequence nor
// identity: {"event_name":  then the name, quoted, ,"properties":  then clean JSON, then
//           ,"sequence":17,"timestamp":"…","sample_rate":0.1,"purpose":"…"}
void begin_event(JsonWriter& out);
void begin_properties(JsonWriter& out);
// `sample_rate` and `purpose` are written unless they are empty. In the anonymous profile no time is.
void finish_event(JsonWriter& out, const Config& config, uint32_t sequence, double time_ms,
                  std::string_view sample_rate, std::string_view purpose);
// The name of an event that was begun, as it stands in JSON.
std::string_view name_of_event(std::string_view begun);

// {"sequence":19,"reason":"queue_full","purpose":"analytics","count":3}
void write_report(JsonWriter& out, uint32_t sequence, std::string_view reason, std::string_view purpose,
                  uint32_t count);

// What is known of whom the events of a batch belong to.
enum class Profile : uint8_t {
  full,
  cookieless,  // no ids, since nobody was asked yet
  anonymous,   // no ids, no page and no times
};

// What the events of a batch have in common, as members: instance, ids, consent and context, of which `page` becomes
// one member more than `rest` has; and the profile unless it is full.
void write_shared(JsonWriter& out, const Config& config, Profile profile, const stages::Identity& identity,
                  Purposes granted, std::string_view rest, std::string_view page);

void begin_batch(JsonWriter& out, const Config& config, double sent_at_ms, std::string_view shared);
enum class List : uint8_t { events, client_reports };
void begin_list(JsonWriter& out, List list);
// Upper bounds on the bytes that the lists' own names and brackets take, and those of an event beside its properties.
inline constexpr size_t around_lists = 48;
inline constexpr size_t around_event = 1024;

}  // namespace waymark::wire
