#include "native/plan/regex_reader.hpp"

#include <algorithm>
#include <utility>

#include "core/text/utf8.hpp"

namespace waymark::plan {

PatternReader::PatternReader(std::string_view pattern) : pattern_(pattern) {
  if (pattern.size() > regex_bytes) {
    error_ = RegexError{
        "the pattern is longer than " + std::to_string(regex_bytes) + " bytes; split it up into several under `anyOf`",
        regex_bytes};
    return;
  }
  const char* const stop = pattern.data() + pattern.size();
  for (const char* at = pattern.data(); at < stop;) {
    offsets_.push_back(static_cast<size_t>(at - pattern.data()));
    const uint32_t code = text::read_code_point(at, stop);
    if (code == text::bad_code_point) {
      error_ = RegexError{"the pattern is not UTF-8", offsets_.back()};
      codes_.clear();
      return;
    }
    codes_.push_back(code);
  }
  offsets_.push_back(pattern.size());
}

bool PatternReader::at_one_of(std::string_view ascii) const {
  return peek() < 128 && ascii.find(static_cast<char>(peek())) != std::string_view::npos;
}

uint32_t PatternReader::next() {
  const uint32_t code = peek();
  if (code != end) ++at_;
  return code;
}

bool PatternReader::take(char ascii) {
  if (peek() != static_cast<uint8_t>(ascii)) return false;
  ++at_;
  return true;
}

bool PatternReader::take(std::string_view ascii) {
  for (size_t i = 0; i < ascii.size(); ++i) {
    if (peek(i) != static_cast<uint8_t>(ascii[i])) return false;
  }
  at_ += ascii.size();
  return true;
}

std::string PatternReader::text(size_t from, size_t to) const {
  return std::string(pattern_.substr(offsets_[from], offsets_[std::min(to, codes_.size())] - offsets_[from]));
}

void PatternReader::fail(std::string message, size_t place) {
  if (!error_) error_ = RegexError{std::move(message), offsets_[std::min(place, codes_.size())]};
}

}  // namespace waymark::plan
