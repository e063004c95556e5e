// Seeded random text: the same on every machine, unlike std::uniform_int_distribution.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/entropy.hpp"

namespace waymark::testing {

class Random {
 public:
  explicit Random(uint32_t seed) { entropy_.seed({seed, 0x9E3779B9, 0x243F6A88, 0xB7E15162}); }

  uint32_t next() { return entropy_.next(); }
  // Uniform in [0, bound), but for a bias below bound / 2^32.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(uint64_t{entropy_.next()} * bound >> 32); }
  double fraction() { return entropy_.fraction(); }
  bool chance(double probability) { return fraction() < probability; }

  std::string digits(uint32_t count) { return from("0123456789", count); }
  std::string hex(uint32_t count) { return from("0123456789abcdef", count); }
  std::string from(std::string_view alphabet, uint32_t count) {
    std::string out;
    for (uint32_t i = 0; i < count; ++i) out += alphabet[below(static_cast<uint32_t>(alphabet.size()))];
    return out;
  }
  template <typename Value>
  const Value& one_of(const std::vector<Value>& values) {
    return values[below(static_cast<uint32_t>(values.size()))];
  }

 private:
  text::Entropy entropy_;
};

}  // namespace waymark::testing
