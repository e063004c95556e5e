// A keyed hash for pseudonyms: who has the salt can tell whether two values were the same, and can try values out.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::text {

// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) of `text`. The key is the salt's bytes,
// folded to 16 by exclusive or.
uint64_t siphash(std::string_view salt, std::string_view text);

}  // namespace waymark::text
