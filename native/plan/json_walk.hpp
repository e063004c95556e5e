// JSON of any depth, for values that come from outside. The core's scanner stops at 31 levels, which is more than an
// event may have; `waymark validate --schema` judges any value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waymark::plan {

enum class Walked : unsigned char { object_begin, array_begin, container_end, key, scalar };

// Walks one JSON value from its first byte to its last, without recursion. The alphabet is that of
// core/text/json_scan.hpp, which reads the scalars.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view json) : at_(json.data()), stop_(json.data() + json.size()) {}

  // The next token; false at the end and at what is not JSON, which `is_sound` tells apart.
  bool next();
  Walked token() const { return token_; }
  std::string_view span() const { return span_; }  // of keys and strings with their quotes
  size_t depth() const { return containers_.size(); }
  bool in_array() const { return !containers_.empty() && !containers_.back(); }
  bool is_sound() const { return is_sound_; }

 private:
  enum class State : unsigned char { value, opened, key, after_value };

  char peek();
  bool fail();
  bool scalar();
  bool key();

  const char* at_;
  const char* stop_;
  std::vector<bool> containers_;  // true: an object
  State state_ = State::value;
  Walked token_ = Walked::scalar;
  std::string_view span_;
  bool is_sound_ = true;
};

// Whether the bytes are exactly one JSON value. At most `deepest` levels count as one.
bool is_json(std::string_view bytes, size_t deepest);

// The RFC 6901 pointer to the value or key that begins at `start` in `json`, which is JSON; as in JSON text, without
// quotes around it: escapes stay.
std::string pointer_to(std::string_view json, const char* start);

}  // namespace waymark::plan
