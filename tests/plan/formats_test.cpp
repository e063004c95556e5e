// The formats of JSON Schema. The official suite's tests of formats run besides; here is what it leaves out.
#include "native/plan/formats.hpp"

#include <arpa/inet.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "core/plan/dfa.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::plan {
namespace {

bool is(const std::string& format, std::string_view text, Dialect dialect = Dialect::draft2020_12) {
  static std::map<std::pair<std::string, Dialect>, std::string> tables;
  std::string& table = tables[{format, dialect}];
  if (table.empty()) {
    const std::optional<std::string> compiled = compile_format(format, dialect);
    REQUIRE(compiled);
    REQUIRE(Dfa::check(*compiled));
    table = *compiled;
  }
  return Dfa(table.data()).accepts(text);
}

std::string two_digits(uint32_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

TEST_CASE("the formats of both dialects are there, and no others", "[formats]") {
  for (const char* const format : {"date-time", "date", "time", "duration", "email", "idn-email", "hostname",
                                   "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference",
                                   "uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex"}) {
    CHECK(compile_format(format, Dialect::draft7));
    CHECK(compile_format(format, Dialect::draft2020_12));
  }
  for (const char* const format : {"", "unknown", "Date", "int32"})
    CHECK_FALSE(compile_format(format, Dialect::draft7));
  CHECK(format_max_length("hostname") == 253);
  CHECK(format_max_length("date") == 0);
}

TEST_CASE("every day of the calendar is a date and no other is", "[formats]") {
  constexpr uint32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  uint32_t wrong = 0;
  uint32_t good = 0;
  for (uint32_t year = 0; year < 10'000; ++year) {
    const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%04u-", year);
    for (uint32_t month = 0; month < 14; ++month) {
      for (uint32_t day = 0; day < 33; day += day == 1 ? 27 : 1) {
        const bool exists = month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && is_leap);
        good += exists;
        wrong += is("date", digits + two_digits(month) + "-" + two_digits(day)) != exists;
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(good == 53 * 10'000 + 97 * 25);  // on the days looked at, in 25 cycles of 400 years
}

TEST_CASE("a leap second is the last of a day in UTC", "[formats]") {
  uint32_t good = 0;
  for (uint32_t minute = 0; minute < 1440; ++minute) {
    const std::string clock = two_digits(minute / 60) + ":" + two_digits(minute % 60) + ":60";
    good += is("time", clock + "Z");
    for (uint32_t offset = 0; offset < 1440; offset += 30) {
      const std::string suffix = two_digits(offset / 60) + ":" + two_digits(offset % 60);
      const bool is_east = (minute + 1440 - offset) % 1440 == 1439;
      const bool is_west = (minute + offset) % 1440 == 1439;
      if (is("time", clock + "+" + suffix) != is_east) FAIL(clock << "+" << suffix);
      if (is("time", clock + ".5-" + suffix) != is_west) FAIL(clock << ".5-" << suffix);
    }
  }
  CHECK(good == 1);
  CHECK(is("time", "23:59:60Z"));
  CHECK(is("date-time", "1998-12-31t23:59:60.123z"));
  CHECK_FALSE(is("date-time", "1998-12-31 23:59:59Z"));
  CHECK_FALSE(is("time", "23:59:60.Z"));
  CHECK_FALSE(is("time", "12:00:00+24:00"));
}

TEST_CASE("addresses are what the C library takes for one", "[formats]") {
  testing::Random random(3);
  uint32_t good = 0;
  for (uint32_t round = 0; round < 200'000; ++round) {
    std::string text;
    const uint32_t groups = 1 + random.below(9);
    for (uint32_t i = 0; i < groups; ++i) {
      if (i > 0) text += random.chance(0.12) ? "::" : ":";
      if (!random.chance(0.05))
        text += random.from("0123456789abcdefABCDEF", 1 + random.below(random.chance(0.05) ? 5 : 4));
    }
    if (random.chance(0.1)) text = "::" + text;
    if (random.chance(0.1)) text += "::";
    if (random.chance(0.3)) {
      text += ":";
      for (uint32_t i = 0; i < 4; ++i)
        text += (i ? "." : "") + std::to_string(random.below(random.chance(0.1) ? 300 : 256));
    }
    unsigned char bytes[16];
    const bool expected = inet_pton(AF_INET6, text.c_str(), bytes) == 1;
    good += expected;
    if (is("ipv6", text) != expected) FAIL(text << " is " << (expected ? "" : "no ") << "address");
  }
  CHECK(good > 10'000);
  for (uint32_t octet = 0; octet < 1000; ++octet) {
    const std::string text = "1." + std::to_string(octet) + ".0.255";
    REQUIRE(is("ipv4", text) == (octet < 256));
  }
  CHECK_FALSE(is("ipv4", "01.2.3.4"));
  CHECK_FALSE(is("ipv4", "1.2.3"));
  CHECK_FALSE(is("ipv6", "fe80::1%eth0"));
}

TEST_CASE("formats decide on the cases that are easily wrong", "[formats]") {
  struct Cases {
    std::string format;
    std::vector<std::string> good;
    std::vector<std::string> bad;
  };
  const std::string label63(63, 'a');
  const Cases all[] = {
      {"email",
       {"a@b", "a.b+c@example.co.uk", "\"a b\\\" c\"@x.de", "x@[127.0.0.1]", "x@[IPv6:2001:db8::1]", "1@2.3"},
       {"", "a", "@b", "a@", "a@b.", "a@.b", "a@-b.de", "a@b-.de", "a b@c", "a@b@c", ".a@b", "\u00e9@b.de", "\"\"\"@b",
        "x@[1.2.3.256]"}},
      {"idn-email", {"\u00e9@\u00fc.de", "a@b"}, {"\u00e9", "\u00e9@"}},
      {"hostname",
       {"a", label63 + "." + label63, "1.2", "a--b", "xn--4gbwdl"},
       {"", "a.", ".a", "a..b", label63 + "a", "-a", "a-", "a_b", "\u00e9"}},
      {"idn-hostname",
       {"example.com", "b\u00fccher.de", "\u65e5\u672c", "a-b", "xn--bcher-kva.de", "l\u00b7l"},
       {"", "-a", "a-", "a..b", "a_b", "\u0300a", "a b", "\u00fc!", "B\u00dcCHER\u00b7"}},
      {"uri",
       {"http://a", "a:", "urn:x:y", "mailto:a@b.c", "http://u:p@h:80/p?q=%20#f", "http://[::1]:3000/", "file:///x",
        "x://[v1.a:b]"},
       {"", "a", "//a", "1a:b", "http://a b", "http://a/%zz", "http://[1]/", "http://a:b/", "a:#b#c", "http://\u00e9",
        "http://a/[b]", "x:\\y"}},
      {"uri-reference",
       {"", "a", "//a/b", "?q", "#f", "/", "../a", "a/b:c", "./a:b"},
       {"a b", "1:b", ":a", "%", "#a#b", "\u00e9"}},
      {"iri", {"http://\u00e9/\u20ac?\ue000#\U0001F432"}, {"http://\u00e9/\ue000", "http://a/\ufdd0", "\u00e9"}},
      {"iri-reference", {"\u00e9", "", "/\u20ac#\u00e9"}, {"\u0080", "a b"}},
      {"uuid",
       {"2EB8AA08-aa98-11ea-b4aa-73b441d16380", "00000000-0000-0000-0000-000000000000"},
       {"2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
        "{2eb8aa08-aa98-11ea-b4aa-73b441d16380}"}},
      {"duration",
       {"P1Y2M3D", "PT1H2M3S", "P4W", "PT0S", "P1M", "P1DT1S"},
       {"", "P", "PT", "P1", "1Y", "P1W1D", "P1YT", "P1S", "PT1.5S", "p1y", "P1Y1D", "PT1H1S", "-P1D"}},
      {"json-pointer", {"", "/", "/a~0b~1c", "/\n\u20ac", "//"}, {"a", "/~", "/~2", "#/a"}},
      {"relative-json-pointer",
       {"0", "1/a", "10#", "0-1/a", "2+1#"},
       {"", "/a", "01", "-1", "0##", "1a", "0-", "0+01"}},
      {"uri-template",
       {"", "{a}", "/x{?a,b*,c:3}{#d}", "\u20ac", "%20{+x.y}"},
       {"{", "}", "{}", "{a", "{a:0}", "{a:10000}", "{ }", "{a,}", "%2", "\"", "{=a}x{$}"}},
      {"regex",
       {"", "^a+?$", "([abc])+\\s+$", "(?<n>a|(b(c)))[^\\]]{1,2}", "((((((a))))))", "\\p{L}\\u{1F432}", "(?=a)b"},
       {"(", "a)", "[", "*", "a**", "\\", "^(abc]", "\\a", "a{1", "(a|(b)", "x{", "]"}},
  };
  for (const Cases& each : all) {
    for (const std::string& text : each.good) {
      CAPTURE(each.format, text);
      CHECK(is(each.format, text));
    }
    for (const std::string& text : each.bad) {
      CAPTURE(each.format, text);
      CHECK_FALSE(is(each.format, text));
    }
  }
  CHECK_FALSE(is("relative-json-pointer", "0-1/a", Dialect::draft7));
  CHECK_FALSE(is("date", std::string("2024-01-01\0", 11)));
}

TEST_CASE("tables of formats stay small, for every plan that uses one carries it", "[formats]") {
  const std::map<std::string, size_t> most = {
      {"date", 512},     {"date-time", 6144}, {"email", 2048}, {"hostname", 3072},  {"ipv4", 512},
      {"ipv6", 3584},    {"uri", 2560},       {"uuid", 640},   {"time", 5632},      {"uri-template", 1024},
      {"duration", 256}, {"regex", 5120},     {"iri", 4096},   {"idn-email", 2560}, {"json-pointer", 64}};
  for (const auto& [format, bytes] : most) {
    CAPTURE(format);
    CHECK(compile_format(format, Dialect::draft2020_12)->size() <= bytes);
  }
}

}  // namespace waymark::plan
