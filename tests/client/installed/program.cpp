// Tracks one event, named by the first argument, to the collector that the second names, and keeps its files where the
// third says.
#include <iostream>
#include <waymark/plugin.hpp>
#include <waymark/telemetry.hpp>

int main(int count, char** arguments) {
  if (count != 4) return 2;
  waymark::Telemetry telemetry({.tool = "installed",
                                .version = "1.0.0",
                                .endpoint = arguments[2],
                                .write_key = "demo",
                                .data_directory = arguments[3]});
  if (!telemetry.answer(waymark::ConsentValue::granted)) {
    std::cerr << telemetry.status().detail << '\n';
    return 1;
  }
  waymark::PluginUsage usage(telemetry);
  usage.loaded(1.5);
  telemetry.track(arguments[1], {{"answer", 42}});
  return telemetry.flush(std::chrono::seconds(10)).is_done ? 0 : 1;
}
