// What plug-ins for audio hosts tell of their use, on top of Telemetry: which parameters and presets, how long they
// take to load, how much of a buffer's time their callback takes, how often their window is drawn.
//
//   waymark::PluginUsage usage(telemetry);
//   usage.loaded(load_ms);
//   usage.callback(frames, took, sample_rate_hz);   // at the end of each audio callback
//
// All calls are as safe as Telemetry::track: no lock, no allocation, no system call.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "waymark/telemetry.hpp"

namespace waymark {

class WAYMARK_API PluginUsage {
 public:
  static constexpr size_t most_parameters = 64;
  static constexpr size_t id_bytes = 48;  // of a parameter; longer ones are cut
  static constexpr std::chrono::seconds parameters_every{60};

  // `telemetry` must outlive the object.
  explicit PluginUsage(Telemetry& telemetry);
  // Tells of the parameters that changed since they were last told of.
  ~PluginUsage();
  PluginUsage(const PluginUsage&) = delete;
  PluginUsage& operator=(const PluginUsage&) = delete;

  // A parameter was given another value, by a person or by automation; from any thread. What was counted leaves as one
  // event `plugin_parameters_changed` a minute, {"cutoff":12,"resonance":3}; of parameters beyond `most_parameters`
  // under the name `other_parameters`.
  void parameter_changed(std::string_view id) noexcept;

  // The event `plugin_preset_loaded`, {"preset":NAME}. The anonymous profile keeps only names that the plan lists.
  Tracked preset_loaded(std::string_view name) noexcept;

  // The metric `plugin.load.ms`.
  Tracked loaded(double load_ms) noexcept;

  // Of the audio thread alone: a callback of so many frames took so long. After each second of audio, two metrics:
  // `plugin.cpu.percent`, the share of the buffers' time that was used, and `plugin.cpu.peak.percent`, that of the
  // worst callback. Zero frames and rates that are no positive number are passed over.
  void callback(uint32_t frames, std::chrono::nanoseconds took, double sample_rate_hz) noexcept;

  // Of the window's thread alone: one frame was drawn. Once a second the metric `plugin.ui.fps`, if the window was
  // drawn at all: one that is closed has no frame rate.
  void frame_drawn() noexcept;

 private:
  struct Parameter {
    std::atomic<uint8_t> state{0};
    uint8_t length = 0;
    std::array<char, id_bytes> id{};
    std::atomic<uint32_t> changes{0};
  };

  std::atomic<uint32_t>& counter_of(std::string_view id) noexcept;
  void tell_parameters() noexcept;

  Telemetry& telemetry_;

  std::array<Parameter, most_parameters> parameters_;
  std::atomic<uint32_t> other_changes_{0};
  std::atomic<int64_t> parameters_due_ns_;

  double audio_seconds_ = 0;  // since `plugin.cpu.percent` was last told
  double busy_seconds_ = 0;
  double peak_percent_ = 0;

  std::chrono::steady_clock::time_point second_began_{};
  uint32_t frames_drawn_ = 0;
};

}  // namespace waymark
