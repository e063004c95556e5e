// An engine on a virtual clock, with files, and what it would send.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "native/client/worker/config_lines.hpp"
#include "native/client/worker/engine.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::testing {

class Posts : public client::Sender {
 public:
  bool post(uint32_t batch, std::string_view body) override {
    if (!begins) return false;
    batches.push_back(batch);
    bodies.push_back(json::parse(body));
    return true;
  }
  void ping(const std::string& query) override { pings.push_back(query); }

  bool begins = true;
  std::vector<uint32_t> batches;
  std::vector<json> bodies;
  std::vector<std::string> pings;
};

inline client::EngineSettings settings_of(Profile profile = Profile::full) {
  TelemetryConfig config;
  config.tool = "proof";
  config.version = "1.0.0";
  config.write_key = "demo";
  config.profile = profile;
  return {client::config_lines(config), client::shared_context(config), {}, client::purposes_of({}), "proof", "1.0.0"};
}

// An engine with files, and a clock.
struct Life {
  explicit Life(const std::string& directory, const std::string& name = "run", size_t most_bytes = 8 << 20,
                Purposes granted = all_purposes, Profile profile = Profile::full)
      : disk(directory + "/queue", name, most_bytes), state(directory + "/state") {
    engine = std::make_unique<client::Engine>(settings_of(profile), &disk, &state, posts);
    const uint32_t seed[4] = {1, 2, 3, static_cast<uint32_t>(std::hash<std::string>()(name))};
    REQUIRE(engine->start(seed, granted, 0, now) == Reason::none);
  }

  Decision call(client::RecordKind kind, std::string_view name = {}, std::string_view text = {}, double value = 0) {
    client::Call call;
    call.kind = kind;
    call.time_ms = now;
    call.name = name;
    call.text = text;
    call.value = value;
    return engine->take(call);
  }
  Decision track(std::string_view name, std::string_view text = "{}") {
    return call(client::RecordKind::event_json, name, text);
  }
  // Flushes and answers until nothing is sent any more.
  void deliver(uint32_t status = 200) {
    engine->flush(false, now);
    for (;;) {
      engine->step(now);
      if (answered == posts.batches.size()) return;
      for (; answered < posts.batches.size(); ++answered) {
        engine->answer({posts.batches[answered], status, -1, {}}, now);
      }
    }
  }
  std::vector<json> events() const {
    std::vector<json> all;
    for (const json& body : posts.bodies) all.insert(all.end(), body.at("events").begin(), body.at("events").end());
    return all;
  }
  uint32_t reported(const std::string& reason) const {
    uint32_t count = 0;
    for (const json& body : posts.bodies) {
      for (const json& report : body.at("client_reports")) {
        if (report.at("reason") == reason) count += report.at("count").get<uint32_t>();
      }
    }
    return count;
  }

  double now = start_ms;
  size_t answered = 0;  // of the batches
  Posts posts;
  client::DiskQueue disk;
  client::StateFile state;
  std::unique_ptr<client::Engine> engine;
};

}  // namespace waymark::testing
