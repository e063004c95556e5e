#include "native/collector/http.hpp"

#include <algorithm>
#include <cstdio>
#include <list>
#include <set>

#include "native/collector/bounds.hpp"
#include "native/collector/clock.hpp"
#include "native/collector/http_connection.hpp"

namespace waymark::collector {
class HttpServer::Impl {
 public:
  Impl(Service& service, Reader reader, Metrics& metrics)
      : service_(service), reader_(std::move(reader)), metrics_(metrics) {}

  Failure listen(const std::string& address, uint16_t port);
  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void run(Writer& writer);
  void wake_live();

 private:
  awaitable<void> accept_connections();
  void turn_away(tcp::socket& socket);
  awaitable<void> serve(tcp::socket socket);
  awaitable<bool> wait_for_request(Connection& connection);
  awaitable<bool> serve_request(Connection& connection);
  awaitable<Response> respond(Plan& plan);
  awaitable<CommitResult> commit(Intake intake);
  awaitable<bool> send(Connection& connection, std::string_view route, Response response, bool head_only, bool keep);
  awaitable<bool> refuse(Connection& connection, Response response);
  awaitable<void> stream_live(Connection& connection, LiveFeed& feed);
  awaitable<void> pause(Clock::duration time);
  void watch_days();
  void drain();

  template <typename Work>
  awaitable<std::invoke_result_t<Work>> on_reader_thread(Work work) {
    using Result = std::invoke_result_t<Work>;
    co_return co_await asio::co_spawn(
        reader_thread_, [work = std::move(work)]() mutable -> awaitable<Result> { co_return work(); },
        asio::use_awaitable);
  }

  Service& service_;
  Reader reader_;
  Metrics& metrics_;
  Writer* writer_ = nullptr;
  // Before io_, which ends the coroutines that touch them.
  std::list<Connection*> connections_;  // those that began to wait first are in front
  std::set<asio::steady_timer*> live_waits_;
  size_t live_clients_ = 0;
  size_t body_bytes_ = 0;
  uint64_t commits_seen_ = 0;
  bool draining_ = false;
  bool given_up_ = false;  // drain_time is over
  asio::io_context io_{1};
  asio::thread_pool reader_thread_{1};
  tcp::acceptor acceptor_{io_};
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  asio::steady_timer drain_timer_{io_};
  asio::steady_timer day_timer_{io_};
};

Failure HttpServer::Impl::listen(const std::string& address, uint16_t port) {
  error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return "cannot listen on " + address + ":" + std::to_string(port) + ": " + error.message();
  return {};
}

void HttpServer::Impl::run(Writer& writer) {
  writer_ = &writer;
  signals_.async_wait([this](const error_code& error, int) {
    if (!error) drain();
  });
  asio::post(reader_thread_, [this] { reader_.open(); });  // if it fails, the first who reads is told
  asio::co_spawn(io_, accept_connections(), asio::detached);
  watch_days();
  io_.run();
  reader_thread_.join();
  reader_.close();
}

void HttpServer::Impl::wake_live() {
  asio::post(io_, [this] {
    ++commits_seen_;
    for (asio::steady_timer* const wait : live_waits_) wait->cancel();
  });
}

// What ends with the day ends although nobody asks for anything.
void HttpServer::Impl::watch_days() {
  service_.pass_time(unix_ms());
  day_timer_.expires_after(bounds::day_watch_time);
  day_timer_.async_wait([this](const error_code& error) {
    if (!error && !draining_) watch_days();
  });
}

// Nothing new is taken; what was asked is answered; then run() returns.
void HttpServer::Impl::drain() {
  draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  day_timer_.cancel();
  for (Connection* const connection : connections_) {
    if (connection->idle) connection->stream.cancel();
  }
  for (asio::steady_timer* const wait : live_waits_) wait->cancel();
  if (connections_.empty()) return;
  drain_timer_.expires_after(bounds::drain_time);
  drain_timer_.async_wait([this](const error_code& error) {
    if (error) return;
    given_up_ = true;
    io_.stop();
  });
}

awaitable<void> HttpServer::Impl::pause(Clock::duration time) {
  asio::steady_timer timer(io_, time);
  error_code ignored;
  co_await timer.async_wait(into(ignored));
}

awaitable<void> HttpServer::Impl::accept_connections() {
  while (!draining_) {
    error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(into(error));
    if (draining_) co_return;
    if (error) {  // out of file descriptors, most likely: others will close theirs
      co_await pause(std::chrono::milliseconds(100));
      continue;
    }
    if (connections_.size() >= bounds::connections) {
      // Who waits longest for a next request makes room.
      const auto idle = std::find_if(connections_.begin(), connections_.end(), [](auto* one) { return one->idle; });
      if (idle == connections_.end()) {
        turn_away(socket);
        continue;
      }
      (*idle)->idle = false;
      (*idle)->stream.cancel();
    }
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(io_, serve(std::move(socket)), [](const std::exception_ptr& thrown) {
      if (!thrown) return;
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& problem) {
        std::fprintf(stderr, "waymark: a connection was closed: %s\n", problem.what());
      }
    });
  }
}

