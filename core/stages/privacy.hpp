// Privacy: replaces what should not be known by typed markers, before the event enters the queue.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/limits.hpp"
#include "core/privacy/keys.hpp"
#include "core/privacy/rules.hpp"
#include "core/text/json_write.hpp"

namespace waymark::stages {

class Privacy {
 public:
  constexpr explicit Privacy(const privacy::Rules& rules) : rules_(rules) {}

  privacy::KeyClass classify_key(std::string_view key) const { return privacy::classify_key(key, rules_); }
  // Keys that hold nothing to hide are remembered with their class, under text::quick_hash of the key. False, and
  // `key_class` means nothing, if this one is not.
  bool recall(uint32_t hash, privacy::KeyClass& key_class) const;
  void remember(uint32_t hash, privacy::KeyClass key_class);

  // Whether `scrub` could change a string of these text::traits under a key of this class. False for most.
  static bool may_change(privacy::KeyClass key_class, uint32_t string_traits, size_t size);

  // Appends `before` as it is, then `text` with everything hidden that the detectors find, escaped for JSON but
  // without quotes. Backslashes in `text` are JSON's when `is_escaped`. Returns how many places were hidden; 0: nothing
  // was written. `text` counts for limits::string_bytes at most.
  uint32_t scrub(std::string_view before, std::string_view text, bool is_escaped, bool is_url, text::JsonWriter& out);

  // Overwrites what the last text left behind.
  void wipe();

  // Counts one value that was replaced by `marker`.
  void count(privacy::Marker marker) { ++counts_.by_marker[static_cast<uint32_t>(marker)]; }
  const privacy::Counts& counts() const { return counts_; }

 private:
  const privacy::Rules& rules_;
  privacy::Counts counts_{};
  static constexpr uint32_t recent_sets = 256;
  uint32_t recent_[2 * recent_sets] = {};  // 30 bits of the hash, 2 of the class
  char folded_[3 * limits::string_bytes + 1] = {};
};

}  // namespace waymark::stages
