#include "native/plan/exact_json.hpp"

#include <charconv>

#include "core/plan/decimal.hpp"
#include "core/text/json_scan.hpp"
#include "native/plan/json_text.hpp"

namespace waymark::plan {
namespace {

using text::JsonScanner;
using text::Token;

Decimal decimal_of(std::string_view number) { return read_decimal(number.data(), number.data() + number.size()); }

Json read_number(std::string_view span) {
  const char* const stop = span.data() + span.size();
  int64_t whole = 0;
  if (auto [end, error] = std::from_chars(span.data(), stop, whole); error == std::errc() && end == stop) return whole;
  uint64_t natural = 0;
  if (auto [end, error] = std::from_chars(span.data(), stop, natural); error == std::errc() && end == stop) {
    return natural;
  }
  double real = 0;
  const auto [end, error] = std::from_chars(span.data(), stop, real);
  if (error == std::errc() && end == stop) {
    Json json = real;
    const std::string text = json.dump();
    if (compare(decimal_of(text), decimal_of(span)) == 0) return json;
  }
  return Json::binary(std::vector<uint8_t>(span.begin(), span.end()));
}

// The value that begins with `token`; the scanner bounds the depth.
std::optional<Json> read_value(JsonScanner& scan, Token token) {
  switch (token) {
    case Token::literal:
      return scan.span() == "null" ? Json() : Json(scan.span() == "true");
    case Token::number:
      return read_number(scan.span());
    case Token::string:
      return unescape(scan.span());
    case Token::array_begin: {
      Json array = Json::array();
      while ((token = scan.next()) != Token::array_end) {
        auto item = read_value(scan, token);
        if (!item) return {};
        array.push_back(std::move(*item));
      }
      return array;
    }
    case Token::object_begin: {
      Json object = Json::object();
      while ((token = scan.next()) != Token::object_end) {
        if (token != Token::key) return {};
        std::string key = unescape(scan.span());
        auto value = read_value(scan, scan.next());
        if (!value) return {};
        object[std::move(key)] = std::move(*value);
      }
      return object;
    }
    default:
      return {};
  }
}

}  // namespace

std::optional<Json> read_exact_json(std::string_view text) {
  JsonScanner scan(text);
  auto value = read_value(scan, scan.next());
  if (scan.next() != Token::end) return {};
  return value;
}

bool is_any_number(const Json& value) { return value.is_number() || value.is_binary(); }

std::string exact_text(const Json& value) {
  std::string text;
  switch (value.type()) {
    case Json::value_t::binary:
      return {value.get_binary().begin(), value.get_binary().end()};
    case Json::value_t::array:
      for (const Json& item : value) text += (text.empty() ? "[" : ",") + exact_text(item);
      return text.empty() ? "[]" : text + "]";
    case Json::value_t::object:
      for (const auto& [key, member] : value.items()) {
        text += (text.empty() ? "{" : ",") + Json(key).dump() + ":" + exact_text(member);
      }
      return text.empty() ? "{}" : text + "}";
    default:
      return value.dump();
  }
}

}  // namespace waymark::plan