// Says why in one write that never waits, and closes.
void HttpServer::Impl::turn_away(tcp::socket& socket) {
  static constexpr std::string_view body =
      "{\"error\":\"busy\",\"message\":\"too many connections are open; send the same batch again later\"}\n";
  static const std::string answer =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) +
      "\r\nRetry-After: 1\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Retry-After\r\n"
      "Connection: close\r\n\r\n" +
      std::string(body);
  metrics_.count_request("refused", 503);
  error_code ignored;  // who does not take the answer is closed all the same
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(answer), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

awaitable<void> HttpServer::Impl::serve(tcp::socket socket) {
  Connection connection(std::move(socket));
  struct Registration {
    Impl& server;
    std::list<Connection*>::iterator at;
    Registration(Impl& impl, Connection* added)
        : server(impl), at(impl.connections_.insert(impl.connections_.end(), added)) {
      server.metrics_.connections = static_cast<int64_t>(server.connections_.size());
    }
    ~Registration() {
      server.connections_.erase(at);
      server.metrics_.connections = static_cast<int64_t>(server.connections_.size());
      if (server.draining_ && !server.given_up_ && server.connections_.empty()) server.drain_timer_.cancel();
    }
  };
  const Registration registration(*this, &connection);
  while (!draining_) {
    connections_.splice(connections_.end(), connections_, registration.at);
    if (!co_await wait_for_request(connection)) break;
    if (!co_await serve_request(connection)) break;
  }
  error_code ignored;
  connection.stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

// True when the first bytes of a request are there.
awaitable<bool> HttpServer::Impl::wait_for_request(Connection& connection) {
  if (connection.buffer.size() > 0) co_return true;
  connection.idle = true;
  connection.stream.expires_after(bounds::idle_time);
  error_code error;
  const auto room = connection.buffer.prepare(4096);
  const size_t got = co_await connection.stream.async_read_some(room, into(error));
  connection.idle = false;
  connection.buffer.commit(got);
  co_return !error;
}

// True when the connection can take another request.
awaitable<bool> HttpServer::Impl::serve_request(Connection& connection) {
  beast::tcp_stream& stream = connection.stream;
  stream.expires_after(bounds::read_time);
  http::request_parser<http::string_body> parser;
  parser.header_limit(bounds::header_bytes);
  parser.body_limit(bounds::body_bytes);
  error_code error;
  co_await http::async_read_header(stream, connection.buffer, parser, into(error));
  if (error) {
    if (!is_http_error(error)) co_return false;
    co_return co_await refuse(connection, refuse_read_error(error));
  }

  const auto length = parser.content_length();
  const size_t expected = parser.is_done() ? 0 : length ? static_cast<size_t>(*length) : bounds::body_bytes;
  if (body_bytes_ + expected > bounds::bodies_bytes) {
    co_return co_await refuse(
        connection, unavailable_response("busy", "too many bodies are being read; send the same batch again later", 1));
  }
  const BodyShare share(body_bytes_, expected);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue") && !parser.is_done()) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream, asio::buffer(go_on.data(), go_on.size()), into(error));
    if (error) co_return false;
  }
  co_await http::async_read(stream, connection.buffer, parser, into(error));
  if (error) {
    if (!is_http_error(error)) co_return false;
    co_return co_await refuse(connection, refuse_read_error(error));
  }

  auto& message = parser.get();
  const bool keep = message.keep_alive();
  const bool head_only = message.method() == http::verb::head;
  Request request{text_of(message.method_string()),
                  text_of(message.target()),
                  text_of(message[http::field::host]),
                  text_of(message[http::field::authorization]),
                  text_of(message[http::field::if_none_match]),
                  text_of(message["Last-Event-ID"]),
                  text_of(message["Sec-GPC"]),
                  peer_address(stream.socket()),
                  text_of(message["X-Forwarded-For"]),
                  text_of(message[http::field::user_agent]),
                  std::move(message.body())};
  Plan plan = service_.plan(std::move(request), unix_ms());
  if (auto* const live = std::get_if<Stream>(&plan.what)) {
    if (live_clients_ < bounds::live_clients) {
      metrics_.count_request(plan.route, 200);
      co_await stream_live(connection, *live->feed);
      co_return false;
    }
    plan.what = unavailable_response("too_many_views", "64 live views are open; close one", 5);
  }
  Response response = co_await respond(plan);
  co_return co_await send(connection, plan.route, std::move(response), head_only, keep);
}

