#include "native/client/ring/record.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>

#include "core/limits.hpp"
#include "core/text/json_write.hpp"
#include "native/client/ring/json_number.hpp"

namespace waymark::client {

namespace {

// So many bytes more than the core allows are kept of what is too long.
constexpr size_t over = 8;
constexpr size_t kept_key_bytes = limits::key_bytes + over;
constexpr size_t kept_string_bytes = limits::string_bytes + over;
constexpr size_t kept_properties = limits::keys + 1;
constexpr size_t environment_text_bytes = limits::app_bytes;

static_assert(kept_name_bytes == limits::event_name_bytes + over && kept_name_bytes == limits::id_bytes + over);
static_assert(kept_purpose_bytes == limits::purpose_bytes + over);

// Before each call; behind it stand name, purpose and text. A metric's value and a ping's numbers are its text.
struct Header {
  double time_ms;
  RecordKind kind;
  bool is_too_large;
  uint8_t name_bytes;
  uint8_t purpose_bytes;
  uint32_t text_bytes;
};
static_assert(sizeof(Header) == 16 && kept_name_bytes <= UINT8_MAX && kept_purpose_bytes <= UINT8_MAX);

struct PingNumbers {
  uint64_t n;
  uint64_t duration_ms;
};

// Before each property; behind it stand the key and then a text, or eight bytes of a number, or nothing.
struct PropertyHeader {
  Value::Kind kind;
  uint8_t key_bytes;
  uint16_t detail;  // the text's bytes; whether a boolean is true
};
static_assert(sizeof(PropertyHeader) == 4 && kept_key_bytes <= UINT8_MAX && kept_string_bytes <= UINT16_MAX);

// The largest event: its JSON would be as long as an event may be, and all that is kept of a property is an empty key
// and eight bytes of a number in the place of one digit.
static_assert(sizeof(Header) + kept_name_bytes + kept_purpose_bytes + limits::event_bytes +
                  kept_properties * (sizeof(PropertyHeader) + 8) <=
              Ring::most_record_bytes);
static_assert(properties_json_bytes == size_t{6} * limits::event_bytes + kept_properties * 25);

double now_ms() {
  timespec now{};
  // Answered by the vDSO from memory whatever the clock source: the kernel's lib/vdso/gettimeofday.c, do_coarse.
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  const int64_t whole_ms = int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  return static_cast<double>(whole_ms);
}

std::string_view first_bytes(std::string_view text, size_t most) { return {text.data(), std::min(text.size(), most)}; }

// At most 64 bytes, and no part of a code point.
std::string_view environment_text(std::string_view text) {
  size_t size = std::min(text.size(), environment_text_bytes);
  if (size < text.size()) {
    while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;
  }
  return {text.data(), size};
}

class Writer {
 public:
  explicit Writer(std::byte* at) : at_(at) {}
  void bytes(const void* from, size_t size) {
    if (size == 0) return;  // an empty view may be null
    std::memcpy(at_, from, size);
    at_ += size;
  }
  void text(std::string_view text) { bytes(text.data(), text.size()); }
  template <typename T>
  void value(const T& value) {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }

 private:
  std::byte* at_;
};

class Reader {
 public:
  explicit Reader(const void* begin) : at_(static_cast<const char*>(begin)) {}
  std::string_view text(size_t bytes) {
    const std::string_view text(at_, bytes);
    at_ += bytes;
    return text;
  }
  template <typename T>
  T value() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  const char* at() const { return at_; }

