// Delivery: when to send, what an answer means, when to try again.
#include "core/outbox/delivery.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::outbox {
namespace {

using waymark::testing::day_ms;
using waymark::testing::hour_ms;
using waymark::testing::minute_ms;
using waymark::testing::start_ms;

Waiting waiting(uint32_t events, uint32_t bytes_each = 100, double oldest_ms = start_ms) {
  Waiting out;
  for (uint32_t i = 0; i < events; ++i) out.add(bytes_each, oldest_ms + i);
  return out;
}

// Sends one batch at `now` and lets it fail; returns the time of the next try.
double next_try(Delivery& delivery, Answer answer, double random, double now, double retry_after_ms = -1) {
  delivery.depart(now, 1000);
  const uint8_t batch = static_cast<uint8_t>(delivery.next_batch() == 1 ? 255 : delivery.next_batch() - 1);
  CHECK(delivery.arrive(batch, answer, retry_after_ms, random, now));
  return delivery.due_ms(waiting(1, 100, now), now);
}

constexpr double almost_one = 4294967295.0 / 4294967296.0;

}  // namespace

TEST_CASE("every status says something of the batch", "[delivery]") {
  for (const uint32_t status : {200u, 201u, 202u, 204u, 299u}) CHECK(read_status(status) == Answer::accepted);
  CHECK(read_status(0) == Answer::silent);
  for (const uint32_t status : {408u, 425u, 429u, 502u, 503u, 504u}) CHECK(read_status(status) == Answer::busy);
  for (const uint32_t status : {500u, 501u, 505u, 507u, 599u}) CHECK(read_status(status) == Answer::failed);
  for (const uint32_t status : {400u, 406u, 415u, 418u, 422u, 431u, 499u})
    CHECK(read_status(status) == Answer::refused);
  CHECK(read_status(413) == Answer::too_large);
  for (const uint32_t status : {401u, 402u, 403u, 404u, 405u, 410u, 301u, 302u, 304u, 307u, 308u, 100u}) {
    CHECK(read_status(status) == Answer::closed);
  }
}

TEST_CASE("nothing waits: nothing is due", "[delivery]") {
  Delivery delivery;
  CHECK(delivery.due_ms(Waiting{}, start_ms) < 0);
}

TEST_CASE("leaving ends where the server asked to wait", "[delivery]") {
  Delivery delivery;
  delivery.depart(start_ms, 100);
  CHECK(delivery.arrive(1, Answer::busy, 30 * 60 * 1000.0, 0.5, start_ms));
  delivery.depart(start_ms, 100);
  delivery.flush(true);
  // A batch is under way: that its answer is overdue is known before the server may be asked again.
  CHECK(delivery.due_ms(waiting(1), start_ms + 1) == start_ms + limits::answer_after_ms);
  CHECK_FALSE(delivery.is_leaving());
}

TEST_CASE("what waits goes after five seconds, when it is many, or when it is much", "[delivery]") {
  Delivery delivery;
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms + limits::flush_after_ms);
  CHECK(delivery.due_ms(waiting(99), start_ms + 1000) == start_ms + limits::flush_after_ms);
  CHECK(delivery.due_ms(waiting(1), start_ms + 6000) <= start_ms + 6000);
  CHECK(delivery.due_ms(waiting(100), start_ms) == start_ms);
  CHECK(delivery.due_ms(waiting(2, 30 * 1024), start_ms) == start_ms);
  CHECK(delivery.due_ms(waiting(1, 60 * 1024 - 1), start_ms) > start_ms);
}

TEST_CASE("a flush goes at once, until nothing waits", "[delivery]") {
  Delivery delivery;
  delivery.flush(false);
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms);
  delivery.drained();
  CHECK(delivery.due_ms(waiting(1), start_ms) > start_ms);
}

TEST_CASE("one batch is under way at a time, eight when the page is left", "[delivery]") {
  Delivery delivery;
  delivery.flush(false);
  delivery.depart(start_ms, 1000);
  CHECK(delivery.due_ms(waiting(500), start_ms) == start_ms + limits::answer_after_ms);
  delivery.flush(true);
  for (uint32_t flight = 1; flight < limits::batches_in_flight; ++flight) {
    CHECK(delivery.due_ms(waiting(500), start_ms) == start_ms);
    delivery.depart(start_ms, 1000);
  }
  CHECK(delivery.due_ms(waiting(500), start_ms) == start_ms + limits::answer_after_ms);
}

