// Value detectors: what must be found and what must not. How often they may be wrong is in false_positives_test.cpp.
#include "core/privacy/detectors.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/inspect.hpp"
#include "tests/catch.hpp"
#include "tests/core/inspected.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::privacy {
namespace {

using waymark::testing::inspect;
using waymark::testing::Random;
using waymark::testing::scrubbed;

// Alone, in a sentence, and in brackets: the whole of it goes and nothing else.
void check_found(const std::string& text, const std::string& marker) {
  INFO(text);
  CHECK(scrubbed(text) == marker);
  CHECK(scrubbed("from " + text + " today") == "from " + marker + " today");
  CHECK(scrubbed("(" + text + ")") == "(" + marker + ")");
  CHECK(scrubbed(text + ", " + text) == marker + ", " + marker);
}

void check_stays(const std::string& text) {
  INFO(text);
  CHECK(scrubbed(text) == text);
  CHECK(scrubbed("see " + text + " now") == "see " + text + " now");
}

std::string grouped(const std::string& digits, const std::vector<size_t>& sizes, char separator) {
  std::string out;
  size_t at = 0;
  for (const size_t size : sizes) {
    if (!out.empty()) out += separator;
    out += digits.substr(at, size);
    at += size;
  }
  return out;
}

const std::vector<std::string>& test_cards() {
  static const std::vector<std::string> cards = {
      "4111111111111111",    "4012888888881881",   "4242424242424242", "4222222222222",    "4000056655665556",
      "4000000000000000006", "5555555555554444",   "5105105105105100", "5200828282828210", "2223003122003222",
      "2720990000000007",    "2221000000000009",   "378282246310005",  "371449635398431",  "378734493671000",
      "6011111111111117",    "6011000990139424",   "6445644564456445", "6500000000000002", "30569309025904",
      "38520000023237",      "36227206271667",     "36070500001020",   "3530111333300000", "3566002020360505",
      "6200000000000005",    "6205500000000000004"};
  return cards;
}

// SWIFT's registry of IBANs: every country's example.
const std::vector<std::string>& registry_ibans() {
  static const std::vector<std::string> ibans = {"AL47212110090000000235698741",
                                                 "AD1200012030200359100100",
                                                 "AT611904300234573201",
                                                 "AZ21NABZ00000000137010001944",
                                                 "BH67BMAG00001299123456",
                                                 "BE68539007547034",
                                                 "BA391290079401028494",
                                                 "BR1800360305000010009795493C1",
                                                 "BG80BNBG96611020345678",
                                                 "CR05015202001026284066",
                                                 "HR1210010051863000160",
                                                 "CY17002001280000001200527600",
                                                 "CZ6508000000192000145399",
                                                 "DK5000400440116243",
                                                 "DO28BAGR00000001212453611324",
                                                 "EE382200221020145685",
                                                 "FO6264600001631634",
                                                 "FI2112345600000785",
                                                 "FR1420041010050500013M02606",
                                                 "GE29NB0000000101904917",
                                                 "DE89370400440532013000",
                                                 "GI75NWBK000000007099453",
                                                 "GR1601101250000000012300695",
                                                 "GL8964710001000206",
                                                 "GT82TRAJ01020000001210029690",
                                                 "HU42117730161111101800000000",
                                                 "IS140159260076545510730339",
                                                 "IE29AIBK93115212345678",
                                                 "IL620108000000099999999",
                                                 "IT60X0542811101000000123456",
                                                 "JO94CBJO0010000000000131000302",
                                                 "KZ86125KZT5004100100",
                                                 "KW81CBKU0000000000001234560101",
                                                 "LV80BANK0000435195001",
                                                 "LB62099900000001001901229114",
                                                 "LI21088100002324013AA",
                                                 "LT121000011101001000",
                                                 "LU280019400644750000",
                                                 "MK07250120000058984",
                                                 "MT84MALT011000012345MTLCAST001S",
                                                 "MR1300020001010000123456753",
                                                 "MU17BOMM0101101030300200000MUR",
                                                 "MC5811222000010123456789030",
                                                 "MD24AG000225100013104168",
                                                 "ME25505000012345678951",
                                                 "NL91ABNA0417164300",
                                                 "NO9386011117947",
                                                 "PK36SCBL0000001123456702",
                                                 "PL61109010140000071219812874",
                                                 "PS92PALS000000000400123456702",
                                                 "PT50000201231234567890154",
                                                 "QA58DOHB00001234567890ABCDEFG",
                                                 "XK051212012345678906",
                                                 "RO49AAAA1B31007593840000",
                                                 "SM86U0322509800000000270100",
                                                 "SA0380000000608010167519",
                                                 "RS35260005601001611379",
                                                 "SK3112000000198742637541",
                                                 "SI56263300012039086",
                                                 "ES9121000418450200051332",
                                                 "SE4550000000058398257466",
                                                 "CH9300762011623852957",
                                                 "TN5910006035183598478831",
                                                 "TR330006100519786457841326",
                                                 "AE070331234567890123456",
                                                 "GB29NWBK60161331926819",
                                                 "VG96VPVG0000012345678901"};
  return ibans;
}

}  // namespace

