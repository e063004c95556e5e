// The detectors of things with digits and rules of their own: cards, IBANs, telephone numbers, network addresses.
#include "core/privacy/detectors.hpp"
#include "core/text/words.hpp"

namespace waymark::privacy {
namespace {

using text::has_char;
using text::hex_value;
using text::is_digit;
using text::is_upper;
using text::is_word;

// Whether a word goes on at `end`: "1.2.3.4.5" and "1.2.3.4-beta" are versions, "10.0.0.1-10.0.0.9" is a range.
bool continues_word(const char* end) {
  return is_word(*end) || (*end == '.' && is_word(end[1])) || (*end == '-' && is_word(end[1]) && !is_digit(end[1]));
}

// Issuers by the first four digits, with the lengths that they issue as bits (ISO/IEC 7812-1, issuers' own tables).
struct Issuer {
  uint16_t first;
  uint16_t last;
  uint16_t lengths;  // bit i: 12 + i digits
};
constexpr uint16_t of_16_to_19 = 0b11110000;
constexpr Issuer issuers[] = {
    {4000, 4999, 0b10010010},                              // Visa: 13, 16, 19
    {5100, 5599, 0b00010000},  {2221, 2720, 0b00010000},   // Mastercard
    {3400, 3499, 0b00001000},  {3700, 3799, 0b00001000},   // American Express
    {6011, 6011, of_16_to_19}, {6440, 6599, of_16_to_19},  // Discover
    {6200, 6299, of_16_to_19}, {3528, 3589, of_16_to_19},  // UnionPay, JCB
    {3000, 3059, 0b00000100},  {3095, 3095, 0b00000100},   // Diners Club: 14
    {3600, 3699, 0b00000100},  {3800, 3999, 0b11110100},
};

uint32_t mod97(uint32_t remainder, char c) {
  return is_digit(c) ? (remainder * 10 + static_cast<uint32_t>(c - '0')) % 97
                     : (remainder * 100 + static_cast<uint32_t>(c - 'A') + 10) % 97;
}

bool is_card(const uint8_t* digits, uint32_t count) {
  uint32_t sum = 0;  // Luhn
  for (uint32_t k = 0; k < count; ++k) {
    const uint32_t digit = digits[count - 1 - k];
    sum += k & 1 ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  const uint32_t four = digits[0] * 1000u + digits[1] * 100u + digits[2] * 10u + digits[3];
  for (const Issuer& issuer : issuers) {
    const bool is_issued = four >= issuer.first && four <= issuer.last && issuer.lengths >> (count - 12) & 1;
    if (is_issued && sum % 10 == 0) return true;
  }
  return false;
}

}  // namespace

// Groups of digits with one space or dash between them. Other digits may follow: the longest that is a card counts.
const char* card(const char* text) {
  uint8_t digits[19];
  uint32_t count = 0;
  const char* found = nullptr;
  for (const char* at = text; count < sizeof digits; ++at) {
    if (!is_digit(*at)) {
      if ((*at != ' ' && *at != '-') || !is_digit(at[1])) break;
      continue;
    }
    digits[count++] = static_cast<uint8_t>(*at - '0');
    // A dash and more make it part of a longer thing, such as a UUID.
    const bool goes_on = continues_word(at + 1) || (at[1] == '-' && is_word(at[2]));
    if (count >= 13 && !is_digit(at[1]) && !goes_on && is_card(digits, count)) found = at + 1;
  }
  return found;
}

// Two capitals, two digits, then 11 to 30 capitals and digits, in one piece or in groups with one space between.
const char* iban(const char* text) {
  if (!is_upper(text[1]) || !is_digit(text[2]) || !is_digit(text[3])) return nullptr;
  uint32_t remainder = 0;
  uint32_t count = 4;
  const char* found = nullptr;
  for (const char* at = text + 4; count < 35; ++at) {
    const char c = *at;
    if (is_digit(c) || is_upper(c)) {
      remainder = mod97(remainder, c);
      ++count;
      continue;
    }
    // What follows may be the next word: remember the longest end at which the check digits are right.
    uint32_t whole = remainder;
    for (uint32_t k = 0; k < 4; ++k) whole = mod97(whole, text[k]);
    if (count >= 15 && whole == 1 && !is_word(c)) found = at;
    if (c != ' ' || !is_word(at[1])) break;
  }
  return found;
}

// '+', then 8 to 15 digits (ITU-T E.164 6.1), single spaces, dots, dashes and brackets between them. Other digits may
// follow: the longest that ends with a group counts.
const char* phone(const char* text) {
  uint32_t count = 0;
  const char* found = nullptr;
  for (const char* at = text + 1; count < 16; ++at) {
    if (is_digit(*at)) {
      if (count == 0 && *at == '0') return nullptr;
      ++count;
      if (count >= 8 && count < 16 && !is_word(at[1])) found = at + 1;
    } else if (!*at || !has_char(" -.()", *at) || *at == at[-1] || count == 0) {
      break;
    }
  }
  return found;
}

// Four octets. One that ends in 0 names a network, or is a version; loopback tells nobody apart.
const char* ipv4(const char* text) {
  const char* at = text;
  uint32_t value = 0;
  for (uint32_t octet = 0; octet < 4; ++octet) {
    if (octet && *at++ != '.') return nullptr;
    const char* const first = at;
    value = 0;
    for (; is_digit(*at) && at - first < 3; ++at) value = value * 10 + static_cast<uint32_t>(*at - '0');
    if (at == first || value > 255 || (*first == '0' && at - first > 1) || (octet == 0 && value == 127)) return nullptr;
  }
  return value == 0 || continues_word(at) ? nullptr : at;
}

// The forms of RFC 4291 2.2.
const char* ipv6(const char* text) {
  uint32_t groups = 0;
  uint32_t gaps = 0;  // "::"
  uint32_t longest = 0;
  const char* at = text;
  while (groups <= 8) {
    uint32_t digits = 0;
    while (hex_value(at[digits]) >= 0 && digits < 5) ++digits;
    if (digits > 4) return nullptr;
    if (digits && groups && at[digits] == '.') {
      at = ipv4(at);
      groups += 2;
      break;
    }
    at += digits;
    groups += digits > 0;
    if (digits > longest) longest = digits;
    if (*at != ':') break;
    const bool gap = at[1] == ':';
    const bool more = hex_value(at[1 + gap]) >= 0;
    // A single colon joins two groups.
    if (!gap && (!digits || !more)) break;
    gaps += gap;
    at += 1 + gap;
    if (!more) break;
  }
  // "10:30", "a::b" and "std::" are none: with a gap there must be a group of three digits. Loopback tells nobody
  // apart.
  const bool good = gaps ? gaps == 1 && groups > 1 && groups < 8 && longest > 2 : groups == 8;
  return good && at && !is_word(*at) && *at != ':' ? at : nullptr;
}

}  // namespace waymark::privacy
