// What a call costs its caller: an event with five properties, put into the ring alone, and tracked by the whole client
// whose collector is not there, beside spdlog's asynchronous logger, which writes the
// same line of the same five values to a file. Single calls are timed with the thread pinned, while another thread
// drains the queue on another processor. Short rounds of all alternate in one run; what is shown are the medians over
// the rounds, and the ratios of these.
#include <benchmark/benchmark.h>
#include <pthread.h>
#include <sched.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "native/client/ring/record.hpp"

namespace {

using waymark::client::Call;
using waymark::client::Ring;
using Clock = std::chrono::steady_clock;

// 100 calls one after the other, then none until 2 µs a call are over: the queue is filled and emptied in turn.
constexpr int rounds = 20;
constexpr size_t calls_a_round = 100'000;
constexpr size_t calls_a_burst = 100;
constexpr std::chrono::microseconds burst_period{200};

// As many events as spdlog has slots, so that both queues are full after the same burst.
constexpr size_t slots = 8192;
constexpr size_t ring_bytes = slots * 256;

constexpr int caller_processor = 0;
constexpr int drain_processor = 1;

void pin_to(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
    std::fprintf(stderr, "client_bench: no processor %d to pin a thread to: two are needed\n", processor);
    std::exit(2);
  }
}

// What is logged; different in each call.
struct Line {
  std::string_view preset;
  int32_t voices;
  uint64_t notes;
  double gain_db;
  bool is_mono;
};
Line line_of(size_t i) {
  constexpr std::array<std::string_view, 4> presets = {"Warm pad", "Bright lead", "Bass 7", "Glass bells, slow"};
  return {presets[i % 4], static_cast<int32_t>(i % 32), i * 7, static_cast<double>(i % 480) * -0.125, i % 3 == 0};
}

std::array<waymark::Property, 5> properties_of(const Line& line) {
  return {{{"preset", line.preset},
           {"voices", line.voices},
           {"notes", line.notes},
           {"gain_db", line.gain_db},
           {"is_mono", line.is_mono}}};
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    if (mkdtemp(path_.data()) != nullptr) return;
    std::perror("client_bench: no temporary directory");
    std::exit(2);
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "client_bench-XXXXXX").string();
};

// The ring with a worker that does what the client's does until the core: it reads each record and writes its JSON.
class PutEvent {
 public:
  PutEvent()
      : drain_([this] {
          pin_to(drain_processor);
          std::array<char, 4096> json;
          while (!ends_.load(std::memory_order_relaxed)) {
            const std::span<const std::byte> record = ring_.front();
            if (record.empty()) continue;
            const Call call = waymark::client::read_call(record);
            benchmark::DoNotOptimize(waymark::client::write_properties(call, json.data(), json.size()));
            ring_.pop();
          }
        }) {}
  ~PutEvent() {
    ends_ = true;
    drain_.join();
  }
  PutEvent(const PutEvent&) = delete;
  PutEvent& operator=(const PutEvent&) = delete;

  void log(const Line& line) { lost_ += !waymark::client::put_event(ring_, "preset_loaded", properties_of(line), {}); }
  bool is_waiting() { return !ring_.is_empty(); }
  size_t lost() { return lost_; }

 private:
  Ring ring_{ring_bytes};
  size_t lost_ = 0;
  std::atomic<bool> ends_ = false;
  std::thread drain_;
};

class Track {
 public:
  Track() {
    waymark::TelemetryConfig config;
    config.tool = "client-bench";
    config.version = "1.0.0";
    config.endpoint = "http://127.0.0.1:1";
    config.write_key = "demo";
    config.consent = waymark::ConsentSource::host;
    config.ring_bytes = ring_bytes;
    config.data_directory = directory_.path();
    pin_to(drain_processor);  // the worker inherits it
    telemetry_ = std::make_unique<waymark::Telemetry>(config);
    telemetry_->set_consent("analytics", waymark::ConsentValue::granted);
    pin_to(caller_processor);
    if (telemetry_->status().off == waymark::Off::none) return;
    std::fprintf(stderr, "client_bench: telemetry is off: %s\n", telemetry_->status().detail.c_str());
    std::exit(2);
  }
  void log(const Line& line) { telemetry_->track("preset_loaded", properties_of(line)); }
  size_t lost() { return telemetry_->totals().ring_full; }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<waymark::Telemetry> telemetry_;
};

