#include "core/text/siphash.hpp"

namespace waymark::text {
namespace {

struct State {
  uint64_t v[4];

  static uint64_t rotate(uint64_t word, uint32_t bits) { return word << bits | word >> (64 - bits); }

  // Half a round: two words are mixed into two others.
  void mix(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t by_b, uint32_t by_d) {
    v[a] += v[b];
    v[c] += v[d];
    v[b] = rotate(v[b], by_b) ^ v[a];
    v[d] = rotate(v[d], by_d) ^ v[c];
    v[a] = rotate(v[a], 32);
  }

  void rounds(uint32_t count) {
    while (count-- > 0) {
      mix(0, 1, 2, 3, 13, 16);
      mix(2, 1, 0, 3, 17, 21);
    }
  }

  void take(uint64_t word) {
    v[3] ^= word;
    rounds(2);
    v[0] ^= word;
  }
};

}  // namespace

uint64_t siphash(std::string_view salt, std::string_view text) {
  uint64_t key[2] = {};
  for (size_t i = 0; i < salt.size(); ++i) {
    key[i / 8 % 2] ^= static_cast<uint64_t>(static_cast<uint8_t>(salt[i])) << i % 8 * 8;
  }
  State state = {{key[0] ^ 0x736F6D6570736575, key[1] ^ 0x646F72616E646F6D, key[0] ^ 0x6C7967656E657261,
                  key[1] ^ 0x7465646279746573}};
  uint64_t word = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    word |= static_cast<uint64_t>(static_cast<uint8_t>(text[i])) << i % 8 * 8;
    if (i % 8 != 7) continue;
    state.take(word);
    word = 0;
  }
  state.take(word | static_cast<uint64_t>(text.size()) << 56);
  state.v[2] ^= 0xFF;
  state.rounds(4);
  return state.v[0] ^ state.v[1] ^ state.v[2] ^ state.v[3];
}

}  // namespace waymark::text
