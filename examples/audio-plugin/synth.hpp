// A plug-in: one tone, a low-pass filter, and telemetry of its use.
#pragma once

#include <atomic>
#include <span>
#include <string>
#include <string_view>
#include <waymark/plugin.hpp>
#include <waymark/telemetry.hpp>

struct Preset {
  std::string_view name;
  float frequency_hz;
  float cutoff;
};

class Synth {
 public:
  static constexpr Preset presets[] = {{"Warm Pad", 220, 0.05F}, {"Bright Lead", 440, 0.8F}, {"Sub Bass", 55, 0.02F}};

  Synth(const waymark::TelemetryConfig& config, double sample_rate_hz);

  // The audio thread: fills one buffer. Telemetry is part of it.
  void process(std::span<float> buffer);
  // Any thread, the audio thread's automation too.
  void set_cutoff(float value);
  void load_preset(const Preset& preset);
  // The window's thread.
  void draw() { usage_.frame_drawn(); }

  waymark::Telemetry& telemetry() { return telemetry_; }

 private:
  waymark::Telemetry telemetry_;
  waymark::PluginUsage usage_;
  double sample_rate_hz_;
  std::atomic<float> frequency_hz_{440};
  std::atomic<float> cutoff_{0.5F};
  double phase_ = 0;
  float filtered_ = 0;
};