TEST_CASE("batches are numbered 1 to 255 and again", "[delivery]") {
  Delivery delivery;
  for (int i = 0; i < 600; ++i) {
    const uint8_t batch = delivery.next_batch();
    CHECK(batch == i % 255 + 1);
    delivery.depart(start_ms, 1);
    CHECK(delivery.arrive(batch, Answer::accepted, -1, 0, start_ms));
  }
}

TEST_CASE("answers to unknown batches change nothing", "[delivery]") {
  Delivery delivery;
  delivery.depart(start_ms, 1000);
  for (int batch = 0; batch < 256; ++batch) {
    if (batch != 1) CHECK_FALSE(delivery.arrive(static_cast<uint8_t>(batch), Answer::silent, 5000, 0.5, start_ms));
  }
  CHECK(delivery.arrive(1, Answer::accepted, -1, 0, start_ms));
  CHECK_FALSE(delivery.arrive(1, Answer::busy, hour_ms, 0.9, start_ms));  // the second answer to one batch
  delivery.flush(false);
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms);
}

TEST_CASE("a forgotten flight's answer is passed over", "[delivery]") {
  Delivery delivery;
  delivery.depart(start_ms, 1000);
  delivery.forget_flights();
  CHECK_FALSE(delivery.arrive(1, Answer::accepted, -1, 0, start_ms));
  CHECK(delivery.overdue(start_ms + hour_ms) == 0);
}

TEST_CASE("full jitter between 0 and the doubled base, capped", "[delivery]") {
  for (const Answer answer : {Answer::busy, Answer::failed}) {
    Delivery low, high, half;
    double expected = limits::retry_base_ms;
    for (int failure = 0; failure < 12; ++failure) {
      CHECK(next_try(low, answer, 0, start_ms) == start_ms);
      CHECK(next_try(half, answer, 0.5, start_ms) == start_ms + expected / 2);
      const double latest = next_try(high, answer, almost_one, start_ms);
      CHECK(latest <= start_ms + expected);
      CHECK(latest > start_ms + expected * 0.99);
      expected = std::min(expected * 2, limits::retry_cap_ms);
    }
  }
}

TEST_CASE("success ends the backoff", "[delivery]") {
  Delivery delivery;
  for (int i = 0; i < 5; ++i) next_try(delivery, Answer::busy, almost_one, start_ms);
  delivery.depart(start_ms, 1000);
  CHECK(delivery.arrive(6, Answer::accepted, -1, 0, start_ms));
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms + limits::flush_after_ms);
  CHECK(next_try(delivery, Answer::busy, 0.5, start_ms) == start_ms + limits::retry_base_ms / 2);
}

TEST_CASE("a network that always fails is tried seldom", "[delivery]") {
  Delivery delivery;
  double last = 0;
  for (int i = 0; i < 30; ++i) last = next_try(delivery, Answer::silent, 0.0, start_ms) - start_ms;
  CHECK(last >= limits::breaker_cap_ms / 2);  // with the least jitter
  CHECK(last <= limits::breaker_cap_ms);
  delivery.online(start_ms);
  CHECK(delivery.due_ms(waiting(1), start_ms + 10000) <= start_ms + 10000);
  // Under the breaker's count the usual cap holds.
  Delivery young;
  for (uint32_t i = 1; i < limits::breaker_failures; ++i)
    CHECK(next_try(young, Answer::silent, almost_one, start_ms) <= start_ms + limits::retry_cap_ms);
}

TEST_CASE("any answer closes the breaker again", "[delivery]") {
  Delivery delivery;
  for (int i = 0; i < 20; ++i) next_try(delivery, Answer::silent, almost_one, start_ms);
  CHECK(next_try(delivery, Answer::busy, almost_one, start_ms) <= start_ms + limits::retry_cap_ms);
}

TEST_CASE("an endpoint that is closed is asked seldom at once", "[delivery]") {
  Delivery delivery;
  double wait = 0;
  for (int i = 0; i < 20; ++i) wait = next_try(delivery, Answer::closed, 0.0, start_ms) - start_ms;
  CHECK(wait >= limits::breaker_cap_ms / 2);
}

TEST_CASE("Retry-After is obeyed, even when the page is left or the network is back", "[delivery]") {
  Delivery delivery;
  CHECK(next_try(delivery, Answer::busy, 0, start_ms, 90000) == start_ms + 90000);
  delivery.flush(true);
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms + 90000);
  delivery.online(start_ms);
  CHECK(delivery.due_ms(waiting(1), start_ms + 89999) == start_ms + 90000);
  CHECK(delivery.due_ms(waiting(1), start_ms + 90000) <= start_ms + 90000);
}

