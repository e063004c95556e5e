#include "native/collector/ingest.hpp"

#include <array>

#include "core/limits.hpp"
#include "core/stages/validation.hpp"
#include "core/text/json_path.hpp"
#include "core/text/json_scan.hpp"
#include "core/text/json_write.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/context.hpp"
#include "native/collector/event_ids.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

using text::JsonScanner;
using text::JsonWriter;
using text::Token;

// A clean copy may be longer than what came: `\n` is written as `\u000a`, and a marker may replace one character.
constexpr size_t clean_bytes = 4 * limits::event_bytes + 4096;

constexpr uint64_t exact_integer = 1ull << 53;

// The fields that a batch may give once for all its events.
constexpr Field shareable[] = {Field::user_id,      Field::anonymous_id, Field::session_id, Field::consent,
                               Field::plan_version, Field::app_version,  Field::sdk,        Field::context};

// RFC 6901; empty for `none`, which stands for the whole.
std::string pointer(Field field) { return field == Field::none ? "" : "/" + std::string(name_of(field)); }

// The pointer to a member whose name is not ours; the name may be as long as the event.
std::string pointer_to_key(std::string_view key) {
  std::string out = "/";
  for (const char c : key.substr(0, limits::key_bytes)) {
    if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else {
      out += c;
    }
  }
  return out;
}

Reason check_json(std::string_view json) {
  JsonScanner scan(json);
  Token token = scan.next();
  while (token != Token::end && token != Token::error) token = scan.next();
  return scan.error();
}

}  // namespace

// What a batch says once for all.
struct Ingest::Shared {
  EventRow defaults;
  std::string instance_id;               // as it came: ids are computed from it
  std::array<Outcome, field_count> bad;  // why a default cannot be used
};

Ingest::Ingest(const PrivacyAllowances& allowed, std::string plan)
    : conformance_(std::move(plan)),
      url_parameters_(quoted_array(allowed.url_parameters)),
      allowed_keys_(quoted_array(allowed.keys)),
      rules_{url_parameters_, allowed_keys_, {}},
      inspector_(rules_),
      redactor_(inspector_, rules_),
      scratch_(clean_bytes, '\0') {}

Ingest::Outcome Ingest::read_name(std::string_view json, TextArena& text, EventRow& row) {
  if (!json.data() || json == "null") return Bad{name_of(Reason::name_missing), pointer(Field::event_name)};
  std::string name;
  if (!read_json_string(json, name)) {
    const Reason reason = check_json(json);
    const auto why = reason == Reason::none ? reasons::wrong_type : name_of(reason);
    return Bad{why, pointer(Field::event_name)};
  }
  const Reason reason = stages::check_event_name(name);
  if (reason != Reason::none && reason != Reason::name_style) return Bad{name_of(reason), pointer(Field::event_name)};
  row.event_name = reason == Reason::none ? text.keep(name) : text.keep(redactor_.plain(name));
  return {};
}

Ingest::Outcome Ingest::read_id(std::string_view json, Field field, TextArena& text, std::string_view& out) {
  std::string id;
  if (!read_json_string(json, id)) {
    const Reason reason = check_json(json);
    if (reason != Reason::none) return Bad{name_of(reason), pointer(field)};
    if (!read_json_number(json)) return Bad{reasons::wrong_type, pointer(field)};
    id = json;  // many systems count their users
  }
  if (id.size() > limits::id_bytes) return Bad{name_of(Reason::id_too_long), pointer(field)};
  // 1.2.3.4 is a version here, no address.
  const bool is_version = field == Field::app_version || field == Field::plan_version;
  const bool is_plain = is_random_id(id) || (is_version && is_word(id, limits::id_bytes));
  out = text.keep(is_plain ? id : redactor_.plain(id));
  return {};
}

Ingest::Outcome Ingest::read_object(std::string_view json, Field field, TextArena& text, std::string_view& out) {
  JsonWriter clean(scratch_.data(), scratch_.size());
  const Inspection inspection = inspector_.inspect_object(json, clean);
  if (inspection.reason != Reason::none) {
    char path[256];
    const std::string_view where = text::json_path(json, inspection.where, path, sizeof path);
    return Bad{name_of(inspection.reason), pointer(field) + std::string(where)};
  }
  if (clean.failed()) return Bad{name_of(Reason::event_too_large), pointer(field)};
  out = text.keep(clean.text());
  return {};
}

// ["analytics",…] without white space; none when it is not that, within limits::purposes and purpose_bytes.
std::optional<std::string> Ingest::read_purposes(std::string_view json) {
  JsonScanner scan(json);
  if (scan.next() != Token::array_begin) return {};
  std::string out = "[";
  std::string purpose;
  uint32_t count = 0;
  for (Token token = scan.next(); token != Token::array_end; token = scan.next()) {
    const std::string_view span = scan.span();
    if (token != Token::string || span.size() > limits::purpose_bytes || ++count > limits::purposes) return {};
    if (!read_json_string({span.data() - 1, span.size() + 2}, purpose)) return {};
    if (out.size() > 1) out += ',';
    append_quoted(out, redactor_.plain(purpose));
  }
  if (scan.next() != Token::end) return {};
  return out + "]";
}

