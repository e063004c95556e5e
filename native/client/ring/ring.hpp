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
  // So much stands behind the ring's end, and a record that begins before the end may reach into it.
  static constexpr size_t most_record_bytes = 40 * 1024;

  // Allocates the capacity, rounded up to a power of two within the bounds, and touches every page of it, so that no
  // writer meets a page fault of the first touch. Without memory for it the ring is full from the start.
  explicit Ring(size_t capacity_bytes);

  // Room for a record of 1 to `most_record_bytes`, contiguous and aligned to 8; null if there is none, or `bytes` is
  // out of these bounds. All of it is zero. What is reserved must be committed, soon.
  [[nodiscard]] std::byte* reserve(uint32_t bytes);
  void commit(std::byte* record);

  // 0 if there was no memory.
  size_t capacity_bytes() const { return capacity_; }

  // The oldest record that is committed, if all before it are; empty if there is none. For the one reader.
  std::span<const std::byte> front();
  // Overwrites the oldest record with zeros and frees it. Nothing happens if `front` is empty.
  void pop();
  // Overwrites and frees all that is committed, but for what was written after the call began. Returns how many
  // records that were.
  size_t wipe();

  // How much was ever reserved and ever freed: what was reserved before a moment was read once as much is freed.
  uint64_t reserved_bytes() const { return tail_.load(std::memory_order_acquire); }
  uint64_t freed_bytes() const { return head_.load(std::memory_order_acquire); }

  // Whether nothing is reserved, committed or not. For any thread.
  bool is_empty() const;
  // In a child after fork(), before it writes or reads: as new. What other threads had begun to write will never be
  // committed there, and what the parent wrote is the parent's to send.
  void reset_after_fork();

 private:
  struct Header;
  Header* header_at(uint64_t position) const;

  // Two cache lines apart: processors fetch lines in pairs (Intel 64 and IA-32 Architectures Optimization Reference
  // Manual, "spatial prefetcher").
  static constexpr size_t apart = 128;
  static_assert(std::atomic<uint64_t>::is_always_lock_free);

  struct Free {
    void operator()(std::byte* memory) const;
  };
  // Bytes ever reserved and ever freed; the place in memory is the remainder by the capacity. The reader stays away
  // from the line that writers write.
  alignas(apart) std::atomic<uint64_t> tail_ = 0;
  alignas(apart) std::atomic<uint64_t> head_ = 0;
  std::unique_ptr<std::byte[], Free> memory_;
  size_t capacity_ = 0;
};

}  // namespace waymark::client
