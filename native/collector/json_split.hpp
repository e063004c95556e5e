// Finds the extent of members and elements by structure alone: strings, escapes and brackets. It judges nothing
// else, so that one broken event does not take its neighbours with it; core/text/json_scan.hpp judges each part.
#pragma once

#include <string>
#include <string_view>

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

// Appends `plain` as a JSON string; bad UTF-8 becomes U+FFFD.
void append_quoted(std::string& out, std::string_view plain);

}  // namespace waymark::collector