TEST_CASE("payment cards of every issuer are found", "[detectors]") {
  for (const std::string& card : test_cards()) {
    check_found(card, "[card]");
    std::vector<size_t> fours;
    for (size_t left = card.size(); left > 0; left -= std::min<size_t>(4, left))
      fours.push_back(std::min<size_t>(4, left));
    check_found(grouped(card, fours, ' '), "[card]");
    check_found(grouped(card, fours, '-'), "[card]");
    const auto number = inspect("{\"value\":" + card + "}");
    CHECK(number.text == R"({"value":"[card]"})");
  }
  check_found("3782 822463 10005", "[card]");
}

TEST_CASE("a card with one wrong digit is none", "[detectors]") {
  for (const std::string& card : test_cards()) {
    for (size_t i = 0; i < card.size(); ++i) {
      std::string wrong = card;
      wrong[i] = wrong[i] == '9' ? '0' : static_cast<char>(wrong[i] + 1);
      INFO(wrong);
      CHECK(scrubbed(wrong) == wrong);
    }
  }
}

TEST_CASE("a card before other digits is found", "[detectors]") {
  CHECK(scrubbed("4111 1111 1111 1111 12/25") == "[card] 12/25");
  CHECK(scrubbed("4111111111111111 12/25 123") == "[card] 12/25 123");
  CHECK(scrubbed("4111111111111111 5555555555554444") == "[card] [card]");
  CHECK(scrubbed("378282246310005 1234") == "[card] 1234");
  CHECK(scrubbed("4111111111111111.") == "[card].");
  CHECK(scrubbed("paid with 4111111111111111") == "paid with [card]");
}

TEST_CASE("digits inside a word are no card", "[detectors]") {
  check_stays("a4111111111111111");
  check_stays("4111111111111111a");
  check_stays("order_4111111111111111");
  check_stays("0.4111111111111111");
  check_stays("4111111111111111.5");
  check_stays("411111111111111");
  check_stays("4111  1111  1111  1111");
  CHECK(inspect(R"({"value":0.4111111111111111})").redactions == 0);
  CHECK(inspect(R"({"value":4111111111111111.5})").redactions == 0);
}

TEST_CASE("the registry's IBANs of all countries are found", "[detectors]") {
  for (const std::string& iban : registry_ibans()) {
    check_found(iban, "[iban]");
    std::vector<size_t> fours;
    for (size_t left = iban.size(); left > 0; left -= std::min<size_t>(4, left))
      fours.push_back(std::min<size_t>(4, left));
    check_found(grouped(iban, fours, ' '), "[iban]");
  }
}

TEST_CASE("an IBAN with one wrong digit is none", "[detectors]") {
  for (const std::string& iban : registry_ibans()) {
    for (size_t i = 2; i < iban.size(); ++i) {
      if (iban[i] < '0' || iban[i] > '9') continue;
      std::string wrong = iban;
      wrong[i] = wrong[i] == '9' ? '0' : static_cast<char>(wrong[i] + 1);
      INFO(wrong);
      CHECK(scrubbed(wrong).find("[iban]") == std::string::npos);
    }
  }
}

TEST_CASE("an IBAN before other words is found", "[detectors]") {
  CHECK(scrubbed("DE89 3704 0044 0532 0130 00 BIC DEUTDEFF") == "[iban] BIC DEUTDEFF");
  CHECK(scrubbed("DE89370400440532013000 and GB29NWBK60161331926819") == "[iban] and [iban]");
}

