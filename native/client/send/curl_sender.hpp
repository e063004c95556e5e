// The network by libcurl, without blocking: batches as gzip, pings. For one thread, but for `wake`.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "native/client/send/endpoint.hpp"
#include "native/client/send/sender.hpp"

namespace waymark::client {

class CurlSender : public Sender {
 public:
  // Of a batch, from the first byte to the answer's last; and of a ping.
  static constexpr std::chrono::milliseconds batch_time{30'000};
  static constexpr std::chrono::milliseconds ping_time{2'000};
  static constexpr size_t most_pings = 16;  // under way at once; more are not sent
  static constexpr size_t most_answer_bytes = 256 * 1024;

  explicit CurlSender(Endpoint endpoint);
  ~CurlSender() override;
  CurlSender(const CurlSender&) = delete;
  CurlSender& operator=(const CurlSender&) = delete;

  bool post(uint32_t batch, std::string_view body) override;
  void ping(const std::string& query) override;

  // Lets transfers go on until one ends, `wake` is called, or the time is over. Returns the answers that came.
  std::vector<Answer> wait(std::chrono::milliseconds time);
  // From any thread: the present or next `wait` ends.
  void wake();
  // True if no transfer is under way.
  bool is_idle() const;
  // Ends all transfers without an answer; returns the batches that were under way.
  std::vector<uint32_t> abort();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace waymark::client
