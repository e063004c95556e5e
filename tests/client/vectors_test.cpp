// Plays the golden scripts of tests/vectors through the client: a call enters by put_event_json, leaves the ring by
// read_call and goes to Engine::take with the script's time; what the core asks for is carried out by Engine::step
// through a sender, a DiskQueue and a StateFile. Bodies, verdicts, the state and the journal must be the script's to
// the byte.
//
// Through the client: track, set_user, reset, set_consent, flush, respond, poll, restart, restore, and the totals.
// On the tracker itself, since the client has no such call: page, identify with traits, group, set_context of any
// object, online, a journal that is turned on or off, and an event of a purpose that has no name.
// Not seen from outside, and so not compared: which action came before which in one poll, and late decisions.
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "native/client/worker/engine.hpp"
#include "tests/catch.hpp"
#include "tests/client/temporary_directory.hpp"
#include "tests/core/script_files.hpp"
#include "tests/core/script_player.hpp"

namespace {

using namespace waymark;
using namespace waymark::scripts;
using waymark::testing::TemporaryDirectory;

class Posts : public client::Sender {
 public:
  bool post(uint32_t batch, std::string_view body) override {
    actions.push_back({{"kind", "send"}, {"batch", batch}, {"body", shorten(body)}});
    return true;
  }
  void ping(const std::string&) override {}
  std::vector<Json> actions;
};

class ClientPlayer : public ScriptPlayer {
 public:
  explicit ClientPlayer(const Json& script) : ScriptPlayer(script) { state_file_.write(state()); }

 protected:
  Tracker& tracker() override { return engine_->tracker(); }

  Reason begin(const Life& life) override {
    client::EngineSettings settings;
    settings.lines = life.lines;
    settings.memory_bytes = block_bytes;
    settings.purposes.json = config_line(2);
    if (settings.purposes.json.empty()) {
      settings.purposes.json = R"(["necessary","functional","analytics","marketing"])";
    }
    for (const Json& one : Json::parse(settings.purposes.json)) settings.purposes.names.push_back(one);
    purposes_ = settings.purposes.names;
    // A life has a directory of its own, so that what it left is taken over when the script says so.
    earlier_ = std::move(disk_);
    engine_.reset();
    if (earlier_) earlier_->close();
    earlier_directory_ = directory_;
    directory_ = files_ / ("queue-" + std::to_string(++lives_));
    disk_ = std::make_unique<client::DiskQueue>(directory_, "life", 16u << 20);
    journal_.clear();
    engine_ = std::make_unique<client::Engine>(std::move(settings), disk_.get(), &state_file_, posts_);
    const Reason reason = engine_->start(life.seed, life.granted, life.denied, life.now);
    tracker().keep_journal(false);
    return reason;
  }

  Decision track(const std::string& event_name, const std::string& properties, uint32_t purpose, double now) override {
    if (purpose >= purposes_.size()) return tracker().track(event_name, properties, purpose, now);
    REQUIRE(client::put_event_json(ring_, event_name, properties, purposes_[purpose]));
    return take(now);
  }
  Reason set_user(const std::string& user_id) override {
    REQUIRE(client::put_identify(ring_, user_id));
    return take(now_).reason();
  }
  void reset() override {
    REQUIRE(client::put_reset(ring_));
    take(now_);
  }
  void set_consent(Purposes granted, Purposes denied, double now) override {
    engine_->set_consent(granted, denied, now);
  }
  void flush(bool leaving, double now) override { engine_->flush(leaving, now); }
  void respond(uint32_t batch, uint32_t status, double retry_after_ms, const std::string& rejected,
               double now) override {
    engine_->answer({batch, status, retry_after_ms, rejected}, now);
  }

  Json restore(double now) override {
    Json reasons = Json::array();
    client::DiskQueue left(earlier_directory_, "next", 16u << 20);
    left.adopt([&](std::string_view bytes) {
      reasons.push_back(name(tracker().restore(bytes, now)));
      return true;
    });
    left.release_adopted();
    CHECK(left.entries().empty());
    return reasons;
  }