template <spdlog::async_overflow_policy policy>
class Spdlog {
 public:
  Spdlog() {
    pool_ = std::make_shared<spdlog::details::thread_pool>(slots, 1, [] { pin_to(drain_processor); });
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(directory_.path() + "/log");
    logger_ = std::make_shared<spdlog::async_logger>("client_bench", std::move(sink), pool_, policy);
  }
  ~Spdlog() {
    logger_.reset();
    pool_.reset();
  }
  Spdlog(const Spdlog&) = delete;
  Spdlog& operator=(const Spdlog&) = delete;

  void log(const Line& line) {
    logger_->info("preset_loaded preset={} voices={} notes={} gain_db={} is_mono={}", line.preset, line.voices,
                  line.notes, line.gain_db, line.is_mono);
  }
  bool is_waiting() { return pool_->queue_size() > 0; }
  size_t lost() { return pool_->overrun_counter(); }

 private:
  TemporaryDirectory directory_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

// Two readings of the clock and nothing between them: what the measuring itself adds.
class Nothing {
 public:
  void log(const Line& line) { benchmark::DoNotOptimize(line); }
  size_t lost() { return 0; }
};

double ns_of(Clock::duration duration) { return std::chrono::duration<double, std::nano>(duration).count(); }

// One round. `waiting`: the share of bursts at whose end something was still in the queue; `lost`: the calls that found
// it full.
template <typename Logger>
void measure(benchmark::State& state) {
  static std::vector<double> took_ns(calls_a_round);
  size_t waiting = 0;
  for (auto unused : state) {
    Logger logger;
    double sum_ns = 0;
    for (size_t i = 0; i < calls_a_round;) {
      const auto burst = Clock::now();
      for (size_t end = i + calls_a_burst; i < end; ++i) {
        const Line line = line_of(i);
        const auto before = Clock::now();
        logger.log(line);
        const auto after = Clock::now();
        took_ns[i] = ns_of(after - before);
        sum_ns += took_ns[i];
      }
      if constexpr (requires { logger.is_waiting(); }) waiting += logger.is_waiting();
      while (Clock::now() - burst < burst_period) continue;
    }
    state.SetIterationTime(sum_ns * 1e-9);
    state.counters["lost"] = static_cast<double>(logger.lost());
  }
  std::sort(took_ns.begin(), took_ns.end());
  const auto at = [](double share) { return took_ns[static_cast<size_t>(share * (calls_a_round - 1))]; };
  state.counters["p50_ns"] = at(0.5);
  state.counters["p99_ns"] = at(0.99);
  state.counters["p99.99_ns"] = at(0.9999);
  state.counters["most_ns"] = took_ns.back();
  constexpr double bursts = double{calls_a_round} / calls_a_burst;
  state.counters["waiting"] = static_cast<double>(waiting) / bursts;
}

// Shows the medians over the rounds, and keeps them.
class Medians : public benchmark::ConsoleReporter {
 public:
  Medians() : ConsoleReporter(OO_Tabular) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown;
    for (const Run& run : runs) {
      if (run.aggregate_name != "median") continue;
      shown.push_back(run);
      medians_[run.run_name.function_name] = run.counters;
    }
    if (!shown.empty()) ConsoleReporter::ReportRuns(shown);
  }
  void print_ratios(const std::string& to) const {
    for (const char* ours : {"put_event", "track"}) {
      for (const char* counter : {"p50_ns", "p99_ns", "p99.99_ns"}) {
        std::printf("%s of %s / %s: %.4f\n", counter, ours, to.c_str(),
                    medians_.at(ours).at(counter) / medians_.at(to).at(counter));
      }
    }
  }

 private:
  std::map<std::string, benchmark::UserCounters> medians_;
};

template <typename Logger>
void add(const char* name) {
  benchmark::RegisterBenchmark(name, measure<Logger>)->Iterations(1)->Repetitions(rounds)->UseManualTime();
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<char*> all(arguments, arguments + count);
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  all.insert(all.begin() + 1, interleave.data());
  int all_count = static_cast<int>(all.size());
  benchmark::Initialize(&all_count, all.data());
  if (benchmark::ReportUnrecognizedArguments(all_count, all.data())) return 2;
  pin_to(caller_processor);
  clearenv();  // which may turn telemetry off

  add<Nothing>("clock");
  add<PutEvent>("put_event");
  add<Track>("track");
  add<Spdlog<spdlog::async_overflow_policy::overrun_oldest>>("spdlog_overrun_oldest");
  add<Spdlog<spdlog::async_overflow_policy::block>>("spdlog_block");
  Medians medians;
  if (benchmark::RunSpecifiedBenchmarks(&medians) != 5) return 0;  // a filter was given
  medians.print_ratios("spdlog_overrun_oldest");
  medians.print_ratios("spdlog_block");
  return 0;
}
