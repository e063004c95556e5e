// JSON values read where they stand, over and over, without memory: what the validator asks of a text that a scanner
// has accepted. Any other bytes are safe to ask about, but the answers mean nothing.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::plan {

// A place in a JSON text and where that text ends. A value is the place of its first byte.
struct Text {
  const char* at = nullptr;
  const char* stop = nullptr;

  char peek() const { return at < stop ? *at : '\0'; }
};

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

// By the first byte; never `integer`, which decimal.hpp tells.
Kind kind_of(Text value);

// Moves over white space, commas and colons to the next value or key; false at a closing bracket or the end.
bool to_next(Text& text);

// Moves over a value. Returns how many bytes it has.
uint32_t skip(Text& text);

// Of a string the bytes between its quotes, still escaped.
std::string_view string_span(Text string);

// The bytes of a string, a key too, with its escapes undone.
class Bytes {
 public:
  explicit Bytes(Text string) : text_{string.at + 1, string.stop} {}
  // -1 at the end.
  int32_t next();

 private:
  Text text_;
  uint32_t pending_ = 0;  // what is left of an escaped character's UTF-8, the next byte lowest
};

// Below 0, 0 or above 0, as the unescaped bytes of two strings stand to each other.
int32_t compare(Text a, Text b);

// Deep equality as JSON Schema has it: 1.0 is 1, members are unordered. With the work used up the answer means nothing.
bool equal(Text a, Text b, Work& work);

// Moves over the value. Equal values have equal hashes.
uint32_t hash_of(Text& value, Work& work);

}  // namespace waymark::plan
