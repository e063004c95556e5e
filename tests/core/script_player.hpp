// A host that carries out a golden script, and says what the core answered. Other hosts than this one, which calls the
// core directly, override what they do in their own way.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/text/hash.hpp"
#include "core/tracker.hpp"
#include "tests/core/script_text.hpp"

namespace waymark::scripts {

using Json = nlohmann::ordered_json;

// As in wasm/abi.cpp, so that a full queue is full at the same event.
inline constexpr size_t block_bytes = 580 * 1024;
inline constexpr size_t actions_a_poll = 400;

inline std::string text_of(const Json& step, const char* member) { return expand(step.value(member, "")); }
inline std::string name(Verdict verdict) { return std::string(name_of(verdict)); }
inline std::string name(Reason reason) { return std::string(name_of(reason)); }

// What the start of a script, or a `restart` in it, gives a tracker.
struct Life {
  std::string lines;  // of the config
  uint32_t seed[4] = {};
  Purposes granted = 0;
  Purposes denied = 0;
  double now = 0;
};

class ScriptPlayer {
 public:
  explicit ScriptPlayer(const Json& script)
      : script_(script), start_ms_(script.at("start")), config_(script.at("config")) {
    state_ = script.value("state", "");
  }
  virtual ~ScriptPlayer() = default;

  // Before the first step.
  void start() { begin(life_of(script_, 0)); }

  // The script's step, with what the core answers in place of what was expected.
  Json play(const Json& step) {
    const std::string call = step.at("call");
    const double now = start_ms_ + step.at("at").get<double>();
    Json played = step;
    if (call == "track" || call == "page" || call == "identify" || call == "group") {
      decide(step, call, now, played);
    } else if (call == "poll") {
      played["expect"] = poll(step, now);
    } else if (call == "respond") {
      respond(step.at("batch"), step.at("status"), step.value("retry_after_ms", -1.0), text_of(step, "rejected"), now);
    } else if (call == "set_user") {
      played["reason"] = name(set_user(text_of(step, "user_id")));
    } else if (call == "set_context") {
      const bool is_page = step.at("part") == "page";
      played["reason"] =
          name(tracker().set_context(is_page ? stages::Context::page : stages::Context::rest, text_of(step, "object")));
    } else if (call == "set_consent") {
      set_consent(step.at("granted"), step.at("denied"), now);
    } else if (call == "seed") {
      Life seeded;
      read_seed(step, seeded);
      tracker().seed(seeded.seed);
    } else if (call == "reset") {
      reset();
    } else if (call == "flush") {
      flush(step.value("leaving", false), now);
    } else if (call == "online") {
      tracker().online(now);
    } else if (call == "journal") {
      tracker().keep_journal(step.at("on"));
    } else if (call == "restore") {
      played["reasons"] = restore(now);
    } else if (call == "restart") {
      played["reason"] = name(begin(life_of(step, step.at("at"))));
    } else if (call == "totals") {
      const Totals& totals = tracker().totals();
      played["expect"] = {{"accepted", totals.accepted}, {"acknowledged", totals.acknowledged},
                          {"rejected", totals.rejected}, {"dropped", totals.dropped},
                          {"wiped", totals.wiped},       {"redactions", totals.redactions}};
    } else {
      throw std::invalid_argument("unknown call " + call);
    }
    return played;
  }

 protected:
  virtual Tracker& tracker() { return *tracker_; }

  virtual Reason begin(const Life& life) {
    memory_.assign(block_bytes / sizeof(double), 0);
    tracker_ = std::make_unique<Tracker>(reinterpret_cast<char*>(memory_.data()), block_bytes);
    tracker_->seed(life.seed);
    return tracker_->start(life.lines + state_, life.granted, life.denied, life.now);
  }

  virtual Decision track(const std::string& event_name, const std::string& properties, uint32_t purpose, double now) {
    return tracker().track(event_name, properties, purpose, now);
  }
  virtual Reason set_user(const std::string& user_id) { return tracker().set_user(user_id); }
  virtual void reset() { tracker().reset(); }
  virtual void set_consent(Purposes granted, Purposes denied, double now) {
    tracker().set_consent(granted, denied, now);
  }
  virtual void flush(bool leaving, double) { tracker().flush(leaving); }
  virtual void respond(uint32_t batch, uint32_t status, double retry_after_ms, const std::string& rejected,
                       double now) {
    tracker().on_response(batch, status, retry_after_ms, rejected, now);
  }

