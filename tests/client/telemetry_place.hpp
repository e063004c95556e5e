// A place where telemetry is at work: its directory, its server, and what of both a test waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "native/client/include/waymark/telemetry.hpp"
#include "tests/client/http_server.hpp"
#include "tests/client/temporary_directory.hpp"

namespace waymark::testing {

using Clock = std::chrono::steady_clock;

// A place for files, a server, and telemetry of a tool between them.
struct Place {
  explicit Place(std::function<HttpServer::Reply(const HttpRequest&)> answer =
                     [](const HttpRequest&) { return HttpServer::ok(); })
      : server(std::move(answer)), url(server.url()) {}

  TelemetryConfig config() const {
    TelemetryConfig config;
    config.tool = "proof";
    config.version = "1.0.0";
    config.endpoint = url;
    config.write_key = "demo";
    config.profile = Profile::full;
    config.data_directory = directory;
    config.exit_deadline = std::chrono::seconds(2);
    return config;
  }
  std::set<std::string> files() const {
    std::set<std::string> found;
    std::error_code gone;  // what is deleted in the meantime
    for (std::filesystem::recursive_directory_iterator at(directory, gone), end; !gone && at != end;
         at.increment(gone)) {
      if (at->is_regular_file(gone)) found.insert(at->path().string().substr(directory.size() + 1));
      gone.clear();
    }
    return found;
  }

  TemporaryDirectory root;
  std::string directory = root / "proof/telemetry";
  HttpServer server;
  std::string url;
};

inline HttpServer::Reply busy(const HttpRequest&) { return HttpServer::status(503); }

// Of this process, now.
inline size_t threads() {
  const auto all = std::filesystem::directory_iterator("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

// False if it did not become true in time.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds time = std::chrono::seconds(10)) {
  for (const Clock::time_point end = Clock::now() + time; Clock::now() < end;
       std::this_thread::sleep_for(std::chrono::milliseconds(10))) {
    if (condition()) return true;
  }
  return condition();
}

using Numbers = std::vector<int64_t>;

}  // namespace waymark::testing
