// Random numbers from entropy that the host gave: xoshiro128++ and the forms of ids.
#include "core/text/entropy.hpp"

#include <set>
#include <string>

#include "tests/catch.hpp"

namespace waymark::text {

TEST_CASE("the generator is xoshiro128++", "[entropy]") {
  // From the authors' C (prng.di.unimi.it/xoshiro128plusplus.c) with the state 1, 2, 3, 4.
  Entropy entropy;
  entropy.seed({1, 2, 3, 4});
  for (const uint32_t expected : {641u, 1573767u, 3222811527u, 3517856514u, 836907274u, 4247214768u, 3867114732u,
                                  1355841295u, 495546011u, 621204420u}) {
    CHECK(entropy.next() == expected);
  }
}

TEST_CASE("a seed of zeros is mended", "[entropy]") {
  Entropy entropy;
  entropy.seed({0, 0, 0, 0});
  std::set<uint32_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(entropy.next());
  CHECK(seen.size() > 90);
}

TEST_CASE("one seed gives one row of numbers, another seed another", "[entropy]") {
  Entropy a, b, c;
  a.seed({7, 8, 9, 10});
  b.seed({7, 8, 9, 10});
  c.seed({7, 8, 9, 11});
  int differ = 0;
  for (int i = 0; i < 100; ++i) {
    const uint32_t number = a.next();
    CHECK(number == b.next());
    differ += number != c.next();
  }
  CHECK(differ > 95);
}

TEST_CASE("fractions are uniform in [0, 1)", "[entropy]") {
  Entropy entropy;
  entropy.seed({1, 2, 3, 5});
  constexpr int cells = 16, draws = 160000;
  int counts[cells] = {};
  for (int i = 0; i < draws; ++i) {
    const double fraction = entropy.fraction();
    REQUIRE(fraction >= 0);
    REQUIRE(fraction < 1);
    ++counts[static_cast<int>(fraction * cells)];
  }
  double chi_square = 0;
  for (const int count : counts) {
    const double apart = count - draws / double{cells};
    chi_square += apart * apart / (draws / double{cells});
  }
  CHECK(chi_square < 37.7);  // 15 degrees of freedom, p = 0.001
}

TEST_CASE("ids have their form and do not repeat", "[entropy]") {
  Entropy entropy;
  entropy.seed({3, 1, 4, 1});
  std::set<std::string> seen;
  std::set<char> variants;
  for (int i = 0; i < 20000; ++i) {
    char uuid[uuid_chars];
    entropy.fill(uuid_form, uuid);
    for (uint32_t k = 0; k < uuid_chars; ++k) {
      const bool dash = k == 8 || k == 13 || k == 18 || k == 23;
      const bool good = dash ? uuid[k] == '-' : std::string("0123456789abcdef").find(uuid[k]) != std::string::npos;
      if (!good) FAIL(std::string(uuid, uuid_chars));
    }
    CHECK(uuid[14] == '4');
    variants.insert(uuid[19]);
    seen.emplace(uuid, uuid_chars);
  }
  CHECK(seen.size() == 20000);
  CHECK(variants == std::set<char>{'8', '9', 'a', 'b'});
  char instance[instance_chars];
  entropy.fill(instance_form, instance);
  CHECK(std::string(instance, instance_chars).find_first_not_of("0123456789abcdef") == std::string::npos);
}

}  // namespace waymark::text
