#include "native/collector/field_reader.hpp"

#include "core/limits.hpp"
#include "core/stages/validation.hpp"
#include "core/text/json_path.hpp"
#include "core/text/json_scan.hpp"
#include "core/text/json_write.hpp"
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

std::string pointer(Field field) { return field == Field::none ? "" : "/" + std::string(name_of(field)); }

FieldReader::FieldReader(const PrivacyAllowances& allowed, const plan::Plan* plan)
    : plan_(plan),
      url_parameters_(quoted_array(allowed.url_parameters)),
      allowed_keys_(quoted_array(allowed.keys)),
      rules_{url_parameters_, allowed_keys_, {}},
      inspector_(rules_),
      redactor_(inspector_, rules_),
      scratch_(clean_bytes, '\0') {}

Outcome FieldReader::read_members(std::string_view json, Spelling spelling, FieldTexts& fields) {
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

Outcome FieldReader::read_numbers(const FieldTexts& fields, EventRow& row) {
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

Outcome FieldReader::read_name(std::string_view json, TextArena& text, std::string_view& out) {
  if (!json.data() || json == "null") return Bad{name_of(Reason::name_missing), pointer(Field::event_name)};
  std::string name;
  if (!read_json_string(json, name)) {
    const Reason reason = check_json(json);
    const auto why = reason == Reason::none ? reasons::wrong_type : name_of(reason);
    return Bad{why, pointer(Field::event_name)};
  }
  const Reason reason = stages::check_event_name(name);
  if (reason != Reason::none && reason != Reason::name_style) return Bad{name_of(reason), pointer(Field::event_name)};
  out = reason == Reason::none ? text.keep(name) : text.keep(redactor_.plain(name));
  return {};
}

Outcome FieldReader::read_id(std::string_view json, Field field, TextArena& text, std::string_view& out) {
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

Outcome FieldReader::read_object(std::string_view json, Field field, uint32_t event, TextArena& text,
                                 std::string_view& out) {
  if (plan_) inspector_.follow(plan_, event);
  inspector_.allow_free_text(has_free_text_ || field == Field::sdk);
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

std::optional<std::string> FieldReader::purposes_of(std::string_view json) {
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

Outcome FieldReader::read_purposes(std::string_view json, TextArena& text, std::string_view& out) {
  const auto purposes = purposes_of(json);
  if (!purposes) return Bad{name_of(Reason::unknown_purpose), pointer(Field::consent)};
  out = text.keep(*purposes);
  return {};
}

Outcome FieldReader::read_purpose(const FieldTexts& fields, TextArena& text, std::string_view& out) {
  if (!fields.has(Field::purpose)) return {};
  std::string purpose;
  if (!read_json_string(fields[Field::purpose], purpose) || purpose.size() > limits::purpose_bytes) {
    return Bad{name_of(Reason::unknown_purpose), pointer(Field::purpose)};
  }
  out = text.keep(redactor_.plain(purpose));
  return {};
}

}  // namespace waymark::collector
