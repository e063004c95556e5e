#include "native/collector/context.hpp"

#include <algorithm>
#include <vector>

#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {

std::string merge_context(std::string_view shared, std::string_view own) {
  const auto unescaped = [](std::string_view key) {
    std::string out(key.size(), '\0');
    out.resize(unescape_json(key, out.data()));
    return out;
  };
  std::vector<std::string> own_keys;
  for (ObjectSplitter members(own); members.next() == Step::part;) own_keys.push_back(unescaped(members.key()));
  std::string out = "{";
  const auto add = [&out](const ObjectSplitter& member) {
    if (out.size() > 1) out += ',';
    out.append("\"").append(member.key()).append("\":").append(member.value());
  };
  for (ObjectSplitter members(shared); members.next() == Step::part;) {
    const bool is_own = std::find(own_keys.begin(), own_keys.end(), unescaped(members.key())) != own_keys.end();
    if (!is_own) add(members);
  }
  for (ObjectSplitter members(own); members.next() == Step::part;) add(members);
  return out + "}";
}

}  // namespace waymark::collector
