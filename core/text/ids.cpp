#include "core/text/ids.hpp"

#include <cstring>

#include "core/text/words.hpp"

namespace waymark::text {
namespace {

constexpr uint32_t rotate(uint32_t word, int by) { return word << by | word >> (32 - by); }

void quarter(uint32_t* s, int a, int b, int c, int d) {
  s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 16);
  s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 12);
  s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 8);
  s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 7);
}

void write_hex(uint32_t word, char* out) {
  for (int i = 7; i >= 0; --i, word >>= 4) out[i] = "0123456789abcdef"[word & 15];
}

// 32 hexadecimal digits as 8-4-4-4-12.
void write_uuid(const uint32_t (&words)[4], char* out) {
  char digits[32];
  for (int i = 0; i < 4; ++i) write_hex(words[i], digits + 8 * i);
  const char* from = digits;
  for (uint32_t i = 0; i < uuid_chars; ++i) out[i] = i == 8 || i == 13 || i == 18 || i == 23 ? '-' : *from++;
}

// The key's first half, as 16 bytes.
void instance_bytes(std::string_view instance_id, uint8_t (&out)[16]) {
  for (uint32_t i = 0; i < 16 && instance_id.size() == instance_chars; ++i) {
    const int32_t high = hex_value(instance_id[2 * i]);
    const int32_t low = hex_value(instance_id[2 * i + 1]);
    if (high < 0 || low < 0) break;
    out[i] = static_cast<uint8_t>(high << 4 | low);
    if (i == 15) return;
  }
  std::memset(out, 0, sizeof out);
  for (size_t i = 0; i < instance_id.size(); ++i) out[i % 16] ^= static_cast<uint8_t>(instance_id[i]);
}

}  // namespace

void chacha20_block(const uint32_t (&key)[8], const uint32_t (&counter_and_nonce)[4], uint32_t (&out)[16]) {
  uint32_t state[16] = {0x61707865, 0x3320646E, 0x79622D32, 0x6B206574};
  for (int i = 0; i < 8; ++i) state[4 + i] = key[i];
  for (int i = 0; i < 4; ++i) state[12 + i] = counter_and_nonce[i];
  for (int i = 0; i < 16; ++i) out[i] = state[i];
  for (int round = 0; round < 20; round += 2) {
    for (int i = 0; i < 4; ++i) quarter(out, i, 4 + i, 8 + i, 12 + i);
    for (int i = 0; i < 4; ++i) quarter(out, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
  }
  for (int i = 0; i < 16; ++i) out[i] += state[i];
}

void event_id(std::string_view instance_id, uint32_t sequence, double timestamp_ms, char* out) {
  uint8_t half[16];
  instance_bytes(instance_id, half);
  uint32_t key[8];
  std::memcpy(key, half, sizeof half);
  std::memcpy(key + 4, half, sizeof half);
  uint32_t block[16];
  chacha20_block(key, {sequence, 0x6D796177, 0x2D6B7261, 0x00006469}, block);  // "waymark-id\0\0", little-endian
  const double ms = timestamp_ms > 0 ? timestamp_ms : 0;
  const auto high = static_cast<uint32_t>(ms / 65536.0);
  const auto low = static_cast<uint32_t>(ms - high * 65536.0);
  write_uuid({high, low << 16 | 0x7000 | (block[0] & 0xFFF), 0x80000000 | (block[1] & 0x3FFFFFFF), block[2]}, out);
}

}  // namespace waymark::text
