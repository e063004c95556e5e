// Hashes that are not secrets: for tables, and for the sampling decision.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::text {

// FNV-1a (Fowler, Noll, Vo), 32 bits. Start with `fnv_start`; continues over several pieces.
inline constexpr uint32_t fnv_start = 2166136261u;
constexpr uint32_t fnv(uint32_t hash, char c) { return (hash ^ static_cast<uint8_t>(c)) * 16777619u; }
constexpr uint32_t fnv(uint32_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = fnv(hash, c);
  return hash;
}

// A hash for small tables, four bytes at a step. The order of bytes in a word is the machine's.
inline uint32_t quick_hash(std::string_view bytes) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  auto hash = static_cast<uint32_t>(left);
  for (; left >= 4; left -= 4, at += 4) {
    uint32_t word;
    __builtin_memcpy(&word, at, 4);
    hash = (hash ^ word) * 0x9E3779B1u;
    hash ^= hash >> 15;
  }
  for (; left > 0; --left) hash = fnv(hash, *at++);
  return hash ^ hash >> 15;
}

// Spreads a hash evenly over 32 bits: the finaliser of MurmurHash3 (Appleby, public domain).
constexpr uint32_t spread(uint32_t hash) {
  hash ^= hash >> 16;
  hash *= 0x85EBCA6Bu;
  hash ^= hash >> 13;
  hash *= 0xC2B2AE35u;
  return hash ^ hash >> 16;
}

}  // namespace waymark::text
