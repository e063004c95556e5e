#include "native/collector/envelope.hpp"

#include "core/limits.hpp"
#include "core/text/json_scan.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

using text::JsonScanner;

Refusal broken(std::string message, std::string path = {}) {
  return {400, name_of(Reason::json_syntax), std::move(message), std::move(path)};
}

// The key without its escapes, or why it is not a key.
Reason read_key(std::string_view escaped, std::string& out) {
  const std::string_view quoted(escaped.data() - 1, escaped.size() + 2);  // the quotes stand around it in the body
  if (read_json_string(quoted, out)) return Reason::none;
  JsonScanner scan(quoted);
  scan.next();
  return scan.error();
}

std::variant<Refusal, FieldTexts> read_members(std::string_view body, Spelling spelling) {
  FieldTexts fields;
  ObjectSplitter members(body);
  std::string key;
  for (;;) {
    const Step step = members.next();
    if (step == Step::end) return fields;
    if (step == Step::broken) {
      return broken("the body is not one JSON object; send {\"write_key\":…,\"events\":[…]} or a gzip of it");
    }
    if (const Reason reason = read_key(members.key(), key); reason != Reason::none) {
      return Refusal{400, name_of(reason), "a member's name at the top of the body is not a JSON string in UTF-8", {}};
    }
    const Field field = field_of(key, spelling);
    if (field == Field::none) continue;
    if (!fields.add(field, members.value())) {
      const std::string path = "/" + std::string(name_of(field));
      return Refusal{400, name_of(Reason::duplicate_key), path + " stands twice; send each member once", path};
    }
  }
}

std::variant<Refusal, std::vector<std::string_view>> read_elements(const FieldTexts& fields, Field field) {
  std::vector<std::string_view> elements;
  if (!fields.has(field)) return elements;
  const std::string path = "/" + std::string(name_of(field));
  ArraySplitter array(fields[field]);
  for (;;) {
    const Step step = array.next();
    if (step == Step::end) return elements;
    if (step == Step::broken) return broken(path + " is not a JSON array; send a list, [] if there is nothing", path);
    if (elements.size() == bounds::batch_elements) {
      return Refusal{
          413, "too_many_events",
          path + " has more than " + std::to_string(bounds::batch_elements) + " elements; send smaller batches", path};
    }
    elements.push_back(array.value());
  }
}

}  // namespace

std::variant<Refusal, Envelope> open_envelope(std::string_view body, Shape asked) {
  auto members = read_members(body, Spelling::server);
  if (auto* refusal = std::get_if<Refusal>(&members)) return std::move(*refusal);
  Envelope envelope;
  envelope.fields = std::get<FieldTexts>(members);
  const bool has_batch_part = envelope.fields.has(Field::events) || envelope.fields.has(Field::metrics) ||
                              envelope.fields.has(Field::client_reports);
  const bool has_name = envelope.fields[Field::event_name].data() != nullptr;
  envelope.shape = has_batch_part ? Shape::batch : has_name ? Shape::single : asked;

  if (const auto key = envelope.fields[Field::write_key]; key.data()) {
    if (!read_json_string(key, envelope.write_key)) {
      return Refusal{401, "bad_write_key", "/write_key is not a JSON string; send the key of your project",
                     "/write_key"};
    }
  }
  if (envelope.shape == Shape::single) {
    envelope.events.push_back(body);
    return envelope;
  }
  for (const auto& [field, list] : {std::pair{Field::events, &envelope.events},
                                    {Field::metrics, &envelope.metrics},
                                    {Field::client_reports, &envelope.client_reports}}) {
    auto elements = read_elements(envelope.fields, field);
    if (auto* refusal = std::get_if<Refusal>(&elements)) return std::move(*refusal);
    *list = std::move(std::get<std::vector<std::string_view>>(elements));
  }
  return envelope;
}

}  // namespace waymark::collector
