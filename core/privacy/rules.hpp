// What privacy protects, and what may stay. Values only: the decisions are in keys, detectors and url.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::privacy {

// What replaced a value; written as "[email]" and so on.
enum class Marker : uint8_t { secret, personal, email, card, iban, ip, phone, jwt, url };
inline constexpr uint32_t marker_count = 9;

// "[email]"; without the brackets its name.
std::string_view text_of(Marker marker);

struct Counts {
  uint32_t by_marker[marker_count] = {};
};

struct Rules {
  // Query parameters that a URL keeps beside utm_source, utm_medium, utm_campaign, utm_term, utm_content and ref;
  // a JSON array of strings, empty for none.
  std::string_view allowed_url_parameters;
  // Keys that hold personal data on purpose, for example "city"; a JSON array of strings. Secrets are never allowed.
  std::string_view allowed_keys;
  // Keys whose values are hidden besides those that are known to hold secrets; the same.
  std::string_view denied_keys;
};

}  // namespace waymark::privacy
