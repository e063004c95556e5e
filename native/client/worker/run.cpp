#include "native/client/worker/run.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "core/text/json_write.hpp"
#include "native/client/crash/crash.hpp"

namespace waymark::client {
namespace {

constexpr size_t most_crash_bytes = 1024 * 1024;
constexpr size_t most_escaped = 6;  // chars a byte: \u001f
constexpr std::string_view crash_ending = ".crash";
constexpr size_t most_swept = 256;

Call event_call(std::string_view name, std::string_view json, std::string_view purpose, double now) {
  Call call;
  call.kind = RecordKind::event_json;
  call.time_ms = now;
  call.name = name;
  call.text = json;
  call.purpose = purpose;
  return call;
}

// The anonymous profile keeps the numbers and truths, the full one the word as well.
std::string ended_json(std::string_view status, double duration_ms, const std::string& version) {
  const auto lasted_ms = static_cast<int64_t>(std::max(duration_ms, 0.0));
  const auto truth = [&](std::string_view name) { return status == name ? "true" : "false"; };
  std::string json = "{\"status\":\"" + std::string(status) + "\",\"is_crashed\":" + truth("crashed") +
                     ",\"is_abnormal\":" + truth("abnormal") + ",\"duration_ms\":" + std::to_string(lasted_ms);
  if (!version.empty()) {
    std::string quoted(2 + most_escaped * version.size(), '\0');
    text::JsonWriter out(quoted.data(), quoted.size());
    out.quoted(version);
    json.append(",\"version\":").append(out.text());
  }
  return json + '}';
}

std::optional<crash::Report> read_crash(const std::string& path) {
  const Descriptor file = open_own_file(path, O_RDONLY, most_crash_bytes);
  if (!file.is_open()) return {};
  const std::optional<std::string> bytes = read_all(file.get(), most_crash_bytes);
  return bytes ? crash::read_report(*bytes) : std::nullopt;
}

std::string unfinished(const std::string& crash_path) { return crash_path + crash::unfinished_ending; }

void delete_crash(const std::string& path) {
  ::unlink(unfinished(path).c_str());
  ::unlink(path.c_str());
}

// A report without its run is of a program that was killed while it ended well. A run's file is made before a crash of
// it can be reported, and deleted after the report is.
void delete_left_crashes(const DataPaths& directory) {
  size_t swept = 0;
  for (const std::string& ending : {std::string(crash_ending), unfinished(std::string(crash_ending))}) {
    for (const std::string& name : names_in(directory.crashes(), ending)) {
      const std::string run = name.substr(0, name.size() - ending.size());
      if (::access((directory.runs() + '/' + run + ".run").c_str(), F_OK) == 0) continue;
      if (++swept > most_swept) return;
      ::unlink((directory.crashes() + '/' + name).c_str());
    }
  }
}

}  // namespace

Run::~Run() { disarm(); }

void Run::disarm() {
  if (crash_place_ >= 0) crash::disarm(crash_place_);
  crash_place_ = -1;
}

void Run::begin(double now) {
  if (settings_.crashes == CrashScope::none || settings_.directory.path.empty()) return;
  began_ms_ = now;
  file_ = RunFile::create(settings_.directory.runs(), settings_.name, settings_.version, now);
  if (!file_.is_open() || make_directory(settings_.directory.crashes())) return;
  crash_place_ =
      crash::arm({crash_path(settings_.name), settings_.name, now, settings_.crashes, settings_.module_address});
}

bool Run::report_earlier(Engine& engine, double now) {
  if (settings_.crashes == CrashScope::none) return false;
  delete_left_crashes(settings_.directory);
  told_ = find_ended_runs(settings_.directory.runs());
  for (const EndedRun& run : told_) {
    const std::optional<crash::Report> crash = read_crash(crash_path(run.name));
    if (crash) engine.take(event_call("crash_reported", crash::properties_of(*crash), settings_.purpose, now));
    const double ended_ms = crash ? crash->crashed_ms : run.seen_ms;
    const std::string json = ended_json(crash ? "crashed" : "abnormal", ended_ms - run.started_ms, run.version);
    engine.take(event_call("session_ended", json, settings_.purpose, now));
  }
  return !told_.empty();
}

void Run::settle() {
  for (const EndedRun& run : told_) {
    delete_crash(crash_path(run.name));
    ::unlink(run.path.c_str());
  }
  told_.clear();
}

void Run::stop() {
  disarm();
  remove_files();
}

// The program has lived on after what it may have reported.
void Run::remove_files() {
  delete_crash(crash_path(settings_.name));
  file_.remove();
}

void Run::end(Engine& engine, double now) {
  disarm();
  if (!file_.is_open()) return;
  const std::string json = ended_json("ok", now - began_ms_, settings_.version);
  engine.take(event_call("session_ended", json, settings_.purpose, now));
  remove_files();
}

void Run::purge(std::vector<std::string>& deleted, std::vector<std::string>& left) {
  disarm();
  Deletions to{deleted, left};
  to.look_into(settings_.directory.runs());
  to.look_into(settings_.directory.crashes());
  told_.clear();
  for (const EndedRun& run : find_ended_runs(settings_.directory.runs())) to.file(run.path);
  if (file_.is_open()) {
    to.file(settings_.directory.runs() + '/' + settings_.name + ".run");
    file_.remove();
  }
  for (const std::string& ending : {std::string(crash_ending), unfinished(std::string(crash_ending))}) {
    for (const std::string& name : names_in(settings_.directory.crashes(), ending)) {
      to.file(settings_.directory.crashes() + '/' + name);
    }
  }
}

void Run::abandon() {
  file_.abandon();
  told_.clear();
  crash_place_ = -1;  // the crash handlers let go of a child by themselves
}

}  // namespace waymark::client
