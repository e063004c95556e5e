// A host without a sound card: a real-time thread that asks several plug-ins in one process for 64 frames every 1.33
// ms, and a window's thread that draws them sixty times a second.
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "options.hpp"
#include "synth.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr double sample_rate_hz = 48000;
constexpr uint32_t buffer_frames = 64;
constexpr auto buffer_time = std::chrono::nanoseconds(static_cast<int64_t>(1e9 * buffer_frames / sample_rate_hz));
constexpr auto frame_time = 16667us;

struct AudioReport {
  uint64_t callbacks = 0;
  uint64_t late = 0;  // longer than the buffer lasts
  std::chrono::nanoseconds worst{0};
};

// Empty if the thread is a real-time one, else why it is none.
std::string become_real_time() {
  sched_param priority = {};
  priority.sched_priority = 10;
  const int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
  return error == 0 ? "" : std::strerror(error);
}

AudioReport run_audio(const std::vector<std::unique_ptr<Synth>>& plugins, Clock::time_point end) {
  std::array<float, buffer_frames> buffer{};
  AudioReport report;
  Clock::time_point due = Clock::now();
  while (due < end) {
    const Clock::time_point began = Clock::now();
    for (const auto& plugin : plugins) {
      // Automation: the host turns a knob in every hundredth buffer.
      if (report.callbacks % 100 == 0) plugin->set_cutoff(static_cast<float>(report.callbacks % 1000) / 1000);
      plugin->process(buffer);
    }
    const Clock::duration took = Clock::now() - began;
    ++report.callbacks;
    report.late += took > buffer_time ? 1 : 0;
    report.worst = std::max(report.worst, std::chrono::nanoseconds(took));
    due = std::max(due + buffer_time,
                   Clock::now() - 100 * buffer_time);  // after a standstill it does not catch up for ever
    std::this_thread::sleep_until(due);
  }
  return report;
}

void run_window(const std::vector<std::unique_ptr<Synth>>& plugins, Clock::time_point end) {
  size_t preset = 0;
  Clock::time_point next_preset = Clock::now() + 1s;
  for (Clock::time_point due = Clock::now(); due < end; due += frame_time) {
    for (const auto& plugin : plugins) plugin->draw();
    if (due >= next_preset) {
      next_preset += 1s;
      preset = (preset + 1) % std::size(Synth::presets);
      for (const auto& plugin : plugins) plugin->load_preset(Synth::presets[preset]);
    }
    std::this_thread::sleep_until(due + frame_time);
  }
}

std::vector<std::unique_ptr<Synth>> load_plugins(const Options& options) {
  std::vector<std::unique_ptr<Synth>> plugins;
  for (int i = 0; i < options.instances; ++i) {
    plugins.push_back(std::make_unique<Synth>(waymark::TelemetryConfig{.tool = "example-synth",
                                                                       .version = "1.0.0",
                                                                       .endpoint = options.endpoint,
                                                                       .write_key = options.write_key,
                                                                       .data_directory = options.data_directory,
                                                                       .plan = options.plan,
                                                                       .crashes = waymark::CrashScope::module},
                                              sample_rate_hz));
    plugins.back()->telemetry().set_environment({.host_name = "example-host",
                                                 .host_version = "1.0.0",
                                                 .sample_rate_hz = sample_rate_hz,
                                                 .buffer_frames = buffer_frames});
  }
  return plugins;
}

// A host would show a dialog with this text. True if telemetry may work.
bool ask(waymark::Telemetry& telemetry, const std::string& answer) {
  if (telemetry.status().off == waymark::Off::unknown) {
    const waymark::ConsentNotice notice = telemetry.notice();
    std::cout << notice.title << "\n\n" << notice.text << '\n' << notice.how_to_turn_off << "\n\n";
    if (!answer.empty()) {
      telemetry.answer(answer == "yes" ? waymark::ConsentValue::granted : waymark::ConsentValue::denied);
    }
  }
  const waymark::Status status = telemetry.status();
  if (status.off != waymark::Off::none) std::cout << "telemetry is silent: " << status.detail << '\n';
  return status.off == waymark::Off::none;
}

}  // namespace

int main(int count, char** arguments) {
  const std::optional<Options> options = read_options(count, arguments);
  if (!options) return 2;
  // All plug-ins of one maker share one answer, so one question is enough: it is asked before they are loaded.
  {
    waymark::Telemetry first({.tool = "example-synth",
                              .version = "1.0.0",
                              .endpoint = options->endpoint,
                              .write_key = options->write_key,
                              .data_directory = options->data_directory,
                              .plan = options->plan});
    if (first.status().off == waymark::Off::bad_config) {
      std::cerr << "audio_plugin: " << first.status().detail << '\n';
      return 2;
    }
    ask(first, options->answer);
  }
  const std::vector<std::unique_ptr<Synth>> plugins = load_plugins(*options);
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options->seconds));
  AudioReport report;
  std::string not_real_time;
  std::thread audio([&] {
    not_real_time = become_real_time();
    report = run_audio(plugins, end);
  });
  run_window(plugins, end);
  audio.join();

  if (not_real_time.empty()) {
    std::cout << "real time: SCHED_FIFO\n";
  } else {
    std::cout << "real time: not permitted (" << not_real_time << "); the audio thread had an ordinary priority\n";
  }
  std::cout << report.callbacks << " callbacks of " << plugins.size() << " plug-ins, the longest "
            << std::chrono::duration<double, std::micro>(report.worst).count() << " µs of "
            << std::chrono::duration<double, std::micro>(buffer_time).count() << " µs, " << report.late
            << " too long\n";
  return 0;
}