  // All that an earlier life left, from the first entry on; the reason for each.
  virtual Json restore(double now) {
    Json reasons = Json::array();
    for (const auto& [entry, bytes] : std::exchange(journal_, {})) {
      reasons.push_back(name(tracker().restore(bytes, now)));
    }
    return reasons;
  }

  // What the core asks for, in its order, up to `wait` or `idle`. `step` is the script's.
  virtual Json poll(const Json&, double now) {
    Json actions = Json::array();
    while (actions.size() < actions_a_poll) {
      const Action action = tracker().poll(now);
      switch (action.kind) {
        case Action::idle:
          actions.push_back({{"kind", "idle"}});
          return actions;
        case Action::wait:
          actions.push_back({{"kind", "wait"}, {"wake_ms", action.wake_ms - start_ms_}});
          return actions;
        case Action::send:
          actions.push_back({{"kind", "send"}, {"batch", action.batch}, {"body", shorten(action.bytes)}});
          break;
        case Action::store:
          state_ = action.bytes;
          actions.push_back({{"kind", "store"}, {"state", state_}});
          break;
        case Action::keep:
          journal_[action.entry] = action.bytes;
          actions.push_back(kept(action.entry, action.bytes));
          break;
        case Action::forget:
          journal_.erase(journal_.begin(), journal_.upper_bound(action.entry));
          actions.push_back({{"kind", "forget"}, {"entry", action.entry}});
          break;
        case Action::decided:
          actions.push_back({{"kind", "decided"},
                             {"ticket", action.decision.ticket()},
                             {"verdict", name(action.decision.verdict())},
                             {"reason", name(action.decision.reason())}});
          break;
      }
    }
    throw std::runtime_error("poll does not come to an end");
  }

  static Json kept(uint32_t entry, std::string_view bytes) {
    return {{"kind", "keep"}, {"entry", entry}, {"bytes", bytes.size()}, {"hash", text::fnv(text::fnv_start, bytes)}};
  }

  double start_ms() const { return start_ms_; }
  const std::string& state() const { return state_; }
  // The text of the config's line with this number.
  std::string config_line(size_t line) const { return line < config_.size() ? expand(config_[line]) : std::string(); }

 private:
  Life life_of(const Json& settings, double at_ms) const {
    Life life;
    for (size_t i = 0; i < 13; ++i) life.lines += config_line(i) + '\n';
    read_seed(settings, life);
    life.granted = settings.at("granted");
    life.denied = settings.at("denied");
    life.now = start_ms_ + at_ms;
    return life;
  }

  static void read_seed(const Json& settings, Life& life) {
    const std::string entropy = settings.at("entropy");
    for (size_t i = 0; i < 16; ++i) {
      const auto byte = static_cast<uint32_t>(std::stoul(entropy.substr(2 * i, 2), nullptr, 16));
      life.seed[i / 4] |= byte << 8 * (i % 4);
    }
  }

  Decision ask(const Json& step, const std::string& call, double now) {
    const uint32_t purpose = step.value("purpose", 2u);
    const std::string properties = text_of(step, "properties");
    if (call == "track") return track(text_of(step, "name"), properties, purpose, now);
    if (call == "page") return tracker().page(properties, text_of(step, "page"), purpose, now);
    if (call == "identify") return tracker().identify(text_of(step, "user_id"), text_of(step, "traits"), purpose, now);
    return tracker().group(text_of(step, "group_id"), text_of(step, "traits"), purpose, now);
  }

  void decide(const Json& step, const std::string& call, double now, Json& played) {
    const uint32_t times = step.value("times", 1u);
    Json verdicts = Json::object();
    Decision last;
    for (uint32_t i = 0; i < times; ++i) {
      last = ask(step, call, now);
      Json& count = verdicts[name(last.verdict())];
      count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    for (const char* const answer : {"verdicts", "verdict", "reason", "ticket", "explain"}) played.erase(answer);
    if (times > 1) played["verdicts"] = verdicts;
    played["verdict"] = name(last.verdict());
    played["reason"] = name(last.reason());
    if (last.ticket()) played["ticket"] = last.ticket();
    if (!tracker().explain().empty()) played["explain"] = shorten(tracker().explain());
  }

  Json script_;
  double start_ms_;
  Json config_;
  std::string state_;
  std::map<uint32_t, std::string> journal_;
  std::vector<double> memory_;
  std::unique_ptr<Tracker> tracker_;
};

}  // namespace waymark::scripts
