// The ids that rows are deduplicated by, and what ids look like.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/collector/rows.hpp"

namespace waymark::collector {

// The id that the tracker would give: core/text/ids.hpp. `instance_id` has 64 bytes at most.
Uuid computed_id(std::string_view instance_id, uint32_t sequence, int64_t time_ms);

// A UUIDv7 (RFC 9562 5.7) for an event that has no id of its own; a redelivery of it cannot be told.
Uuid fresh_id(int64_t now_ms);

// A UUID or 32 hexadecimal digits. Such ids have nothing to hide, and their digits must not be taken for a card's.
bool is_random_id(std::string_view id);

// Letters, digits and . _ - + alone, `most` bytes at most.
bool is_word(std::string_view text, size_t most);

}  // namespace waymark::collector
