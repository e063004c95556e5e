#include "core/privacy/keys.hpp"

#include "core/limits.hpp"
#include "core/text/words.hpp"

namespace waymark::privacy {
namespace {

// Words as `split_words` writes them; a pair counts only as a pair. Each list counts where its words stand anywhere in
// a key, or as its last word (numbers after it aside), or alone.
constexpr char secret_anywhere[] =
    " password passwd pwd passphrase passcode otp totp mfa 2_fa secret jwt bearer authorization cookie csrf xsrf "
    "sessionid "
    "session_id api_key apikey access_key private_key credential credentials ssn social_security nino passport tax_id "
    "national_id driver_license card_number cardnumber cardnum credit_card creditcard ccnum cvv cvc csc security_code "
    "iban "
    "account_number routing_number sort_code ";
constexpr char secret_last[] = " token sid ";
constexpr char secret_alone[] = " pin auth signature sin pan ";
constexpr char personal_anywhere[] =
    " email e_mail phone first_name last_name full_name firstname lastname fullname surname given_name dob birth_date "
    "birthdate birthday street postcode zip_code latitude longitude gender ethnicity religion diagnosis medication "
    "disability salary ";
constexpr char personal_last[] = " mail mobile tel fax address zip geo lat lng sex race orientation health ";
constexpr char url_last[] = " url uri href path referrer referer location link ";

enum class Kind : uint8_t { none, lower, upper, digit };

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
    const bool is_last = end >= last_end;
    const auto is_in = [&](std::string_view list) {
      return text::lists(list, text::cut(words, begin, end), ' ') ||
             text::lists(list, text::cut(words, before, end), ' ');
    };
    const bool alone = begin == 0 && is_last && text::lists(text::literal(secret_alone), text::cut(words, 0, end), ' ');
    if (alone || is_in(text::literal(secret_anywhere)) || (is_last && is_in(text::literal(secret_last))))
      return KeyClass::secret;
    if (is_in(text::literal(personal_anywhere)) || (is_last && is_in(text::literal(personal_last))))
      found = KeyClass::personal;
    if (is_last && found == KeyClass::plain && is_in(text::literal(url_last))) found = KeyClass::url;
    before = begin;
    begin = end + 1;
  }
  return found == KeyClass::personal && text::lists(rules.allowed_keys, key, '"') ? KeyClass::plain : found;
}

}  // namespace waymark::privacy
