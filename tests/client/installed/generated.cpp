// Tracks by code that is generated from the plan of examples/audio-plugin:
//   generated PLAN ENDPOINT DIRECTORY, the plan being compiled.
#include <fstream>
#include <iterator>
#include <waymark/telemetry.hpp>

#include "track.hpp"

int main(int count, char** arguments) {
  if (count != 4) return 2;
  std::ifstream file(arguments[1], std::ios::binary);
  const std::string plan(std::istreambuf_iterator<char>(file), {});
  waymark::Telemetry telemetry({.tool = "installed",
                                .version = "1.0.0",
                                .endpoint = arguments[2],
                                .write_key = "demo",
                                .data_directory = arguments[3],
                                .plan = plan});
  if (!telemetry.answer(waymark::ConsentValue::granted)) return 1;
  using namespace tracking;
  track(telemetry, PluginPresetLoaded{.preset = PluginPresetLoadedPreset::warm_pad});
  track(telemetry, PluginParametersChanged{.cutoff = 3});
  return telemetry.flush(std::chrono::seconds(10)).is_done ? 0 : 1;
}
