// Delivery: when to send, what an answer means, when to try again. Knows times and counts, not events.
#pragma once

#include <cstdint>

#include "core/limits.hpp"

namespace waymark::outbox {

// What an answer says of the batch.
enum class Answer : uint8_t {
  accepted,   // 2xx: all but the rejected indices are done
  busy,       // 429, 502, 503, 504: the server is at fault or asks for patience
  silent,     // no answer: the network, or something that blocks it
  failed,     // 500 and the like: perhaps the server, perhaps the batch
  refused,    // 400 and the like: the batch
  too_large,  // 413: the batch is to be split
  closed,     // 401, 403, 404, 410, 3xx: the endpoint; nothing will pass until someone mends it
};

Answer read_status(uint32_t status);

// What is waiting to be sent.
struct Waiting {
  uint32_t events = 0;
  uint32_t bytes = 0;
  double oldest_ms = 0;  // meaningful when events > 0

  void add(uint32_t event_bytes, double time_ms) {
    if (events++ == 0 || time_ms < oldest_ms) oldest_ms = time_ms;
    bytes += event_bytes;
  }
};

class Delivery {
 public:
  // Send what is queued without waiting for more; `leaving`: at once and side by side, the page may be gone.
  void flush(bool leaving);
  // The network is said to be back: forget the backoff, not what a server asked for.
  void online(double now);

  // When the next batch is to be sent, or the next answer is overdue: now if not later; negative if never. Where the
  // server asked to wait, leaving ends.
  double due_ms(const Waiting& waiting, double now);

  // The number that the next batch will have, 1 to 255.
  uint8_t next_batch() const { return last_batch_ == 255 ? 1 : static_cast<uint8_t>(last_batch_ + 1); }
  // The batch `next_batch()` leaves with `bytes`. Only while fewer than limits::batches_in_flight are under way.
  void depart(double now, uint32_t bytes);
  // Nothing more is waiting: leaving is done, and a flush once nothing is under way either.
  void drained();

  // The answer to a batch came, or its time was over. False if the batch is not known (any more): then nothing changes.
  // `random` in [0, 1) spreads the next try; `retry_after_ms` negative if the server named none.
  bool arrive(uint32_t batch, Answer answer, double retry_after_ms, double random, double now);
  // A batch that has waited longer than limits::answer_after_ms for its answer; 0 if none has.
  uint32_t overdue(double now) const;
  // Forgets all flights; their answers will be passed over.
  void forget_flights();

  uint32_t byte_limit() const { return byte_limit_; }
  bool is_leaving() const { return leaving_; }

 private:
  struct Flight {
    double departed_ms = 0;
    uint32_t bytes = 0;
    uint32_t batch = 0;  // 0: free
  };

  Flight flights_[limits::batches_in_flight];
  double retry_at_ms_ = 0;
  double server_wait_until_ms_ = 0;
  uint32_t byte_limit_ = limits::batch_bytes;
  uint32_t passed_ = 0;  // batches acknowledged since the byte limit last changed
  uint32_t failures_ = 0;
  uint32_t silences_ = 0;  // of the failures, without any answer, in a row
  uint8_t last_batch_ = 0;
  bool flush_ = false;
  bool leaving_ = false;
};

}  // namespace waymark::outbox
