// Appends JSON to a block of memory. Fails once and stays failed, so that callers check once, at the end.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::text {

class JsonWriter {
 public:
  [[gnu::always_inline]] JsonWriter(char* begin, size_t capacity)
      : begin_(begin), at_(begin), stop_(begin + capacity) {}

  // Bytes as they are. Inlined into its callers it would be a fortieth of the core's size.
  [[gnu::noinline]] void raw(const char* bytes, size_t size);
  [[gnu::always_inline]] void raw(std::string_view bytes) { raw(bytes.data(), bytes.size()); }
  template <size_t n>
  [[gnu::always_inline]] void raw(const char (&literal)[n]) {
    raw(literal, n - 1);
  }
  void byte(char c);
  void quoted(std::string_view plain);   // as a JSON string; bad UTF-8 becomes U+FFFD
  void escaped(std::string_view plain);  // the same without the quotes
  void number(uint32_t value);
  void timestamp(double time_ms);  // quoted

  bool failed() const { return failed_ != 0; }
  size_t size() const { return static_cast<size_t>(at_ - begin_); }
  std::string_view text() const { return {begin_, size()}; }
  // Takes back what was written after `size`, and a failure with it.
  void rewind(size_t size) {
    at_ = begin_ + size;
    failed_ = 0;
  }

 private:
  char* begin_;
  char* at_;
  char* stop_;
  uint32_t failed_ = 0;  // a whole word, so that a writer is copied as words
};

}  // namespace waymark::text
