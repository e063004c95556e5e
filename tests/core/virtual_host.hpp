// A host on a virtual clock: owns a tracker and its block of memory, carries out what `poll` asks for, and keeps it.
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/tracker.hpp"

namespace waymark::testing {

using nlohmann::json;

// Places in the default list of purposes, and sets of them.
inline constexpr uint32_t necessary = 0;
inline constexpr uint32_t functional = 1;
inline constexpr uint32_t analytics = 2;
inline constexpr uint32_t marketing = 3;
inline constexpr Purposes all_purposes = 0b1111;
inline constexpr Purposes only(uint32_t purpose) { return 1u << purpose; }

// 2024-11-14T10:23:45.123Z
inline constexpr double start_ms = 1731579825123.0;
inline constexpr double minute_ms = 60 * 1000.0;
inline constexpr double hour_ms = 60 * minute_ms;
inline constexpr double day_ms = 24 * hour_ms;

// The lines of a config (core/config.hpp), by name.
struct ConfigLines {
  std::string batch = R"("write_key":"demo","plan_version":3)";
  std::string context;
  std::string purposes;
  std::string while_unknown;
  std::string names;
  std::string events_per_minute;
  std::string sample_rate;
  std::string sample_salt;
  std::string sample_units;
  std::string sample_always;
  std::string url_parameters;
  std::string allowed_keys;
  std::string profile;

  std::string text() const {
    std::string lines;
    for (const std::string* line :
         {&batch, &context, &purposes, &while_unknown, &names, &events_per_minute, &sample_rate, &sample_salt,
          &sample_units, &sample_always, &url_parameters, &allowed_keys, &profile}) {
      lines += *line + "\n";
    }
    return lines;
  }
};

using EventNames = std::vector<std::string>;

struct Sent {
  uint8_t batch = 0;
  double at_ms = 0;
  std::string bytes;
  json body;  // discarded if `bytes` is no JSON

  std::vector<std::string> event_names() const {
    std::vector<std::string> names;
    for (const json& event : body.at("events")) names.push_back(event.at("event_name"));
    return names;
  }
};

struct Start {
  ConfigLines config = {};
  Purposes granted = all_purposes;
  Purposes denied = 0;
  size_t memory_bytes = 1024 * 1024;
  std::string state = {};  // as an earlier `store` gave it
  uint32_t seed = 1;
};

// A start whose config differs in one line.
inline Start start_with(std::string ConfigLines::*line, const std::string& value) {
  Start start;
  start.config.*line = value;
  return start;
}

// A start before anybody has answered.
inline Start unanswered() {
  Start start;
  start.granted = 0;
  return start;
}

class VirtualHost {
 public:
  explicit VirtualHost(const Start& start = {}) : size_(start.memory_bytes) {
    block_.assign(guard_bytes + size_ + guard_bytes, static_cast<char>(guard));
    std::memset(block_.data() + guard_bytes, 0, size_);
    tracker_ = std::make_unique<Tracker>(block_.data() + guard_bytes, size_);
    tracker_->seed({start.seed, 0x9E3779B9, 0x243F6A88, 0xB7E15162});
    const std::string lines = start.config.text() + start.state;
    reason = tracker_->start(lines, start.granted, start.denied, now);
  }

  Tracker& tracker() { return *tracker_; }

  Decision track(std::string_view name, std::string_view properties = "{}", uint32_t purpose = analytics) {
    return tracker_->track(name, properties, purpose, now);
  }
  void consent(Purposes granted, Purposes denied) { tracker_->set_consent(granted, denied, now); }

  // Does what is to be done now; leaves `wake_ms` (negative: never). What was sent is in `sent`, from `from` on.
  void poll() {
    wake_ms = -1;
    for (int turn = 0; turn < 10000; ++turn) {
      const Action action = tracker_->poll(now);
      switch (action.kind) {
        case Action::idle:
          return;
        case Action::wait:
          wake_ms = action.wake_ms;
          return;
        case Action::send: {
          const std::string bytes(action.bytes);
          sent.push_back({action.batch, now, bytes, json::parse(bytes, nullptr, false)});
          break;
        }
        case Action::store:
          stores.emplace_back(action.bytes);
          break;
        case Action::decided:
          decisions.push_back(action.decision);
          break;
        case Action::keep:
          journal[action.entry] = action.bytes;
          appended_ms.push_back(now);
          break;
        case Action::forget:
          journal.erase(journal.begin(), journal.upper_bound(action.entry));
          break;
      }
    }
    endless = true;
  }
  void answer(uint8_t batch, uint32_t status, double retry_after_ms = -1, std::string_view rejected = {}) {
    tracker_->on_response(batch, status, retry_after_ms, rejected, now);
  }
  // Polls, answers everything with 200 and polls again until nothing more is sent. Returns the batches of this call.
  std::vector<Sent> deliver_all() {
    const size_t first = sent.size();
    for (;;) {
      size_t done = sent.size();
      tracker_->flush(false);
      poll();
      if (done == sent.size()) break;
      for (; done < sent.size(); ++done) answer(sent[done].batch, 200);
    }
    return {sent.begin() + static_cast<std::ptrdiff_t>(first), sent.end()};
  }
  // The batch that a flush gives now; fails the parse if there is none.
  Sent flush_one() {
    const size_t before = sent.size();
    tracker_->flush(false);
    poll();
    return sent.size() > before ? sent[before] : Sent{};
  }

  std::string_view memory() const { return {block_.data() + guard_bytes, size_}; }
  std::string_view object() const { return {reinterpret_cast<const char*>(tracker_.get()), sizeof(Tracker)}; }
  // Whether these bytes stand anywhere in the block or in the tracker itself.
  bool remembers(std::string_view bytes) const {
    return memory().find(bytes) != std::string_view::npos || object().find(bytes) != std::string_view::npos;
  }
  bool guards_intact() const {
    for (size_t i = 0; i < guard_bytes; ++i) {
      if (block_[i] != static_cast<char>(guard) || block_[block_.size() - 1 - i] != static_cast<char>(guard)) {
        return false;
      }
    }
    return true;
  }

  double now = start_ms;
  double wake_ms = -1;
  Reason reason = Reason::none;
  bool endless = false;  // `poll` never came to an end
  std::vector<Sent> sent;
  std::vector<std::string> stores;
  std::vector<Decision> decisions;
  std::map<uint32_t, std::string> journal;  // by entry
  std::vector<double> appended_ms;

 private:
  static constexpr size_t guard_bytes = 4096;
  static constexpr unsigned char guard = 0xA5;
  size_t size_;
  std::vector<char> block_;  // std::vector's memory is aligned to 16, and so is what follows the guard
  std::unique_ptr<Tracker> tracker_;
};

}  // namespace waymark::testing
