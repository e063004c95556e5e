#include "core/privacy/keys.hpp"

#include "core/limits.hpp"
#include "core/text/words.hpp"

namespace waymark::privacy {
namespace {

// A line is a KeyClass, where in a key its words count (0 anywhere, 1 as the last word, numbers after it aside, 2
// alone), and words as `split_words` writes them; a pair counts only as a pair.
constexpr char word_rules[] =
    "30 password passwd pwd passphrase passcode otp totp mfa 2_fa secret jwt bearer authorization cookie csrf xsrf "
    "sessionid session_id api_key apikey access_key private_key credential credentials ssn social_security nino "
    "passport tax_id national_id driver_license card_number cardnumber cardnum credit_card creditcard ccnum cvv cvc "
    "csc security_code iban account_number routing_number sort_code \n"
    "31 token sid \n"
    "32 pin auth signature sin pan \n"
    "20 email e_mail phone first_name last_name full_name firstname lastname fullname surname given_name dob "
    "birth_date birthdate birthday street postcode zip_code latitude longitude gender ethnicity religion diagnosis "
    "medication disability salary \n"
    "21 mail mobile tel fax address zip geo lat lng sex race orientation health \n"
    "11 url uri href path referrer referer location link ";

enum class Kind : uint32_t { none, lower, upper, digit };

Kind kind_of(char c) {
  if (text::is_digit(c)) return Kind::digit;
  if (text::is_upper(c)) return Kind::upper;
  const bool other_script = static_cast<uint8_t>(c) >= 0x80;
  return text::is_lower(c) || other_script ? Kind::lower : Kind::none;
}

// Writes the key's words in lower case, each followed by '_'; splits at separators, at numbers and in camelCase:
// "billing-Email2" gives "billing_email_2_", "APIKey" gives "api_key_". Returns the length, at most twice the key's.
size_t split_words(std::string_view key, char* out) {
  char* const first = out;
  Kind before = Kind::none;
  for (size_t i = 0; i <= key.size(); ++i) {
    const Kind kind = i < key.size() ? kind_of(key[i]) : Kind::none;
    const Kind after = i + 1 < key.size() ? kind_of(key[i + 1]) : Kind::none;
    const bool continues =
        before == Kind::upper ? kind == Kind::lower || (kind == before && after != Kind::lower) : kind == before;
    if (before != Kind::none && !continues) *out++ = '_';
    if (kind != Kind::none) *out++ = kind == Kind::upper ? static_cast<char>(key[i] | 0x20) : key[i];
    before = kind;
  }
  return static_cast<size_t>(out - first);
}

}  // namespace

KeyClass classify_key(std::string_view key, const Rules& rules) {
  if (text::lists(rules.denied_keys, key, '"')) return KeyClass::secret;
  char buffer[2 * limits::key_bytes];
  const std::string_view words(buffer, split_words(key, buffer));
  size_t last_end = words.size();  // of the last word that is no number
  while (last_end > 0 && (words[last_end - 1] == '_' || text::is_digit(words[last_end - 1]))) --last_end;
  auto found = KeyClass::plain;
  size_t before = 0;  // where the word before begins
  for (size_t begin = 0, end = 0; end < words.size(); ++end) {
    if (words[end] != '_') continue;
    const int32_t place = end < last_end ? 0 : begin > 0 ? 1 : 2;
    std::string_view lines = text::literal(word_rules);
    while (!lines.empty()) {
      const std::string_view line = text::take_line(lines);
      const auto key_class = static_cast<KeyClass>(line[0] - '0');
      const bool counts = key_class > found && line[1] - '0' <= place;
      if (counts && (text::lists(line, text::cut(words, begin, end), ' ') ||
                     text::lists(line, text::cut(words, before, end), ' '))) {
        found = key_class;
      }
    }
    before = begin;
    begin = end + 1;
  }
  return found == KeyClass::personal && text::lists(rules.allowed_keys, key, '"') ? KeyClass::plain : found;
}

}  // namespace waymark::privacy
