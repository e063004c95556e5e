// A small HTTP server on a free port of this machine, in a thread of the test: it takes requests in, one after the
// other on each connection, and answers as it is told to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/zlib_gzip.hpp"

namespace waymark::testing {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string head;  // all lines, as they came
  std::string body;  // unpacked
  bool is_packed = false;

  bool has_header(const std::string& line) const { return ::strcasestr(head.c_str(), line.c_str()) != nullptr; }
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

class HttpServer {
 public:
  // What goes back on the connection, which is closed after it unless `keeps_open`, then it hangs until the end.
  struct Reply {
    std::string bytes;
    bool keeps_open = false;
  };
  static Reply ok() { return status(200, "{\"accepted\":1,\"duplicate\":0,\"rejected\":[]}"); }
  static Reply status(int code, const std::string& body = "{}", const std::string& headers = "") {
    return {"HTTP/1.1 " + std::to_string(code) + " Word\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\nConnection: close\r\n" + headers + "\r\n" + body};
  }

  explicit HttpServer(std::function<Reply(const HttpRequest&)> answer = [](const HttpRequest&) { return ok(); })
      : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~HttpServer() {
    is_over_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int connection : connections_) ::close(connection);
    ::close(listener_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // False if so many requests did not come in time.
  bool wait_for(size_t count, std::chrono::milliseconds time = std::chrono::seconds(20)) const {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, time, [&] { return requests_.size() >= count; });
  }
  // Of all events that came, the values of one property, in order of arrival.
  std::vector<int64_t> numbers(const char* property = "n") const {
    std::vector<int64_t> found;
    for (const HttpRequest& request : requests()) {
      if (request.method != "POST") continue;
      const nlohmann::json body = request.json();
      for (const auto& event : body.at("events")) {
        if (event.at("properties").contains(property)) found.push_back(event["properties"][property]);
      }
    }
    return found;
  }

 private:
  void accept_all() {
    while (!is_over_) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    HttpRequest request;
    if (!read(connection, request)) return;
    const Reply reply = answer_(request);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      came_.notify_all();
    }
    for (size_t at = 0; at < reply.bytes.size();) {
      const ssize_t sent = ::send(connection, reply.bytes.data() + at, reply.bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) break;
      at += static_cast<size_t>(sent);
    }
    if (!reply.keeps_open) ::shutdown(connection, SHUT_RDWR);
  }

  static bool read(int connection, HttpRequest& request) {
    std::string all;
    size_t end = std::string::npos;
    size_t length = 0;
    char piece[16 * 1024];
    while (end == std::string::npos || all.size() < end + 4 + length) {
      const ssize_t got = ::recv(connection, piece, sizeof piece, 0);
      if (got <= 0) return false;
      all.append(piece, static_cast<size_t>(got));
      if (end != std::string::npos || (end = all.find("\r\n\r\n")) == std::string::npos) continue;
      request.head = all.substr(0, end + 2);
      const char* const field = ::strcasestr(request.head.c_str(), "\r\ncontent-length:");
      if (field != nullptr) length = std::stoul(field + 17);
    }
    request.method = all.substr(0, all.find(' '));
    const size_t target = request.method.size() + 1;
    request.target = all.substr(target, all.find(' ', target) - target);
    request.body = all.substr(end + 4, length);
    request.is_packed = request.has_header("\r\ncontent-encoding: gzip");
    if (request.is_packed) request.body = inflated(request.body);
    return true;
  }

  std::function<Reply(const HttpRequest&)> answer_;
  int listener_;
  uint16_t port_ = 0;
  std::atomic<bool> is_over_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable came_;
  std::vector<HttpRequest> requests_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace waymark::testing
