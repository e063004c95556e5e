// What a key says of its value: whole words, never substrings.
#include "core/privacy/keys.hpp"

#include <string>

#include "core/limits.hpp"
#include "tests/catch.hpp"

namespace waymark::privacy {
namespace {

KeyClass class_of(std::string_view key, std::string_view allowed = {}) { return classify_key(key, {{}, allowed, {}}); }

}  // namespace

TEST_CASE("keys of secrets", "[keys]") {
  for (const char* key : {"password",
                          "Password",
                          "PASSWORD",
                          "user_password",
                          "passwordConfirm",
                          "password2",
                          "passwd",
                          "db-pwd",
                          "passphrase",
                          "passcode",
                          "otp",
                          "totp_code",
                          "mfa",
                          "2fa",
                          "2fa_code",
                          "client_secret",
                          "clientSecret",
                          "SECRET_KEY",
                          "jwt",
                          "bearer",
                          "Authorization",
                          "cookie",
                          "Set-Cookie",
                          "csrf",
                          "xsrf-token",
                          "sessionid",
                          "session_id",
                          "userSessionId",
                          "api_key",
                          "apiKey",
                          "APIKey",
                          "X-Api-Key",
                          "apikey",
                          "access_key",
                          "privateKey",
                          "credential",
                          "credentials",
                          "ssn",
                          "social_security",
                          "nino",
                          "passport",
                          "passport_number",
                          "tax_id",
                          "national_id",
                          "driver_license",
                          "card_number",
                          "cardNumber",
                          "cardnum",
                          "credit_card",
                          "creditcard",
                          "ccnum",
                          "cvv",
                          "cvc",
                          "card.cvc",
                          "csc",
                          "security_code",
                          "iban",
                          "account_number",
                          "routing_number",
                          "sort_code",
                          "mysql_pwd",
                          "token",
                          "access_token",
                          "authToken",
                          "token2",
                          "sid",
                          "connect.sid",
                          "pin",
                          "PIN",
                          "auth",
                          "signature",
                          "sin",
                          "pan"}) {
    INFO(key);
    CHECK(class_of(key) == KeyClass::secret);
  }
}

TEST_CASE("keys of personal data", "[keys]") {
  for (const char* key : {"email",
                          "Email",
                          "billing-Email2",
                          "e_mail",
                          "eMail",
                          "userEmailAddress",
                          "mail",
                          "phone",
                          "phone_number",
                          "mobile",
                          "tel",
                          "fax",
                          "first_name",
                          "firstName",
                          "FIRSTNAME",
                          "firstname",
                          "last_name",
                          "full_name",
                          "surname",
                          "given_name",
                          "dob",
                          "birth_date",
                          "birthdate",
                          "birthday",
                          "shipping_address",
                          "address",
                          "street",
                          "postcode",
                          "zip",
                          "zip_code",
                          "geo",
                          "lat",
                          "lng",
                          "latitude",
                          "longitude",
                          "gender",
                          "sex",
                          "race",
                          "ethnicity",
                          "religion",
                          "orientation",
                          "health",
                          "diagnosis",
                          "medication",
                          "disability",
                          "salary"}) {
    INFO(key);
    CHECK(class_of(key) == KeyClass::personal);
  }
}

TEST_CASE("keys of URLs", "[keys]") {
  for (const char* key : {"url", "page_url", "pageUrl", "href", "path", "referrer", "referer", "document_referrer",
                          "location", "link", "uri"}) {
    INFO(key);
    CHECK(class_of(key) == KeyClass::url);
  }
}

TEST_CASE("keys that only look like secrets stay", "[keys]") {
  for (const char* key : {"keyboard",
                          "author",
                          "expires",
                          "president",
                          "compass",
                          "monkey",
                          "passenger",
                          "token_count",
                          "session_duration",
                          "authority",
                          "authenticated",
                          "consider",
                          "inside",
                          "bypass",
                          "experiment",
                          "assoc",
                          "postcard",
                          "card_layout",
                          "name",
                          "ip",
                          "key",
                          "id",
                          "exp",
                          "description",
                          "key_code",
                          "token_type",
                          "pin_code_count",
                          "spinner",
                          "pinned",
                          "panel",
                          "panorama",
                          "single",
                          "signature_style_name",
                          "author_id",
                          "passage",
                          "secretary",
                          "cookies_enabled_count",
                          "mailbox",
                          "address_count",
                          "zipper",
                          "racecar",
                          "latency",
                          "lateral",
                          "geometry",
                          "telemetry",
                          "fax_count",
                          "sexagesimal",
                          "streetwear",
                          "healthcheck",
                          "health_score",
                          "order_id",
                          "value",
                          "currency",
                          "a",
                          "",
                          "_",
                          "42",
                          "ключ",
                          "名前"}) {
    INFO(key);
    CHECK(class_of(key) != KeyClass::secret);
    CHECK(class_of(key) != KeyClass::personal);
  }
}

TEST_CASE("personal keys can be allowed, secrets cannot", "[keys]") {
  CHECK(class_of("zip", R"(["zip","gender"])") == KeyClass::plain);
  CHECK(class_of("gender", R"(["zip","gender"])") == KeyClass::plain);
  CHECK(class_of("street", R"(["zip","gender"])") == KeyClass::personal);
  CHECK(class_of("shipping_zip", R"(["zip"])") == KeyClass::personal);  // the key as it is written
  CHECK(class_of("password", R"(["password"])") == KeyClass::secret);
}

TEST_CASE("a secret word outweighs a personal one", "[keys]") {
  CHECK(class_of("email_token") == KeyClass::secret);
  CHECK(class_of("email_password") == KeyClass::secret);
  CHECK(class_of("email_password", R"(["email_password"])") == KeyClass::secret);
}

TEST_CASE("the longest keys fit, whatever they are made of", "[keys]") {
  for (const std::string part : {"a1", "1a", "aA", "_", "9", "Z", "é"}) {
    std::string key;
    while (key.size() + part.size() <= limits::key_bytes) key += part;
    CHECK(class_of(key) == KeyClass::plain);
  }
  CHECK(class_of(std::string(limits::key_bytes - 9, 'x') + "_password") == KeyClass::secret);
}

}  // namespace waymark::privacy
