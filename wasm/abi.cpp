// The exports of abi.h: pointers and integers to calls of the tracker, and nothing else.
#include "wasm/abi.h"

#include <cstring>

#include "core/outbox/gzip.hpp"
#include "core/text/words.hpp"
#include "core/tracker.hpp"

namespace {

// All memory there is: 1 MiB less the stack, the input window, the plan, the tracker and the constants.
constexpr size_t block_bytes = 580 * 1024;
alignas(8) char block[block_bytes];
alignas(8) char input[WAYMARK_INPUT_BYTES];
char plan[WAYMARK_INPUT_BYTES];
char compressed[waymark::body_bytes];
waymark::outbox::Gzip gzip;
constinit waymark::Tracker tracker(block, block_bytes);

struct Result {
  uint32_t words[4];
  double number;
} result;

// The text in the input window. One that did not fit shows as a full window, which is more than any limit allows.
std::string_view text(uint32_t length) { return {input, length < WAYMARK_INPUT_BYTES ? length : WAYMARK_INPUT_BYTES}; }

void give(const void* pointer, size_t size) {
  result.words[2] = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer));
  result.words[3] = static_cast<uint32_t>(size);
}

}  // namespace

extern "C" {

uint32_t waymark_abi_version(void) { return WAYMARK_ABI_VERSION; }
char* waymark_input(void) { return input; }
uint32_t* waymark_result(void) { return result.words; }

void waymark_seed(void) {
  uint32_t words[WAYMARK_ENTROPY_BYTES / 4];
  std::memcpy(words, input, sizeof words);
  tracker.seed(words);
}

uint32_t waymark_plan(uint32_t length) {
  const std::string_view given = text(length);
  std::memcpy(plan, given.data(), given.size());
  return static_cast<uint32_t>(tracker.set_plan({plan, given.size()}));
}

uint32_t waymark_start(double now, uint32_t granted, uint32_t denied, uint32_t length) {
  return static_cast<uint32_t>(tracker.start(text(length), granted, denied, now));
}

uint32_t waymark_track(double now, uint32_t purpose, uint32_t length, uint32_t user_refused) {
  std::string_view properties = text(length);
  const std::string_view name = waymark::text::take_line(properties);
  return tracker.track(name, properties, purpose, now, user_refused != 0).word();
}

uint32_t waymark_set_user(uint32_t length) { return static_cast<uint32_t>(tracker.set_user(text(length))); }

uint32_t waymark_set_context(uint32_t part, uint32_t length) {
  return static_cast<uint32_t>(
      tracker.set_context(static_cast<waymark::stages::Context::Part>(part & 1), text(length)));
}

void waymark_reset(void) { tracker.reset(); }
void waymark_learn(uint32_t length) { tracker.learn(text(length)); }
void waymark_set_consent(double now, uint32_t granted, uint32_t denied) { tracker.set_consent(granted, denied, now); }
void waymark_flush(uint32_t leaving) { tracker.flush(leaving != 0); }
void waymark_online(double now) { tracker.online(now); }

uint32_t waymark_poll(double now) {
  const waymark::Action action = tracker.poll(now);
  give(action.bytes.data(), action.bytes.size());
  result.words[0] = action.kind;
  result.words[1] = action.batch;
  result.number = action.wake_ms;
  if (action.entry != 0) result.words[1] = action.entry;
  if (action.kind == waymark::Action::decided) {
    result.words[1] = action.decision.ticket();
    result.words[2] = action.decision.word() & 0xFFFF;
  }
  return action.kind;
}

void waymark_respond(double now, uint32_t batch, uint32_t status, double retry_after_ms, uint32_t length) {
  tracker.on_response(batch, status, retry_after_ms, text(length), now);
}

void waymark_journal(uint32_t on) { tracker.keep_journal(on != 0); }
uint32_t waymark_restore(double now, uint32_t length) {
  return static_cast<uint32_t>(tracker.restore(text(length), now));
}

void waymark_compress(void) {
  const auto* const bytes = reinterpret_cast<const char*>(static_cast<uintptr_t>(result.words[2]));
  give(compressed, gzip.compress({bytes, result.words[3]}, compressed, result.words[3]));
}

void waymark_explain(void) { give(tracker.explain().data(), tracker.explain().size()); }
void waymark_totals(void) { give(&tracker.totals(), sizeof(waymark::Totals)); }

}  // extern "C"
