// A program whose events are followed through kills (kill.test.mjs) and a disk that hangs (hanging_disk.test.mjs),
// whose end is timed (exit.test.mjs) and whose children are looked at (children.test.mjs):
//
//   durable_program track ENDPOINT DIRECTORY FIRST   tracks FIRST, FIRST + 1 … until it is killed, and prints each
//   number
//                                                    once it is read back from the disk
//   durable_program drain ENDPOINT DIRECTORY         flushes what is there, and prints what became of it
//   durable_program leave ENDPOINT DIRECTORY MS      tracks three events and ends with a deadline of so many ms; prints
//                                                    how long its telemetry took to end
//   durable_program again ENDPOINT DIRECTORY SIGN    tracks 1 on a disk that hangs, withdraws, agrees again, tracks 2,
//   lets
//                                                    the disk answer by making the file SIGN, tracks 3 and flushes
//   durable_program start ENDPOINT DIRECTORY         starts a program before telemetry works and one while it does, and
//                                                    prints which sockets these have, then its own: a line each
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "native/client/disk/disk_queue.hpp"
#include "native/client/include/waymark/telemetry.hpp"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto drain_time = 60s;
constexpr auto settling_time = 100ms;

void print(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

waymark::TelemetryConfig config_of(const char* endpoint, const char* directory) {
  waymark::TelemetryConfig config;
  config.tool = "durable";
  config.version = "1.0.0";
  config.endpoint = endpoint;
  config.write_key = "demo";
  config.profile = waymark::Profile::full;
  config.consent = waymark::ConsentSource::host;
  config.data_directory = directory;
  return config;
}

void print_kept(const std::string& directory, std::set<uint64_t>& known) {
  constexpr std::string_view mark = "\"number\":";
  std::string lines;
  for (const std::string& entry : waymark::client::DiskQueue(directory + "/queue", "look", 0).entries()) {
    for (size_t at = 0; (at = entry.find(mark, at)) != std::string::npos;) {
      const uint64_t number = std::strtoull(entry.c_str() + (at += mark.size()), nullptr, 10);
      if (known.insert(number).second) lines += std::to_string(number) + '\n';
    }
  }
  if (!lines.empty()) print(lines);
}

int track(waymark::Telemetry& telemetry, const std::string& directory, uint64_t first) {
  std::set<uint64_t> known;
  for (uint64_t number = first;; ++number) {
    if (telemetry.track("thing_done", {{"number", number}}) == waymark::Tracked::disabled) return 1;
    if (number % 8 != 0) continue;
    std::this_thread::sleep_for(10ms);
    print_kept(directory, known);
  }
}

int drain(waymark::Telemetry& telemetry) {
  const waymark::FlushResult result = telemetry.flush(drain_time);
  print((result.is_done ? "done " : "not done ") + std::to_string(result.waiting) + '\n');
  return result.is_done ? 0 : 1;
}

int leave(std::optional<waymark::Telemetry>& telemetry) {
  for (int number = 0; number < 3; ++number) telemetry->track("thing_done", {{"number", number}});
  std::this_thread::sleep_for(settling_time);
  const Clock::time_point begun = Clock::now();
  telemetry.reset();
  const std::chrono::duration<double, std::milli> took = Clock::now() - begun;
  print(std::to_string(took.count()) + '\n');
  return 0;
}

int again(waymark::Telemetry& telemetry, const char* sign) {
  telemetry.track("thing_done", {{"number", 1}});
  telemetry.flush(settling_time);
  if (telemetry.withdraw().files_left.empty()) return 3;  // so the disk did answer
  if (!telemetry.set_consent("analytics", waymark::ConsentValue::granted)) return 2;
  telemetry.track("thing_done", {{"number", 2}});
  telemetry.flush(settling_time);
  std::ofstream(sign).put('1');
  std::this_thread::sleep_for(10 * settling_time);
  telemetry.track("thing_done", {{"number", 3}});
  return drain(telemetry);
}

// The shell's, and that of the program that it starts.
bool print_sockets_of_child() { return std::system("echo $(readlink /proc/self/fd/* | grep socket:)") == 0; }

int start(waymark::Telemetry& telemetry) {
  telemetry.track("thing_done");
  telemetry.flush(settling_time);
  if (!print_sockets_of_child()) return 2;
  std::string own;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry, gone).string();
    if (target.starts_with("socket:")) own += target + ' ';
  }
  print(own + '\n');
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const std::string work = arguments[1];
  waymark::TelemetryConfig config = config_of(arguments[2], arguments[3]);
  if (work == "leave" && count == 5) config.exit_deadline = std::chrono::milliseconds(std::atoi(arguments[4]));
  if (work == "start" && !print_sockets_of_child()) return 2;
  std::optional<waymark::Telemetry> telemetry(config);
  if (!telemetry->set_consent("analytics", waymark::ConsentValue::granted)) return 2;
  if (work == "track" && count == 5) return track(*telemetry, arguments[3], std::strtoull(arguments[4], nullptr, 10));
  if (work == "drain") return drain(*telemetry);
  if (work == "leave") return leave(telemetry);
  if (work == "again" && count == 5) return again(*telemetry, arguments[4]);
  if (work == "start") return start(*telemetry);
  return 2;
}
