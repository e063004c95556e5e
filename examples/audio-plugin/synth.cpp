#include "synth.hpp"

#include <chrono>
#include <cmath>
#include <numbers>

using Clock = std::chrono::steady_clock;

Synth::Synth(const waymark::TelemetryConfig& config, double sample_rate_hz)
    : telemetry_(config), usage_(telemetry_), sample_rate_hz_(sample_rate_hz) {
  const Clock::time_point began = Clock::now();
  load_preset(presets[0]);
  usage_.loaded(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
}

void Synth::process(std::span<float> buffer) {
  const Clock::time_point began = Clock::now();
  const double step = frequency_hz_.load(std::memory_order_relaxed) / sample_rate_hz_;
  const float cutoff = cutoff_.load(std::memory_order_relaxed);
  for (float& sample : buffer) {
    phase_ += step;
    phase_ -= std::floor(phase_);
    const auto tone = static_cast<float>(std::sin(2 * std::numbers::pi * phase_));
    filtered_ += cutoff * (tone - filtered_);
    sample = filtered_;
  }
  usage_.callback(static_cast<uint32_t>(buffer.size()), Clock::now() - began, sample_rate_hz_);
}

void Synth::set_cutoff(float value) {
  cutoff_.store(value, std::memory_order_relaxed);
  usage_.parameter_changed("cutoff");
}

void Synth::load_preset(const Preset& preset) {
  frequency_hz_.store(preset.frequency_hz, std::memory_order_relaxed);
  cutoff_.store(preset.cutoff, std::memory_order_relaxed);
  usage_.preset_loaded(preset.name);
}
