#include "core/plan/value.hpp"

#include "core/plan/decimal.hpp"
#include "core/text/hash.hpp"
#include "core/text/json_escape.hpp"
#include "core/text/utf8.hpp"

namespace waymark::plan {

Kind kind_of(const char* value, const char* stop) {
  static constexpr char first_bytes[] = "nft-\"[{";  // in the order of the kinds
  const char c = peek(value, stop);
  for (uint8_t kind = 0; first_bytes[kind]; ++kind) {
    if (first_bytes[kind] == c) return static_cast<Kind>(kind);
  }
  return Kind::number;
}

const char* next_part(const char* at, const char* stop) {
  while (at < stop && (static_cast<uint8_t>(*at) <= ' ' || *at == ',' || *at == ':')) ++at;
  return at;
}

const char* skip(const char* value, const char* stop) {
  const char* at = value;
  int32_t open = 0;
  do {
    if (at >= stop) return stop;
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
  } while (open > 0);
  return at < stop ? at : stop;
}

int32_t Bytes::next() {
  if (pending_ == 0) {
    const char c = peek(at_, stop_);
    if (c == '"' || at_ >= stop_) return -1;
    ++at_;
    if (c != '\\') return static_cast<uint8_t>(c);
    char utf8[4] = {};
    text::write_code_point(text::read_escape(at_, stop_), utf8);
    __builtin_memcpy(&pending_, utf8, 4);
  }
  const auto byte = static_cast<uint8_t>(pending_);
  pending_ >>= 8;
  return byte;
}

int32_t compare(const char* a, const char* a_stop, const char* b, const char* b_stop) {
  Bytes bytes_a(a, a_stop);
  Bytes bytes_b(b, b_stop);
  for (;;) {
    const int32_t byte = bytes_a.next();
    const int32_t difference = byte - bytes_b.next();
    if (difference != 0 || byte < 0) return difference;
  }
}

namespace {

// The value of `key` among the members that begin at `at`; null if there is none.
const char* find_member(const char* at, const char* stop, const char* key, const char* key_stop, Work& work) {
  for (;;) {
    at = next_part(at, stop);
    if (work.is_used_up() || !has_value(at, stop)) return nullptr;
    const char* const name = at;
    at = next_part(skip(at, stop), stop);
    if (compare(name, stop, key, key_stop) == 0) return at;
    at = skip(at, stop);
    work.spend(static_cast<uint32_t>(at - name));
  }
}

}  // namespace

bool equal(const char* a, const char* a_stop, const char* b, const char* b_stop, Work& work) {
  const Kind kind = kind_of(a, a_stop);
  if (kind != kind_of(b, b_stop) || work.is_used_up()) return false;
  if (kind == Kind::number) return compare(read_decimal(a, a_stop), read_decimal(b, b_stop)) == 0;
  if (kind == Kind::string) return compare(a, a_stop, b, b_stop) == 0;
  if (kind < Kind::array) return true;
  if (!work.enter()) return false;
  const char* const members = ++b;
  ++a;
  bool is_equal;
  for (;;) {
    a = next_part(a, a_stop);
    b = next_part(b, b_stop);
    const bool more = has_value(a, a_stop);
    is_equal = more == has_value(b, b_stop);
    if (!is_equal || !more) break;
    const char* other = b;
    if (kind == Kind::object) {
      other = find_member(members, b_stop, a, a_stop, work);
      is_equal = other != nullptr;
      a = next_part(skip(a, a_stop), a_stop);
      b = next_part(skip(b, b_stop), b_stop);
    }
    is_equal = is_equal && equal(a, a_stop, other, b_stop, work);
    if (!is_equal) break;
    const char* const begin = a;
    a = skip(a, a_stop);
    b = skip(b, b_stop);
    work.spend(static_cast<uint32_t>(a - begin));
  }
  work.leave();
  return is_equal;
}

uint32_t hash_of(const char* value, const char* stop, Work& work) {
  const Kind kind = kind_of(value, stop);
  auto hash = static_cast<uint32_t>(kind);
  if (kind == Kind::number) hash = hash_of(read_decimal(value, stop));
  if (kind == Kind::string) {
    Bytes bytes(value, stop);
    for (int32_t byte; (byte = bytes.next()) >= 0;) hash = text::fnv(hash, static_cast<char>(byte));
  }
  if (kind >= Kind::array && work.enter()) {
    for (++value;; value = skip(value, stop)) {
      value = next_part(value, stop);
      if (!has_value(value, stop)) break;
      uint32_t part = hash_of(value, stop, work);
      if (kind == Kind::object) {
        value = next_part(skip(value, stop), stop);
        part *= hash_of(value, stop, work);  // and a sum of these, since members are unordered
      } else {
        hash *= 31;
      }
      hash += part;
    }
    work.leave();
  }
  return text::spread(hash);
}

}  // namespace waymark::plan
