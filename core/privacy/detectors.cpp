#include "core/privacy/detectors.hpp"

#include "core/text/json_scan.hpp"
#include "core/text/words.hpp"

namespace waymark::privacy {
namespace {

using text::has_char;
using text::is_digit;
using text::is_word;

// A domain label's character, letters of other scripts included (RFC 5890).
bool is_label(char c) { return c == '-' || (is_word(c) && c != '_'); }

// Around the '@' at `sign`; the local part (64 characters at most, RFC 5321 4.5.3.1.1) begins at `from` or later.
bool email(const char* from, const char* sign, Match& match) {
  const char* begin = sign;
  while (begin > from && sign - begin < 64 && static_cast<uint8_t>(begin[-1]) > ' ' &&
         !has_char("\"(),:;<>[\\]@", begin[-1])) {
    --begin;
  }
  const char* end = sign + 1;
  const char* top = end;  // where the last label begins
  bool top_has_digit = false;
  for (; is_label(*end) || (*end == '.' && is_label(end[1])); ++end) {
    top_has_digit |= is_digit(*end);
    if (*end != '.') continue;
    top = end + 1;
    top_has_digit = false;
  }
  // "icon@2x.png" is a file.
  const bool is_file = is_digit(sign[1]) && sign[2] == 'x' && sign[3] == '.';
  if (top[0] == 'x' && top[1] == 'n' && top[2] == '-') top_has_digit = false;  // RFC 5890 2.3.2.1
  match = {begin, end, Marker::email};
  return begin < sign && top > sign + 2 && !top_has_digit && end - top >= 2 && !is_file;
}

// A pattern is literal text and runs: \1 and a letter stand for a run of token characters, \2 and a letter for one of
// credential characters that are not all small letters; the run's least length is the letter's place after '@'. \3 is
// the rest of the text. The first is the JSON Web Token (RFC 7515 3.1), then the credentials of RFC 6750 2.1 and
// RFC 7617 2, PEM (RFC 7468 2), and prefixes that vendors give their secrets.
constexpr char pattern_lines[] =
    "eyJ\1D.\1D.\1@\n"
    "Bearer \2H\nBasic \2H\nbearer \2H\nbasic \2H\n-----BEGIN \3\n"
    "AKIA\1P\nASIA\1P\nAIza\1^\nghp_\1^\ngho_\1^\nghu_\1^\nghs_\1^\nghr_\1^\ngithub_pat_\1T\nglpat-\1T\nnpm_\1^\n"
    "sk_live_\1P\nrk_live_\1P\nsk_test_\1P\nxoxb-\1J\nxoxa-\1J\nxoxp-\1J\nxoxr-\1J\nxoxs-\1J\n";

// The same, each after a byte that says how long it is, so that the next is found at once; 0 at the end.
struct Patterns {
  char bytes[sizeof pattern_lines] = {};
};
constexpr Patterns with_sizes() {
  Patterns result;
  size_t size = 0;
  for (size_t i = sizeof pattern_lines - 1; i-- > 0;) {
    if (pattern_lines[i] == '\n') {
      size = 0;
    } else {
      result.bytes[i + 1] = pattern_lines[i];
      ++size;
    }
    if (i == 0 || pattern_lines[i - 1] == '\n') result.bytes[i] = static_cast<char>(size);
  }
  return result;
}
constexpr Patterns patterns_with_sizes = with_sizes();
constexpr const char* patterns = patterns_with_sizes.bytes;

// Which pairs of characters the patterns begin with; a filter, so that few words are compared with each.
constexpr uint64_t pair_bit(char first, char second) { return uint64_t{1} << ((first * 23 + second) & 63); }
constexpr uint64_t first_pairs() {
  uint64_t pairs = 0;
  for (const char* p = patterns; *p; p += 1 + *p) pairs |= pair_bit(p[1], p[2]);
  return pairs;
}
constexpr uint64_t pattern_pairs = first_pairs();

// The end of what begins at `text`, or null. `checked` is how far an attempt at a JSON Web Token before this one read:
// what failed there need not be read again. All other patterns fail early or match.
const char* secret(const char* text, const char*& checked, Marker& marker) {
  marker = Marker::jwt;
  for (const char* p = patterns; *p; p += 1 + *p, marker = Marker::secret) {
    const char* at = text;
    const char* ran = text;  // the end of the last run
    const char* next = p + 1;
    const char* const stop = next + *p;
    if (marker == Marker::jwt && text < checked) continue;
    for (; next < stop; ++next) {
      const char kind = *next;
      if (kind > '\3') {
        if (*at != kind) {
          if (marker == Marker::jwt && ran > checked) checked = ran;
          break;
        }
        ++at;
        continue;
      }
      const char* const first = at;
      bool mixed = kind != '\2';
      // The characters of base64url (RFC 4648 5), in which tokens and most secrets are written; credentials have more.
      for (; *at && (kind == '\3' || is_word(*at) || *at == '-' || (kind == '\2' && has_char(".~+/=", *at))); ++at) {
        mixed |= at > first && !text::is_lower(*at);
      }
      if (kind == '\3') continue;
      ran = at;
      if (!mixed || at - first < *++next - '@') break;
    }
    if (next == stop) return at;
  }
  return nullptr;
}

// Whether a group of four or eight hexadecimal digits and a dash stand before `at`, as in a UUID.
bool is_in_uuid(const char* from, const char* at) {
  if (at == from || at[-1] != '-') return false;
  const char* begin = at - 1;
  while (begin > from && text::hex_value(begin[-1]) >= 0) --begin;
  const auto digits = at - 1 - begin;
  return (digits == 4 || digits == 8) && (begin == from || !is_word(begin[-1]));
}

}  // namespace

bool find(const char* from, Match& match) {
  const char* checked = from;
  for (const char* at = from; *at; ++at) {
    const char c = *at;
    if (c == '@' && email(from, at, match)) return true;
    if (at > from && is_word(at[-1])) continue;
    const char* end = nullptr;
    Marker marker = Marker::ip;
    if (is_digit(c) && (at == from || at[-1] != '.')) {
      if (!is_in_uuid(from, at)) end = card(at);
      if (end) {
        marker = Marker::card;
      } else {
        end = ipv4(at);
      }
    } else if (c == '+') {
      end = phone(at);
      marker = Marker::phone;
    } else if (text::is_upper(c)) {
      end = iban(at);
      marker = Marker::iban;
    }
    if (!end && pattern_pairs & pair_bit(c, at[1])) end = secret(at, checked, marker);
    if (!end) {
      end = ipv6(at);
      marker = Marker::ip;
    }
    if (!end) continue;
    match = {at, end, marker};
    return true;
  }
  return false;
}

bool may_match(uint32_t string_traits, size_t size) {
  using namespace text::traits;
  if (string_traits & (at_or_plus | colon)) return true;
  if (string_traits & dot && size >= 7 && string_traits & digit) return true;  // IPv4
  // Cards and IBANs have digits, tokens and keys have joints or capitals.
  return size >= 12 && string_traits & (digit | joint | upper);
}

}  // namespace waymark::privacy
