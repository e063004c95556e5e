#include "core/text/json_scan.hpp"

#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::text {
namespace {

struct TraitTable {
  uint8_t of[256] = {};
  constexpr void set(char c, uint8_t trait) { of[static_cast<uint8_t>(c)] = trait; }
  constexpr TraitTable() {
    for (int c = 0; c < 0x20; ++c) of[c] = traits::special;
    for (int c = 0x80; c < 0x100; ++c) of[c] = traits::special | traits::encoded;
    for (int c = '0'; c <= '9'; ++c) of[c] = traits::digit;
    for (int c = 'A'; c <= 'Z'; ++c) of[c] = traits::upper;
    set('"', traits::special);
    set('\\', traits::special | traits::encoded);
    set('%', traits::encoded);
    set('@', traits::at_or_plus);
    set('+', traits::at_or_plus);
    set(':', traits::colon);
    set('.', traits::dot);
    set('_', traits::joint);
    set('-', traits::joint);
  }
};
constexpr TraitTable table;

}  // namespace

Token JsonScanner::fail(Reason reason) {
  error_ = reason;
  return Token::error;
}

// The next byte that is no white space; 0, which no JSON holds outside a string, at the end.
char JsonScanner::peek() {
  for (; at_ < stop_; ++at_) {
    if (*at_ != ' ' && *at_ != '\n' && *at_ != '\r' && *at_ != '\t') return *at_;
  }
  return 0;
}

Token JsonScanner::next() {
  if (error_ != Reason::none) return Token::error;
  char c = peek();
  const bool in_object = in_object_ & 1;
  if (state_ == State::after_value) {
    if (depth_ == 0) return at_ == stop_ ? Token::end : fail(Reason::json_syntax);
    if (c == ',') {
      ++at_;
      c = peek();
      state_ = in_object ? State::key : State::value;
    }
  }
  if (state_ >= State::opened) {
    if (c == (in_object ? '}' : ']')) {
      begin_ = at_++;
      end_ = at_;
      in_object_ >>= 1;
      --depth_;
      state_ = State::after_value;
      return in_object ? Token::object_end : Token::array_end;
    }
    if (state_ == State::after_value) return fail(Reason::json_syntax);
  }
  if (!in_object || state_ == State::value) return value(c);
  if (c != '"') return fail(Reason::json_syntax);
  if (string() == Token::error) return Token::error;
  if (peek() != ':') return fail(Reason::json_syntax);
  ++at_;
  state_ = State::value;
  return Token::key;
}

Token JsonScanner::value(char c) {
  state_ = State::after_value;
  if (c == '"') return string();
  if (c != '{' && c != '[') return is_lower(c) ? literal(c) : number();
  if (depth_ == max_depth_) return fail(Reason::too_deep);
  begin_ = at_++;
  end_ = at_;
  ++depth_;
  in_object_ = in_object_ << 1 | (c == '{');
  state_ = State::opened;
  return c == '{' ? Token::object_begin : Token::array_begin;
}

Token JsonScanner::literal(char first) {
  const char* word = first == 't' ? "true" : first == 'f' ? "false" : "null";
  const char* at = at_;
  for (; *word; ++word, ++at) {
    if (at == stop_ || *at != *word) return fail(Reason::json_syntax);
  }
  begin_ = at_;
  at_ = end_ = at;
  return Token::literal;
}

Token JsonScanner::string() {
  begin_ = ++at_;
  uint32_t seen = 0;
  for (;;) {
    const char* at = at_;
    uint32_t trait;
    do {
      if (at == stop_) return fail(Reason::json_syntax);
      trait = table.of[static_cast<uint8_t>(*at++)];
      seen |= trait;
    } while (!(trait & traits::special));
    at_ = at - 1;
    const auto c = static_cast<uint8_t>(*at_);
    if (c == '"') break;
    if (c == '\\') {
      if (!escape()) return Token::error;
    } else if (c < 0x20) {
      return fail(Reason::json_syntax);
    } else if (read_code_point(at_, stop_) == bad_code_point) {
      return fail(Reason::not_utf8);
    }
  }
  end_ = at_++;
  traits_ = seen;
  return Token::string;
}

bool JsonScanner::escape() {
  const char kind = stop_ - at_ < 2 ? '\0' : at_[1];
  if (kind != 'u') {
    if (!has_char("\"\\/bfnrt", kind)) return fail(Reason::json_syntax), false;
    at_ += 2;
    return true;
  }
  const int32_t unit = read_hex(at_ + 2, stop_, 4);
  if (unit < 0) return fail(Reason::json_syntax), false;
  at_ += 6;
  if (unit >> 11 != 0xD800 >> 11) return true;
  const bool is_pair = unit < 0xDC00 && stop_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u' &&
                       read_hex(at_ + 2, stop_, 4) >> 10 == 0xDC00 >> 10;
  at_ += 6;
  return is_pair || (at_ -= 6, fail(Reason::lone_surrogate), false);
}

Token JsonScanner::number() {
  const char* at = at_;
  const auto next = [&] { return at < stop_ ? *at : '\0'; };
  // Integer, fraction, exponent; each begins with what is looked for and needs a digit.
  begin_ = at;
  if (next() == '-') ++at;
  const bool zero = next() == '0';
  for (int32_t part = 0; part < 3; ++part) {
    if (part) {
      const char c = next();
      if (part == 1 ? c != '.' : (c | 0x20) != 'e') continue;
      ++at;
      if (part == 2 && (next() == '+' || next() == '-')) ++at;
    }
    const char* const first = at;
    while (is_digit(next())) ++at;
    if (at == first || (part == 0 && zero && at > first + 1)) return fail(Reason::json_syntax);
  }
  at_ = end_ = at;
  return Token::number;
}

bool JsonScanner::skip(Token first) {
  if (first > Token::array_end) return first != Token::error;
  const uint32_t outer = depth_ - 1;
  while (depth_ > outer) {
    if (next() == Token::error) return false;
  }
  return true;
}

Token only_token(std::string_view text) {
  JsonScanner scan(text);
  const Token token = scan.next();
  return scan.next() == Token::end ? token : Token::error;
}

}  // namespace waymark::text
