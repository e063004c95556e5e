// False positives: what detectors must not take for anything, measured over seeded random corpora, with the budget.
#include <algorithm>
#include <memory>
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

// How many of `count` texts are changed, as a string or, if `also_numbers`, as a number.
template <typename Make>
uint32_t hits(uint32_t count, Make make, bool also_numbers = false) {
  const Rules rules;
  const auto inspector = std::make_unique<Inspector>(rules);
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string text = make();
    const auto as_string = inspect(*inspector, "{\"value\":\"" + text + "\"}");
    REQUIRE(as_string.reason == Reason::none);
    if (as_string.redactions && found < 3) UNSCOPED_INFO(text);
    found += as_string.redactions > 0;
    if (!also_numbers) continue;
    const auto as_number = inspect(*inspector, "{\"value\":" + text + "}");
    REQUIRE(as_number.reason == Reason::none);
    CHECK(as_number.redactions == as_string.redactions);
  }
  return found;
}

std::string uuid(Random& random, char version, const std::string& first_12_digits) {
  return first_12_digits.substr(0, 8) + "-" + first_12_digits.substr(8) + "-" + version + random.hex(3) + "-" +
         random.from("89ab", 1) + random.hex(3) + "-" + random.hex(12);
}

std::string hex_of(uint64_t number, uint32_t digits) {
  std::string out;
  for (; digits > 0; --digits) out += "0123456789abcdef"[number >> 4 * (digits - 1) & 15];
  return out;
}

// Some millisecond of the years 2001 to 2033.
uint64_t epoch_ms(Random& random) {
  return 1000000000000 + (uint64_t{random.next()} << 8 | random.below(256)) % 1000000000000;
}

}  // namespace

TEST_CASE("random 16-digit numbers are taken for cards in at most 2.5 of 100 cases", "[detectors]") {
  Random random(41);
  const uint32_t found = hits(100000, [&] { return random.digits(16); });
  CHECK(found <= 2500);
  CHECK(found > 500);  // Luhn alone leaves one in ten: without a hit nothing was looked for
}

TEST_CASE("times since 1970 are never taken for anything", "[detectors]") {
  Random random(42);
  CHECK(hits(
            50000, [&] { return std::to_string(epoch_ms(random)); }, true) == 0);
  CHECK(hits(
            50000, [&] { return std::to_string(epoch_ms(random)) + random.digits(3); }, true) == 0);
  CHECK(hits(
            50000, [&] { return std::to_string(epoch_ms(random)) + random.digits(6); }, true) == 0);
}

TEST_CASE("UUIDs and ULIDs are never taken for anything", "[detectors]") {
  Random random(43);
  CHECK(hits(100000, [&] { return uuid(random, '4', random.hex(12)); }) == 0);
  CHECK(hits(100000, [&] { return uuid(random, '7', hex_of(epoch_ms(random), 12)); }) == 0);
  CHECK(hits(100000, [&] { return "01" + random.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24); }) == 0);
}

TEST_CASE("versions and colours are never taken for anything", "[detectors]") {
  Random random(44);
  const std::vector<std::string> tails = {"",
                                          "-alpha",
                                          "-alpha.1",
                                          "-rc.2+build.5",
                                          "+20130313144700",
                                          "-0.3.7",
                                          "-x.7.z.92",
                                          "-beta+exp.sha.5114f85",
                                          "+21AF26D3---117B344092BD"};
  CHECK(hits(50000, [&] {
          return std::to_string(random.below(400)) + "." + std::to_string(random.below(300)) + "." +
                 std::to_string(random.below(300)) + random.one_of(tails);
        }) == 0);
  CHECK(hits(50000, [&] { return "#" + random.hex(random.chance(0.5) ? 6 : 8); }) == 0);
  CHECK(hits(50000, [&] {
          return "rgba(" + std::to_string(random.below(256)) + ", " + std::to_string(random.below(256)) + ", " +
                 std::to_string(random.below(256)) + ", 0." + random.digits(2) + ")";
        }) == 0);
}

TEST_CASE("hashes and database ids are never taken for anything", "[detectors]") {
  Random random(45);
  CHECK(hits(20000, [&] { return random.hex(24); }) == 0);  // MongoDB
  CHECK(hits(20000, [&] { return random.hex(40); }) == 0);  // Git
  CHECK(hits(20000, [&] { return random.hex(64); }) == 0);  // SHA-256
  CHECK(hits(
            20000, [&] { return "1" + random.digits(18); }, true) == 0);  // Snowflake
  CHECK(hits(20000, [&] { return "ord_" + random.digits(16); }) == 0);
}

TEST_CASE("user agents are never taken for anything", "[detectors]") {
  Random random(46);
  const std::vector<std::string> systems = {"X11; Linux x86_64", "Windows NT 10.0; Win64; x64",
                                            "Macintosh; Intel Mac OS X 10_15_7", "Linux; Android 10; K",
                                            "iPhone; CPU iPhone OS 17_1_2 like Mac OS X"};
  const auto chrome = [&] {  // as browsers have it since user agents are reduced: major.0.0.0
    return "Mozilla/5.0 (" + random.one_of(systems) + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" +
           std::to_string(90 + random.below(80)) + ".0.0.0 Safari/537.36" +
           random.one_of<std::string>({"", " Edg/119.0.0.0", " OPR/105.0.0.0"});
  };
  CHECK(hits(2000, chrome) == 0);
  const auto others = [&] {
    return random.one_of<std::string>(
        {"Mozilla/5.0 (X11; Linux x86_64; rv:" + std::to_string(random.below(150)) + ".0) Gecko/20100101 Firefox/121.0",
         "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/17.1.2 "
         "Mobile/15E148 Safari/604.1",
         "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.4.0", "okhttp/4.12.0",
         "Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.88 Mobile",
         "python-requests/2.31.0", "Dalvik/2.1.0 (Linux; U; Android 9; ANE-LX1 Build/HUAWEIANE-L21)"});
  };
  CHECK(hits(2000, others) == 0);
}

}  // namespace waymark::privacy
