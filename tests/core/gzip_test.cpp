// gzip by our own encoder: zlib reads all that it writes, and it is about as small as zlib's.
#include "core/outbox/gzip.hpp"

#include <memory>
#include <string>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"
#include "tests/core/zlib_gzip.hpp"

namespace waymark::outbox {
namespace {

std::string packed(std::string_view text, size_t capacity = 200 * 1024) {
  static const auto gzip = std::make_unique<Gzip>();  // one for all: what is left over from before does no harm
  std::string out(capacity, '\0');
  out.resize(gzip->compress(text, out.data(), out.size()));
  return out;
}

std::string batch_of(int events) {
  std::string body = R"({"write_key":"demo","events":[)";
  for (int i = 0; i < events; ++i) {
    body += R"({"event_name":"checkout_completed","properties":{"order_id":"ord_)" + std::to_string(456789 + i * 7919) +
            R"(","order_value":149.99,"currency":"EUR","item_count":3,"payment_method":"invoice"},"sequence":)" +
            std::to_string(i + 1) + "},";
  }
  return body + "]}";
}

}  // namespace

TEST_CASE("what gzip writes zlib reads", "[gzip]") {
  for (const std::string& text : {std::string(), std::string("a"), std::string("abcabcabcabc"), std::string(1000, 'x'),
                                  std::string(100'000, 'x'), batch_of(1), batch_of(100), batch_of(400)}) {
    CHECK(testing::inflated(packed(text)) == text);
  }
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  CHECK(testing::inflated(packed(every_byte)) == every_byte);
}

TEST_CASE("gzip of random texts of every kind and length", "[gzip]") {
  testing::Random random(3);
  for (uint32_t round = 0; round < 3000; ++round) {
    const uint32_t size = round % 10 ? random.below(600) : random.below(Gzip::most_bytes / 2);
    const uint32_t letters = 1 + random.below(round % 3 ? 8 : 256);
    std::string text;
    while (text.size() < size) {
      if (random.below(4) == 0 && !text.empty()) {  // a repeat from anywhere
        text += text.substr(random.below(static_cast<uint32_t>(text.size())), random.below(400));
      } else {
        text += static_cast<char>(random.below(letters));
      }
    }
    REQUIRE(testing::inflated(packed(text)) == text);
  }
}

TEST_CASE("codes stay within 15 bits whatever the counts are", "[gzip]") {
  // Fibonacci numbers as counts make the deepest trees.
  std::string text;
  uint32_t count = 1, next = 1;
  for (char letter = 'a'; text.size() + count < 60'000; ++letter) {
    text.append(count, letter);
    count = std::exchange(next, count + next);
  }
  // In an order without repeats of four.
  testing::Random random(5);
  for (size_t i = text.size(); i > 1; --i) std::swap(text[i - 1], text[random.below(static_cast<uint32_t>(i))]);
  CHECK(testing::inflated(packed(text)) == text);
}

TEST_CASE("gzip is about as small as zlib's", "[gzip]") {
  const std::string text = batch_of(100);
  CHECK(packed(text).size() <= testing::gzipped(text, 6).size() * 105 / 100);
  CHECK(packed(text).size() < testing::gzipped(text, 1).size());
}

TEST_CASE("without room, or without gain, there is no gzip", "[gzip]") {
  const std::string text = batch_of(20);
  const size_t size = packed(text).size();
  CHECK(packed(text, size + 1).size() == size);
  for (size_t capacity = 0; capacity <= size; ++capacity) CHECK(packed(text, capacity).empty());
  CHECK(packed(std::string(Gzip::most_bytes + 1, 'x')).empty());
}

}  // namespace waymark::outbox
