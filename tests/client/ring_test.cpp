#include "native/client/ring/ring.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::client {
namespace {

using testing::Random;

std::string text_of(std::span<const std::byte> record) {
  return {reinterpret_cast<const char*>(record.data()), record.size()};
}

bool put(Ring& ring, std::string_view text) {
  std::byte* const record = ring.reserve(static_cast<uint32_t>(text.size()));
  if (record == nullptr) return false;
  std::memcpy(record, text.data(), text.size());
  ring.commit(record);
  return true;
}

bool is_zero(const std::byte* bytes, size_t size) {
  return std::all_of(bytes, bytes + size, [](std::byte byte) { return byte == std::byte{0}; });
}

// A record and what stands before it, rounded up.
size_t room_of(size_t bytes) { return 8 + (bytes + 7) / 8 * 8; }

}  // namespace

TEST_CASE("a ring keeps what a queue keeps, whatever the sizes") {
  Ring ring(Ring::least_bytes);
  Random random(3);
  std::deque<std::string> model;
  size_t model_bytes = 0, refused = 0, popped = 0;
  for (int step = 0; step < 300'000; ++step) {
    // Tides: for a while more is written than read, then the other way round.
    const bool rising = step / 2000 % 2 == 0;
    if (random.chance(rising ? 0.7 : 0.3)) {
      const uint32_t most = random.chance(0.01) ? Ring::most_record_bytes : 200;
      const std::string text = std::to_string(step) + std::string(random.below(most - 6), 'x');
      const bool has_room = model_bytes + room_of(text.size()) <= ring.capacity_bytes();
      if (put(ring, text) != has_room) FAIL("of " << text.size() << " bytes beside " << model_bytes);
      if (has_room) {
        model.push_back(text);
        model_bytes += room_of(text.size());
      } else {
        ++refused;
      }
    } else if (!model.empty()) {
      if (text_of(ring.front()) != model.front()) FAIL("step " << step);
      model_bytes -= room_of(model.front().size());
      model.pop_front();
      ring.pop();
      ++popped;
    }
    if (ring.is_empty() != model.empty() || ring.front().empty() != model.empty()) FAIL("step " << step);
  }
  CHECK(refused > 100);
  CHECK(popped > 100'000);
  CHECK(ring.wipe() == model.size());
  CHECK(ring.is_empty());
}

TEST_CASE("a ring's size is a power of two within its bounds") {
  CHECK(Ring(0).capacity_bytes() == Ring::least_bytes);
  CHECK(Ring(Ring::least_bytes + 1).capacity_bytes() == 2 * Ring::least_bytes);
  CHECK(Ring(SIZE_MAX).capacity_bytes() == Ring::most_bytes);
}

TEST_CASE("records have bounds") {
  Ring ring(Ring::least_bytes);
  CHECK(ring.reserve(0) == nullptr);
  CHECK(ring.reserve(Ring::most_record_bytes + 1) == nullptr);
  CHECK(ring.reserve(UINT32_MAX) == nullptr);
  CHECK(ring.is_empty());
  // At every place of the ring the largest record fits, and is aligned.
  for (int i = 0; i < 200; ++i) {
    std::byte* const largest = ring.reserve(Ring::most_record_bytes);
    REQUIRE(largest != nullptr);
    CHECK(reinterpret_cast<uintptr_t>(largest) % 8 == 0);
    std::memset(largest, 'x', Ring::most_record_bytes);
    ring.commit(largest);
    REQUIRE(put(ring, std::string(1 + i * 7, 'y')));
    CHECK(text_of(ring.front()) == std::string(Ring::most_record_bytes, 'x'));
    ring.pop();
    CHECK(text_of(ring.front()) == std::string(1 + i * 7, 'y'));
    ring.pop();
  }
}

TEST_CASE("popping an empty ring does nothing") {
  Ring ring(Ring::least_bytes);
  ring.pop();
  CHECK(ring.wipe() == 0);
  REQUIRE(put(ring, "one"));
  CHECK(text_of(ring.front()) == "one");
}

TEST_CASE("a record that is not committed hides those behind it") {
  Ring ring(Ring::least_bytes);
  std::byte* const first = ring.reserve(5);
  REQUIRE(first != nullptr);
  REQUIRE(put(ring, "second"));
  CHECK(ring.front().empty());
  CHECK_FALSE(ring.is_empty());
  ring.pop();
  CHECK(ring.wipe() == 0);
  std::memcpy(first, "first", 5);
  ring.commit(first);
  CHECK(text_of(ring.front()) == "first");
  ring.pop();
  CHECK(text_of(ring.front()) == "second");
}

TEST_CASE("what is read or wiped is overwritten") {
  Ring ring(Ring::least_bytes);
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::pair<const std::byte*, size_t>> places;
    for (;;) {
      const uint32_t bytes = 1 + random.below(3000);
      std::byte* const record = ring.reserve(bytes);
      if (record == nullptr) break;
      if (!is_zero(record, bytes)) FAIL("reserved what is not zero");
      std::memset(record, 0xAB, bytes);
      ring.commit(record);
      places.emplace_back(record, bytes);
    }
    size_t left = places.size();
    if (round % 2 == 0) {
      while (left > places.size() / 2) ring.pop(), --left;
    }
    REQUIRE(ring.wipe() == left);
    for (const auto& [place, bytes] : places) {
      if (!is_zero(place - 8, bytes + 8)) FAIL("something is left in memory");
    }
  }
}