TEST_CASE("e-mail addresses are found", "[detectors]") {
  for (const char* email : {"simple@example.com",
                            "very.common@example.com",
                            "x@example.co",
                            "a@b.co",
                            "user.name+tag+sorting@example.com",
                            "long.email-address-with-hyphens@and.subdomains.example.com",
                            "name/surname@example.com",
                            "example@s.example",
                            "mailhost!username@example.org",
                            "user%example.com@example.org",
                            "user-@example.org",
                            "o'brien@example.ie",
                            "{|}~^`#$&*=?!@example.com",
                            "_______@example.com",
                            "1234567890@example.com",
                            "A@EXAMPLE.COM",
                            "用户@例子.广告",
                            "δοκιμή@παράδειγμα.δοκιμή",
                            "Dörte@Sörensen.example.com",
                            "аджай@экзампл.рус",
                            "user@xn--fsqu00a.example",
                            "user@sub-domain.example.museum"}) {
    check_found(email, "[email]");
  }
  CHECK(scrubbed("mailto:ann@example.com") == "mailto:[email]");
  CHECK(scrubbed("<ann@example.com>") == "<[email]>");
  CHECK(scrubbed("ann@example.com.") == "[email].");
  CHECK(scrubbed("ann@example.com's") == "[email]'s");
  CHECK(scrubbed("ann@a.com@b.com") == "[email]@b.com");
  CHECK(scrubbed("ann%40example.com") == "[email]");
  CHECK(scrubbed("ann＠example．com") == "[email]");
  CHECK(scrubbed("ann\u200B@exam\u00ADple.com") == "[email]");
}

TEST_CASE("e-mail addresses under a top-level domain of another script are found in ASCII as well", "[detectors]") {
  check_found("user@example.xn--p1ai", "[email]");  // .рф, RFC 5890 2.3.2.1
  check_found("user@xn--e1afmkfd.xn--80akhbyknj4f", "[email]");
}

TEST_CASE("what only has an @ is no e-mail address", "[detectors]") {
  for (const char* text : {"@handle", "user@localhost", "a@b", "icon@2x.png", "icon@3x.png", "pkg@1.2.3",
                           "lodash@4.17.21", "react@18", "@scope/pkg@1.0.0", "a@b.c", "x@.com", "a@b..com", "@", "@@",
                           "a@", "foo @ bar.com", "user@host:8080", "20 @ 1.50", "@media"}) {
    check_stays(text);
  }
}

TEST_CASE("IPv4 addresses are found, versions and parts of longer things stay", "[detectors]") {
  for (const char* ip : {"192.0.2.1", "8.8.8.8", "255.255.255.255", "10.0.0.1", "203.0.113.195"})
    check_found(ip, "[ip]");
  CHECK(scrubbed("192.0.2.1:8080") == "[ip]:8080");
  CHECK(scrubbed("10.0.0.0/8 via 10.0.0.1.").find("10.0.0.1") == std::string::npos);
  CHECK(scrubbed("http://192.0.2.1/a") == "http://[ip]/a");
  for (const char* text : {"1.2.3", "1.2.3.4.5", "1.2.3.4-beta", "256.1.1.1", "1.2.3.256", "01.2.3.4", "1.2.3.4a",
                           "v1.2.3.4", "1..2.3.4", "1.2.3.", "3.14159", "1.2.3.4.5.6"}) {
    check_stays(text);
  }
}

TEST_CASE("loopback addresses tell nobody apart and stay", "[detectors]") {
  check_stays("127.0.0.1");
  check_stays("::1");
  CHECK(scrubbed("http://127.0.0.1:8787/a") == "http://127.0.0.1:8787/a");
}

TEST_CASE("both ends of a range of addresses go", "[detectors]") {
  CHECK(scrubbed("10.0.0.1-10.0.0.9") == "[ip]-[ip]");
  CHECK(scrubbed("10.0.0.1-10.0.0.9, 192.0.2.7") == "[ip]-[ip], [ip]");
}

TEST_CASE("IPv6 addresses are found in the forms of RFC 4291 and RFC 5952", "[detectors]") {
  for (const char* ip :
       {"2001:db8::1", "2001:db8:0:0:1:0:0:1", "2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1",
        "2001:db8:85a3::8a2e:370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:DB8::A", "fe80::1",
        "2001:db8::", "64:ff9b::192.0.2.33", "::ffff:192.0.2.1", "2001:db8::aaaa:0:0:1", "1:2:3:4:5:6:7:8"}) {
    check_found(ip, "[ip]");
  }
  CHECK(scrubbed("http://[2001:db8::1]:443/a") == "http://[[ip]]:443/a");
}

TEST_CASE("what only has colons is no IPv6 address", "[detectors]") {
  for (const char* text : {"10:30", "10:30:45", "std::vector", "a::b", "::", ":::", "12:34:56:78:9a:bc", "1:2", "16:9",
                           "::before", "x::after", "Foo::Bar", "2024-11-14T10:23:45Z", "2024-11-14T10:23:45.123+01:00",
                           "ratio 1:1:1", "12345::1", "key: value", "a:b:c:d"}) {
    check_stays(text);
  }
}

