// Sampling: one unit in or out everywhere, a lower rate within a higher one, the rate that was asked for.
#include "core/stages/sampling.hpp"

#include <string>

#include "core/text/hash.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::stages {
namespace {

using waymark::testing::Random;

uint32_t sampling_hash(std::string_view salt, std::string_view unit) {
  return text::spread(text::fnv(text::fnv(text::fnv(text::fnv_start, salt), '\0'), unit));
}

}  // namespace

TEST_CASE("hashes are the published ones", "[sampling]") {
  CHECK(text::fnv(text::fnv_start, "") == 0x811C9DC5);
  CHECK(text::fnv(text::fnv_start, "a") == 0xE40C292C);
  CHECK(text::fnv(text::fnv_start, "foobar") == 0xBF9CF968);
}

TEST_CASE("every host takes the same units: golden values", "[sampling]") {
  // By an independent implementation. Whoever changes them cuts every running funnel in two.
  struct Golden {
    const char* salt;
    const char* unit;
    uint32_t hash;
  };
  for (const Golden& golden : {Golden{"", "", 91794203},
                               {"", "user_8x92j4k1", 3668901754},
                               {"checkout-2024", "user_8x92j4k1", 3160815956},
                               {"checkout-2024", "12345678-1234-4123-8123-123456789abc", 2973448720},
                               {"ü", "é", 2570722529}}) {
    CHECK(sampling_hash(golden.salt, golden.unit) == golden.hash);
    const double edge = golden.hash / 4294967296.0;
    CHECK_FALSE(is_sampled(golden.salt, golden.unit, edge));
    CHECK(is_sampled(golden.salt, golden.unit, edge + 1 / 4294967296.0));
  }
}

TEST_CASE("whoever is in at a lower rate is in at every higher one", "[sampling]") {
  Random random(61);
  for (int i = 0; i < 5000; ++i) {
    const std::string unit = random.hex(16);
    bool before = false;
    for (const double rate : {0.0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.9, 0.999, 1.0}) {
      const bool in = is_sampled("salt", unit, rate);
      REQUIRE((in || !before));
      before = in;
    }
    CHECK(before);                             // 1 takes everyone
    CHECK_FALSE(is_sampled("salt", unit, 0));  // 0 no one
    CHECK_FALSE(is_sampled("salt", unit, -1));
    CHECK(is_sampled("salt", unit, 2));
  }
}

TEST_CASE("the share that is in is the rate, and the hash is even", "[sampling]") {
  constexpr uint32_t units = 200000, cells = 64;
  uint32_t in_tenth = 0;
  uint32_t counts[cells] = {};
  for (uint32_t i = 0; i < units; ++i) {
    const std::string unit = "user_" + std::to_string(i);  // ids in a row are the hard case for a hash
    in_tenth += is_sampled("plan", unit, 0.1);
    ++counts[sampling_hash("plan", unit) / (4294967296u / cells)];
  }
  CHECK(in_tenth > units / 10 - 600);  // 4.5 standard deviations
  CHECK(in_tenth < units / 10 + 600);
  double chi_square = 0;
  for (const uint32_t count : counts) {
    const double apart = count - units / double{cells};
    chi_square += apart * apart / (units / double{cells});
  }
  CHECK(chi_square < 103.4);  // 63 degrees of freedom, p = 0.001
}

TEST_CASE("another salt draws another sample", "[sampling]") {
  uint32_t both = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string unit = "user_" + std::to_string(i);
    both += is_sampled("a", unit, 0.5) && is_sampled("b", unit, 0.5);
  }
  CHECK(both > 4700);
  CHECK(both < 5300);
  CHECK(sampling_hash("ab", "c") != sampling_hash("a", "bc"));  // the two do not run together
}

TEST_CASE("a rate holds for all events but those on the list", "[sampling]") {
  Config config;
  config.sample_always = R"(["checkout_completed","error_raised"])";
  config.sample_rate = "1";
  CHECK(rate_of(config, "page_viewed", {}).empty());
  config.sample_rate = "0.1";
  CHECK(rate_of(config, "page_viewed", {}) == "0.1");
  CHECK(rate_of(config, "checkout_complete", {}) == "0.1");
  CHECK(rate_of(config, "checkout_completed", {}).empty());
  CHECK(rate_of(config, "error_raised", {}).empty());
  config.sample_rate = "0";
  CHECK(rate_of(config, "page_viewed", {}) == "0");
}

TEST_CASE("a plan's rate for an event goes before the config's, but not before the list", "[sampling]") {
  Config config;
  config.sample_always = R"(["checkout_completed"])";
  config.sample_rate = "0.1";
  CHECK(rate_of(config, "page_viewed", "0.5") == "0.5");
  CHECK(rate_of(config, "page_viewed", "1").empty());
  CHECK(rate_of(config, "checkout_completed", "0.5").empty());
}

TEST_CASE("the first unit that is allowed and known decides", "[sampling]") {
  // Ids of which one is in and the others are out, so that the answer tells which was asked.
  std::string in, out;
  for (int i = 0; in.empty() || out.empty(); ++i) {
    const std::string id = "unit" + std::to_string(i);
    (is_sampled("s", id, 0.5) ? in : out) = id;
  }
  Config config;
  config.sample_salt = "s";
  const auto decides = [&](const char* units, Id Identity::*asked, Id Identity::*missing = nullptr) {
    config.sample_units = units;
    bool result = true;
    for (const bool is_in : {true, false}) {
      Identity identity;
      for (Id Identity::*id : {&Identity::user, &Identity::anonymous, &Identity::session, &Identity::instance}) {
        if (id != missing) (identity.*id).set((id == asked) == is_in ? in : out);
      }
      result = result && is_in_sample(config, identity, "0.5") == is_in;
    }
    return result;
  };
  CHECK(decides(R"(["user","device"])", &Identity::user));
  CHECK(decides(R"(["user","device"])", &Identity::anonymous, &Identity::user));
  CHECK(decides(R"(["device"])", &Identity::anonymous));
  CHECK(decides(R"(["session","user"])", &Identity::session));
  CHECK(decides(R"(["instance"])", &Identity::instance));
  CHECK(decides(R"(["user"])", &Identity::instance, &Identity::user));  // none is known: the instance
}

}  // namespace waymark::stages
