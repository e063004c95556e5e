// A random script of calls and answers on a virtual clock. Whatever happens: every body is JSON within its limit, the
// totals add up, poll comes to an end, no refused purpose leaves, the block is not left, and after the network is well
// again everything accepted has arrived, was rejected, was wiped or was reported as dropped.
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace waymark;
using nlohmann::json;

constexpr size_t block_bytes = Tracker::least_memory;
constexpr size_t guard_bytes = 64;
constexpr const char* purposes[] = {"necessary", "functional", "analytics", "marketing"};

// Takes the script apart; zeros after its end.
class Script {
 public:
  Script(const uint8_t* data, size_t size) : at_(data), stop_(data + size) {}
  bool is_over() const { return at_ == stop_; }
  uint8_t byte() { return at_ < stop_ ? *at_++ : 0; }
  std::string text(size_t most) {
    std::string out;
    for (size_t size = byte() % (most + 1); size > 0 && !is_over(); --size) out += static_cast<char>(byte());
    return out;
  }

 private:
  const uint8_t* at_;
  const uint8_t* stop_;
};

// Mostly good properties, now and then any bytes.
std::string properties(Script& script) {
  switch (script.byte() % 8) {
    case 0:
      return script.text(64);
    case 1:
      return json{{"text", script.text(200)}}.dump(-1, ' ', true, json::error_handler_t::replace);
    case 2:
      return R"({"text":")" + std::string(script.byte() * 32u, 'x') + "\"}";
    case 3: {  // grows when something in it is hidden
      std::string lines;
      for (int i = script.byte() * 15; i > 0; --i) lines += "\\n";
      return R"({"a":"a@b.co )" + lines + R"(","b":"a@b.co )" + lines + R"(","c":"a@b.co )" + lines +
             R"(","d":"a@b.co )" + lines + "\"}";
    }
    default:
      return R"({"order_id":"ord_456789","order_value":149.99})";
  }
}

class Run {
 public:
  Run() {
    static std::vector<char> memory(block_bytes + guard_bytes);
    block_ = memory.data();
    std::memset(block_, 0, block_bytes);
    std::memset(block_ + block_bytes, '#', guard_bytes);
    tracker_ = std::make_unique<Tracker>(block_, block_bytes);
    tracker_->seed({1, 2, 3, 4});
  }

  void play(Script& script) {
    const uint8_t form = script.byte();
    std::string config = "\"write_key\":\"demo\"\n";
    config += form & 1 ? "{\"os\":\"linux\"}\n" : "\n";
    config += "\n\n";
    config += form & 2 ? "reject\n" : "\n";
    config += form & 4 ? "60\n" : "\n";
    config += form & 8 ? "0.5\n" : "\n";
    granted_ = script.byte() & 15;
    require(tracker_->start(config, granted_, 0, now_) == Reason::none, "it starts");
    granted_ |= 1;
    while (!script.is_over()) step(script);
    heal();
  }

 private:
  void step(Script& script) {
    const uint8_t call = script.byte();
    const uint32_t purpose = script.byte() % 5;
    switch (call % 16) {
      case 0: {
        const Purposes granted = script.byte() & 15, denied = script.byte() & 15;
        granted_ = (granted & ~(denied & ~1u)) | 1;
        tracker_->set_consent(granted, denied, now_);
        break;
      }
      case 1:
        now_ += script.byte() * script.byte() * 100.0;
        break;
      case 2:
        if (script.byte() % 8 == 0) now_ += (script.byte() - 128) * 3600000.0;
        break;
      case 3:
        tracker_->flush(script.byte() & 1);
        break;
      case 4:
        tracker_->online(now_);
        break;
      case 5:
        tracker_->page("{}", properties(script), purpose, now_);
        break;
      case 6:
        tracker_->identify(script.text(80), properties(script), purpose, now_);
        break;
      case 7:
        tracker_->group(script.text(80), properties(script), purpose, now_);
        break;
      case 8:
        tracker_->set_context(stages::Context::rest, properties(script));
        break;
      case 9:
        tracker_->reset();
        break;
      case 10:
        answer(script);
        break;
      case 11:
        check_snapshot();
        break;
      default: {
        const std::string name = call & 16 ? script.text(70) : "page_viewed";
        const Decision decision = tracker_->track(name, properties(script), purpose, now_);
        require(static_cast<uint32_t>(decision.verdict()) < verdict_count, "a verdict of the list");
        require(static_cast<uint32_t>(decision.reason()) < reason_count, "a reason of the list");
        require((decision.verdict() == Verdict::held) == (decision.ticket() != 0), "a ticket for what is held");
        if (decision.verdict() == Verdict::accepted)
          require(granted_ >> purpose & 1, "nothing is accepted without a grant");
      }
    }
    poll();
    check();
  }

