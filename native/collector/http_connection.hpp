// What http.cpp needs of Asio and Beast. Included there alone: these headers take ten seconds to compile.
#pragma once

// clang-format off
#include <utility>  // before Asio: its 1.74 headers use std::exchange without it
// clang-format on

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <string>

#include "native/collector/bounds.hpp"
#include "native/collector/exchange.hpp"
#include "native/collector/responses.hpp"

namespace waymark::collector {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// Errors as values: `co_await x.async_y(into(error))`.
inline auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

inline std::string text_of(beast::string_view view) { return {view.data(), view.size()}; }

// Numeric; empty when the other side is gone.
inline std::string peer_address(const tcp::socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer{bounds::header_bytes + 64 * 1024};
  bool idle = false;
};

// Bytes of bodies that are being read, counted while this lives.
class BodyShare {
 public:
  BodyShare(size_t& total, size_t bytes) : total_(total), bytes_(bytes) { total_ += bytes_; }
  ~BodyShare() { total_ -= bytes_; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

 private:
  size_t& total_;
  size_t bytes_;
};

// The answer to a request that could not be read.
inline Response refuse_read_error(const error_code& error) {
  if (error == http::error::body_limit) {
    return error_response(413, "body_too_large", "the body is over 1 MiB; send smaller batches");
  }
  if (error == http::error::header_limit) {
    return error_response(431, "headers_too_large", "the headers are over 16 KiB; send fewer");
  }
  return error_response(400, "bad_request", "this is not HTTP/1.1: " + error.message());
}

// Whether the client spoke wrongly, and is still there to be told so.
inline bool is_http_error(const error_code& error) {
  return error.category() == make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

}  // namespace waymark::collector
