// The log: in order, bounded by its block, and nothing left behind of what was removed.
#include "core/outbox/log.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::outbox {
namespace {

using waymark::testing::Random;

// A log in a block of its own between guard bytes.
class Block {
 public:
  explicit Block(size_t capacity) : bytes_(capacity + 2 * guard), log(bytes_.data() + guard, capacity) {
    std::memset(bytes_.data(), '#', guard);
    std::memset(bytes_.data() + guard + capacity, '#', guard);
  }
  bool guards_intact() const {
    const std::string expected(guard, '#');
    return std::memcmp(bytes_.data(), expected.data(), guard) == 0 &&
           std::memcmp(bytes_.data() + bytes_.size() - guard, expected.data(), guard) == 0;
  }
  bool holds(std::string_view text) const {
    return std::string_view(bytes_.data(), bytes_.size()).find(text) != std::string_view::npos;
  }

 private:
  static constexpr size_t guard = 64;
  std::vector<char> bytes_;

 public:
  Log log;
};

Record* add(Log& log, RecordKind kind, std::string_view text, double time_ms = 0) {
  text::JsonWriter out(log.tail(), log.room());
  out.raw(text);
  return log.append(out, kind, 2, time_ms);
}

std::string kinds(Log& log) {  // "S a b" and so on: S before the text of shared records
  std::string out;
  for (Record* record = nullptr; (record = log.next(record));) {
    if (!out.empty()) out += ' ';
    if (record->kind == RecordKind::shared) out += 'S';
    out += record->text();
  }
  return out;
}

}  // namespace

TEST_CASE("records come out in the order in which they went in", "[log]") {
  Block block(4096);
  CHECK(block.log.next(nullptr) == nullptr);
  add(block.log, RecordKind::shared, "x");
  Record* const event = add(block.log, RecordKind::event, "hello", 17);
  add(block.log, RecordKind::report, "");
  CHECK(kinds(block.log) == "Sx hello ");
  CHECK(event->kind == RecordKind::event);
  CHECK(event->purpose == 2);
  CHECK(event->time_ms == 17);
  CHECK(event->batch == 0);
  CHECK(event->dead == 0);
}

TEST_CASE("what does not fit is refused and the block is never left", "[log]") {
  for (const size_t capacity : {size_t{0}, size_t{8}, size_t{40}, size_t{64}, size_t{1000}}) {
    for (const size_t size : {size_t{1}, size_t{7}, size_t{8}, size_t{9}, size_t{100}}) {
      Block block(capacity);
      size_t count = 0;
      while (count < 1000 && add(block.log, RecordKind::event, std::string(size, 'e'))) ++count;
      CHECK(count * (sizeof(Record) + size) <= capacity);
      CHECK(block.guards_intact());
    }
  }
}

TEST_CASE("compaction removes the dead and keeps the order", "[log]") {
  Block block(4096);
  add(block.log, RecordKind::shared, "1");
  add(block.log, RecordKind::event, "a");
  Record* const b = add(block.log, RecordKind::event, "canary-of-b");
  add(block.log, RecordKind::shared, "2");
  Record* const c = add(block.log, RecordKind::event, "c");
  add(block.log, RecordKind::shared, "3");
  add(block.log, RecordKind::held, "d");
  add(block.log, RecordKind::shared, "4");
  b->dead = c->dead = 1;
  block.log.compact(true);
  CHECK(kinds(block.log) == "S1 a S3 d S4");
  CHECK_FALSE(block.holds("canary"));
  block.log.compact(false);
  CHECK(kinds(block.log) == "S1 a S3 d");
  for (Record* record = nullptr; (record = block.log.next(record));) record->dead = 1;
  block.log.compact(false);
  CHECK(kinds(block.log).empty());
}

