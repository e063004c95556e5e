#include "native/collector/ingest.hpp"

#include <algorithm>
#include <array>

#include "core/limits.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/clock.hpp"
#include "native/collector/context.hpp"
#include "native/collector/event_ids.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

constexpr uint64_t exact_integer = 1ull << 53;
constexpr std::string_view usual_purpose = "analytics";
constexpr std::string_view gpc_denied = "gpc_denied";

// The fields that a batch may give once for all its events.
constexpr Field shareable[] = {Field::user_id,      Field::anonymous_id, Field::session_id, Field::consent,
                               Field::plan_version, Field::app_version,  Field::sdk,        Field::context};

}  // namespace

// What a batch says once for all.
struct Ingest::Shared {
  EventRow defaults;
  std::optional<std::string> instance_id;  // as it came: ids are computed from it
  std::array<Outcome, field_count> bad;    // why a default cannot be used
  std::optional<Conformance::Fault> context_fault;
  Profile profile = Profile::full;
  bool is_opted_out = false;
  StrippedFields stripped;
};

Ingest::Ingest(const PrivacyAllowances& allowed, std::string plan, std::vector<std::string> gpc_purposes)
    : gpc_purposes_(std::move(gpc_purposes)), conformance_(std::move(plan)), reader_(allowed, conformance_.plan()) {}

Outcome Ingest::read_field(Field field, std::string_view json, TextArena& text, EventRow& row) {
  switch (field) {
    case Field::user_id:
      return reader_.read_id(json, field, text, row.user_id);
    case Field::anonymous_id:
      return reader_.read_id(json, field, text, row.anonymous_id);
    case Field::session_id:
      return reader_.read_id(json, field, text, row.session_id);
    case Field::app_version:
      return reader_.read_id(json, field, text, row.app_version);
    case Field::plan_version:
      return reader_.read_id(json, field, text, row.plan_version);
    case Field::consent:
      return reader_.read_purposes(json, text, row.consent);
    case Field::sdk:
      return reader_.read_object(json, field, plan::no_node, text, row.sdk);
    case Field::context: {
      const std::string_view shared = row.context;
      auto bad = reader_.read_object(json, field, plan::no_node, text, row.context);
      if (!bad && shared.size() > 2) row.context = text.keep(merge_context(shared, row.context));
      return bad;
    }
    default:
      return {};
  }
}

void Ingest::read_shared(const FieldTexts& fields, TextArena& text, Shared& shared) {
  for (const Field field : shareable) {
    if (!fields.has(field)) continue;
    Outcome& bad = shared.bad[static_cast<size_t>(field)];
    if (fields[field].size() > bounds::shared_member_bytes) {
      bad = Bad{name_of(Reason::event_too_large), pointer(field)};
    } else {
      bad = read_field(field, fields[field], text, shared.defaults);
    }
  }
  keep_context(shared, text, shared.defaults);
  shared.context_fault = conformance_.find_context_fault(shared.defaults.context);
}

Outcome Ingest::read_identity(const FieldTexts& fields, const Shared& shared, TextArena& text, EventRow& row) {
  for (const Field field : shareable) {
    const std::string_view json = fields[field];
    if (!json.data()) {
      if (const Outcome& bad = shared.bad[static_cast<size_t>(field)]) return bad;
      continue;
    }
    if (json == "null") {
      clear_field(field, row);
      continue;
    }
    if (auto bad = read_field(field, json, text, row)) return bad;
  }
  return {};
}

void Ingest::clear_field(Field field, EventRow& row) {
  const std::pair<Field, std::string_view*> texts[] = {{Field::user_id, &row.user_id},
                                                       {Field::anonymous_id, &row.anonymous_id},
                                                       {Field::session_id, &row.session_id},
                                                       {Field::app_version, &row.app_version},
                                                       {Field::plan_version, &row.plan_version},
                                                       {Field::consent, &row.consent},
                                                       {Field::sdk, &row.sdk},
                                                       {Field::context, &row.context}};
  for (const auto& [name, text] : texts) {
    if (name == field) *text = {};
  }
}

// Whether the event is for one of the purposes that Global Privacy Control denies: by its own word or the plan's.
bool Ingest::is_opted_out(const EventRow& row, uint32_t event) const {
  const auto is_denied = [this](std::string_view purpose) {
    return std::find(gpc_purposes_.begin(), gpc_purposes_.end(), purpose) != gpc_purposes_.end();
  };
  const plan::Plan* const plan = conformance_.plan();
  if (row.purpose.data() && is_denied(row.purpose)) return true;
  if (!plan || event == plan::no_node) return !row.purpose.data() && is_denied(usual_purpose);
  ArraySplitter purposes(plan->purposes());
  std::string name;
  for (uint32_t i = 0; i <= plan->purpose(event); ++i) {
    if (purposes.next() != Step::part || !read_json_string(purposes.value(), name)) return false;
  }
  return is_denied(name);
}

