#include "core/plan/value.hpp"

#include "core/plan/decimal.hpp"
#include "core/text/hash.hpp"
#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::plan {
namespace {

// Takes the four digits of a \u escape.
uint32_t take_hex4(Text& text) {
  uint32_t value = 0;
  for (int32_t i = 0; i < 4; ++i, ++text.at) value = value << 4 | (text::hex_value(text.peek()) & 15);
  return value;
}

}  // namespace

Kind kind_of(Text value) {
  static constexpr char first_bytes[] = "nft-\"[{";  // in the order of the kinds
  const char c = value.peek();
  for (uint8_t kind = 0; first_bytes[kind]; ++kind) {
    if (first_bytes[kind] == c) return static_cast<Kind>(kind);
  }
  return Kind::number;
}

bool to_next(Text& text) {
  for (;; ++text.at) {
    const char c = text.peek();
    if (c == 0 && text.at >= text.stop) return false;
    if (static_cast<uint8_t>(c) > ' ' && c != ',' && c != ':') return (c | 0x20) != '}';
  }
}

uint32_t skip(Text& text) {
  const char* const begin = text.at;
  const char* at = begin;
  const char* const stop = text.stop;
  for (int32_t open = 0; at < stop;) {
    const char c = *at++;
    if (c == '"') {
      while (at < stop && *at != '"') at += *at == '\\' ? 2 : 1;
      ++at;
    } else if ((c | 0x20) == '{') {
      ++open;
    } else if ((c | 0x20) == '}') {
      --open;
    } else if (open == 0) {
      while (at<stop&& static_cast<uint8_t>(*at)> ' ' && *at != ',' && (*at | 0x20) != '}') ++at;
    }
    if (open <= 0) break;
  }
  text.at = at < stop ? at : stop;
  return static_cast<uint32_t>(text.at - begin);
}

std::string_view string_span(Text string) {
  const uint32_t size = skip(string);
  return size < 2 ? std::string_view() : std::string_view(string.at - size + 1, size - 2);
}

int32_t Bytes::next() {
  if (pending_ == 0) {
    if (text_.at >= text_.stop || *text_.at == '"') return -1;
    const char c = *text_.at++;
    if (c != '\\') return static_cast<uint8_t>(c);
    const char kind = text_.peek();
    ++text_.at;
    if (kind != 'u') {
      static constexpr char controls[] = "b\bf\fn\nr\rt\t";
      for (const char* at = controls; *at; at += 2) {
        if (*at == kind) return at[1];
      }
      return static_cast<uint8_t>(kind);
    }
    uint32_t code_point = take_hex4(text_);
    if (code_point >> 10 == 0xD800 >> 10) {
      text_.at += 2;  // \u
      code_point = 0x10000 + ((code_point & 0x3FF) << 10 | (take_hex4(text_) & 0x3FF));
    }
    char utf8[4] = {};
    text::write_code_point(code_point, utf8);
    __builtin_memcpy(&pending_, utf8, 4);
  }
  const auto byte = static_cast<uint8_t>(pending_);
  pending_ >>= 8;
  return byte;
}

int32_t compare(Text a, Text b) {
  Bytes bytes_a(a);
  Bytes bytes_b(b);
  for (;;) {
    const int32_t byte = bytes_a.next();
    const int32_t difference = byte - bytes_b.next();
    if (difference != 0 || byte < 0) return difference;
  }
}

namespace {

// Moves `members`, which stands inside an object, to the value of `key`. False if there is none.
bool find_member(Text& members, Text key, Work& work) {
  while (!work.is_used_up() && to_next(members)) {
    const bool is_found = compare(members, key) == 0;
    work.spend(skip(members));
    to_next(members);
    if (is_found) return true;
    work.spend(skip(members));
  }
  return false;
}

}  // namespace

bool equal(Text a, Text b, Work& work) {
  const Kind kind = kind_of(a);
  if (kind != kind_of(b) || work.is_used_up()) return false;
  if (kind == Kind::number) return compare(read_decimal(a), read_decimal(b)) == 0;
  if (kind == Kind::string) return compare(a, b) == 0;
  if (kind < Kind::array) return true;
  if (!work.enter()) return false;
  ++a.at;
  ++b.at;
  const Text members = b;
  bool is_equal;
  for (;;) {
    const bool more = to_next(a);
    is_equal = more == to_next(b);
    if (!is_equal || !more) break;
    Text other = b;
    if (kind == Kind::object) {
      other = members;
      is_equal = find_member(other, a, work);
      skip(a);
      skip(b);
      to_next(a);
      to_next(b);
    }
    is_equal = is_equal && equal(a, other, work);
    if (!is_equal) break;
    work.spend(skip(a) + skip(b));
  }
  work.leave();
  return is_equal;
}

uint32_t hash_of(Text& value, Work& work) {
  const Kind kind = kind_of(value);
  auto hash = static_cast<uint32_t>(kind);
  if (kind < Kind::array) {
    if (kind == Kind::number) hash = hash_of(read_decimal(value));
    if (kind == Kind::string) {
      Bytes bytes(value);
      for (int32_t byte; (byte = bytes.next()) >= 0;) hash = text::fnv(hash, static_cast<char>(byte));
    }
    work.spend(skip(value));
    return text::spread(hash);
  }
  if (!work.enter()) return 0;
  for (++value.at; !work.is_used_up() && to_next(value);) {
    uint32_t part = hash_of(value, work);
    if (kind == Kind::object) {
      to_next(value);
      part = text::spread(part + hash_of(value, work) * 31);
    } else {
      hash = text::spread(hash);
    }
    hash += part;
  }
  work.leave();
  ++value.at;
  return text::spread(hash);
}

}  // namespace waymark::plan
