// Finds the extent of members and elements by structure alone: strings, escapes and brackets. It judges nothing
// else, so that one broken event does not take its neighbours with it; core/text/json_scan.hpp judges each part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waymark::collector {

enum class Step : uint8_t { part, end, broken };

// Yields the members of the JSON object that `text` must hold alone.
class ObjectSplitter {
 public:
  explicit ObjectSplitter(std::string_view text);
  Step next();
  std::string_view key() const { return key_; }  // without the quotes, still escaped
  std::string_view value() const { return value_; }

 private:
  const char* at_;
  const char* stop_;
  bool first_ = true;
  bool broken_;
  std::string_view key_;
  std::string_view value_;
};

// Yields the elements of the JSON array that `text` must hold alone.
class ArraySplitter {
 public:
  explicit ArraySplitter(std::string_view text);
  Step next();
  std::string_view value() const { return value_; }

 private:
  const char* at_;
  const char* stop_;
  bool first_ = true;
  bool broken_;
  std::string_view value_;
};

// The first byte from `at` on that is no white space, or `stop`.
const char* skip_space(const char* at, const char* stop);

// The byte after the value that begins at `at`; null when there is none or its quote or bracket never closes.
const char* end_of_value(const char* at, const char* stop);

// Appends `plain` as a JSON string; bad UTF-8 becomes U+FFFD.
void append_quoted(std::string& out, std::string_view plain);

// A JSON array of these strings.
std::string quoted_array(const std::vector<std::string>& texts);

}  // namespace waymark::collector
