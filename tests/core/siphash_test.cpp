#include "core/text/siphash.hpp"

#include <string>

#include "tests/catch.hpp"

namespace waymark::text {

// The vectors of the authors' reference implementation: key 00 01 … 0f, text 00 01 … of each length.
TEST_CASE("siphash: the published vectors") {
  std::string key, bytes;
  for (char i = 0; i < 16; ++i) key += i;
  for (char i = 0; i < 15; ++i) bytes += i;
  CHECK(siphash(key, "") == 0x726fdb47dd0e0e31);
  CHECK(siphash(key, bytes.substr(0, 1)) == 0x74f839c593dc67fd);
  CHECK(siphash(key, bytes.substr(0, 7)) == 0xab0200f58b01d137);
  CHECK(siphash(key, bytes.substr(0, 8)) == 0x93f5f5799a932462);
  CHECK(siphash(key, bytes) == 0xa129ca6149be45e5);
}

TEST_CASE("siphash: salts of any length, folded to 16 bytes") {
  CHECK(siphash("", "a") != siphash("s", "a"));
  CHECK(siphash("0123456789abcdefX", "a") != siphash("0123456789abcdef", "a"));
}

}  // namespace waymark::text
