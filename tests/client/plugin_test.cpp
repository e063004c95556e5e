// What a plug-in tells of its use, as it waits to be sent.
#include "native/client/include/waymark/plugin.hpp"

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/catch.hpp"
#include "tests/client/temporary_directory.hpp"

namespace waymark {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

// Granted, and with a collector that is not there: what was told waits.
struct Granted {
  testing::TemporaryDirectory directory;
  std::string data = directory / "data";
  Telemetry telemetry{{.tool = "synth",
                       .version = "1.0.0",
                       .endpoint = "http://127.0.0.1:9",
                       .write_key = "demo",
                       .profile = Profile::full,
                       .consent = ConsentSource::host,
                       .data_directory = data,
                       .exit_deadline = 0ms}};
  Granted() { REQUIRE(telemetry.set_consent("analytics", ConsentValue::granted)); }

  // The properties of the events of that name.
  std::vector<json> told(std::string_view name) {
    telemetry.flush(0ms);  // metrics become events
    std::vector<json> found;
    for (const std::string& line : telemetry.waiting()) {
      const json event = json::parse(line);
      if (event["event_name"] == name) found.push_back(event["properties"]);
    }
    return found;
  }
  json metric(std::string_view name) {
    for (const json& properties : told("metric_recorded")) {
      if (properties["metrics"].contains(name)) return properties["metrics"][std::string(name)];
    }
    return {};
  }
};

TEST_CASE("changes of parameters are counted and told at the end", "[plugin]") {
  Granted host;
  {
    PluginUsage usage(host.telemetry);
    for (int i = 0; i < 1000; ++i) usage.parameter_changed("cutoff");
    usage.parameter_changed("resonance");
    usage.parameter_changed(std::string(100, 'x'));
    CHECK(host.told("plugin_parameters_changed").empty());
  }
  const std::vector<json> told = host.told("plugin_parameters_changed");
  REQUIRE(told.size() == 1);
  CHECK(told[0] == json{{"cutoff", 1000}, {"resonance", 1}, {std::string(48, 'x'), 1}});
}

TEST_CASE("a plug-in whose parameters did not change tells of none", "[plugin]") {
  Granted host;
  { PluginUsage usage(host.telemetry); }
  CHECK(host.told("plugin_parameters_changed").empty());
}

TEST_CASE("parameters beyond the 64th are counted together", "[plugin]") {
  Granted host;
  {
    PluginUsage usage(host.telemetry);
    for (int i = 0; i < 70; ++i) usage.parameter_changed("parameter_" + std::to_string(i));
  }
  const std::vector<json> told = host.told("plugin_parameters_changed");
  REQUIRE(told.size() == 1);
  CHECK(told[0].size() == 65);
  CHECK(told[0]["parameter_63"] == 1);
  CHECK(told[0]["other_parameters"] == 6);
}

TEST_CASE("no change is lost between threads, and no id told twice", "[plugin]") {
  Granted host;
  {
    PluginUsage usage(host.telemetry);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&usage] {
        for (int i = 0; i < 20000; ++i) usage.parameter_changed("p" + std::to_string(i % 100));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const std::vector<json> told = host.told("plugin_parameters_changed");
  REQUIRE(told.size() == 1);
  uint64_t sum = 0;
  for (const auto& [id, changes] : told[0].items()) sum += changes.get<uint64_t>();
  CHECK(sum == 80000);
}

TEST_CASE("the share of the buffers' time is told after each second of audio", "[plugin]") {
  Granted host;
  PluginUsage usage(host.telemetry);
  // 64 frames at 48 kHz are 1.333 ms: 750 callbacks are a second.
  for (int i = 0; i < 1499; ++i) usage.callback(64, i == 0 ? 1us : 400us, 48000);
  json share = host.metric("plugin.cpu.percent");
  REQUIRE(share.is_object());
  CHECK(share["count"] == 1);
  CHECK(share["max"].get<double>() == Approx(30).margin(0.1));
  usage.callback(64, 1333333ns, 48000);
  share = host.metric("plugin.cpu.peak.percent");
  REQUIRE(share.is_object());
  CHECK(share["max"].get<double>() == Approx(30).margin(0.1));
}

TEST_CASE("callbacks without frames or without a rate are passed over", "[plugin]") {
  Granted host;
  PluginUsage usage(host.telemetry);
  usage.callback(0, 1ms, 48000);
  usage.callback(64, 1ms, 0);
  usage.callback(64, 1ms, -48000);
  usage.callback(64, 1ms, std::numeric_limits<double>::quiet_NaN());
  usage.callback(64, 1ms, std::numeric_limits<double>::infinity());
  CHECK(host.metric("plugin.cpu.percent").is_null());
  usage.callback(48000, 250ms, 48000);
  CHECK(host.metric("plugin.cpu.percent")["sum"].get<double>() == Approx(25));
}

TEST_CASE("the frame rate is told once a second, of windows that are drawn", "[plugin]") {
  Granted host;
  PluginUsage usage(host.telemetry);
  using Clock = std::chrono::steady_clock;
  const Clock::time_point began = Clock::now();
  int frames = 0;
  for (; Clock::now() - began < 1100ms; ++frames) {
    usage.frame_drawn();
    std::this_thread::sleep_for(20ms);
  }
  const double drawn = frames / std::chrono::duration<double>(Clock::now() - began).count();
  const json rate = host.metric("plugin.ui.fps");
  REQUIRE(rate.is_object());
  CHECK(rate["count"] == 1);
  CHECK(rate["max"].get<double>() <= 50);
  CHECK(rate["max"].get<double>() >= drawn / 2);  // a machine that stands still between two frames is no fault
}

TEST_CASE("presets and load times are told", "[plugin]") {
  Granted host;
  PluginUsage usage(host.telemetry);
  CHECK(usage.preset_loaded("Warm Pad") == Tracked::queued);
  CHECK(usage.loaded(12.5) == Tracked::queued);
  CHECK(host.told("plugin_preset_loaded").at(0) == json{{"preset", "Warm Pad"}});
  CHECK(host.metric("plugin.load.ms")["sum"] == 12.5);
}

}  // namespace
}  // namespace waymark
