// PluginUsage and the C interface in an audio callback, watched while they are called.
#include <cstdlib>
#include <string>
#include <vector>

#include "native/client/include/waymark/plugin.hpp"
#include "native/client/include/waymark/waymark.h"
#include "tests/catch.hpp"
#include "tests/client/temporary_directory.hpp"
#include "tests/client/watched_thread.hpp"

namespace waymark {
namespace {

using namespace std::chrono_literals;
using testing::watch;
using testing::Watched;

void check(const Watched& watched) {
  INFO("system call " << watched.system_call << ", " << watched.allocations << " allocations, " << watched.locks
                      << " locks");
  CHECK(watched.is_harmless());
}

// Granted in the forked process, whatever stands in this one's environment.
Telemetry& start_telemetry(const std::string& directory) {
  clearenv();
  auto* const telemetry = new Telemetry({.tool = "realtime-test",
                                         .version = "1.0.0",
                                         .endpoint = "http://127.0.0.1:1",
                                         .write_key = "demo",
                                         .consent = ConsentSource::host,
                                         .data_directory = directory});  // until the process ends
  if (!telemetry->set_consent("analytics", ConsentValue::granted)) std::abort();
  return *telemetry;
}

}  // namespace

TEST_CASE("what a plug-in tells of its use is told without a system call, an allocation or a lock") {
  const testing::TemporaryDirectory directory;
  PluginUsage* usage = nullptr;
  std::vector<std::string> ids;
  for (int i = 0; i < 70; ++i) ids.push_back("parameter_" + std::to_string(i));
  check(watch([&] { usage = new PluginUsage(start_telemetry(directory / "data")); },
              [&] {
                bool is_queued = true;
                for (int i = 0; i < 3000; ++i) {
                  usage->parameter_changed(ids[static_cast<size_t>(i) % ids.size()]);
                  usage->callback(64, 400us, 48000);
                  usage->frame_drawn();
                }
                is_queued &= usage->loaded(12.5) == Tracked::queued;
                is_queued &= usage->preset_loaded("Warm Pad") == Tracked::queued;
                usage->~PluginUsage();  // tells of all parameters
                if (!is_queued) __builtin_trap();
              }));
}

TEST_CASE("so is what comes by the C interface") {
  const testing::TemporaryDirectory directory;
  const std::string data = directory / "data";
  waymark_telemetry* telemetry = nullptr;
  check(watch(
      [&] {
        clearenv();
        waymark_config config = WAYMARK_CONFIG;
        config.tool = "realtime-test";
        config.version = "1.0.0";
        config.endpoint = "http://127.0.0.1:1";
        config.write_key = "demo";
        config.consent = WAYMARK_CONSENT_HOST;
        config.data_directory = data.c_str();
        telemetry = waymark_telemetry_open(&config);
        if (!waymark_set_consent(telemetry, "analytics", WAYMARK_GRANTED, nullptr)) std::abort();
      },
      [&] {
        const waymark_property properties[] = {waymark_text("preset", "Warm Pad"), waymark_number("gain_db", -3.5)};
        waymark_environment environment = WAYMARK_ENVIRONMENT;
        environment.sample_rate_hz = 48000;
        bool is_queued = true;
        for (int i = 0; i < 100; ++i) {
          is_queued &= waymark_track(telemetry, "preset_loaded", properties, 2, nullptr) == WAYMARK_QUEUED;
          is_queued &= waymark_track_json(telemetry, "preset_saved", "{\"a\":1}", nullptr) == WAYMARK_QUEUED;
          is_queued &= waymark_record(telemetry, "render.callback.ms", 0.25) == WAYMARK_QUEUED;
          is_queued &= waymark_expose(telemetry, "fast_start", "treatment") == WAYMARK_QUEUED;
          is_queued &= waymark_ping(telemetry, "render", 5, 45) == WAYMARK_QUEUED;
          is_queued &= waymark_identify(telemetry, "user_1") == WAYMARK_QUEUED;
          is_queued &= waymark_reset(telemetry) == WAYMARK_QUEUED;
          is_queued &= waymark_set_environment(telemetry, &environment) == WAYMARK_QUEUED;
        }
        if (!is_queued) __builtin_trap();
      }));
}

}  // namespace waymark
