#include "core/outbox/gzip.hpp"

#include <cstring>

namespace waymark::outbox {
namespace {

constexpr uint32_t end_of_block = 256;
constexpr uint32_t shortest = 4;   // shorter repeats are rarely worth their distance
constexpr uint32_t longest = 257;  // 258 has a code of its own that is not worth its case
constexpr uint32_t most_tries = 16;

// How lengths (over 3) and distances (over 1) are written: a code that says the highest bits, then the others as they
// are. RFC 1951, 3.2.5; its tables in a formula.
struct Split {
  uint32_t code;
  uint32_t rest;
  uint32_t rest_bits;
};
Split split(uint32_t value, uint32_t leading) {
  const uint32_t bits = 31 - static_cast<uint32_t>(__builtin_clz(value | 1));
  const uint32_t rest_bits = bits > leading ? bits - leading : 0;
  return {(rest_bits << leading) + (value >> rest_bits), value & ((1u << rest_bits) - 1), rest_bits};
}
Split split_length(uint32_t length) { return split(length - 3, 2); }
Split split_distance(uint32_t distance) { return split(distance - 1, 1); }

uint32_t read_u32(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, 4);
  return word;
}

// RFC 1952, 8
uint32_t crc32(std::string_view text) {
  uint32_t table[256];
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t word = i;
    for (uint32_t bit = 0; bit < 8; ++bit) word = word >> 1 ^ (word & 1 ? 0xEDB88320 : 0);
    table[i] = word;
  }
  uint32_t crc = ~0u;
  for (const char c : text) crc = crc >> 8 ^ table[(crc ^ static_cast<uint8_t>(c)) & 255];
  return ~crc;
}

}  // namespace

// At most 25 bits at once.
void Gzip::put(uint32_t bits, uint32_t count) {
  bits_ |= bits << bit_count_;
  bit_count_ += count;
  for (; bit_count_ >= 8; bit_count_ -= 8, bits_ >>= 8) {
    if (out_ < end_) *out_++ = static_cast<char>(bits_);
  }
}

// The longest repeat of what stands at `at`, which becomes known to those that follow. Places are kept in 16 bits: one
// that is too old looks like a newer one, where the bytes are compared like anywhere.
Gzip::Match Gzip::find(const char* begin, const char* at, const char* stop) {
  Match best = {shortest - 1, 0};
  const auto place = static_cast<uint32_t>(at - begin);
  const auto left = static_cast<uint32_t>(stop - at);
  if (left < shortest) return best;
  const uint32_t most = left < longest ? left : longest;
  uint16_t& head = heads_[read_u32(at) * 0x9E3779B1u >> (32 - hash_bits)];
  uint32_t candidate = head;
  previous_[place % window] = head;
  head = static_cast<uint16_t>(place);
  uint32_t reached = 0;
  for (uint32_t i = 0; i < most_tries; ++i) {
    const uint32_t distance = (place - candidate) & 0xFFFF;
    if (distance <= reached || distance > window - 1 || distance > place) break;
    reached = distance;
    const char* const earlier = at - distance;
    if (earlier[best.length] == at[best.length]) {
      uint32_t length = 0;
      while (length < most && earlier[length] == at[length]) ++length;
      if (length > best.length) {
        best = {length, distance};
        if (length == most) break;
      }
    }
    candidate = previous_[candidate % window];
  }
  return best;
}

// Canonical Huffman codes (RFC 1951, 3.2.2) no longer than `limit` for what has a count.
void Gzip::make_codes(uint32_t* counts, uint32_t size, uint32_t limit, Code* codes) {
  uint32_t weights[2 * literals];
  uint16_t parents[2 * literals];
  uint16_t symbols[literals];
  uint32_t of_length[16];
  for (;;) {
    uint32_t leaves = 0;
    std::memset(of_length, 0, sizeof of_length);
    for (uint32_t symbol = 0; symbol < size; ++symbol) {
      codes[symbol] = {0, 0};
      if (counts[symbol] == 0) continue;
      weights[leaves] = counts[symbol];
      symbols[leaves++] = static_cast<uint16_t>(symbol);
    }
    // The two lightest that have no parent yet get one, until one is left.
    uint32_t nodes = leaves;
    std::memset(parents, 0, sizeof parents);
    for (uint32_t merge = 1; merge < leaves; ++merge, ++nodes) {
      uint32_t sum = 0;
      for (uint32_t child = 0; child < 2; ++child) {
        uint32_t lightest = 0;
        uint32_t weight = ~0u;
        for (uint32_t i = 0; i < nodes; ++i) {
          if (parents[i] == 0 && weights[i] < weight) {
            weight = weights[i];
            lightest = i;
          }
        }
        parents[lightest] = static_cast<uint16_t>(nodes);
        sum += weight;
      }
      weights[nodes] = sum;
    }
    uint32_t deepest = 0;
    for (uint32_t leaf = 0; leaf < leaves; ++leaf) {
      uint32_t length = leaves == 1;
      for (uint32_t node = leaf; parents[node] != 0; node = parents[node]) ++length;
      if (length > deepest) deepest = length;
      codes[symbols[leaf]].length = static_cast<uint16_t>(length);
      ++of_length[length & 15];
    }
    if (deepest <= limit) break;
    for (uint32_t symbol = 0; symbol < size; ++symbol) counts[symbol] = (counts[symbol] + 1) / 2;
  }
  uint32_t next = 0;
  for (uint32_t length = 1; length <= limit; ++length, next <<= 1) {
    for (uint32_t symbol = 0; symbol < size; ++symbol) {
      if (codes[symbol].length != length) continue;
      uint32_t reversed = 0;
      for (uint32_t bit = 0; bit < length; ++bit) reversed |= (next >> bit & 1) << (length - 1 - bit);
      codes[symbol].bits = static_cast<uint16_t>(reversed);
      ++next;
    }
  }
}

