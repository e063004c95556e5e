#include "core/text/json_path.hpp"

#include "core/text/json_scan.hpp"
#include "core/text/json_write.hpp"

namespace waymark::text {
namespace {

struct Level {
  std::string_view key;
  uint32_t values = 0;  // of an array, begun
  bool is_array = false;
};

void write_step(JsonWriter& out, const Level& level) {
  if (!level.is_array && level.key.data() == nullptr) return;
  out.byte('/');
  if (level.is_array) {
    out.number(level.values ? level.values - 1 : 0);
    return;
  }
  for (const char c : level.key) {
    if (c == '~' || c == '/') {
      out.raw(c == '~' ? "~0" : "~1");
    } else {
      out.byte(c);
    }
  }
}

}  // namespace

std::string_view json_path(std::string_view json, const char* where, char* out, size_t capacity) {
  Level levels[JsonScanner::deepest + 1];
  uint32_t depth = 0;
  JsonScanner scan(json);
  Token token = scan.next();
  for (; token != Token::error && token != Token::end; token = scan.next()) {
    if (token == Token::object_end || token == Token::array_end) {
      --depth;
    } else if (token == Token::key) {
      levels[depth].key = scan.span();
    } else if (levels[depth].is_array) {
      ++levels[depth].values;
    }
    if (scan.position() >= where) break;
    if (token == Token::object_begin || token == Token::array_begin) {
      levels[++depth] = {{}, 0, token == Token::array_begin};
    }
  }
  if (token == Token::error) ++levels[depth].values;  // the one that could not be begun
  JsonWriter path(out, capacity);
  for (uint32_t level = 1; level <= depth; ++level) write_step(path, levels[level]);
  return path.text();
}

}  // namespace waymark::text
