// The C interface of PluginUsage.
#include <algorithm>

#include "native/client/c_telemetry.hpp"
#include "native/client/include/waymark/plugin.h"
#include "native/client/include/waymark/plugin.hpp"

using waymark::client::c_text;

struct waymark_plugin {
  explicit waymark_plugin(waymark::Telemetry& telemetry) : usage(telemetry) {}
  waymark::PluginUsage usage;
};

namespace {

// Longer than any callback: what does not fit is taken for it.
constexpr uint64_t most_ns = INT64_MAX;

waymark_tracked told(waymark::Tracked tracked) { return static_cast<waymark_tracked>(tracked); }

}  // namespace

waymark_plugin* waymark_plugin_open(waymark_telemetry* telemetry) {
  if (telemetry == nullptr || !telemetry->telemetry) return nullptr;
  try {
    if (telemetry->telemetry->status().off == waymark::Off::bad_config) return nullptr;
    return new waymark_plugin(*telemetry->telemetry);
  } catch (...) {  // want of memory
    return nullptr;
  }
}

void waymark_plugin_close(waymark_plugin* usage) { delete usage; }

void waymark_plugin_parameter_changed(waymark_plugin* usage, const char* id) {
  if (usage != nullptr) usage->usage.parameter_changed(c_text(id));
}

waymark_tracked waymark_plugin_preset_loaded(waymark_plugin* usage, const char* name) {
  return usage == nullptr ? WAYMARK_DISABLED : told(usage->usage.preset_loaded(c_text(name)));
}

waymark_tracked waymark_plugin_loaded(waymark_plugin* usage, double load_ms) {
  return usage == nullptr ? WAYMARK_DISABLED : told(usage->usage.loaded(load_ms));
}

void waymark_plugin_callback(waymark_plugin* usage, uint32_t frames, uint64_t took_ns, double sample_rate_hz) {
  if (usage == nullptr) return;
  const auto took = static_cast<int64_t>(std::min(took_ns, most_ns));
  usage->usage.callback(frames, std::chrono::nanoseconds(took), sample_rate_hz);
}

void waymark_plugin_frame_drawn(waymark_plugin* usage) {
  if (usage != nullptr) usage->usage.frame_drawn();
}
