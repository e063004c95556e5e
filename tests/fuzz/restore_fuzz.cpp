// A snapshot of any bytes: refused whole, or taken over; in both cases the tracker works on and stays in its block.
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace waymark;

constexpr size_t block_bytes = Tracker::least_memory;
constexpr size_t guard_bytes = 64;
constexpr uint32_t analytics = 2;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::vector<char> block(block_bytes + guard_bytes);
  std::memset(block.data(), 0, block.size());
  std::memset(block.data() + block_bytes, '#', guard_bytes);
  const auto tracker = std::make_unique<Tracker>(block.data(), block_bytes);
  tracker->seed({1, 2, 3, 4});
  double now = 1731579825123.0;
  require(tracker->start("\"write_key\":\"demo\"\n", 1u << analytics, 0, now) == Reason::none, "it starts");
  const bool with_queue = size > 0 && data[0] & 1;
  if (with_queue) tracker->track("event_before", "{}", analytics, now);
  // The first byte aside, so that a snapshot of ours can stand at the front of the corpus.
  const std::string_view snapshot(reinterpret_cast<const char*>(data) + (size > 0), size > 0 ? size - 1 : 0);
  const uint32_t accepted = tracker->totals().accepted;
  if (tracker->restore(snapshot, now) != Reason::none) {
    require(tracker->totals().accepted == accepted, "what is refused changes nothing");
  }

  bool arrived = false;
  require(
      tracker->track("event_after", "{}", analytics, now).verdict() == Verdict::accepted || snapshot.size() > 100000,
      "the tracker takes events");
  for (int turn = 0; turn < 2000 && !arrived; ++turn, now += 70000) {
    tracker->flush(false);
    for (int step = 0; step < 100; ++step) {
      const Action action = tracker->poll(now);
      if (action.kind <= Action::wait) break;
      if (action.kind != Action::send) continue;
      require(action.bytes.size() <= body_bytes, "a body is bounded");
      const std::string bytes(action.bytes);
      const bool good = nlohmann::json::accept(bytes);
      tracker->on_response(action.batch, good ? 200 : 400, -1, {}, now);
      arrived |= good && bytes.find("\"event_after\"") != std::string::npos;
    }
  }
  require(arrived || snapshot.size() > 100000, "a new event arrives, whatever was restored");
  std::vector<char> out(64 * 1024);
  require(tracker->snapshot(out.data(), out.size(), now) <= out.size(), "a snapshot is bounded");
  for (size_t i = 0; i < guard_bytes; ++i) require(block[block_bytes + i] == '#', "the block is not left");
  return 0;
}
