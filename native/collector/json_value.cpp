#include "native/collector/json_value.hpp"

#include <charconv>

#include "core/text/json_scan.hpp"
#include "core/text/time.hpp"
#include "core/text/utf8.hpp"

namespace waymark::collector {
namespace {

using text::JsonScanner;
using text::Token;

// The span of `json` when it is exactly one token of this kind.
std::optional<std::string_view> only_token(std::string_view json, Token kind) {
  JsonScanner scan(json);
  if (scan.next() != kind) return {};
  const std::string_view span = scan.span();
  if (scan.next() != Token::end) return {};
  return span;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The four digits of a \u escape, which the scanner found to be good.
uint32_t code_unit(const char* digits) {
  uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) unit = unit << 4 | static_cast<uint32_t>(hex_value(digits[i]));
  return unit;
}

constexpr bool is_dash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

}  // namespace

size_t unescape_json(std::string_view escaped, char* out) {
  constexpr std::string_view letters = "bfnrt";
  char* const first = out;
  for (const char *at = escaped.data(), *stop = at + escaped.size(); at < stop;) {
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    const char kind = at[1];
    at += 2;
    if (kind != 'u') {
      const size_t letter = letters.find(kind);
      *out++ = letter == std::string_view::npos ? kind : "\b\f\n\r\t"[letter];
      continue;
    }
    uint32_t code_point = code_unit(at);
    at += 4;
    if (code_point >= 0xD800 && code_point < 0xDC00) {  // the low surrogate follows: RFC 8259 7
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (code_unit(at + 2) - 0xDC00);
      at += 6;
    }
    out = text::write_code_point(code_point, out);
  }
  return static_cast<size_t>(out - first);
}

bool read_json_string(std::string_view json, std::string& out) {
  const auto span = only_token(json, Token::string);
  if (!span) return false;
  out.resize(span->size());
  out.resize(unescape_json(*span, out.data()));
  return true;
}

std::optional<uint64_t> read_json_integer(std::string_view json, uint64_t most) {
  const auto span = only_token(json, Token::number);
  if (!span) return {};
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(span->data(), span->data() + span->size(), value);
  if (error != std::errc() || end != span->data() + span->size() || value > most) return {};
  return value;
}

std::optional<double> read_json_number(std::string_view json) {
  const auto span = only_token(json, Token::number);
  if (!span) return {};
  double value = 0;
  const auto [end, error] = std::from_chars(span->data(), span->data() + span->size(), value);
  if (error != std::errc()) return {};
  return value;
}

std::optional<int64_t> read_json_time_ms(std::string_view json) {
  double time_ms = -1;
  if (std::string written; read_json_string(json, written)) {
    time_ms = text::parse_timestamp(written);
  } else if (const auto number = read_json_number(json)) {
    time_ms = *number;
  }
  if (!(time_ms >= 0 && time_ms <= text::latest_time_ms)) return {};
  return static_cast<int64_t>(time_ms);
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return {};
  Uuid uuid{};
  size_t digit = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return {};
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return {};
    uuid[digit / 2] = static_cast<uint8_t>(uuid[digit / 2] << 4 | value);
    ++digit;
  }
  return uuid;
}

std::string format_uuid(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (is_dash(out.size())) out += '-';
    const auto byte = static_cast<uint8_t>(c);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace waymark::collector
