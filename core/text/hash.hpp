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

// Spreads a hash evenly over 32 bits: the finaliser of MurmurHash3 (Appleby, public domain).
constexpr uint32_t spread(uint32_t hash) {
  hash ^= hash >> 16;
  hash *= 0x85EBCA6Bu;
  hash ^= hash >> 13;
  hash *= 0xC2B2AE35u;
  return hash ^ hash >> 16;
}

}  // namespace waymark::text
