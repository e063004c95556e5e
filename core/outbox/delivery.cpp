#include "core/outbox/delivery.hpp"

namespace waymark::outbox {
namespace {

// Whether `until_ms` lies ahead. Further than `most_ms` no one asked to wait: the clock was set back.
bool is_ahead(double until_ms, double now, double most_ms) { return now < until_ms && until_ms - now <= most_ms; }

bool is_late(double departed_ms, double now) {
  const double waited_ms = now > departed_ms ? now - departed_ms : departed_ms - now;
  return waited_ms >= limits::answer_after_ms;
}

}  // namespace

Answer read_status(uint32_t status) {
  switch (status) {
    case 0:
      return Answer::silent;
    case 408:
    case 425:
    case 429:
    case 502:
    case 503:
    case 504:
      return Answer::busy;
    case 413:
      return Answer::too_large;
    case 401:
    case 402:
    case 403:
    case 404:
    case 405:
    case 410:
      return Answer::closed;
    default:
      break;
  }
  if (status >= 500) return Answer::failed;
  if (status >= 400) return Answer::refused;
  return status >= 200 && status < 300 ? Answer::accepted : Answer::closed;
}

void Delivery::flush(bool leaving) {
  flush_ = true;
  leaving_ |= leaving;
}

void Delivery::online(double now) {
  if (silences_ == 0) return;
  silences_ = failures_ = 0;
  retry_at_ms_ = now;
}

double Delivery::due_ms(const Waiting& waiting, double now) {
  uint32_t in_flight = 0;
  double overdue_ms = 0;
  for (const Flight& flight : flights_) {
    if (!flight.batch) continue;
    ++in_flight;
    const double late_ms = flight.departed_ms + limits::answer_after_ms;
    if (in_flight == 1 || late_ms < overdue_ms) overdue_ms = late_ms;
  }
  const uint32_t most = leaving_ ? limits::batches_in_flight : 1;
  if (in_flight >= most || waiting.events == 0) return in_flight ? overdue_ms : -1;
  const bool is_full = waiting.events >= limits::batch_events || waiting.bytes >= limits::batch_bytes;
  const bool at_once = flush_ || failures_ > 0 || is_full || now < waiting.oldest_ms;
  double due_ms = at_once ? now : waiting.oldest_ms + limits::flush_after_ms;
  if (!leaving_ && due_ms < retry_at_ms_ && is_ahead(retry_at_ms_, now, limits::breaker_cap_ms)) due_ms = retry_at_ms_;
  if (due_ms < server_wait_until_ms_ && is_ahead(server_wait_until_ms_, now, limits::retry_after_cap_ms)) {
    leaving_ = false;  // a host that is here when the server may be asked again did not leave
    due_ms = server_wait_until_ms_;
    if (in_flight && overdue_ms < due_ms) due_ms = overdue_ms;
  }
  return due_ms;
}

void Delivery::depart(double now, uint32_t bytes) {
  for (Flight& flight : flights_) {
    if (flight.batch) continue;
    last_batch_ = next_batch();
    flight = {now, bytes, last_batch_};
    return;
  }
}

bool Delivery::arrive(uint32_t batch, Answer answer, double retry_after_ms, double random, double now) {
  Flight flight;
  for (Flight& slot : flights_) {
    if (batch == 0 || slot.batch != batch) continue;
    flight = slot;
    slot.batch = 0;
  }
  if (flight.batch == 0) return false;

  if (answer != Answer::silent) silences_ = 0;
  if (answer == Answer::accepted) {
    failures_ = 0;
    retry_at_ms_ = 0;
    // A limit that a proxy taught us is tested again from time to time.
    if (byte_limit_ < limits::batch_bytes && ++passed_ >= 10) {
      byte_limit_ = byte_limit_ * 2 < limits::batch_bytes ? byte_limit_ * 2 : limits::batch_bytes;
      passed_ = 0;
    }
    return true;
  }
  if (answer == Answer::too_large) {
    byte_limit_ = flight.bytes / 2;
    passed_ = 0;
    return true;
  }
  leaving_ = false;  // a page that is still here to hear this can wait for the next try
  if (answer == Answer::silent) ++silences_;
  const bool patient = answer == Answer::closed || silences_ >= limits::breaker_failures;
  const double cap = patient ? limits::breaker_cap_ms : limits::retry_cap_ms;
  double wait = limits::retry_base_ms;
  for (uint32_t i = 0; i < failures_ && wait < cap; ++i) wait *= 2;
  if (wait > cap) wait = cap;
  // Jitter may be full only while tries are cheap: a blocked endpoint is asked at least half the wait later.
  retry_at_ms_ = now + (patient ? (wait + wait * random) / 2 : wait * random);
  if (failures_ < 32) ++failures_;
  if (retry_after_ms > limits::retry_after_cap_ms) retry_after_ms = limits::retry_after_cap_ms;
  if (retry_after_ms >= 0 && now + retry_after_ms > server_wait_until_ms_) {
    server_wait_until_ms_ = now + retry_after_ms;
  }
  return true;
}

void Delivery::drained() {
  leaving_ = false;
  // What is under way may come back, and belongs to the flush.
  bool is_under_way = false;
  for (const Flight& flight : flights_) is_under_way |= flight.batch != 0;
  flush_ = flush_ && is_under_way;
}

uint32_t Delivery::overdue(double now) const {
  uint32_t late = 0;
  for (const Flight& flight : flights_) {
    if (flight.batch && is_late(flight.departed_ms, now)) late = flight.batch;
  }
  return late;
}

void Delivery::forget_flights() {
  for (Flight& flight : flights_) flight.batch = 0;
}

}  // namespace waymark::outbox
