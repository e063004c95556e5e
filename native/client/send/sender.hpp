// What the worker asks of the network. The real one is CurlSender; tests bring their own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waymark::client {

struct Answer {
  uint32_t batch = 0;
  uint32_t status = 0;         // 0: none came
  double retry_after_ms = -1;  // negative: no header
  std::string rejected;        // the indices as a JSON array, empty for none
};

class Sender {
 public:
  virtual ~Sender() = default;
  // Begins to POST a body, a JSON text; its answer comes later. False if it cannot even begin.
  virtual bool post(uint32_t batch, std::string_view body) = 0;
  // Begins to GET /t with this query; nobody hears of an answer.
  virtual void ping(const std::string& query) = 0;
};

}  // namespace waymark::client