TEST_CASE("after a fork a ring is as new") {
  Ring ring(Ring::least_bytes);
  REQUIRE(put(ring, "of the parent"));
  std::byte* const torn = ring.reserve(100);  // by a thread that is not in the child
  REQUIRE(torn != nullptr);
  std::memset(torn, 0xAB, 100);
  ring.reset_after_fork();
  CHECK(ring.is_empty());
  CHECK(ring.front().empty());
  CHECK(is_zero(torn - 8, 108));
  REQUIRE(put(ring, "of the child"));
  CHECK(text_of(ring.front()) == "of the child");
  ring.pop();
  ring.reset_after_fork();
  REQUIRE(put(ring, "again"));
  CHECK(text_of(ring.front()) == "again");
}

namespace {

struct Stamp {
  uint32_t producer;
  uint32_t count;
  uint64_t checksum;  // of the bytes that follow
};

// FNV-1a: it only has to notice what is torn.
uint64_t checksum_of(const std::byte* bytes, size_t size) {
  uint64_t hash = 0xCBF29CE484222325;
  for (size_t i = 0; i < size; ++i) hash = (hash ^ static_cast<uint64_t>(bytes[i])) * 0x100000001B3;
  return hash;
}

constexpr uint32_t producers = 4;
constexpr uint32_t records_each = 30'000;

// Writes all its records; of a full ring it waits for room.
void produce(Ring& ring, uint32_t producer) {
  Random random(producer + 1);
  for (uint32_t count = 0; count < records_each;) {
    const uint32_t body = random.chance(0.001) ? random.below(30'000) : random.below(150);
    std::byte* const record = ring.reserve(sizeof(Stamp) + body);
    if (record == nullptr) {
      std::this_thread::yield();
      continue;
    }
    std::memset(record + sizeof(Stamp), static_cast<int>(random.below(256)), body);
    const Stamp stamp{producer, count++, checksum_of(record + sizeof(Stamp), body)};
    std::memcpy(record, &stamp, sizeof stamp);
    ring.commit(record);
  }
}

}  // namespace

TEST_CASE("many threads write, one reads: nothing is lost, torn or out of its writer's order") {
  Ring ring(Ring::least_bytes);
  std::vector<std::thread> threads;
  for (uint32_t producer = 0; producer < producers; ++producer) {
    threads.emplace_back([&ring, producer] { produce(ring, producer); });
  }
  std::vector<uint32_t> next(producers, 0);
  uint32_t torn = 0, disordered = 0;
  for (uint32_t read = 0; read < producers * records_each;) {
    const std::span<const std::byte> record = ring.front();
    if (record.empty()) {
      std::this_thread::yield();
      continue;
    }
    Stamp stamp;
    std::memcpy(&stamp, record.data(), sizeof stamp);
    torn += stamp.checksum != checksum_of(record.data() + sizeof stamp, record.size() - sizeof stamp);
    disordered += stamp.producer >= producers || next[stamp.producer]++ != stamp.count;
    ring.pop();
    ++read;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(torn == 0);
  CHECK(disordered == 0);
  CHECK(next == std::vector<uint32_t>(producers, records_each));
  CHECK(ring.is_empty());
}

}  // namespace waymark::client
