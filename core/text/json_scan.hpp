// Reads JSON in one pass and yields spans of it. Converts nothing, allocates nothing, recurses never.
// Accepts exactly RFC 8259 in I-JSON's alphabet (RFC 7493 2.1): valid UTF-8, no lone surrogates.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/verdict.hpp"

namespace waymark::text {

enum class Token : uint32_t {
  object_begin,
  object_end,
  array_begin,
  array_end,
  key,
  string,
  number,
  literal,  // true, false, null
  end,
  error,
};

// What occurs in a string, or-ed over its bytes. It lets the privacy detectors skip most strings unread.
namespace traits {
inline constexpr uint8_t special = 1;  // quote, control byte, not ASCII, backslash: stops the fast loop
inline constexpr uint8_t digit = 2;
inline constexpr uint8_t upper = 4;
inline constexpr uint8_t at_or_plus = 8;  // @ +
inline constexpr uint8_t colon = 16;
inline constexpr uint8_t dot = 32;
inline constexpr uint8_t joint = 64;     // _ -
inline constexpr uint8_t encoded = 128;  // backslash, percent, not ASCII: decode before looking closer
}  // namespace traits

class JsonScanner {
 public:
  static constexpr uint32_t deepest = 31;

  // `text` must outlive the scanner. Nesting deeper than `max_depth` (31 at most) is an error.
  explicit JsonScanner(std::string_view text, uint32_t max_depth = deepest)
      : at_(text.data()), stop_(at_ + text.size()), begin_(at_), end_(at_), max_depth_(max_depth) {}

  // The next token; after `end` or `error` the same again. `end` comes once a single value is complete and only
  // white space follows.
  Token next();

  // Bytes of the last token in the text, for keys and strings without the quotes and still escaped.
  [[gnu::always_inline]] std::string_view span() const { return {begin_, static_cast<size_t>(end_ - begin_)}; }
  uint32_t string_traits() const { return traits_; }  // of the last key or string
  uint32_t depth() const { return depth_; }
  Reason error() const { return error_; }       // why `error`
  const char* position() const { return at_; }  // first byte that is not read yet

  // Reads the rest of the value that `first`, the last token, began. False on error.
  bool skip(Token first);

 private:
  enum class State : uint32_t { value, key, opened, after_value };

  Token fail(Reason reason);
  Token value(char c);
  Token string();
  Token number();
  Token literal(char first);
  bool escape();
  char peek();

  const char* at_;
  const char* stop_;
  const char* begin_;
  const char* end_;
  uint32_t in_object_ = 0;  // one bit a level: 1 object, 0 array
  uint32_t depth_ = 0;
  uint32_t max_depth_;
  State state_ = State::value;
  uint32_t traits_ = 0;
  Reason error_ = Reason::none;
};

// The token that is all of `text`; `error` if that is something else.
Token only_token(std::string_view text);

}  // namespace waymark::text
