#include "native/collector/crash_reader.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

#include "core/text/time.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/symbols.hpp"

namespace waymark::collector {
namespace {

struct Group {
  std::string top;
  int64_t signal = 0;
  std::string exception_type;
  int64_t count = 0;
  int64_t first_ms = 0;
  int64_t last_ms = 0;
  int64_t newest_seq = 0;
};

struct Sessions {
  int64_t counts[4] = {};
  int64_t of(SessionEnd end) const { return counts[static_cast<size_t>(end)]; }
  int64_t all() const { return counts[0] + counts[1] + counts[2] + counts[3]; }
};

// The owner sends symbols, so that what they demangle to is no stranger's.
std::string demangle(const std::string& name) {
  constexpr size_t most_bytes = 512;
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                     std::free);
  return status == 0 && plain ? std::string(plain.get()).substr(0, most_bytes) : name;
}

std::string hex(uint64_t value) {
  char digits[16];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr};
}

void append_time(std::string& out, int64_t time_ms) {
  char chars[text::timestamp_chars];
  text::write_timestamp(static_cast<double>(time_ms), chars);
  out.append("\"").append(chars, sizeof chars).append("\"");
}

void append_count(std::string& out, std::string_view name, int64_t count) {
  out.append(",\"").append(name).append("\":").append(std::to_string(count));
}

void append_group(std::string& out, const Group& group) {
  out += "{\"top\":";
  append_quoted(out, group.top);
  append_count(out, "signal", group.signal);
  if (!group.exception_type.empty()) {
    out += ",\"exception_type\":";
    append_quoted(out, group.exception_type);
  }
  append_count(out, "count", group.count);
  out += ",\"first\":";
  append_time(out, group.first_ms);
  out += ",\"last\":";
  append_time(out, group.last_ms);
}

Failure failure_of(Database& database, Statement& statement, int code) {
  auto failure = code == SQLITE_DONE || code == SQLITE_ROW ? Failure{} : Failure{database.error()};
  statement.reset();
  return failure;
}

}  // namespace

Failure CrashReader::prepare(Database& database) {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&crashes_,
       "SELECT properties, ts, seq FROM events_corrected WHERE event_name='crash_reported' ORDER BY seq DESC LIMIT ?1"},
      {&one_, "SELECT properties FROM events WHERE seq=?1"},
      {&sessions_,
       "SELECT properties, app_version FROM events WHERE event_name='session_ended' ORDER BY seq DESC LIMIT ?1"},
      {&symbols_,
       "SELECT module, lines FROM symbols WHERE build_id=?1 AND first_address<=?2 ORDER BY first_address DESC LIMIT 1"},
  };
  for (const auto& [statement, sql] : statements) {
    if (auto failure = database.prepare(sql, *statement)) return failure;
  }
  return {};
}

void CrashReader::close() {
  for (Statement* statement : {&crashes_, &one_, &sessions_, &symbols_}) *statement = {};
}

// `greet!main` with symbols, `greet+0x1a2b` without; of a module without a name the first digits of its build id.
Failure CrashReader::name_of(Database& database, const CrashEvent& event, const CrashFrame& frame, Names& names,
                             std::string& name) {
  name = "?";
  if (!frame.module) return {};
  const CrashModule& module = event.modules[*frame.module];
  // Also by name: one that was made up must not show in the place of another.
  const auto [known, is_new] = names.try_emplace({module.build_id + '/' + module.name, frame.offset});
  if (is_new) {
    std::string shown = module.name.empty() ? module.build_id.substr(0, 16) : module.name;
    std::string place = "+0x" + hex(frame.offset);
    if (!module.build_id.empty()) {
      symbols_.bind_text(1, module.build_id);
      symbols_.bind(2, static_cast<int64_t>(frame.offset));
      const int code = symbols_.step();
      FoundSymbol found;
      if (code == SQLITE_ROW) {
        if (module.name.empty()) shown = file_name_of(symbols_.bytes(0));
        if (find_symbol(symbols_.bytes(1), frame.offset, found)) place = '!' + demangle(std::string(found.name));
      }
      if (auto failure = failure_of(database, symbols_, code)) return failure;
    }
    known->second = (shown.empty() ? "?" : shown) + place;
  }
  name = known->second;
  return {};
}