  // Does what is to be done; answers wait until the script brings them.
  void poll() {
    for (int turn = 0; turn < 500; ++turn) {
      const Action action = tracker_->poll(now_);
      if (action.kind == Action::idle) return;
      if (action.kind == Action::wait) {
        require(action.wake_ms > now_, "wait is ahead");
        return;
      }
      if (action.kind == Action::send) receive(action);
      if (action.kind == Action::decided) require(action.decision.ticket() != 0, "a decision has its ticket");
    }
    require(false, "poll comes to an end");
  }

  void receive(const Action& action) {
    require(action.batch != 0, "a batch has a number");
    require(action.bytes.size() <= body_bytes, "a body has a bound");
    const json body = json::parse(action.bytes, nullptr, false);
    require(!body.is_discarded() && body.is_object(), "a body is JSON");
    const size_t records = body["events"].size() + body["client_reports"].size();
    require(records > 0, "a body brings something");
    require(records <= limits::batch_events, "100 at most");
    require(action.bytes.size() <= limits::batch_bytes || records == 1, "60 KiB, or one event");
    for (const json& event : body["events"]) {
      const std::string purpose = event.value("purpose", "analytics");
      bool allowed = false;
      for (uint32_t i = 0; i < 4; ++i) allowed |= purpose == purposes[i] && (granted_ >> i & 1);
      require(allowed, "nothing refused is sent");
    }
    under_way_.push_back({action.batch, body["events"].size()});
    for (const json& report : body["client_reports"]) {
      reports_.insert(
          {body["instance_id"].get<std::string>() + report["sequence"].dump(), report["count"].get<uint32_t>()});
    }
  }

  void answer(Script& script) {
    if (under_way_.empty()) return;
    const size_t at = script.byte() % under_way_.size();
    constexpr uint32_t statuses[] = {200, 200, 200, 204, 0, 400, 401, 413, 429, 500, 503, 302};
    const double retry_after_ms = script.byte() % 4 == 0 ? script.byte() * 1000.0 : -1;
    const std::string rejected = script.byte() % 4 == 0 ? script.text(20) : "[]";
    tracker_->on_response(under_way_[at].batch, statuses[script.byte() % 12], retry_after_ms, rejected, now_);
    if (script.byte() % 8) under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(at));  // else twice
  }

  void check_snapshot() {
    std::vector<char> out(32 * 1024);
    const size_t size = tracker_->snapshot(out.data(), out.size(), now_);
    require(size <= out.size(), "a snapshot has a bound");
    if (!(granted_ >> 1)) require(size == 0, "nothing is stored without a grant");
  }

  void check() {
    const Totals& totals = tracker_->totals();
    require(totals.acknowledged + totals.rejected + totals.dropped + totals.wiped <= totals.accepted, "totals add up");
    require(tracker_->explain().size() <= 256, "an explanation has a bound");
    for (size_t i = 0; i < guard_bytes; ++i) require(block_[block_bytes + i] == '#', "the block is not left");
  }

  // The network is well again for some days: what is queued arrives.
  void heal() {
    for (int turn = 0; turn < 3000; ++turn) {
      now_ += 120000;
      for (const Flight& flight : under_way_) tracker_->on_response(flight.batch, 200, -1, {}, now_);
      under_way_.clear();
      tracker_->flush(false);
      poll();
      check();
      const Totals& totals = tracker_->totals();
      const uint32_t done = totals.acknowledged + totals.rejected + totals.dropped + totals.wiped;
      if (under_way_.empty() && done == totals.accepted) return;
    }
    require(false, "everything accepted comes to its end");
  }

  struct Flight {
    uint8_t batch;
    size_t events;
  };

  char* block_;
  std::unique_ptr<Tracker> tracker_;
  double now_ = 1731579825123.0;
  Purposes granted_ = 1;
  std::vector<Flight> under_way_;
  std::set<std::pair<std::string, uint32_t>> reports_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Script script(data, size);
  Run().play(script);
  return 0;
}
