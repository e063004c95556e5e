// gzip of arbitrary bytes into an arbitrary room: zlib reads it, or there was no room.
#include <cstdint>
#include <memory>
#include <string>

#include "core/outbox/gzip.hpp"
#include "tests/core/zlib_gzip.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static const auto gzip = std::make_unique<waymark::outbox::Gzip>();
  const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const size_t capacity = size_t{data[0]} | size_t{data[1]} << 8;
  const auto out = std::make_unique<char[]>(capacity);
  const size_t written = gzip->compress(text, out.get(), capacity);
  require(written <= capacity, "no more than there is room for");
  if (written) require(waymark::testing::inflated({out.get(), written}) == text, "zlib reads what was written");
  return 0;
}