Failure CrashReader::read_crashes(Database& database, size_t most_groups, std::string& json) {
  std::map<std::pair<std::string, int64_t>, Group> groups;
  std::set<std::string> crash_ids;
  Names names;
  int64_t events = 0;
  crashes_.bind(1, bounds::crash_rows);
  int code = SQLITE_ROW;
  while ((code = crashes_.step()) == SQLITE_ROW) {
    const CrashEvent event = read_crash_event(crashes_.bytes(0));
    const int64_t time_ms = crashes_.integer(1);
    if (!event.crash_id.empty() && !crash_ids.insert(event.crash_id).second) continue;
    ++events;
    std::string top = "?";
    if (!event.frames.empty()) {
      auto failure = name_of(database, event, event.frames[event.top_frame], names, top);
      if (failure) {
        crashes_.reset();
        return failure;
      }
    }
    Group& group = groups[{top, event.signal}];
    if (++group.count == 1) {
      group = {top, event.signal, event.exception_type, 1, time_ms, time_ms, crashes_.integer(2)};
    }
    group.first_ms = std::min(group.first_ms, time_ms);
    group.last_ms = std::max(group.last_ms, time_ms);
  }
  if (auto failure = failure_of(database, crashes_, code)) return failure;

  std::vector<const Group*> largest;
  largest.reserve(groups.size());
  for (const auto& [key, group] : groups) largest.push_back(&group);
  std::sort(largest.begin(), largest.end(), [](const Group* a, const Group* b) {
    return a->count != b->count ? a->count > b->count : a->last_ms > b->last_ms;
  });
  if (largest.size() > most_groups) largest.resize(most_groups);
  json = "{\"events\":" + std::to_string(events) + ",\"crashes\":[";
  for (const Group* group : largest) {
    if (json.size() > bounds::export_bytes) break;
    if (json.back() == '}') json += ',';
    append_group(json, *group);
    if (auto failure = append_frames(database, group->newest_seq, names, json)) return failure;
    json += '}';
  }
  json += "]}\n";
  return {};
}

Failure CrashReader::append_frames(Database& database, int64_t seq, Names& names, std::string& json) {
  one_.bind(1, seq);
  const int code = one_.step();
  const CrashEvent event = code == SQLITE_ROW ? read_crash_event(one_.bytes(0)) : CrashEvent{};  // erased meanwhile
  if (auto failure = failure_of(database, one_, code)) return failure;
  json += ",\"frames\":[";
  for (const CrashFrame& frame : event.frames) {
    std::string name;
    if (auto failure = name_of(database, event, frame, names, name)) return failure;
    if (json.back() != '[') json += ',';
    append_quoted(json, name);
  }
  json += ']';
  return {};
}

Failure CrashReader::read_sessions(Database& database, std::string& json) {
  std::map<std::string, Sessions> versions;
  sessions_.bind(1, bounds::session_rows);
  int code = SQLITE_ROW;
  while ((code = sessions_.step()) == SQLITE_ROW) {
    EndedSession session = read_ended_session(sessions_.bytes(0));
    if (session.version.empty()) session.version = sessions_.bytes(1);
    ++versions[session.version].counts[static_cast<size_t>(session.end)];
  }
  if (auto failure = failure_of(database, sessions_, code)) return failure;

  std::vector<std::pair<std::string, Sessions>> largest(versions.begin(), versions.end());
  std::stable_sort(largest.begin(), largest.end(),
                   [](const auto& a, const auto& b) { return a.second.all() > b.second.all(); });
  if (largest.size() > bounds::session_groups) largest.resize(bounds::session_groups);
  json = "{\"sessions\":[";
  for (const auto& [version, sessions] : largest) {
    if (json.back() == '}') json += ',';
    json += "{\"app_version\":";
    append_quoted(json, version);
    append_count(json, "ok", sessions.of(SessionEnd::ok));
    append_count(json, "crashed", sessions.of(SessionEnd::crashed));
    append_count(json, "abnormal", sessions.of(SessionEnd::abnormal));
    append_count(json, "unknown", sessions.of(SessionEnd::unknown));
    json += ",\"crash_free\":";
    const auto known = static_cast<double>(sessions.all() - sessions.of(SessionEnd::unknown));
    if (known > 0) {
      char digits[32];
      const double share = 1 - static_cast<double>(sessions.of(SessionEnd::crashed)) / known;
      json.append(digits, std::to_chars(digits, digits + sizeof digits, share, std::chars_format::fixed, 6).ptr);
    } else {
      json += "null";
    }
    json += '}';
  }
  json += "]}\n";
  return {};
}

}  // namespace waymark::collector
