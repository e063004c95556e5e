// Identity: who an event belongs to. Ids are made when the first event is accepted, never before consent.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/limits.hpp"
#include "core/text/entropy.hpp"

namespace waymark::stages {

// An id of at most limits::id_bytes, as it stands in JSON between the quotes.
class Id {
 public:
  [[gnu::always_inline]] std::string_view view() const { return {bytes_, size_}; }
  bool empty() const { return size_ == 0; }
  // False, and nothing changes, if it is too long.
  bool set(std::string_view id);
  // Makes one of a form (text/entropy.hpp), unless there is one. Returns whether it did.
  bool make(text::Entropy& entropy, const char* form, uint32_t size);
  // Overwrites it.
  void wipe();

 private:
  uint32_t size_ = 0;
  char bytes_[limits::id_bytes] = {};
};

struct Identity {
  Id instance;   // one tracker from start to end; new after a grant
  Id anonymous;  // one device, until a reset or withdrawal
  Id session;
  Id user;  // what the application calls the person
};

}  // namespace waymark::stages
