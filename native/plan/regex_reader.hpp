// A pattern's text, read code point by code point, and the first thing that is wrong with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/regex.hpp"

namespace waymark::plan {

class PatternReader {
 public:
  static constexpr uint32_t end = UINT32_MAX;  // no code point

  // A pattern that is too long or not UTF-8 is an error at once.
  explicit PatternReader(std::string_view pattern);

  // The code point `ahead` of the place, or `end`.
  uint32_t peek(size_t ahead = 0) const { return at_ + ahead < codes_.size() ? codes_[at_ + ahead] : end; }
  bool at_one_of(std::string_view ascii) const;
  bool at_digit() const { return peek() - '0' < 10; }

  uint32_t next();  // peek, and go past it
  bool take(char ascii);
  bool take(std::string_view ascii);  // all of it or nothing

  size_t place() const { return at_; }
  void go_back(size_t place) { at_ = place; }
  // What stands from one place to another, in UTF-8.
  std::string text(size_t from, size_t to) const;
  size_t byte_of(size_t place) const { return offsets_[place]; }

  // Notes what is wrong at a place; only the first counts.
  void fail(std::string message, size_t place);
  const std::optional<RegexError>& error() const { return error_; }

 private:
  std::string_view pattern_;
  std::vector<uint32_t> codes_;
  std::vector<size_t> offsets_;  // of each code point and of the end, in bytes
  size_t at_ = 0;
  std::optional<RegexError> error_;
};

}  // namespace waymark::plan