 private:
  const char* at_;
};

struct Sizes {
  size_t kept_bytes = 0;
  size_t least_json_bytes = 1;  // the braces, without the comma that the last property has not
};

// What a property takes in the record, and in JSON at least.
void add_sizes(const Property& property, Sizes& sizes) {
  const size_t key = std::min(property.key.size(), kept_key_bytes);
  sizes.kept_bytes += sizeof(PropertyHeader) + key;
  sizes.least_json_bytes += key + 4;  // quotes, colon, comma
  switch (property.value.kind()) {
    case Value::Kind::null:
    case Value::Kind::boolean:
      sizes.least_json_bytes += 4;
      break;
    case Value::Kind::integer:
    case Value::Kind::natural:
    case Value::Kind::number:
      sizes.kept_bytes += 8;
      sizes.least_json_bytes += 1;
      break;
    case Value::Kind::text: {
      const size_t text = std::min(property.value.text().size(), kept_string_bytes);
      sizes.kept_bytes += text;
      sizes.least_json_bytes += text + 2;
    }
  }
}

void write_property(const Property& property, Writer& out) {
  const std::string_view key = first_bytes(property.key, kept_key_bytes);
  const Value& value = property.value;
  PropertyHeader header{value.kind(), static_cast<uint8_t>(key.size()), 0};
  std::string_view text;
  if (value.kind() == Value::Kind::text) {
    text = first_bytes(value.text(), kept_string_bytes);
    header.detail = static_cast<uint16_t>(text.size());
  } else if (value.kind() == Value::Kind::boolean) {
    header.detail = value.boolean() ? 1 : 0;
  }
  out.value(header);
  out.text(key);
  switch (value.kind()) {
    case Value::Kind::null:
    case Value::Kind::boolean:
      break;
    case Value::Kind::integer:
      out.value(value.integer());
      break;
    case Value::Kind::natural:
      out.value(value.natural());
      break;
    case Value::Kind::number:
      out.value(value.number());
      break;
    case Value::Kind::text:
      out.text(text);
  }
}

void write_value(const PropertyHeader& header, Reader& in, text::JsonWriter& out) {
  char number[json_number_chars];
  switch (header.kind) {
    case Value::Kind::null:
      return out.raw("null");
    case Value::Kind::boolean:
      return out.raw(header.detail != 0 ? std::string_view("true") : std::string_view("false"));
    case Value::Kind::integer:
      return out.raw(write_json_number(in.value<int64_t>(), number));
    case Value::Kind::natural:
      return out.raw(write_json_number(in.value<uint64_t>(), number));
    case Value::Kind::number:
      return out.raw(write_json_number(in.value<double>(), number));
    case Value::Kind::text:
      return out.quoted(in.text(header.detail));
  }
}

struct Start {
  RecordKind kind = RecordKind::event;
  std::string_view name;
  std::string_view purpose = {};
  bool is_too_large = false;
};

// Reserves a record and writes all but its text of `text_bytes`, which the caller is to write where this returns, and
// then to commit `record`.
struct Begun {
  std::byte* record = nullptr;  // null: there is no room
  Writer text{nullptr};
};
Begun begin(Ring& ring, const Start& start, size_t text_bytes) {
  const std::string_view name = first_bytes(start.name, kept_name_bytes);
  const std::string_view purpose = first_bytes(start.purpose, kept_purpose_bytes);
  std::byte* const record =
      ring.reserve(static_cast<uint32_t>(sizeof(Header) + name.size() + purpose.size() + text_bytes));
  if (record == nullptr) return {};
  Writer out(record);
  out.value(Header{now_ms(), start.kind, start.is_too_large, static_cast<uint8_t>(name.size()),
                   static_cast<uint8_t>(purpose.size()), static_cast<uint32_t>(text_bytes)});
  out.text(name);
  out.text(purpose);
  return {record, out};
}

bool put(Ring& ring, const Start& start, const void* text, size_t text_bytes) {
  Begun begun = begin(ring, start, text_bytes);
  if (begun.record == nullptr) return false;
  begun.text.bytes(text, text_bytes);
  ring.commit(begun.record);
  return true;
}

bool put(Ring& ring, const Start& start, std::string_view text = {}) {
  return put(ring, start, text.data(), text.size());
}

}  // namespace

bool put_event(Ring& ring, std::string_view name, std::span<const Property> properties,
               std::string_view purpose) noexcept {
  properties = properties.first(std::min(properties.size(), kept_properties));
  Sizes sizes;
  for (const Property& property : properties) add_sizes(property, sizes);
  if (sizes.least_json_bytes > limits::event_bytes) return put(ring, {RecordKind::event, name, purpose, true});
  Begun begun = begin(ring, {RecordKind::event, name, purpose}, sizes.kept_bytes);
  if (begun.record == nullptr) return false;
  for (const Property& property : properties) write_property(property, begun.text);
  ring.commit(begun.record);
  return true;
}

bool put_event_json(Ring& ring, std::string_view name, std::string_view json, std::string_view purpose) noexcept {
  if (json.size() > limits::event_bytes) return put(ring, {RecordKind::event_json, name, purpose, true});
  return put(ring, {RecordKind::event_json, name, purpose}, json);
}

bool put_metric(Ring& ring, std::string_view name, double value) noexcept {
  return put(ring, {RecordKind::metric, name}, &value, sizeof value);
}

bool put_exposure(Ring& ring, std::string_view experiment, std::string_view variant) noexcept {
  return put(ring, {RecordKind::exposure, experiment}, first_bytes(variant, kept_name_bytes));
}

bool put_ping(Ring& ring, std::string_view event, uint64_t n, uint64_t duration_ms) noexcept {
  const PingNumbers numbers{n, duration_ms};
  return put(ring, {RecordKind::ping, event}, &numbers, sizeof numbers);
}

bool put_identify(Ring& ring, std::string_view user_id) noexcept { return put(ring, {RecordKind::identify, user_id}); }

bool put_reset(Ring& ring) noexcept { return put(ring, {RecordKind::reset, {}}); }

bool put_environment(Ring& ring, const Environment& environment) noexcept {
  char json[3 * 6 * environment_text_bytes + 256];  // three texts, each byte as six; keys and two numbers
  char number[json_number_chars];
  text::JsonWriter out(json, sizeof json);
  const char* before = "{";  // of the next member
  const auto key = [&](std::string_view name) {
    out.raw(before, 1);
    out.quoted(name);
    out.byte(':');
    before = ",";
  };
  const auto text = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    key(name);
    out.quoted(environment_text(value));
  };
  if (!environment.host_name.empty() || !environment.host_version.empty()) {
    key("host");
    before = "{";
    text("name", environment.host_name);
    text("version", environment.host_version);
    out.byte('}');
  }
  text("plugin_format", environment.plugin_format);
  if (std::isfinite(environment.sample_rate_hz) && environment.sample_rate_hz != 0) {
    key("sample_rate_hz");
    out.raw(write_json_number(environment.sample_rate_hz, number));
  }
  if (environment.buffer_frames != 0) {
    key("buffer_frames");
    out.number(environment.buffer_frames);
  }
  if (*before == '{') out.byte('{');
  out.byte('}');
  return put(ring, {RecordKind::environment, {}}, out.text());
}

Call read_call(std::span<const std::byte> record) noexcept {
  Reader in(record.data());
  const auto header = in.value<Header>();
  Call call;
  call.kind = header.kind;
  call.time_ms = header.time_ms;
  call.is_too_large = header.is_too_large;
  call.name = in.text(header.name_bytes);
  call.purpose = in.text(header.purpose_bytes);
  if (call.kind == RecordKind::metric) {
    call.value = in.value<double>();
  } else if (call.kind == RecordKind::ping) {
    const auto numbers = in.value<PingNumbers>();
    call.n = numbers.n;
    call.duration_ms = numbers.duration_ms;
  } else {
    call.text = in.text(header.text_bytes);
  }
  return call;
}

size_t write_properties(const Call& call, char* out, size_t capacity) noexcept {
  text::JsonWriter json(out, capacity);
  Reader in(call.text.data());
  const char* const stop = call.text.data() + call.text.size();
  json.byte('{');
  while (in.at() != stop) {
    if (json.size() > 1) json.byte(',');
    const auto header = in.value<PropertyHeader>();
    json.quoted(in.text(header.key_bytes));
    json.byte(':');
    write_value(header, in, json);
  }
  json.byte('}');
  return json.failed() ? 0 : json.size();
}

}  // namespace waymark::client