// The id that makes a redelivery known. In the anonymous profile no time takes part, since none may be stored.
void Ingest::identify(std::string_view given_id, const Shared& shared, EventRow& row) const {
  const bool is_anonymous = shared.profile == Profile::anonymous;
  if (const auto uuid = parse_uuid(given_id)) {
    row.event_id = *uuid;
  } else if (shared.instance_id && row.sequence && (row.ts_client || is_anonymous)) {
    row.event_id = computed_id(*shared.instance_id, *row.sequence, is_anonymous ? 0 : *row.ts_client);
  } else {
    row.event_id = fresh_id(row.ts_received);
  }
  if (shared.profile != Profile::full) row.sequence.reset();  // it would tell the events of one page from others
}

void Ingest::keep_context(Shared& shared, TextArena& text, EventRow& row) const {
  if (shared.profile != Profile::anonymous || row.context.empty()) return;
  row.context = text.keep(strip_context(row.context, shared.stripped));
}

Outcome Ingest::read_event(std::string_view json, Spelling spelling, Shared& shared, TextArena& text, EventRow& row) {
  if (json.size() > limits::event_bytes) return Bad{name_of(Reason::event_too_large), ""};
  FieldTexts fields;
  if (auto bad = FieldReader::read_members(json, spelling, fields)) return bad;
  row = shared.defaults;
  strip_fields(shared.profile, fields, shared.stripped);
  if (auto bad = reader_.read_name(fields[Field::event_name], text, row.event_name)) return bad;
  if (auto bad = FieldReader::read_numbers(fields, row)) return bad;
  if (auto bad = reader_.read_purpose(fields, text, row.purpose)) return bad;
  const uint32_t event = conformance_.event(row.event_name);
  if (shared.is_opted_out && is_opted_out(row, event)) return Bad{gpc_denied, pointer(Field::purpose)};
  if (auto bad = read_identity(fields, shared, text, row)) return bad;
  if (fields.has(Field::context)) keep_context(shared, text, row);
  const std::string_view properties = fields.has(Field::properties) ? fields[Field::properties] : "{}";
  if (auto bad = reader_.read_object(properties, Field::properties, event, text, row.properties)) return bad;
  // Of what is anonymous only the texts that the plan lists stay, so each has to be one of them.
  const bool is_anonymous = shared.profile == Profile::anonymous;
  auto fault = conformance_.find_fault(event, properties, is_anonymous);
  const bool is_violation = fault && fault->reason == name_of(Reason::plan_violation);
  if (is_anonymous && is_violation) return Bad{fault->reason, fault->path, fault->rule};
  if (!fault)
    fault = fields[Field::context].data() ? conformance_.find_context_fault(row.context) : shared.context_fault;
  if (fault && conformance_.refuses()) return Bad{fault->reason, fault->path, fault->rule};
  if (fault) tell(*fault, text, row);
  std::string given;
  if (fields.has(Field::event_id) && !read_json_string(fields[Field::event_id], given)) {
    return Bad{reasons::wrong_type, pointer(Field::event_id)};
  }
  identify(given, shared, row);
  return {};
}

Outcome Ingest::read_report(std::string_view json, const Shared& shared, TextArena& text, ReportRow& row) {
  FieldTexts fields;
  if (auto bad = FieldReader::read_members(json, Spelling::waymark, fields)) return bad;
  std::string reason;
  if (!read_json_string(fields[Field::reason], reason) || !is_word(reason, limits::id_bytes)) {
    return Bad{reasons::wrong_type, pointer(Field::reason)};
  }
  if (auto bad = reader_.read_purpose(fields, text, row.purpose)) return bad;
  const auto count = read_json_integer(fields[Field::count], exact_integer);
  if (!count) return Bad{reasons::out_of_range, pointer(Field::count)};
  EventRow numbers;
  if (auto bad = FieldReader::read_numbers(fields, numbers)) return bad;
  row.reason = text.keep(reason);
  row.count = static_cast<int64_t>(*count);
  row.sequence = numbers.sequence;
  row.instance_id = shared.defaults.instance_id;
  row.ts_received = shared.defaults.ts_received;
  row.id = row.sequence && shared.instance_id ? computed_id(*shared.instance_id, *row.sequence, 0)
                                              : fresh_id(row.ts_received);
  if (shared.profile != Profile::full) row.sequence.reset();
  return {};
}

Outcome Ingest::read_metrics(std::string_view json, const Shared& shared, TextArena& text, MetricsRow& row) {
  if (json.size() > limits::event_bytes) return Bad{name_of(Reason::event_too_large), ""};
  FieldTexts fields;
  if (auto bad = FieldReader::read_members(json, Spelling::waymark, fields)) return bad;
  EventRow numbers;
  if (auto bad = FieldReader::read_numbers(fields, numbers)) return bad;
  if (auto bad = reader_.read_object(json, Field::none, plan::no_node, text, row.raw)) return bad;
  row.sequence = numbers.sequence;
  row.instance_id = shared.defaults.instance_id;
  row.ts_received = shared.defaults.ts_received;
  row.id = row.sequence && shared.instance_id ? computed_id(*shared.instance_id, *row.sequence, 0)
                                              : fresh_id(row.ts_received);
  if (shared.profile != Profile::full) row.sequence.reset();
  return {};
}

