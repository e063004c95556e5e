#include "core/text/siphash.hpp"

namespace waymark::text {
namespace {

uint64_t rotate(uint64_t word, uint32_t bits) { return word << bits | word >> (64 - bits); }

uint64_t byte_at(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

}  // namespace

uint64_t siphash(std::string_view salt, std::string_view text) {
  uint64_t key[2] = {};
  for (size_t i = 0; i < salt.size(); ++i) key[i / 8 % 2] ^= byte_at(salt, i) << i % 8 * 8;
  uint64_t v0 = key[0] ^ 0x736F6D6570736575;
  uint64_t v1 = key[1] ^ 0x646F72616E646F6D;
  uint64_t v2 = key[0] ^ 0x6C7967656E657261;
  uint64_t v3 = key[1] ^ 0x7465646279746573;
  for (size_t i = 0;;) {
    uint64_t word = 0;
    do {
      if (i < text.size()) word |= byte_at(text, i) << i % 8 * 8;
    } while (++i % 8 != 0);
    const bool is_last = i > text.size();
    if (is_last) word |= static_cast<uint64_t>(text.size()) << 56;
    v3 ^= word;
    // Two rounds a word, and four to finish.
    for (uint32_t round = 0; round < (is_last ? 6 : 2); ++round) {
      if (round == 2) {
        v0 ^= word;
        v2 ^= 0xFF;
      }
      v0 += v1;
      v2 += v3;
      v1 = rotate(v1, 13) ^ v0;
      v3 = rotate(v3, 16) ^ v2;
      v0 = rotate(v0, 32) + v3;
      v2 += v1;
      v3 = rotate(v3, 21) ^ v0;
      v1 = rotate(v1, 17) ^ v2;
      v2 = rotate(v2, 32);
    }
    if (is_last) return v0 ^ v1 ^ v2 ^ v3;
    v0 ^= word;
  }
}

}  // namespace waymark::text
