#include "core/plan/path.hpp"

#include "core/plan/value.hpp"
#include "core/text/json_write.hpp"

namespace waymark::plan {

std::string_view path_to(std::string_view json, const char* where, char* out, size_t capacity) {
  text::JsonWriter path(out, capacity);
  const char* const stop = json.data() + json.size();
  const char* at = next_part(json.data(), stop);
  for (Kind kind; (kind = kind_of(at, stop)) >= Kind::array;) {
    const char* key;
    const char* key_end = at;
    const char* end = at + 1;
    uint32_t index = 0;
    do {
      key = at = next_part(end, stop);
      if (!has_value(at, stop) || where <= key) return path.text();
      if (kind == Kind::object) {
        key_end = skip(at, stop);
        at = next_part(key_end, stop);
      }
      end = skip(at, stop);
      ++index;
    } while (where > end);
    path.byte('/');
    if (kind == Kind::array) {
      path.number(index - 1);
      continue;
    }
    while (++key < key_end - 1) {
      const bool is_special = *key == '~' || *key == '/';
      path.byte(is_special ? '~' : *key);
      if (is_special) path.byte(*key == '~' ? '0' : '1');
    }
    if (where <= key_end) break;  // the key itself
  }
  return path.text();
}

}  // namespace waymark::plan
