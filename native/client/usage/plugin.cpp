#include "native/client/include/waymark/plugin.hpp"

#include <algorithm>
#include <cmath>

namespace waymark {
namespace {

using Clock = std::chrono::steady_clock;

enum State : uint8_t { empty, being_written, ready };

constexpr double most_percent = 1e6;
// A window that was not drawn for so long was closed, not slow.
constexpr auto closed_after = std::chrono::seconds(5);

int64_t nanoseconds(Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

constexpr int64_t period_ns = std::chrono::nanoseconds(PluginUsage::parameters_every).count();

}  // namespace

PluginUsage::PluginUsage(Telemetry& telemetry)
    : telemetry_(telemetry), parameters_due_ns_(nanoseconds(Clock::now()) + period_ns) {}

PluginUsage::~PluginUsage() { tell_parameters(); }

// Two threads may give one id a counter each: `tell_parameters` adds them up.
std::atomic<uint32_t>& PluginUsage::counter_of(std::string_view id) noexcept {
  for (Parameter& parameter : parameters_) {
    uint8_t state = parameter.state.load(std::memory_order_acquire);
    if (state == empty && parameter.state.compare_exchange_strong(state, being_written, std::memory_order_acquire)) {
      parameter.length = static_cast<uint8_t>(id.size());
      std::copy(id.begin(), id.end(), parameter.id.begin());
      parameter.state.store(ready, std::memory_order_release);
      return parameter.changes;
    }
    if (state == ready && id == std::string_view(parameter.id.data(), parameter.length)) return parameter.changes;
  }
  return other_changes_;
}

void PluginUsage::parameter_changed(std::string_view id) noexcept {
  counter_of(id.substr(0, id_bytes)).fetch_add(1, std::memory_order_relaxed);
  const int64_t now = nanoseconds(Clock::now());
  int64_t due = parameters_due_ns_.load(std::memory_order_relaxed);
  if (now < due || !parameters_due_ns_.compare_exchange_strong(due, now + period_ns, std::memory_order_relaxed)) return;
  tell_parameters();
}

void PluginUsage::tell_parameters() noexcept {
  std::array<std::string_view, most_parameters + 1> ids;
  std::array<uint64_t, most_parameters + 1> changes{};
  size_t count = 0;
  const auto add = [&](std::string_view id, std::atomic<uint32_t>& counter) {
    const uint32_t changed = counter.exchange(0, std::memory_order_relaxed);
    if (changed == 0) return;
    const size_t place = static_cast<size_t>(std::find(ids.begin(), ids.begin() + count, id) - ids.begin());
    ids[place] = id;
    changes[place] += changed;
    count = std::max(count, place + 1);
  };
  for (Parameter& parameter : parameters_) {
    if (parameter.state.load(std::memory_order_acquire) != ready) continue;
    add({parameter.id.data(), parameter.length}, parameter.changes);
  }
  add("other_parameters", other_changes_);
  if (count == 0) return;
  std::array<Property, most_parameters + 1> properties{};
  for (size_t i = 0; i < count; ++i) properties[i] = {ids[i], changes[i]};
  telemetry_.track("plugin_parameters_changed", std::span<const Property>(properties.data(), count));
}

Tracked PluginUsage::preset_loaded(std::string_view name) noexcept {
  return telemetry_.track("plugin_preset_loaded", {{"preset", name}});
}

Tracked PluginUsage::loaded(double load_ms) noexcept { return telemetry_.record("plugin.load.ms", load_ms); }

void PluginUsage::callback(uint32_t frames, std::chrono::nanoseconds took, double sample_rate_hz) noexcept {
  if (frames == 0 || !(sample_rate_hz > 0) || !std::isfinite(sample_rate_hz)) return;
  const double buffer_seconds = frames / sample_rate_hz;
  const double took_seconds = std::chrono::duration<double>(took).count();
  audio_seconds_ += buffer_seconds;
  busy_seconds_ += took_seconds;
  peak_percent_ = std::max(peak_percent_, std::min(100 * took_seconds / buffer_seconds, most_percent));
  if (audio_seconds_ < 1) return;
  telemetry_.record("plugin.cpu.percent", std::min(100 * busy_seconds_ / audio_seconds_, most_percent));
  telemetry_.record("plugin.cpu.peak.percent", peak_percent_);
  audio_seconds_ = busy_seconds_ = peak_percent_ = 0;
}

void PluginUsage::frame_drawn() noexcept {
  const Clock::time_point now = Clock::now();
  const Clock::duration passed = now - second_began_;
  if (frames_drawn_ == 0 || passed > closed_after) {
    second_began_ = now;
    frames_drawn_ = 1;
    return;
  }
  // The first frame began the second, and counts as the interval's beginning alone.
  if (passed >= std::chrono::seconds(1)) {
    telemetry_.record("plugin.ui.fps", frames_drawn_ / std::chrono::duration<double>(passed).count());
    second_began_ = now;
    frames_drawn_ = 0;
  }
  ++frames_drawn_;
}

}  // namespace waymark