Ingest::Outcome Ingest::read_field(Field field, std::string_view json, TextArena& text, EventRow& row) {
  switch (field) {
    case Field::user_id:
      return read_id(json, field, text, row.user_id);
    case Field::anonymous_id:
      return read_id(json, field, text, row.anonymous_id);
    case Field::session_id:
      return read_id(json, field, text, row.session_id);
    case Field::app_version:
      return read_id(json, field, text, row.app_version);
    case Field::plan_version:
      return read_id(json, field, text, row.plan_version);
    case Field::consent: {
      const auto purposes = read_purposes(json);
      if (!purposes) return Bad{name_of(Reason::unknown_purpose), pointer(field)};
      row.consent = text.keep(*purposes);
      return {};
    }
    case Field::sdk:
      return read_object(json, field, text, row.sdk);
    case Field::context: {
      const std::string_view shared = row.context;
      auto bad = read_object(json, field, text, row.context);
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
}

Ingest::Outcome Ingest::read_identity(const FieldTexts& fields, const Shared& shared, TextArena& text, EventRow& row) {
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

Ingest::Outcome Ingest::read_numbers(const FieldTexts& fields, EventRow& row) {
  if (fields.has(Field::timestamp)) {
    row.ts_client = read_json_time_ms(fields[Field::timestamp]);
    if (!row.ts_client) return Bad{reasons::bad_timestamp, pointer(Field::timestamp)};
  }
  if (fields.has(Field::sequence)) {
    const auto sequence = read_json_integer(fields[Field::sequence], UINT32_MAX);
    if (!sequence) return Bad{reasons::out_of_range, pointer(Field::sequence)};
    row.sequence = static_cast<uint32_t>(*sequence);
  }
  if (fields.has(Field::sample_rate)) {
    row.sample_rate = read_json_number(fields[Field::sample_rate]);
    const bool good = row.sample_rate && *row.sample_rate > 0 && *row.sample_rate <= 1;
    if (!good) return Bad{reasons::out_of_range, pointer(Field::sample_rate)};
  }
  return {};
}

Ingest::Outcome Ingest::read_purpose(const FieldTexts& fields, TextArena& text, std::string_view& out) {
  if (!fields.has(Field::purpose)) return {};
  std::string purpose;
  if (!read_json_string(fields[Field::purpose], purpose) || purpose.size() > limits::purpose_bytes) {
    return Bad{name_of(Reason::unknown_purpose), pointer(Field::purpose)};
  }
  out = text.keep(redactor_.plain(purpose));
  return {};
}

Ingest::Outcome Ingest::read_properties(std::string_view json, TextArena& text, EventRow& row) {
  const plan::Plan* const plan = conformance_.plan();
  if (plan) inspector_.follow(plan, plan->event(row.event_name));
  auto bad = read_object(json, Field::properties, text, row.properties);
  if (plan) inspector_.follow(plan, plan::no_node);
  if (bad) return bad;
  const auto fault = conformance_.find_fault(row.event_name, json);
  if (!fault || !conformance_.refuses()) return {};
  const bool is_unplanned = fault->rule.empty();
  return Bad{fault->reason, pointer(is_unplanned ? Field::event_name : Field::properties) + fault->path, fault->rule};
}

Ingest::Outcome Ingest::read_event(std::string_view json, Spelling spelling, const Shared& shared, TextArena& text,
                                   EventRow& row) {
  if (json.size() > limits::event_bytes) return Bad{name_of(Reason::event_too_large), ""};
  FieldTexts fields;
  if (auto bad = read_members(json, spelling, fields)) return bad;
  row = shared.defaults;
  if (auto bad = read_name(fields[Field::event_name], text, row)) return bad;
  if (auto bad = read_numbers(fields, row)) return bad;
  if (auto bad = read_purpose(fields, text, row.purpose)) return bad;
  if (auto bad = read_identity(fields, shared, text, row)) return bad;
  const std::string_view properties = fields.has(Field::properties) ? fields[Field::properties] : "{}";
  if (auto bad = read_properties(properties, text, row)) return bad;
  std::string given;
  if (fields.has(Field::event_id) && !read_json_string(fields[Field::event_id], given)) {
    return Bad{reasons::wrong_type, pointer(Field::event_id)};
  }
  if (const auto uuid = parse_uuid(given)) {
    row.event_id = *uuid;
  } else if (row.instance_id.data() && row.sequence && row.ts_client) {
    row.event_id = computed_id(shared.instance_id, *row.sequence, *row.ts_client);
  } else {
    row.event_id = fresh_id(row.ts_received);
  }
  return {};
}

// The members of one event or report. Those that are not ours are checked too: an event is good as a whole.
Ingest::Outcome Ingest::read_members(std::string_view json, Spelling spelling, FieldTexts& fields) {
  ObjectSplitter members(json);
  std::string key;
  for (;;) {
    const Step step = members.next();
    if (step == Step::end) return {};
    if (step == Step::broken) {
      const Reason reason = check_json(json);
      return Bad{name_of(reason == Reason::none ? Reason::not_an_object : reason), ""};
    }
    std::string_view name = members.key();
    if (!read_json_string({name.data() - 1, name.size() + 2}, key)) {
      return Bad{name_of(check_json({name.data() - 1, name.size() + 2})), ""};
    }
    const Field field = field_of(key, spelling);
    if (field == Field::none) {
      if (const Reason reason = check_json(members.value()); reason != Reason::none) {
        return Bad{name_of(reason), pointer_to_key(key)};
      }
    } else if (!fields.add(field, members.value())) {
      return Bad{name_of(Reason::duplicate_key), pointer(field)};
    }
  }
}

Ingest::Outcome Ingest::read_report(std::string_view json, const Shared& shared, TextArena& text, ReportRow& row) {
  FieldTexts fields;
  if (auto bad = read_members(json, Spelling::waymark, fields)) return bad;
  std::string reason;
  if (!read_json_string(fields[Field::reason], reason) || !is_word(reason, limits::id_bytes)) {
    return Bad{reasons::wrong_type, pointer(Field::reason)};
  }
  if (auto bad = read_purpose(fields, text, row.purpose)) return bad;
  const auto count = read_json_integer(fields[Field::count], exact_integer);
  if (!count) return Bad{reasons::out_of_range, pointer(Field::count)};
  EventRow numbers;
  if (auto bad = read_numbers(fields, numbers)) return bad;
  row.reason = text.keep(reason);
  row.count = static_cast<int64_t>(*count);
  row.sequence = numbers.sequence;
  row.instance_id = shared.defaults.instance_id;
  row.ts_received = shared.defaults.ts_received;
  row.id = row.sequence && row.instance_id.data() ? computed_id(shared.instance_id, *row.sequence, 0)
                                                  : fresh_id(row.ts_received);
  return {};
}

Ingest::Outcome Ingest::read_metrics(std::string_view json, const Shared& shared, TextArena& text, MetricsRow& row) {
  if (json.size() > limits::event_bytes) return Bad{name_of(Reason::event_too_large), ""};
  FieldTexts fields;
  if (auto bad = read_members(json, Spelling::waymark, fields)) return bad;
  EventRow numbers;
  if (auto bad = read_numbers(fields, numbers)) return bad;
  if (auto bad = read_object(json, Field::none, text, row.raw)) return bad;
  row.sequence = numbers.sequence;
  row.instance_id = shared.defaults.instance_id;
  row.ts_received = shared.defaults.ts_received;
  row.id = row.sequence && row.instance_id.data() ? computed_id(shared.instance_id, *row.sequence, 0)
                                                  : fresh_id(row.ts_received);
  return {};
}

void Ingest::reject(Taken& taken, std::string_view json, const Bad& bad, std::string_view where, int64_t now_ms) {
  RejectedRow row;
  row.ts_received = now_ms;
  row.reason = bad.reason;
  row.path = taken.intake.text.keep(redactor_.plain(std::string(where) + bad.path));
  row.rule = bad.rule;
  row.raw = taken.intake.text.keep(redactor_.refused(json));
  taken.intake.rejected.push_back(row);
}

std::variant<Refusal, Taken> Ingest::take(const Envelope& envelope, int64_t now_ms) {
  Taken taken;
  TextArena& text = taken.intake.text;
  Shared shared;
  shared.defaults.ts_received = now_ms;
  const FieldTexts& fields = envelope.fields;

  if (fields.has(Field::instance_id)) {
    std::string instance_id;
    if (!read_json_string(fields[Field::instance_id], instance_id) || instance_id.size() > limits::id_bytes) {
      return Refusal{400, name_of(Reason::id_too_long), "/instance_id is not a string of at most 64 bytes; shorten it",
                     pointer(Field::instance_id)};
    }
    shared.instance_id = instance_id;
    shared.defaults.instance_id = text.keep(is_random_id(instance_id) ? instance_id : redactor_.plain(instance_id));
  }
  if (fields.has(Field::sent_at)) {
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
      reject(taken, envelope.events[i], *bad, "", now_ms);
      taken.rejected.push_back({i, bad->reason, bad->path, bad->rule});
    } else {
      taken.intake.events.push_back(row);
    }
  }
  // Blocks and reports that are not good are set apart too, but the answer's indices are those of events.
  for (size_t i = 0; i < envelope.client_reports.size(); ++i) {
    ReportRow row;
    if (auto bad = read_report(envelope.client_reports[i], shared, text, row)) {
      reject(taken, envelope.client_reports[i], *bad, "/client_reports/" + std::to_string(i), now_ms);
    } else {
      taken.intake.reports.push_back(row);
    }
  }
  for (size_t i = 0; i < envelope.metrics.size(); ++i) {
    MetricsRow row;
    if (auto bad = read_metrics(envelope.metrics[i], shared, text, row)) {
      reject(taken, envelope.metrics[i], *bad, "/metrics/" + std::to_string(i), now_ms);
    } else {
      taken.intake.metrics.push_back(row);
    }
  }
  return taken;
}

}  // namespace waymark::collector
