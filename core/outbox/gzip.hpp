// gzip (RFC 1952) in one go and in fixed memory, so that a batch can be made small in the moment that a page is left.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::outbox {

// 115 KiB; make it once.
class Gzip {
 public:
  // The most that is compressed at once.
  static constexpr size_t most_bytes = 128 * 1024;

  // Writes `text` as a gzip member to `out`. Returns its size; 0 if it would not be smaller than `capacity` bytes, or
  // the text is longer than `most_bytes`: then it is to be sent as it is. Linear: each byte is compared with 32 earlier
  // places at most. What was compressed stays in the working memory as places and counts alone, not as text.
  size_t compress(std::string_view text, char* out, size_t capacity);

 private:
  static constexpr uint32_t hash_bits = 12;
  static constexpr uint32_t window = 32 * 1024;  // RFC 1951, 2
  static constexpr uint32_t most_tokens = 8 * 1024;
  static constexpr uint32_t literals = 286;  // with lengths and the end of the block; RFC 1951, 3.2.5
  static constexpr uint32_t distances = 30;
  static constexpr uint32_t kinds = 19;  // of code lengths; RFC 1951, 3.2.7

  struct Code {
    uint16_t bits;
    uint16_t length;
  };
  struct Match {
    uint32_t length;
    uint32_t distance;
  };

  Match find(const char* begin, const char* at, const char* stop);
  void write_block(bool is_last);
  void write_symbols();
  void make_codes(uint32_t* counts, uint32_t size, uint32_t longest, Code* codes);
  void put(uint32_t bits, uint32_t count);
  void put(const Code& code) { put(code.bits, code.length); }

  char* out_;
  char* end_;
  uint32_t bits_;
  uint32_t bit_count_;
  uint32_t token_count_;
  uint32_t counts_[literals + distances + kinds];
  Code codes_[literals + distances + kinds];
  uint32_t tokens_[most_tokens];  // a literal, or a length above a distance
  uint16_t heads_[1 << hash_bits];
  uint16_t previous_[window];
};

}  // namespace waymark::outbox