TEST_CASE("compaction over random logs is what a list would do", "[log]") {
  Random random(71);
  for (int run = 0; run < 500; ++run) {
    Block block(16 * 1024);
    std::string expected;
    std::string shared;
    for (int i = 0, n = static_cast<int>(random.below(40)); i < n; ++i) {
      const std::string text = std::string(random.below(30), 'x') + std::to_string(i);
      if (random.chance(0.3)) {
        add(block.log, RecordKind::shared, text);
        shared = "S" + text;
        continue;
      }
      Record* const record = add(block.log, RecordKind::event, text);
      record->dead = random.chance(0.5);
      if (record->dead) continue;
      if (!shared.empty()) expected += (expected.empty() ? "" : " ") + shared;
      shared.clear();
      expected += (expected.empty() ? "" : " ") + text;
    }
    block.log.compact(false);
    REQUIRE(kinds(block.log) == expected);
    REQUIRE(block.guards_intact());
  }
}

TEST_CASE("a copy holds the newest that fit, with the shared record that they need", "[log]") {
  Block block(4096);
  add(block.log, RecordKind::shared, "1");
  for (const char* text : {"a", "b", "c"}) add(block.log, RecordKind::event, text);
  add(block.log, RecordKind::shared, "2");
  add(block.log, RecordKind::event, "d");
  const size_t record = sizeof(Record) + 8;
  std::vector<std::string> copies;
  for (size_t capacity = 0; capacity <= 7 * record; ++capacity) {
    std::vector<char> out(capacity + 8, '#');
    const size_t size = block.log.copy_newest(out.data(), capacity);
    REQUIRE(size <= capacity);
    REQUIRE(std::string(out.end() - 8, out.end()) == "########");
    Block other(4096);
    if (size) {
      REQUIRE(other.log.restore({out.data(), size}) != nullptr);
      REQUIRE(size % 8 == 0);
    }
    const std::string copy = kinds(other.log);
    if (copies.empty() || copies.back() != copy) copies.push_back(copy);
  }
  CHECK(copies == std::vector<std::string>{"", "S2 d", "S1 c S2 d", "S1 b c S2 d", "S1 a b c S2 d"});
}

TEST_CASE("held events stay in memory", "[log]") {
  Block block(4096);
  add(block.log, RecordKind::shared, "s");
  add(block.log, RecordKind::held, "canary");
  add(block.log, RecordKind::event, "e");
  add(block.log, RecordKind::decided, "canary");
  std::vector<char> out(4096);
  const size_t size = block.log.copy_newest(out.data(), out.size());
  CHECK(std::string_view(out.data(), size).find("canary") == std::string_view::npos);
  Block other(4096);
  REQUIRE(other.log.restore({out.data(), size}));
  CHECK(kinds(other.log) == "Ss e");
}

TEST_CASE("a copy that is not sound is refused and changes nothing", "[log]") {
  Block source(4096);
  add(source.log, RecordKind::shared, "s");
  add(source.log, RecordKind::event, "event");
  std::vector<char> out(4096);
  const std::string good(out.data(), source.log.copy_newest(out.data(), out.size()));
  const auto refused = [](std::string_view bytes) {
    Block block(4096);
    add(block.log, RecordKind::shared, "before");
    const bool is_refused = block.log.restore(bytes) == nullptr;
    CHECK(kinds(block.log).substr(0, 7) == "Sbefore");
    if (is_refused) CHECK(kinds(block.log) == "Sbefore");
    CHECK(block.guards_intact());
    return is_refused;
  };
  CHECK_FALSE(refused(good));
  CHECK(refused(""));
  for (size_t size = 1; size < good.size(); ++size) {
    if (size != sizeof(Record) + 8) CHECK(refused(std::string_view(good).substr(0, size)));
  }
  CHECK(refused(good + "1234567"));
  CHECK(refused(std::string_view(good).substr(sizeof(Record) + 8)));  // an event without its shared record
  std::string wrong_kind = good;
  wrong_kind[offsetof(Record, kind)] = 9;
  CHECK(refused(wrong_kind));
  std::string too_long = good;
  too_long[offsetof(Record, size) + 2] = 1;
  CHECK(refused(too_long));
  Block small(32);
  CHECK(small.log.restore(good) == nullptr);
}

}  // namespace waymark::outbox
