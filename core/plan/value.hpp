// JSON values read where they stand, over and over, without memory: what the validator asks of a text that a scanner
// has accepted. Any other bytes are safe to ask about, but the answers mean nothing. A value is the place of its first
// byte, and goes with the place where the text that it stands in ends: two pointers, since a struct of them would go
// through memory at each call.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::plan {

enum class Kind : uint8_t { null, false_, true_, number, string, array, object, integer };

// What may still be done: a bound on every loop over a value that is read more than once.
class Work {
 public:
  Work(uint32_t steps, uint32_t depth) : steps_(steps), depth_(depth) {}

  [[gnu::noinline]] void spend(uint32_t steps) { steps_ = steps < steps_ ? steps_ - steps : 0; }
  // Goes one level down; false if that is too deep, which uses all steps up.
  bool enter() {
    if (depth_ == 0) {
      is_too_deep_ = true;
      steps_ = 0;
      return false;
    }
    --depth_;
    return true;
  }
  void leave() { ++depth_; }
  bool is_used_up() const { return steps_ == 0; }
  bool is_too_deep() const { return is_too_deep_; }

 private:
  uint32_t steps_;
  uint32_t depth_;
  bool is_too_deep_ = false;
};

inline char peek(const char* at, const char* stop) { return at < stop ? *at : '\0'; }

// By the first byte; never `integer`, which decimal.hpp tells.
Kind kind_of(const char* value, const char* stop);

// The place of the next value, key or closing bracket: behind white space, commas and colons.
const char* next_part(const char* at, const char* stop);
// Whether a value or key is there, and no closing bracket or the end.
inline bool has_value(const char* at, const char* stop) { return at < stop && (*at | 0x20) != '}'; }

// The place behind a value.
const char* skip(const char* value, const char* stop);

// The bytes of a string, a key too, with its escapes undone.
class Bytes {
 public:
  Bytes(const char* string, const char* stop) : at_(string + 1), stop_(stop) {}
  // -1 at the end.
  int32_t next();

 private:
  const char* at_;
  const char* stop_;
  uint32_t pending_ = 0;  // what is left of an escaped character's UTF-8, the next byte lowest
};

// Below 0, 0 or above 0, as the unescaped bytes of two strings stand to each other.
int32_t compare(const char* a, const char* a_stop, const char* b, const char* b_stop);

// Deep equality as JSON Schema has it: 1.0 is 1, members are unordered. With the work used up the answer means nothing.
bool equal(const char* a, const char* a_stop, const char* b, const char* b_stop, Work& work);

// Equal values have equal hashes.
uint32_t hash_of(const char* value, const char* stop, Work& work);

}  // namespace waymark::plan