awaitable<Response> HttpServer::Impl::respond(Plan& plan) {
  if (auto* const response = std::get_if<Response>(&plan.what)) co_return std::move(*response);
  if (auto* const after = std::get_if<AfterCommit>(&plan.what)) {
    const CommitResult result = co_await commit(std::move(after->intake));
    co_return after->respond(result);
  }
  auto& from = std::get<FromReader>(plan.what);
  co_return co_await on_reader_thread([this, &from] { return from.respond(reader_); });
}

awaitable<CommitResult> HttpServer::Impl::commit(Intake intake) {
  struct Wait {
    asio::steady_timer timer;
    std::optional<CommitResult> result;
  };
  auto wait = std::make_shared<Wait>(Wait{asio::steady_timer(io_, Clock::time_point::max()), {}});
  writer_->submit(std::move(intake), [this, wait](CommitResult result) {
    asio::post(io_, [wait, result] {
      wait->result = result;
      wait->timer.cancel();
    });
  });
  error_code ignored;
  while (!wait->result) co_await wait->timer.async_wait(into(ignored));
  co_return *wait->result;
}

awaitable<bool> HttpServer::Impl::send(Connection& connection, std::string_view route, Response response,
                                       bool head_only, bool keep) {
  metrics_.count_request(route, response.status);
  http::response<http::string_body> message;
  message.result(response.status);
  message.set(http::field::server, "waymark");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  keep = keep && !draining_;
  message.keep_alive(keep);
  const bool has_body = response.status != 204 && response.status != 304;  // RFC 9110 6.4.1
  if (has_body) {
    if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
    message.content_length(response.body.size());
    if (!head_only) message.body() = std::move(response.body);
  }
  connection.stream.expires_after(bounds::write_time);
  error_code error;
  co_await http::async_write(connection.stream, message, into(error));
  co_return !error && keep;
}

// Answers, and takes what the client still sends for a while: closing on unread bytes would reset the connection
// before the answer is read (RFC 9112 9.6).
awaitable<bool> HttpServer::Impl::refuse(Connection& connection, Response response) {
  co_await send(connection, "refused", std::move(response), false, false);
  error_code error;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, error);
  connection.stream.expires_after(bounds::linger_time);
  char sink[16 * 1024];
  for (size_t taken = 0; !error && taken < 4 * bounds::body_bytes;) {
    taken += co_await connection.stream.async_read_some(asio::buffer(sink), into(error));
  }
  co_return false;
}

awaitable<void> HttpServer::Impl::stream_live(Connection& connection, LiveFeed& feed) {
  struct Registration {
    Impl& server;
    asio::steady_timer wait;
    explicit Registration(Impl& impl) : server(impl), wait(impl.io_) {
      server.live_waits_.insert(&wait);
      server.metrics_.live_clients = static_cast<int64_t>(++server.live_clients_);
    }
    ~Registration() {
      server.live_waits_.erase(&wait);
      server.metrics_.live_clients = static_cast<int64_t>(--server.live_clients_);
    }
  };
  Registration registration(*this);
  std::string page =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n"
      "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\n\r\nretry: 2000\n\n";
  auto written_at = Clock::now();
  uint64_t pulled_at = commits_seen_ - 1;
  while (!draining_) {
    if (pulled_at != commits_seen_) {
      pulled_at = commits_seen_;
      std::string pulled;
      const Failure failure = co_await on_reader_thread([this, &feed, &pulled] { return feed.pull(reader_, pulled); });
      page += pulled;
      if (failure) --pulled_at;  // tried again after the pause
    }
    if (page.empty() && Clock::now() - written_at >= bounds::live_heartbeat) page = ":\n\n";
    error_code error;
    if (!page.empty()) {
      connection.stream.expires_after(bounds::write_time);
      co_await asio::async_write(connection.stream, asio::buffer(page), into(error));
      if (error) co_return;
      connection.stream.expires_never();
      written_at = Clock::now();
      const bool more = page.size() > 16;
      page.clear();
      if (more) --pulled_at;  // there may be a next page already
    }
    co_await pause(bounds::live_pause);
    if (pulled_at == commits_seen_ && !draining_) {
      registration.wait.expires_after(std::chrono::seconds(1));
      co_await registration.wait.async_wait(into(error));
    }
    // A view that was closed frees its place at once, not at the next heartbeat.
    char byte = 0;
    auto& socket = connection.stream.socket();
    if (::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) co_return;
  }
}

HttpServer::HttpServer(Service& service, Reader reader, Metrics& metrics)
    : impl_(std::make_unique<Impl>(service, std::move(reader), metrics)) {}
HttpServer::~HttpServer() = default;
Failure HttpServer::listen(const std::string& address, uint16_t port) { return impl_->listen(address, port); }
uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::run(Writer& writer) { impl_->run(writer); }
void HttpServer::wake_live() { impl_->wake_live(); }

}  // namespace waymark::collector
