// The collector as a whole: store, writer, service and server put together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "native/collector/service.hpp"
#include "native/collector/writer.hpp"

namespace waymark::collector {

struct CollectorOptions {
  std::string address;  // numeric
  uint16_t port = 0;    // 0: a free one
  std::filesystem::path data;
  std::string vfs;  // name of an SQLite VFS; empty for the system's
  ServiceOptions service;
  bool has_visitor_salt = true;  // events without ids get a key for the day, by `data`/visitor.salt
  WriterOptions writer;
};

// Whether only this machine can reach a numeric address: 127.0.0.0/8 or ::1.
bool is_loopback(const std::string& address);

// Serves until SIGTERM or SIGINT; calls `on_ready(url)` once it listens. Events are in `data`/events.db.
// The failure says what kept it from starting.
Failure run_collector(const CollectorOptions& options, const std::function<void(const std::string& url)>& on_ready);

}  // namespace waymark::collector
