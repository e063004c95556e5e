#include "native/plan/json_walk.hpp"

#include "core/text/json_scan.hpp"

namespace waymark::plan {

char JsonWalk::peek() {
  while (at_ < stop_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  return at_ < stop_ ? *at_ : '\0';
}

bool JsonWalk::fail() {
  is_sound_ = false;
  return false;
}

bool JsonWalk::scalar() {
  text::JsonScanner scan(std::string_view(at_, static_cast<size_t>(stop_ - at_)));
  const text::Token token = scan.next();
  if (token != text::Token::string && token != text::Token::number && token != text::Token::literal) return fail();
  span_ = {at_, static_cast<size_t>(scan.position() - at_)};
  at_ = scan.position();
  return true;
}

bool JsonWalk::key() {
  if (peek() != '"' || !scalar()) return fail();
  if (peek() != ':') return fail();
  ++at_;
  token_ = Walked::key;
  state_ = State::value;
  return true;
}

bool JsonWalk::next() {
  char c = peek();
  if (!is_sound_) return false;
  if (state_ == State::after_value) {
    if (containers_.empty()) return at_ == stop_ ? false : fail();
    if (c == ',') {
      ++at_;
      c = peek();
      state_ = containers_.back() ? State::key : State::value;
    } else if (c != (containers_.back() ? '}' : ']')) {
      return fail();
    }
  }
  const bool may_close = state_ == State::opened || state_ == State::after_value;
  if (may_close && c == (containers_.back() ? '}' : ']')) {
    span_ = {at_++, 1};
    containers_.pop_back();
    token_ = Walked::container_end;
    state_ = State::after_value;
    return true;
  }
  if (state_ == State::key || (state_ == State::opened && containers_.back())) return key();
  state_ = State::after_value;
  if (c != '{' && c != '[') {
    token_ = Walked::scalar;
    return scalar();
  }
  span_ = {at_++, 1};
  containers_.push_back(c == '{');
  token_ = c == '{' ? Walked::object_begin : Walked::array_begin;
  state_ = State::opened;
  return true;
}

bool is_json(std::string_view bytes, size_t deepest) {
  JsonWalk walk(bytes);
  bool has_value = false;
  while (walk.next()) {
    has_value = true;
    if (walk.depth() > deepest) return false;
  }
  return has_value && walk.is_sound() && walk.depth() == 0;
}

std::string pointer_to(std::string_view json, const char* start) {
  struct Level {
    std::string_view key;
    size_t values = 0;
    bool is_array = false;
  };
  std::vector<Level> levels(1);
  JsonWalk walk(json);
  while (walk.next()) {
    const Walked token = walk.token();
    if (token == Walked::container_end) {
      levels.pop_back();
      continue;
    }
    if (token == Walked::key) {
      levels.back().key = walk.span().substr(1, walk.span().size() - 2);
    } else if (levels.back().is_array) {
      ++levels.back().values;
    }
    if (walk.span().data() >= start) break;
    if (token != Walked::scalar && token != Walked::key) levels.push_back({{}, 0, token == Walked::array_begin});
  }
  std::string out;
  for (size_t i = 1; i < levels.size(); ++i) {
    const Level& level = levels[i];
    if (!level.is_array && level.key.data() == nullptr) continue;
    out += '/';
    if (level.is_array) {
      out += std::to_string(level.values == 0 ? 0 : level.values - 1);
      continue;
    }
    for (const char c : level.key) {
      if (c == '~' || c == '/') {
        out += c == '~' ? "~0" : "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

}  // namespace waymark::plan
