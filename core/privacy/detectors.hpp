// Finds personal data and secrets in text by what they look like, with their check digits where they have some.
// Every detector is a linear scanner: no backtracking, whatever the input.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/privacy/rules.hpp"

namespace waymark::privacy {

struct Match {
  const char* begin;
  const char* end;
  Marker marker;
};

// The first thing to hide at or after `from`, which must be the beginning of the text or the end of a match. `text`
// ends in a 0 byte and has none before. False if there is nothing. Recognised are
//   e-mail addresses (RFC 5321 4.1.2 dot-atoms, RFC 6531) with a dotted domain,
//   payment cards: 13 to 19 digits, issuer prefix and length, Luhn (ISO/IEC 7812-1),
//   IBANs: mod 97 (ISO 13616), IPv4 and IPv6 (RFC 4291 2.2) but loopback, telephone numbers in E.164 with '+',
//   JSON Web Tokens (RFC 7519), PEM, Bearer and Basic credentials, well-known secret prefixes.
bool find(const char* from, Match& match);

// Whether a text whose bytes have these text::traits can hold any of them; false for most strings.
bool may_match(uint32_t string_traits, size_t size);

// The ends of what begins at `text`, or null. The byte after the thing must be readable, and so on while it reads.
const char* card(const char* text);
const char* iban(const char* text);
const char* phone(const char* text);
const char* ipv4(const char* text);
const char* ipv6(const char* text);

}  // namespace waymark::privacy
