#include "core/text/entropy.hpp"

#include <cstring>

namespace waymark::text {
namespace {

uint32_t rotate(uint32_t word, int by) { return word << by | word >> (32 - by); }

}  // namespace

void Entropy::seed(const uint32_t (&words)[4]) {
  std::memcpy(state_, words, sizeof state_);
  if ((words[0] | words[1] | words[2] | words[3]) == 0) state_[0] = 1;
}

uint32_t Entropy::next() {
  uint32_t* const s = state_;
  const uint32_t result = rotate(s[0] + s[3], 7) + s[0];
  const uint32_t shifted = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate(s[3], 11);
  return result;
}

void Entropy::fill(const char* form, char* out) {
  for (; *form; ++form) {
    const uint32_t random = next() >> 28;
    *out++ = *form == 'x' ? "0123456789abcdef"[random] : *form == 'y' ? "89ab"[random & 3] : *form;
  }
}

}  // namespace waymark::text
