// A bounded ring of byte records: many threads write, one reads. Writing takes no lock, allocates nothing and makes no
// system call. Writers are lock-free: of several that race one gets on. A writer that is stopped in the middle of a
// record keeps the reader from what comes behind it, but no writer from writing while there is room.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace waymark::client {

class Ring {
 public:
  static constexpr size_t least_bytes = 64 * 1024;
  static constexpr size_t most_bytes = 64 * 1024 * 1024;

  // Allocates the capacity, rounded up to a power of two within the bounds, and touches every page of it, so that no
  // writer meets a page fault of the first touch.
  explicit Ring(size_t capacity_bytes);

  // Room for a record of `bytes`, contiguous and aligned to 8; null if there is none, or it is larger than
  // `most_record_bytes`. What is reserved must be committed, soon.
  [[nodiscard]] std::byte* reserve(uint32_t bytes);
  void commit(std::byte* record);
  size_t most_record_bytes() const;

  // The oldest record that is committed, if all before it are; empty if there is none. For the one reader.
  std::span<const std::byte> front();
  // Overwrites the oldest record with zeros and frees it.
  void pop();
  // Overwrites and frees all that is committed. Returns how many records that were.
  size_t wipe();

  bool is_empty() const;
  // In a child after fork(): as new. What other threads had begun to write will never be committed there.
  void reset_after_fork();
};

}  // namespace waymark::client
