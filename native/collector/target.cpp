#include "native/collector/target.hpp"

#include <algorithm>
#include <charconv>

namespace waymark::collector {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool decode(std::string_view text, bool plus_is_space, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return false;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return true;
}

}  // namespace

std::optional<Target> Target::parse(std::string_view target) {
  if (!target.starts_with('/')) return {};
  Target out;
  const size_t mark = std::min(target.find('?'), target.size());
  if (!decode(target.substr(0, mark), false, out.path_)) return {};
  std::string_view rest = target.substr(std::min(mark + 1, target.size()));
  while (!rest.empty()) {
    const std::string_view member = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    const size_t equals = std::min(member.find('='), member.size());
    auto& [name, value] = out.query_.emplace_back();
    if (!decode(member.substr(0, equals), true, name)) return {};
    if (!decode(member.substr(std::min(equals + 1, member.size())), true, value)) return {};
  }
  return out;
}

const std::string* Target::query(std::string_view name) const {
  for (const auto& [key, value] : query_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<uint64_t> Target::number(std::string_view name, uint64_t otherwise, uint64_t most) const {
  const std::string* const text = query(name);
  if (!text) return otherwise;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value > most) return {};
  return value;
}

}  // namespace waymark::collector
