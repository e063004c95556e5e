// The event id, which both ends can compute, so that it need not travel.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/text/entropy.hpp"

namespace waymark::text {

// The ChaCha20 block function (RFC 8439 2.3). The words are little-endian in the standard's sense.
void chacha20_block(const uint32_t (&key)[8], const uint32_t (&counter_and_nonce)[4], uint32_t (&out)[16]);

// The event's UUIDv7 (RFC 9562 5.7): 48 bits of `timestamp_ms`, then 74 bits of the ChaCha20 block with
// key = instance_id || instance_id, counter = sequence, nonce = "waymark-id\0\0".
// `instance_id` is any string of at most 64 bytes; unless it is 32 hexadecimal digits, the key is made of its bytes
// themselves, folded to 16 by exclusive or. Writes 36 characters to `out`.
void event_id(std::string_view instance_id, uint32_t sequence, double timestamp_ms, char* out);

}  // namespace waymark::text
