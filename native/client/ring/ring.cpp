#include "native/client/ring/ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace waymark::client {

// Before each record. Header and record together are rounded up to 8 bytes.
struct alignas(8) Ring::Header {
  uint32_t committed_bytes;  // atomic; 0: not yet
  uint32_t reserved_bytes;   // of the writer
};

namespace {

constexpr std::align_val_t memory_alignment{128};

static_assert(std::atomic_ref<uint32_t>::is_always_lock_free);

constexpr uint64_t rounded_up(uint64_t bytes) { return (bytes + 7) & ~uint64_t{7}; }

}  // namespace

void Ring::Free::operator()(std::byte* memory) const { ::operator delete[](memory, memory_alignment); }

Ring::Ring(size_t capacity_bytes) {
  const size_t capacity = std::bit_ceil(std::clamp(capacity_bytes, least_bytes, most_bytes));
  const size_t bytes = capacity + sizeof(Header) + most_record_bytes;
  memory_.reset(static_cast<std::byte*>(::operator new[](bytes, memory_alignment, std::nothrow)));
  if (!memory_) return;
  std::memset(memory_.get(), 0, bytes);
  capacity_ = capacity;
}

Ring::Header* Ring::header_at(uint64_t position) const {
  return reinterpret_cast<Header*>(memory_.get() + (position & (capacity_ - 1)));
}

std::byte* Ring::reserve(uint32_t bytes) {
  if (bytes == 0 || bytes > most_record_bytes) return nullptr;
  const uint64_t needed = sizeof(Header) + rounded_up(bytes);
  uint64_t tail = tail_.load(std::memory_order_relaxed);
  do {
    // Acquire: the reader's zeros are there before the writer's bytes. The difference is signed, since the head may
    // have overtaken the tail that was read before it; then the exchange fails.
    const uint64_t head = head_.load(std::memory_order_acquire);
    if (static_cast<int64_t>(tail + needed - head) > static_cast<int64_t>(capacity_)) return nullptr;
  } while (!tail_.compare_exchange_weak(tail, tail + needed, std::memory_order_relaxed));
  Header* const header = header_at(tail);
  header->reserved_bytes = bytes;
  return reinterpret_cast<std::byte*>(header + 1);
}

void Ring::commit(std::byte* record) {
  Header* const header = reinterpret_cast<Header*>(record) - 1;
  std::atomic_ref(header->committed_bytes).store(header->reserved_bytes, std::memory_order_release);
}

std::span<const std::byte> Ring::front() {
  if (capacity_ == 0) return {};
  Header* const header = header_at(head_.load(std::memory_order_relaxed));
  const uint32_t bytes = std::atomic_ref(header->committed_bytes).load(std::memory_order_acquire);
  if (bytes == 0) return {};
  return {reinterpret_cast<const std::byte*>(header + 1), bytes};
}

void Ring::pop() {
  const size_t bytes = front().size();
  if (bytes == 0) return;
  const uint64_t head = head_.load(std::memory_order_relaxed);
  const uint64_t freed = sizeof(Header) + rounded_up(bytes);
  std::memset(static_cast<void*>(header_at(head)), 0, freed);
  head_.store(head + freed, std::memory_order_release);
}

size_t Ring::wipe() {
  const uint64_t tail = tail_.load(std::memory_order_relaxed);
  size_t records = 0;
  while (head_.load(std::memory_order_relaxed) < tail && !front().empty()) {
    pop();
    ++records;
  }
  return records;
}

bool Ring::is_empty() const {
  // The head first: it never overtakes the tail, so that equal means that there was a moment of emptiness.
  const uint64_t head = head_.load(std::memory_order_acquire);
  return head == tail_.load(std::memory_order_relaxed);
}

void Ring::reset_after_fork() {
  // Outside of records all is zero, so that of an empty ring no page needs to be copied.
  if (is_empty()) return;
  std::memset(memory_.get(), 0, capacity_ + sizeof(Header) + most_record_bytes);
  head_.store(0, std::memory_order_relaxed);
  tail_.store(0, std::memory_order_relaxed);
}

}  // namespace waymark::client