  // The script's actions if what was done is what they ask for; else what was done.
  Json poll(const Json& step, double now) override {
    now_ = now;
    posts_.actions.clear();
    const double wake_ms = engine_->step(now);

    std::vector<Json> sends;
    Json end;
    std::string state_then = state_file_.read();
    bool has_state = false;
    for (const Json& action : step.at("expect")) {
      const std::string kind = action.at("kind");
      if (kind == "send") sends.push_back(action);
      if (kind == "store") {
        has_state = true;
        state_then = action.at("state");
      }
      if (kind == "keep") journal_[action.at("entry")] = action;
      if (kind == "forget") journal_.erase(journal_.begin(), journal_.upper_bound(action.at("entry")));
      end = action;
    }
    if (has_state) ++stores_compared;
    std::vector<Json> journal_wanted;
    for (const auto& [entry, action] : journal_) journal_wanted.push_back(action);
    std::vector<Json> journal_there;
    for (const client::JournalEntry& entry : client::read_journal(directory_ + "/life.journal")) {
      journal_there.push_back(kept(entry.entry, entry.bytes));
    }
    entries_compared += journal_there.size();
    sends_compared += sends.size();
    Json ended = {{"kind", "idle"}};
    if (wake_ms >= 0) ended = {{"kind", "wait"}, {"wake_ms", wake_ms - start_ms()}};

    const std::string state_there = client::StateFile(files_ / "state").read();
    const bool is_same = sends == posts_.actions && state_there == state_then && journal_wanted == journal_there &&
                         end.dump() == ended.dump();
    if (is_same) return step.at("expect");
    Json done = posts_.actions;
    done.push_back({{"state", state_there}});
    for (const Json& entry : journal_there) done.push_back(entry);
    done.push_back(ended);
    return done;
  }

 public:
  size_t stores_compared = 0;
  size_t entries_compared = 0;
  size_t sends_compared = 0;

 private:
  Decision take(double now) {
    const std::span<const std::byte> record = ring_.front();
    REQUIRE_FALSE(record.empty());
    client::Call call = client::read_call(record);
    call.time_ms = now;
    const Decision decision = engine_->take(call);
    ring_.pop();
    return decision;
  }

  TemporaryDirectory files_;
  client::Ring ring_{client::Ring::least_bytes};
  Posts posts_;
  client::StateFile state_file_{files_ / "state"};
  std::string directory_;
  std::string earlier_directory_;
  std::unique_ptr<client::DiskQueue> disk_;
  std::unique_ptr<client::DiskQueue> earlier_;
  std::unique_ptr<client::Engine> engine_;
  std::vector<std::string> purposes_;
  std::map<uint32_t, Json> journal_;
  double now_ = 0;
  int lives_ = 0;
};

}  // namespace

TEST_CASE("golden scripts: the client answers as they say") {
  size_t sends = 0, stores = 0, entries = 0;
  for (const std::filesystem::path& file : script_files()) {
    INFO(file.filename().string());
    const Json script = read(file);
    ClientPlayer player(script);
    player.start();
    size_t number = 0;
    for (const Json& step : script.at("steps")) {
      INFO("step " << number++ << " " << step.dump());
      CHECK(player.play(step).dump() == step.dump());
    }
    sends += player.sends_compared;
    stores += player.stores_compared;
    entries += player.entries_compared;
  }
  // The scripts went through all of it.
  CHECK(sends > 50);
  CHECK(stores > 10);
  CHECK(entries > 5);
}

TEST_CASE("golden scripts: an expectation that is wrong shows in the client") {
  for (const std::filesystem::path& file : script_files()) {
    INFO(file.filename().string());
    const Json script = read(file);
    ClientPlayer player(script);
    player.start();
    uint32_t noticed = 0;
    for (Json step : script.at("steps")) {
      for (const char* const answer : {"verdict", "reason"}) {
        if (step.contains(answer)) step[answer] = "something_else";
      }
      if (step.contains("expect") && step.at("call") == "poll") step["expect"].back() = {{"kind", "something_else"}};
      noticed += player.play(step).dump() != step.dump();
    }
    CHECK(noticed > 0);
  }
}