// Says in the row of an event, which is kept all the same, what of the plan it breaks.
void Ingest::tell(const Conformance::Fault& fault, TextArena& text, EventRow& row) {
  std::string json = "{\"reason\":";
  append_quoted(json, fault.reason);
  append_quoted(json.append(",\"path\":"), reader_.redactor().plain(fault.path));
  if (!fault.rule.empty()) append_quoted(json.append(",\"rule\":"), fault.rule);
  row.fault = fault.reason;
  row.plan_violation = text.keep(json + '}');
}

// Of what says little of whom it is from nothing more than the reason is kept: the text may say more.
void Ingest::reject(Taken& taken, const Shared& shared, std::string_view json, const Bad& bad, std::string_view where) {
  RejectedRow row;
  row.ts_received = shared.defaults.ts_received;
  row.reason = bad.reason;
  row.rule = bad.rule;
  row.is_kept = bad.reason != gpc_denied;
  const bool keeps_text = shared.profile == Profile::full && !shared.is_opted_out;
  row.path = taken.intake.text.keep(reader_.redactor().plain(std::string(where) + (keeps_text ? bad.path : "")));
  row.raw = taken.intake.text.keep(keeps_text ? reader_.redactor().refused(json) : "");
  taken.intake.rejected.push_back(row);
}

std::variant<Refusal, Taken> Ingest::take(const Envelope& envelope, int64_t now_ms, const Sender& sender) {
  Taken taken;
  TextArena& text = taken.intake.text;
  Shared shared;
  FieldTexts fields = envelope.fields;

  const auto profile = read_profile(fields[Field::profile]);
  if (!profile) {
    return Refusal{400, "unknown_profile", "/profile is none of full, cookieless and anonymous; leave it out for full",
                   pointer(Field::profile)};
  }
  shared.profile = *profile;
  shared.is_opted_out = sender.is_opted_out && !gpc_purposes_.empty();
  shared.defaults.ts_received = shared.profile == Profile::anonymous ? day_of(now_ms) * day_ms : now_ms;
  shared.defaults.write_key = text.keep(envelope.write_key);
  if (shared.profile == Profile::cookieless && !sender.visitor_key.empty()) {
    shared.defaults.visitor_key = text.keep(sender.visitor_key);
  }
  reader_.allow_free_text(shared.profile != Profile::anonymous);
  // Of a single event, read_event does the same with the event.
  if (envelope.shape == Shape::batch) strip_fields(shared.profile, fields, shared.stripped);
  if (fields.has(Field::instance_id)) {
    std::string instance_id;
    if (!read_json_string(fields[Field::instance_id], instance_id) || instance_id.size() > limits::id_bytes) {
      return Refusal{400, name_of(Reason::id_too_long), "/instance_id is not a string of at most 64 bytes; shorten it",
                     pointer(Field::instance_id)};
    }
    if (shared.profile == Profile::full) {
      shared.defaults.instance_id =
          text.keep(is_random_id(instance_id) ? instance_id : reader_.redactor().plain(instance_id));
    }
    shared.instance_id = std::move(instance_id);
  }
  if (fields.has(Field::sent_at) && shared.profile != Profile::anonymous) {
    shared.defaults.ts_sent = read_json_time_ms(fields[Field::sent_at]);
    if (!shared.defaults.ts_sent) {
      return Refusal{400, reasons::bad_timestamp,
                     "/sent_at is not an RFC 3339 time; write it like 2024-11-14T10:23:45.123Z",
                     pointer(Field::sent_at)};
    }
  }
  if (envelope.shape == Shape::batch) read_shared(fields, text, shared);

  const Spelling spelling = envelope.shape == Shape::single ? Spelling::server : Spelling::waymark;
  for (size_t i = 0; i < envelope.events.size(); ++i) {
    EventRow row;
    if (auto bad = read_event(envelope.events[i], spelling, shared, text, row)) {
      reject(taken, shared, envelope.events[i], *bad, "");
      taken.rejected.push_back({i, bad->reason, bad->path, bad->rule});
    } else {
      row.index = static_cast<uint32_t>(i);
      taken.intake.events.push_back(row);
    }
  }
  // Blocks and reports that are not good are set apart too, but the answer's indices are those of events.
  for (size_t i = 0; i < envelope.client_reports.size(); ++i) {
    ReportRow row;
    if (auto bad = read_report(envelope.client_reports[i], shared, text, row)) {
      reject(taken, shared, envelope.client_reports[i], *bad, "/client_reports/" + std::to_string(i));
    } else {
      taken.intake.reports.push_back(row);
    }
  }
  for (size_t i = 0; i < envelope.metrics.size(); ++i) {
    MetricsRow row;
    if (auto bad = read_metrics(envelope.metrics[i], shared, text, row)) {
      reject(taken, shared, envelope.metrics[i], *bad, "/metrics/" + std::to_string(i));
    } else {
      taken.intake.metrics.push_back(row);
    }
  }
  taken.stripped = std::move(shared.stripped);
  return taken;
}

}  // namespace waymark::collector
