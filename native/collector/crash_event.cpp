#include "native/collector/crash_event.hpp"

#include <optional>

#include "core/limits.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"
#include "native/collector/symbols.hpp"

namespace waymark::collector {
namespace {

constexpr size_t most_text_bytes = 512;
constexpr size_t most_build_id_words = 16;

// A marker of privacy, `[personal]`, tells nothing either.
std::string text_of(std::string_view json) {
  std::string text;
  if (!read_json_string(json, text) || text.size() > most_text_bytes || text.starts_with('[')) return {};
  return text;
}

std::optional<bool> truth_of(std::string_view json) {
  if (json == "true") return true;
  if (json == "false") return false;
  return {};
}

bool is_crash_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Words of 32 bits, in hexadecimal.
std::string hex_of(std::string_view json) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  ArraySplitter words(json);
  Step step = words.next();
  for (; step == Step::part && hex.size() < 8 * most_build_id_words; step = words.next()) {
    const auto word = read_json_integer(words.value(), UINT32_MAX);
    if (!word) return {};
    for (int shift = 28; shift >= 0; shift -= 4) hex += digits[*word >> shift & 0xf];
  }
  return step == Step::end ? hex : std::string();
}

// Four words. Senders of before wrote a text, which the anonymous profile hides.
std::string crash_id_of(std::string_view json) {
  std::string id = json.starts_with('[') ? hex_of(json) : text_of(json);
  if (!is_crash_id(id)) id.clear();
  return id;
}

CrashModule module_of(std::string_view json) {
  CrashModule module;
  ObjectSplitter members(json);
  while (members.next() == Step::part) {
    if (members.key() == "name") module.name = text_of(members.value());
    if (members.key() == "build_id") module.build_id = hex_of(members.value());
  }
  // What is shown must not look like more than a file's name.
  if (module.name.size() > bounds::symbol_module_bytes || module.name.find_first_of("!/\n") != std::string::npos) {
    module.name.clear();
  }
  return module;
}

std::vector<CrashModule> modules_of(std::string_view json) {
  std::vector<CrashModule> modules;
  ArraySplitter list(json);
  while (modules.size() < bounds::crash_modules && list.next() == Step::part) {
    modules.push_back(module_of(list.value()));
  }
  return modules;
}

CrashFrame frame_of(std::string_view json, size_t modules) {
  ArraySplitter pair(json);
  if (modules == 0 || pair.next() != Step::part) return {};
  const auto module = read_json_integer(pair.value(), modules - 1);
  if (!module || pair.next() != Step::part) return {};
  const auto offset = read_json_integer(pair.value(), INT64_MAX);
  if (!offset) return {};
  return {*module, *offset};
}

// The number of a name's bytes, and the name.
std::optional<std::string_view> take_source_name(std::string_view& mangled) {
  size_t size = 0;
  size_t digits = 0;
  while (digits < mangled.size() && mangled[digits] >= '0' && mangled[digits] <= '9' && size <= most_text_bytes) {
    size = size * 10 + static_cast<size_t>(mangled[digits++] - '0');
  }
  if (digits == 0 || size == 0 || size > mangled.size() - digits) return {};
  const std::string_view name = mangled.substr(digits, size);
  mangled.remove_prefix(digits + size);
  return name;
}

}  // namespace

// Itanium C++ ABI 5.1.3, <name> and <nested-name>.
std::string readable_type_name(std::string_view mangled) {
  std::string_view left = mangled;
  std::string out;
  const bool is_nested = left.starts_with('N');
  if (is_nested) left.remove_prefix(1);
  if (left.starts_with("St")) {
    left.remove_prefix(2);
    out = "std";
  }
  do {
    const auto name = take_source_name(left);
    if (!name) return std::string(mangled);
    if (!out.empty()) out += "::";
    out += name->starts_with("_GLOBAL__N_") ? "(anonymous namespace)" : *name;
  } while (is_nested && !left.empty() && left != "E");
  return left == (is_nested ? "E" : "") ? out : std::string(mangled);
}

CrashEvent read_crash_event(std::string_view properties) {
  CrashEvent event;
  std::string_view frames;
  std::string_view top_frame;
  ObjectSplitter members(properties);
  while (members.next() == Step::part) {
    const std::string_view key = members.key();
    if (key == "signal") event.signal = static_cast<int64_t>(read_json_integer(members.value(), 1000).value_or(0));
    if (key == "crash_id") event.crash_id = crash_id_of(members.value());
    if (key == "exception_type") event.exception_type = readable_type_name(text_of(members.value()));
    if (key == "modules") event.modules = modules_of(members.value());
    if (key == "frames") frames = members.value();
    if (key == "top_frame") top_frame = members.value();
  }
  ArraySplitter list(frames);
  while (event.frames.size() < bounds::crash_frames && list.next() == Step::part) {
    event.frames.push_back(frame_of(list.value(), event.modules.size()));
  }
  if (!event.frames.empty() && top_frame.data() != nullptr) {
    event.top_frame = read_json_integer(top_frame, event.frames.size() - 1).value_or(0);
  }
  return event;
}

EndedSession read_ended_session(std::string_view properties) {
  EndedSession session;
  std::string status;
  std::optional<bool> is_crashed;
  std::optional<bool> is_abnormal;
  ObjectSplitter members(properties);
  while (members.next() == Step::part) {
    const std::string_view key = members.key();
    const std::string_view json = members.value();
    if (key == "status") status = text_of(json);
    if (key == "version") session.version = text_of(json).substr(0, limits::app_bytes);
    if (key == "is_crashed") is_crashed = truth_of(json);
    if (key == "is_abnormal") is_abnormal = truth_of(json);
  }
  if (is_crashed == true || status == "crashed") {
    session.end = SessionEnd::crashed;
  } else if (is_abnormal == true || status == "abnormal") {
    session.end = SessionEnd::abnormal;
  } else if (status == "ok" || (is_crashed && is_abnormal)) {
    session.end = SessionEnd::ok;
  }
  return session;
}

}  // namespace waymark::collector
