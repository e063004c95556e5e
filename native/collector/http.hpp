// The HTTP server: sockets, limits, time-outs, and nothing about events.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "native/collector/metrics.hpp"
#include "native/collector/reader.hpp"
#include "native/collector/service.hpp"
#include "native/collector/writer.hpp"

namespace waymark::collector {

class HttpServer {
 public:
  HttpServer(Service& service, Reader reader, Metrics& metrics);
  ~HttpServer();

  // Binds. `address` is numeric; port 0 takes a free one.
  Failure listen(const std::string& address, uint16_t port);
  uint16_t port() const;

  // Serves until SIGTERM or SIGINT, then until what was asked is answered. `writer` must run.
  void run(Writer& writer);

  // There is something new to see. Any thread.
  void wake_live();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace waymark::collector
