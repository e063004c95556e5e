// memcpy and its kin, small: the C library's are unrolled for sizes that no event has, and cost a kilobyte.
#include <cstddef>
#include <cstdint>

extern "C" {

// Eight bytes at a time, as Wasm allows at any address; the rest one by one.
__attribute__((no_builtin("memcpy"))) void* memcpy(void* to, const void* from, size_t size) {
  auto* out = static_cast<char*>(to);
  const auto* in = static_cast<const char*>(from);
  for (; size >= 8; size -= 8, out += 8, in += 8) {
    uint64_t word;
    __builtin_memcpy(&word, in, 8);
    __builtin_memcpy(out, &word, 8);
  }
  for (; size > 0; --size) *out++ = *in++;
  return to;
}

// The core moves only towards the front.
__attribute__((no_builtin("memcpy", "memmove"))) void* memmove(void* to, const void* from, size_t size) {
  auto* out = static_cast<char*>(to);
  const auto* in = static_cast<const char*>(from);
  if (out > in) {
    while (size-- > 0) out[size] = in[size];
  } else {
    memcpy(to, from, size);
  }
  return to;
}

__attribute__((no_builtin("memset"))) void* memset(void* to, int value, size_t size) {
  auto* out = static_cast<char*>(to);
  while (size-- > 0) *out++ = static_cast<char>(value);
  return to;
}

}  // extern "C"
