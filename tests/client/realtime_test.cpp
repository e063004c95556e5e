// What an audio callback may call, watched while it is called.
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "native/client/ring/record.hpp"
#include "tests/catch.hpp"
#include "tests/client/watched_thread.hpp"

namespace waymark::client {
namespace {

using testing::watch;
using testing::Watched;

Watched watch(const std::function<void()>& call) {
  return watch([] {}, call);
}

void check_harmless(const std::string& what, const std::function<void()>& call) {
  const Watched watched = watch(call);
  INFO(what << ": system call " << watched.system_call << ", " << watched.allocations << " allocations, "
            << watched.locks << " locks");
  CHECK(watched.is_harmless());
}

struct Put {
  std::string what;
  std::function<bool(Ring&)> put;
};

const std::string& long_text() {
  static const std::string text(100'000, '\x01');
  return text;
}

std::vector<Put> all_puts() {
  static const std::vector<Property> five = {
      {"preset", "Warm pad"}, {"voices", 16}, {"notes", uint64_t{90000}}, {"gain_db", -3.5}, {"is_mono", false}};
  static const std::vector<Property> odd = {{"", nullptr}, {"n", std::nan("")}, {long_text(), long_text()}};
  static const std::vector<Property> many(5000, {"k", 1e300});
  static const std::vector<Property> large(5, {"k", long_text()});
  return {
      {"event", [](Ring& ring) { return put_event(ring, "preset_loaded", five, "analytics"); }},
      {"event without properties", [](Ring& ring) { return put_event(ring, "preset_loaded", {}, {}); }},
      {"event with odd properties", [](Ring& ring) { return put_event(ring, long_text(), odd, long_text()); }},
      {"event with many properties", [](Ring& ring) { return put_event(ring, "x", many, {}); }},
      {"event that is too large", [](Ring& ring) { return put_event(ring, "x", large, {}); }},
      {"event as JSON", [](Ring& ring) { return put_event_json(ring, "x", R"({"a":1})", {}); }},
      {"event as JSON that is too large", [](Ring& ring) { return put_event_json(ring, "x", long_text(), {}); }},
      {"metric", [](Ring& ring) { return put_metric(ring, "render.callback.ms", 0.25); }},
      {"exposure", [](Ring& ring) { return put_exposure(ring, "fast_start", "treatment"); }},
      {"ping", [](Ring& ring) { return put_ping(ring, "search", 5, 45); }},
      {"identify", [](Ring& ring) { return put_identify(ring, "user_8x92j4k1"); }},
      {"reset", [](Ring& ring) { return put_reset(ring); }},
      {"environment",
       [](Ring& ring) {
         return put_environment(ring, {"Reaper", long_text(), "clap", 44100.1, 64});
       }},
  };
}

}  // namespace

TEST_CASE("every call is copied without a system call, an allocation or a lock") {
  for (const Put& put : all_puts()) {
    Ring ring(1024 * 1024);
    bool has_room = true;
    check_harmless(put.what, [&] {
      for (int i = 0; i < 20; ++i) has_room &= put.put(ring);
      if (!has_room) std::abort();
    });
  }
}

TEST_CASE("so is the ring written round and round, and read") {
  check_harmless("write and read", [ring = std::make_shared<Ring>(Ring::least_bytes), puts = all_puts()] {
    for (int i = 0; i < 10'000; ++i) {
      for (const Put& put : puts) put.put(*ring);
      if (i % 3 == 0) ring->wipe();
    }
  });
}

TEST_CASE("a full ring refuses as cheaply") {
  Ring ring(Ring::least_bytes);
  while (put_reset(ring)) continue;
  for (const Put& put : all_puts()) {
    check_harmless(put.what, [&] {
      if (put.put(ring)) std::abort();
    });
  }
}

namespace {

// Of the forked process: what stands in this one's environment may say no.
Telemetry& start_telemetry(const std::string& directory, ConsentValue consent) {
  clearenv();
  TelemetryConfig config;
  config.tool = "realtime-test";
  config.version = "1.0.0";
  config.endpoint = "http://127.0.0.1:1";  // nobody listens there
  config.write_key = "demo";
  config.consent = ConsentSource::host;
  config.data_directory = directory;
  config.ring_bytes = Ring::least_bytes;
  auto* const telemetry = new Telemetry(config);  // until the process ends
  if (consent != ConsentValue::unknown && !telemetry->set_consent("analytics", consent)) std::abort();
  return *telemetry;
}

struct Counts {
  uint32_t queued = 0;
  uint32_t full = 0;
  uint32_t disabled = 0;
  void add(Tracked tracked) {
    queued += tracked == Tracked::queued;
    full += tracked == Tracked::queue_full;
    disabled += tracked == Tracked::disabled;
  }
};

Counts call_all(Telemetry& telemetry) {
  Counts counts;
  for (int i = 0; i < 20'000; ++i) {
    counts.add(telemetry.track("preset_loaded", {{"preset", "Warm pad"}, {"voices", 16}, {"gain_db", -3.5}}));
    counts.add(telemetry.track("preset_saved", {{"is_mono", true}}, "analytics"));
    counts.add(telemetry.track("preset_lost", {}, "no such purpose"));
    counts.add(telemetry.track("preset_shared", std::string_view(R"({"a":1})")));
    counts.add(telemetry.record("render.callback.ms", 0.25));
    counts.add(telemetry.count("render.dropouts.count"));
    counts.add(telemetry.expose("fast_start", "treatment"));
    counts.add(telemetry.ping("render", 5, 45));
    counts.add(telemetry.identify("user_8x92j4k1"));
    counts.add(telemetry.reset());
    counts.add(telemetry.set_environment({"Reaper", "7.0", "clap", 44100, 64}));
    { const Timer timer(telemetry, "render.block.ms"); }
  }
  return counts;
}

struct TemporaryDirectory {
  TemporaryDirectory() {
    if (mkdtemp(path.data()) == nullptr) std::abort();
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string path = (std::filesystem::temp_directory_path() / "waymark-realtime-XXXXXX").string();
};

void check_telemetry(ConsentValue consent, const std::function<bool(const Counts&)>& is_expected) {
  const TemporaryDirectory directory;
  Telemetry* telemetry = nullptr;
  const Watched watched = watch([&] { telemetry = &start_telemetry(directory.path + "/data", consent); },
                                [&] {
                                  if (!is_expected(call_all(*telemetry))) __builtin_trap();
                                });
  INFO("system call " << watched.system_call << ", " << watched.allocations << " allocations, " << watched.locks
                      << " locks");
  CHECK(watched.is_harmless());
}

}  // namespace

TEST_CASE("so is every call of Telemetry while its worker works") {
  check_telemetry(ConsentValue::granted,
                  [](const Counts& counts) { return counts.queued > 100 && counts.disabled == 0; });
}

TEST_CASE("so is every call of Telemetry while consent is unknown, until all is full") {
  check_telemetry(ConsentValue::unknown, [](const Counts& counts) {
    return counts.queued > 100 && counts.full > 100 && counts.disabled == 0;
  });
}

TEST_CASE("so is every call of Telemetry after a refusal") {
  check_telemetry(ConsentValue::denied, [](const Counts& counts) { return counts.queued + counts.full == 0; });
}

TEST_CASE("the watch sees an allocation") {
  // Without an arena of its own a thread's first allocation is no system call.
  const auto share_arena = [] { mallopt(M_ARENA_MAX, 1); };
  const Watched by_malloc = watch(share_arena, [] {
    void* volatile memory = std::malloc(32);  // volatile, or the compiler leaves both out
    std::free(memory);
  });
  CHECK(by_malloc.is_finished);
  CHECK(by_malloc.system_call < 0);
  CHECK(by_malloc.allocations == 2);
  CHECK_FALSE(by_malloc.is_harmless());

  const Watched by_new = watch(share_arena, [] {
    const std::string* volatile text = new std::string(100, 'x');
    delete text;
  });
  CHECK(by_new.is_finished);
  CHECK(by_new.allocations == 4);
  CHECK_FALSE(by_new.is_harmless());

  const Watched mapped = watch([] {
    void* volatile memory = std::malloc(64 * 1024 * 1024);
    std::free(memory);
  });
  CHECK(mapped.allocations == 1);
  CHECK(mapped.system_call == SYS_mmap);
  CHECK_FALSE(mapped.is_finished);
  CHECK_FALSE(mapped.is_harmless());
}

TEST_CASE("the watch sees a lock, and the wait for one that is taken") {
  std::mutex mutex;
  const Watched is_free = watch([&] { const std::lock_guard lock(mutex); });
  CHECK(is_free.is_finished);
  CHECK(is_free.locks == 1);
  CHECK_FALSE(is_free.is_harmless());

  const Watched taken = watch([&] { mutex.lock(); }, [&] { mutex.lock(); });
  CHECK_FALSE(taken.is_finished);
  CHECK(taken.system_call == SYS_futex);
  CHECK_FALSE(taken.is_harmless());

  std::shared_mutex shared;
  const Watched reader = watch([&] { const std::shared_lock lock(shared); });
  CHECK(reader.locks == 1);
  CHECK_FALSE(reader.is_harmless());
}

TEST_CASE("the watch sees a system call") {
  const Watched wrote = watch([] {
    if (write(STDERR_FILENO, "", 0) != 0) std::abort();
  });
  CHECK(wrote.system_call == SYS_write);
  CHECK_FALSE(wrote.is_finished);
  CHECK_FALSE(wrote.is_harmless());

  const Watched asked_kernel = watch([] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  });
  CHECK(asked_kernel.system_call == SYS_clock_gettime);
  CHECK_FALSE(asked_kernel.is_harmless());
}

TEST_CASE("the watch sees a crash") {
  const Watched crashed = watch([] { __builtin_trap(); });
  CHECK_FALSE(crashed.is_harmless());
  const Watched aborted = watch([] { std::abort(); }, [] {});
  CHECK_FALSE(aborted.is_harmless());
}

}  // namespace waymark::client
