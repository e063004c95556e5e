// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace waymark {

using Sha256 = std::array<uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

// The same for equal keys and texts; nobody who lacks the key can tell what it is of. A key of any size.
Sha256 hmac_sha256(std::string_view key, std::string_view text);

// Two lower-case digits a byte.
std::string hex_of(const uint8_t* bytes, size_t size);

}  // namespace waymark