TEST_CASE("a later answer never shortens the server's wait", "[delivery]") {
  Delivery delivery;
  next_try(delivery, Answer::busy, 0, start_ms, 90000);
  CHECK(next_try(delivery, Answer::busy, 0, start_ms, 1000) == start_ms + 90000);
  CHECK(next_try(delivery, Answer::busy, 0, start_ms) == start_ms + 90000);
}

TEST_CASE("a server may ask for patience, but not for ever", "[delivery]") {
  Delivery delivery;
  const double due = next_try(delivery, Answer::busy, 0, start_ms, 10 * day_ms);
  CHECK(due > start_ms + hour_ms);
  CHECK(due <= start_ms + limits::retry_after_cap_ms);
}

TEST_CASE("leaving ignores our own backoff", "[delivery]") {
  Delivery delivery;
  CHECK(next_try(delivery, Answer::busy, almost_one, start_ms) > start_ms);
  delivery.flush(true);
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms);
}

TEST_CASE("413 halves the batch and the limit comes back in time", "[delivery]") {
  Delivery delivery;
  CHECK(delivery.byte_limit() == limits::batch_bytes);
  delivery.depart(start_ms, 40000);
  CHECK(delivery.arrive(1, Answer::too_large, -1, 0.9, start_ms));
  CHECK(delivery.byte_limit() == 20000);
  // No backoff: the server is well.
  delivery.flush(false);
  CHECK(delivery.due_ms(waiting(1), start_ms) == start_ms);
  for (int i = 0; i < 40; ++i) {
    const uint8_t batch = delivery.next_batch();
    delivery.depart(start_ms, 1000);
    delivery.arrive(batch, Answer::accepted, -1, 0, start_ms);
    CHECK(delivery.byte_limit() <= limits::batch_bytes);
    if (i < 9) CHECK(delivery.byte_limit() == 20000);
  }
  CHECK(delivery.byte_limit() == limits::batch_bytes);
}

TEST_CASE("an answer that does not come in a minute is none", "[delivery]") {
  Delivery delivery;
  delivery.depart(start_ms, 1000);
  CHECK(delivery.overdue(start_ms + limits::answer_after_ms - 1) == 0);
  CHECK(delivery.overdue(start_ms + limits::answer_after_ms) == 1);
  delivery.flush(true);
  delivery.depart(start_ms + 5000, 1000);
  CHECK(delivery.overdue(start_ms + limits::answer_after_ms) == 1);
  CHECK(delivery.arrive(1, Answer::silent, -1, 0, start_ms + limits::answer_after_ms));
  CHECK(delivery.overdue(start_ms + limits::answer_after_ms) == 0);
  CHECK(delivery.overdue(start_ms + limits::answer_after_ms + 5000) == 2);
}

TEST_CASE("a clock that is set does not stop delivery", "[delivery]") {
  // Back by a day, with a retry, a server's wait and a flight in the old time.
  Delivery delivery;
  next_try(delivery, Answer::busy, almost_one, start_ms);
  const double back = start_ms - day_ms;
  CHECK(delivery.due_ms(waiting(1, 100, start_ms), back) <= back);
  delivery.depart(start_ms, 1000);
  CHECK(delivery.overdue(back) != 0);
  Delivery patient;
  next_try(patient, Answer::busy, 0, start_ms, 90000);
  CHECK(patient.due_ms(waiting(1, 100, start_ms), start_ms - 2 * day_ms) <= start_ms - 2 * day_ms);
  CHECK(patient.due_ms(waiting(1, 100, start_ms), start_ms - hour_ms) <= start_ms + 90000);
  // Forward: all waits are over.
  Delivery forward;
  next_try(forward, Answer::busy, almost_one, start_ms, 90000);
  CHECK(forward.due_ms(waiting(1), start_ms + day_ms) <= start_ms + day_ms);
}

TEST_CASE("what waits is added up", "[delivery]") {
  Waiting sum;
  sum.add(10, 300);
  sum.add(20, 100);
  sum.add(30, 200);
  CHECK(sum.events == 3);
  CHECK(sum.bytes == 60);
  CHECK(sum.oldest_ms == 100);
}

}  // namespace waymark::outbox
