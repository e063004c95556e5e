// The event id: ChaCha20 as the standard has it, a UUIDv7 that both ends compute, never the same twice.
#include "core/text/ids.hpp"

#include <string>
#include <unordered_set>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::text {
namespace {

std::string id_of(std::string_view instance_id, uint32_t sequence, double timestamp_ms) {
  char out[uuid_chars + 1];
  out[uuid_chars] = '#';
  event_id(instance_id, sequence, timestamp_ms, out);
  CHECK(out[uuid_chars] == '#');
  return {out, uuid_chars};
}

constexpr char instance[] = "000102030405060708090a0b0c0d0e0f";

}  // namespace

TEST_CASE("the ChaCha20 block function gives the block of RFC 8439 2.3.2", "[ids]") {
  uint32_t key[8];
  for (uint32_t i = 0; i < 8; ++i) key[i] = (4 * i + 3) << 24 | (4 * i + 2) << 16 | (4 * i + 1) << 8 | 4 * i;
  uint32_t block[16];
  chacha20_block(key, {1, 0x09000000, 0x4A000000, 0}, block);
  constexpr uint32_t expected[16] = {0xE4E7F110, 0x15593BD1, 0x1FDD0F50, 0xC47120A3, 0xC7F4D1C7, 0x0368C033,
                                     0x9AAA2204, 0x4E6CD4C3, 0x466482D2, 0x09AA9F07, 0x05D7C214, 0xA2028BD9,
                                     0xD19C12B5, 0xB94E16DE, 0xE883D0CB, 0x4E3C50A2};
  for (int i = 0; i < 16; ++i) CHECK(block[i] == expected[i]);
}

TEST_CASE("event ids are what an independent implementation computes", "[ids]") {
  CHECK(id_of(instance, 1, 1731579825123.0) == "01932a33-4be3-745c-a2a2-bd095e40e35e");
  CHECK(id_of("000102030405060708090A0B0C0D0E0F", 1, 1731579825123.0) == "01932a33-4be3-745c-a2a2-bd095e40e35e");
  CHECK(id_of(instance, 4294967295u, 1731579825123.0) == "01932a33-4be3-72a6-9021-e43726a72dc0");
  CHECK(id_of("ffffffffffffffffffffffffffffffff", 17, 0) == "00000000-0000-7071-ad0b-22c17667414f");
  // An instance id that is not 32 hexadecimal digits counts by its bytes.
  CHECK(id_of("journal-segment-0007 of a tool with a long name", 2, 281474976710655.0) ==
        "ffffffff-ffff-7387-92f2-c7edc1a167c4");
  CHECK(id_of("", 3, 1) == "00000000-0001-70a4-a9b1-8b9f5d43e2dc");
}

TEST_CASE("an event id is a UUIDv7 with the event's time", "[ids]") {
  for (const double ms : {0.0, 1.0, 65535.0, 65536.0, 1731579825123.0, 253402300799999.0}) {
    const std::string id = id_of(instance, 5, ms);
    CHECK(id[8] == '-');
    CHECK(id[13] == '-');
    CHECK(id[14] == '7');
    CHECK(id[18] == '-');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    CHECK(id[23] == '-');
    CHECK(std::stoull(id.substr(0, 8) + id.substr(9, 4), nullptr, 16) == static_cast<unsigned long long>(ms));
  }
  CHECK(id_of(instance, 5, -1) == id_of(instance, 5, 0));
}

TEST_CASE("an id never changes and never comes twice", "[ids]") {
  CHECK(id_of(instance, 9, 1000) == id_of(instance, 9, 1000));
  waymark::testing::Random random(11);
  std::unordered_set<std::string> seen;
  size_t made = 0;
  for (int tracker = 0; tracker < 50; ++tracker) {
    const std::string id = random.hex(32);
    for (uint32_t sequence = 1; sequence <= 2000; ++sequence, ++made) seen.insert(id_of(id, sequence, 1000));
  }
  CHECK(seen.size() == made);
}

TEST_CASE("the random bits depend on every bit of the instance id", "[ids]") {
  const std::string base = id_of(instance, 1, 0);
  for (size_t i = 0; i < 32; ++i) {
    std::string other = instance;
    other[i] = other[i] == '0' ? '1' : '0';
    CHECK(id_of(other, 1, 0) != base);
  }
}

}  // namespace waymark::text