TEST_CASE("telephone numbers in E.164 are found", "[detectors]") {
  for (const char* phone :
       {"+14155552671", "+1 415 555 2671", "+1 (415) 555-2671", "+1.415.555.2671", "+44 20 7946 0958",
        "+49 (0)30 12345678", "+81-3-1234-5678", "+12345678", "+123456789012345"}) {
    check_found(phone, "[phone]");
  }
  CHECK(scrubbed("＋١٤١٥٥٥٥٢٦٧١") == "[phone]");
}

TEST_CASE("a telephone number before other digits is found", "[detectors]") {
  CHECK(scrubbed("+1 415 555 2671 2024-01-01").find("2671") == std::string::npos);
  CHECK(scrubbed("+14155552671 12345678").find("2671") == std::string::npos);
  CHECK(scrubbed("+14155552671 +14155552672") == "[phone] [phone]");
}

TEST_CASE("what only has a plus is no telephone number", "[detectors]") {
  for (const char* text : {"+1234567", "+0123456789", "+1234567890123456", "1+1", "415-555-2671", "C++ 20", "+100",
                           "GMT+01:00", "+", "++", "+-1", "a+12345678", "+1234567a"}) {
    check_stays(text);
  }
}

TEST_CASE("JSON Web Tokens are found", "[detectors]") {
  const std::string header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", claims = "eyJzdWIiOiIxMjM0NTY3ODkwIn0";
  check_found(header + "." + claims + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "[jwt]");
  CHECK(scrubbed("unsecured " + header + "." + claims + ".") == "unsecured [jwt]");
  check_stays(header);
  check_stays("eyJ");
  check_stays("eyJustice.is.served");
}

TEST_CASE("credentials of HTTP are found", "[detectors]") {
  // RFC 6750 2.1 and RFC 7617 2: their own examples.
  CHECK(scrubbed("Bearer mF_9.B5f-4.1JqM") == "[secret]");
  CHECK(scrubbed("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "Authorization: [secret]");
  CHECK(scrubbed("authorization: bearer mF_9.B5f-4.1JqM") == "authorization: [secret]");
  for (const char* text :
       {"Basic subscription", "Basic plan", "Bearer of bad news", "the bearer", "Basic English", "basic"}) {
    check_stays(text);
  }
}

TEST_CASE("PEM goes with all that follows", "[detectors]") {
  CHECK(scrubbed("key: -----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----") ==
        "key: [secret]");
  CHECK(scrubbed("-----BEGIN OPENSSH PRIVATE KEY-----") == "[secret]");
  check_stays("----- BEGIN -----");
}

TEST_CASE("secrets with a vendor's prefix are found", "[detectors]") {
  struct Form {
    const char* prefix;
    uint32_t length;
  };
  Random random(31);
  for (const Form form : {Form{"AKIA", 16},
                          {"ASIA", 16},
                          {"AIza", 35},
                          {"ghp_", 36},
                          {"gho_", 36},
                          {"ghu_", 36},
                          {"ghs_", 36},
                          {"ghr_", 36},
                          {"github_pat_", 82},
                          {"glpat-", 20},
                          {"npm_", 36},
                          {"sk_live_", 24},
                          {"rk_live_", 24},
                          {"sk_test_", 24},
                          {"xoxb-", 40},
                          {"xoxa-", 40},
                          {"xoxp-", 40},
                          {"xoxr-", 40},
                          {"xoxs-", 40}}) {
    const std::string secret = form.prefix + random.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", form.length);
    check_found(secret, "[secret]");
    check_stays(std::string(form.prefix) + "short");
  }
}

TEST_CASE("a secret behind the beginning of another is found", "[detectors]") {
  const std::string key = "AKIA" + std::string(8, 'A') + std::string(8, '7');
  CHECK(scrubbed("ghp_x-" + key).find(key) == std::string::npos);
  CHECK(scrubbed("Basic ok-" + key).find(key) == std::string::npos);
}

TEST_CASE("the quick look never passes over what a detector finds", "[detectors]") {
  // scrubbed() asks may_match first; find() alone must give no more.
  for (const std::string& text :
       {std::string("4222222222222"), std::string("1.1.1.1"), std::string("fe8::1"), std::string("a@b.co"),
        std::string("+12345678"), std::string("NO9386011117947"), std::string("-----BEGIN RSA PRIVATE KEY-----"),
        "AKIA" + std::string(16, 'A'), std::string("Bearer abcdefg1"), std::string("eyJaaaa.aaaa.")}) {
    Match match;
    INFO(text);
    CHECK(find(text.c_str(), match));
    CHECK(scrubbed(text) != text);
  }
}

}  // namespace waymark::privacy