void Gzip::write_symbols() {
  for (uint32_t i = 0; i < token_count_; ++i) {
    const uint32_t token = tokens_[i];
    const uint32_t distance = token & 0xFFFF;
    if (distance == 0) {
      put(codes_[token >> 16]);
      continue;
    }
    const Split length = split_length(token >> 16);
    put(codes_[257 + length.code]);
    put(length.rest, length.rest_bits);
    const Split back = split_distance(distance);
    put(codes_[literals + back.code]);
    put(back.rest, back.rest_bits);
  }
  put(codes_[end_of_block]);
}

// RFC 1951, 3.2.7
void Gzip::write_block(bool is_last) {
  static constexpr uint8_t order[kinds] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  ++counts_[end_of_block];
  make_codes(counts_, literals, 15, codes_);
  make_codes(counts_ + literals, distances, 15, codes_ + literals);

  // The lengths of both codes in one list; what repeats is counted.
  uint32_t* const counts = counts_ + literals + distances;
  Code* const codes = codes_ + literals + distances;
  for (uint32_t round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < literals + distances;) {
      const uint32_t length = codes_[i].length;
      uint32_t run = 1;
      while (i + run < literals + distances && codes_[i + run].length == length) ++run;
      i += run;
      while (run > 0) {
        uint32_t kind = length;
        uint32_t taken = 1;
        uint32_t rest_bits = 0;
        uint32_t least = 1;
        if (length == 0 && run >= 3) {
          const bool is_long = run > 10;
          kind = is_long ? 18 : 17;
          taken = run < 138 ? run : 138;
          rest_bits = is_long ? 7 : 3;
          least = is_long ? 11 : 3;
        }
        if (round == 0) {
          ++counts[kind];
        } else {
          put(codes[kind]);
          put(taken - least, rest_bits);
        }
        run -= taken;
      }
    }
    if (round == 1) break;
    make_codes(counts, kinds, 7, codes);
    put(is_last | 2 << 1, 3);
    put(literals - 257, 5);
    put(distances - 1, 5);
    put(kinds - 4, 4);
    for (const uint8_t kind : order) put(codes[kind].length, 3);
  }
  write_symbols();
  std::memset(counts_, 0, sizeof counts_);
  token_count_ = 0;
}

size_t Gzip::compress(std::string_view text, char* out, size_t capacity) {
  if (text.size() > most_bytes || capacity < 18) return 0;
  std::memset(counts_, 0, sizeof counts_);
  std::memset(heads_, 0, sizeof heads_);
  out_ = out;
  end_ = out + capacity;
  bits_ = 0;
  bit_count_ = 0;
  token_count_ = 0;
  static constexpr char header[10] = {'\x1F', '\x8B', 8, 0, 0, 0, 0, 0, 0, '\xFF'};
  for (const char c : header) put(static_cast<uint8_t>(c), 8);

  const char* const begin = text.data();
  const char* const stop = begin + text.size();
  const char* at = begin;
  Match match = {0, 0};
  while (at < stop) {
    if (match.length == 0) match = find(begin, at, stop);
    Match next = {0, 0};
    bool is_match = match.distance != 0;
    if (is_match && match.length < 32) {
      next = find(begin, at + 1, stop);  // a longer one may begin a byte later
      is_match = next.length <= match.length;
    }
    if (!is_match) {
      tokens_[token_count_++] = static_cast<uint32_t>(static_cast<uint8_t>(*at)) << 16;
      ++counts_[static_cast<uint8_t>(*at)];
      ++at;
      match = next;
    } else {
      tokens_[token_count_++] = match.length << 16 | match.distance;
      ++counts_[257 + split_length(match.length).code];
      ++counts_[literals + split_distance(match.distance).code];
      const char* const behind = at + match.length;
      at += next.length != 0 ? 2 : 1;
      for (; at < behind; ++at) {
        if (at + 4 <= stop) {
          uint16_t& head = heads_[read_u32(at) * 0x9E3779B1u >> (32 - hash_bits)];
          previous_[static_cast<uint32_t>(at - begin) % window] = head;
          head = static_cast<uint16_t>(at - begin);
        }
      }
      match = {0, 0};
    }
    if (token_count_ == most_tokens) write_block(false);
  }
  write_block(true);
  put(0, 7);
  bit_count_ = 0;
  bits_ = 0;
  for (uint32_t word : {crc32(text), static_cast<uint32_t>(text.size())}) {
    put(word & 0xFFFF, 16);
    put(word >> 16, 16);
  }
  return out_ < end_ ? static_cast<size_t>(out_ - out) : 0;
}

}  // namespace waymark::outbox
