#include "native/client/worker/worker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "native/client/ring/record.hpp"
#include "native/client/worker/config_lines.hpp"
#include "tests/catch.hpp"
#include "tests/client/http_server.hpp"
#include "tests/client/temporary_directory.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr Purposes all_purposes = 0b1111;
constexpr Purposes functional = 0b0010;

WorkerSettings settings_for(const std::string& url, const std::string& directory) {
  TelemetryConfig config;
  config.tool = "proof";
  config.write_key = "demo";
  config.profile = Profile::full;
  WorkerSettings settings;
  settings.engine = {config_lines(config), shared_context(config), {}, purposes_of({}), "proof", ""};
  settings.endpoint = read_endpoint(url);
  settings.directory.path = directory;
  settings.disk_bytes = 8 << 20;
  settings.profile = Profile::full;
  settings.crash_purpose = "functional";
  return settings;
}

std::shared_ptr<Inbox> open_inbox() {
  auto inbox = std::make_shared<Inbox>(1 << 20);
  inbox->is_open = true;
  return inbox;
}

void put(Inbox& inbox, int number, std::string_view purpose = {}) {
  REQUIRE(put_event_json(inbox.ring, "thing_done", "{\"n\":" + std::to_string(number) + "}", purpose));
}

using Numbers = std::vector<int64_t>;

}  // namespace

TEST_CASE("worker: takes what is put in, delivers it, and ends") {
  const TemporaryDirectory directory;
  const HttpServer server;
  const auto inbox = open_inbox();
  put(*inbox, 1);
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  REQUIRE(worker.is_running());
  put(*inbox, 2);
  const FlushResult result = worker.flush(20s);
  CHECK(result.is_done);
  CHECK(result.acknowledged == 2);
  CHECK(result.given_up == 0);
  CHECK(result.waiting == 0);
  CHECK(server.numbers() == Numbers{1, 2});
  put(*inbox, 3);
  worker.stop(20s);
  CHECK_FALSE(worker.is_running());
  CHECK(worker.is_over());
  CHECK(server.numbers() == Numbers{1, 2, 3});
  CHECK(worker.totals().acknowledged == 3);
  CHECK_FALSE(inbox->is_open);
  worker.stop(0ms);  // again
  CHECK_FALSE(worker.flush(10ms).is_done);
}

TEST_CASE("worker: flushes of several threads at once all end") {
  const TemporaryDirectory directory;
  const HttpServer server;
  const auto inbox = open_inbox();
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 10; ++n) {
        put_event_json(inbox->ring, "thing_done", "{\"n\":" + std::to_string(10 * i + n) + "}", {});
        done += worker.flush(20s).is_done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(done == 80);
  Numbers numbers = server.numbers();
  std::sort(numbers.begin(), numbers.end());
  CHECK(numbers.size() == 80);
  CHECK(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
}

TEST_CASE("worker: a change of consent is about what comes after it") {
  const TemporaryDirectory directory;
  const HttpServer server;
  const auto inbox = open_inbox();
  for (int n = 0; n < 20; ++n) put(*inbox, n, "functional");
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes & ~functional, functional);
  for (int round = 1; round <= 20; ++round) {
    put(*inbox, round * 100, "functional");  // refused
    worker.set_consent(all_purposes, 0);
    put(*inbox, round * 100 + 1, "functional");
    CHECK(worker.flush(20s).is_done);
    worker.set_consent(all_purposes & ~functional, functional);
    put(*inbox, round * 100 + 2, "functional");  // refused
  }
  CHECK(worker.flush(20s).is_done);
  Numbers wanted;
  for (int round = 1; round <= 20; ++round) wanted.push_back(round * 100 + 1);
  CHECK(server.numbers() == wanted);
}

TEST_CASE("worker: a request that may hold what was refused ends, and the rest goes again") {
  const TemporaryDirectory directory;
  std::atomic<bool> hangs{true};
  const HttpServer server([&](const HttpRequest&) { return hangs ? HttpServer::Reply{"", true} : HttpServer::ok(); });
  const auto inbox = open_inbox();
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  put(*inbox, 1, "functional");
  put(*inbox, 2, "analytics");
  CHECK_FALSE(worker.flush(300ms).is_done);
  REQUIRE(server.wait_for(1));
  hangs = false;
  const size_t before = server.requests().size();
  worker.set_consent(all_purposes & ~functional, functional);
  CHECK(worker.flush(20s).is_done);
  CHECK(worker.totals().acknowledged == 1);
  CHECK(worker.totals().wiped == 1);
  Numbers after;
  const std::vector<HttpRequest> requests = server.requests();
  for (size_t i = before; i < requests.size(); ++i) {
    const nlohmann::json sent = requests[i].json();
    for (const auto& event : sent.at("events")) after.push_back(event.at("properties").at("n"));
  }
  CHECK(after == Numbers{2});
}

TEST_CASE("worker: crashes are told of while their purpose is granted, from whenever it is") {
  const TemporaryDirectory directory;
  const HttpServer server;
  const auto inbox = open_inbox();
  WorkerSettings settings = settings_for(server.url(), directory.path().string());
  settings.crashes = CrashScope::program;
  Worker worker(std::move(settings), inbox, all_purposes & ~functional, functional);
  const auto run_files = [&] { return names_in(directory / "runs", ".run").size(); };
  const auto becomes = [&](size_t count) {
    for (const Clock::time_point end = Clock::now() + 20s; run_files() != count && Clock::now() < end;) {
      std::this_thread::sleep_for(10ms);
    }
    return run_files() == count;
  };
  CHECK(worker.flush(20s).is_done);
  CHECK(run_files() == 0);
  worker.set_consent(all_purposes, 0);
  CHECK(becomes(1));
  worker.set_consent(all_purposes & ~functional, functional);
  CHECK(becomes(0));
  worker.set_consent(all_purposes, 0);
  CHECK(becomes(1));
  worker.stop(20s);
  CHECK(becomes(0));
}

TEST_CASE("worker: what is refused and granted again in one moment was refused") {
  const TemporaryDirectory directory;
  const HttpServer server([](const HttpRequest&) { return HttpServer::status(503); });
  const auto inbox = open_inbox();
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  for (int n = 0; n < 5; ++n) put(*inbox, n, "functional");
  worker.set_consent(all_purposes & ~functional, functional);
  for (int i = 0; i < 1000; ++i) {
    worker.set_consent(all_purposes & ~functional, functional);
    worker.set_consent(all_purposes, 0);
  }
  put(*inbox, 9, "functional");
  std::vector<std::string> waiting;
  for (const Clock::time_point end = Clock::now() + 10s; waiting.size() != 1 && Clock::now() < end;) {
    waiting = worker.waiting(1s);
  }
  REQUIRE(waiting.size() == 1);
  CHECK(nlohmann::json::parse(waiting[0]).at("properties").at("n") == 9);
  CHECK(worker.totals().wiped == 5);
}

TEST_CASE("worker: sees that permission is gone, deletes what there is and ends") {
  const TemporaryDirectory directory;
  const HttpServer server([](const HttpRequest&) { return HttpServer::status(503); });
  const auto inbox = open_inbox();
  WorkerSettings settings = settings_for(server.url(), directory.path().string());
  const auto is_refused = std::make_shared<std::atomic<bool>>(false);
  settings.permission = [is_refused](double) {
    Permission permission;
    permission.granted = all_purposes;
    if (*is_refused) permission = {Off::refused, {}, 0, all_purposes};
    return permission;
  };
  Worker worker(std::move(settings), inbox, all_purposes, 0);
  for (int n = 0; n < 50; ++n) put(*inbox, n);
  const auto files = [&] { return names_in(directory / "queue", ".journal").size(); };
  for (const Clock::time_point end = Clock::now() + 10s; files() == 0 && Clock::now() < end;) {
    std::this_thread::sleep_for(10ms);
  }
  REQUIRE(files() == 1);
  *is_refused = true;
  for (const Clock::time_point end = Clock::now() + 2s; !worker.is_over() && Clock::now() < end;) {
    std::this_thread::sleep_for(10ms);
  }
  CHECK(worker.is_over());
  CHECK_FALSE(inbox->is_open);
  CHECK(inbox->ring.is_empty());
  CHECK(files() == 0);
  CHECK_FALSE(std::filesystem::exists(directory / "state"));
  CHECK(worker.totals().acknowledged == 0);
}

TEST_CASE("worker: a purge says what it deleted") {
  const TemporaryDirectory directory;
  const HttpServer server([](const HttpRequest&) { return HttpServer::Reply{"", true}; });
  const auto inbox = open_inbox();
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  for (int n = 0; n < 7; ++n) put(*inbox, n);
  worker.flush(600ms);
  const PurgeReport report = worker.purge(20s);
  CHECK(report.events_wiped == 7);
  REQUIRE(report.files_deleted.size() == 1);
  CHECK(report.files_deleted[0].find(directory / "queue/") == 0);
  CHECK(report.files_left.empty());
  CHECK_FALSE(worker.is_running());
  CHECK(worker.purge(1s).files_deleted.empty());
}

TEST_CASE("worker: ends in time with a collector that hangs, and keeps what was not sent") {
  const TemporaryDirectory directory;
  const HttpServer server([](const HttpRequest&) { return HttpServer::Reply{"", true}; });
  const auto inbox = open_inbox();
  {
    Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
    for (int n = 0; n < 30; ++n) put(*inbox, n);
    const Clock::time_point begun = Clock::now();
    worker.stop(300ms);
    const auto took = Clock::now() - begun;
    CHECK(took >= 290ms);
    CHECK(took < 3s);
  }
  size_t kept = 0;
  for (const std::string& entry : DiskQueue(directory / "queue", "look", 0).entries()) {
    for (size_t at = 0; (at = entry.find("\"n\":", at)) != std::string::npos; ++at) ++kept;
  }
  CHECK(kept == 30);
}

TEST_CASE("worker: a tracker that the core refuses ends at once") {
  const TemporaryDirectory directory;
  const HttpServer server;
  const auto inbox = open_inbox();
  WorkerSettings settings = settings_for(server.url(), directory.path().string());
  settings.engine.lines = "\"write_key\":\"demo\"\n\n[\n";
  Worker worker(std::move(settings), inbox, all_purposes, 0);
  CHECK_FALSE(worker.flush(20s).is_done);
  CHECK(worker.is_over());
  CHECK_FALSE(inbox->is_open);
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("worker: one that was let go on a disk that hangs touches nothing of the next") {
  const TemporaryDirectory directory;
  std::atomic<bool> is_busy{false};
  const HttpServer server([&](const HttpRequest&) { return is_busy ? HttpServer::status(503) : HttpServer::ok(); });
  const auto inbox = open_inbox();
  const auto hangs = std::make_shared<std::atomic<bool>>(true);
  const auto is_hanging = std::make_shared<std::atomic<bool>>(false);
  // Lives as long as the thread does, which is why the closure alone has it.
  auto life = std::make_shared<int>(0);
  const std::weak_ptr<int> thread_life = life;
  WorkerSettings settings = settings_for(server.url(), directory.path().string());
  settings.permission = [hangs, is_hanging, life](double) {
    for (*is_hanging = true; *hangs;) std::this_thread::sleep_for(1ms);
    Permission permission;
    permission.granted = all_purposes;
    return permission;
  };
  life.reset();
  std::optional<Worker> old(std::in_place, std::move(settings), inbox, all_purposes, 0);
  settings = {};
  for (const Clock::time_point end = Clock::now() + 20s; !*is_hanging && Clock::now() < end;) {
    std::this_thread::sleep_for(1ms);
  }
  REQUIRE(*is_hanging);
  put(*inbox, -1);
  const PurgeReport report = old->purge(50ms);
  old.reset();
  REQUIRE(report.files_left.size() == 1);
  inbox->ring.wipe();

  inbox->is_open = true;
  Worker next(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  is_busy = true;
  put(*inbox, 0);
  const auto journals = [&] { return names_in(directory / "queue", ".journal").size(); };
  for (const Clock::time_point end = Clock::now() + 20s; journals() == 0 && Clock::now() < end;) {
    std::this_thread::sleep_for(1ms);
  }
  REQUIRE(journals() == 1);
  *hangs = false;
  Numbers wanted{0};
  for (const Clock::time_point end = Clock::now() + 20s; !thread_life.expired() && Clock::now() < end;) {
    wanted.push_back(static_cast<int64_t>(wanted.size()));
    put(*inbox, static_cast<int>(wanted.back()));
    std::this_thread::sleep_for(200us);
  }
  REQUIRE(thread_life.expired());
  CHECK(inbox->is_open);
  CHECK(journals() == 1);
  is_busy = false;
  CHECK(next.flush(20s).is_done);
  // An answer of 503 may have come before: each number at least once, and none of before.
  Numbers numbers = server.numbers();
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  CHECK(numbers == wanted);
}

TEST_CASE("worker: what waits for an answer about its purpose is not done, and waits") {
  const TemporaryDirectory directory;
  const HttpServer server;
  const auto inbox = open_inbox();
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes & ~functional, 0);
  put(*inbox, 1, "functional");
  put(*inbox, 2);
  const Clock::time_point begun = Clock::now();
  const FlushResult held = worker.flush(20s);
  CHECK(Clock::now() - begun < 10s);
  CHECK_FALSE(held.is_done);
  CHECK(held.acknowledged == 1);
  CHECK(held.waiting == 1);
  worker.set_consent(all_purposes, 0);
  const FlushResult sent = worker.flush(20s);
  CHECK(sent.is_done);
  CHECK(sent.acknowledged == 1);
  CHECK(sent.waiting == 0);
  worker.set_consent(all_purposes & ~functional, 0);
  put(*inbox, 3, "functional");
  CHECK(worker.flush(20s).waiting == 1);
  worker.set_consent(all_purposes & ~functional, functional);
  const FlushResult refused = worker.flush(20s);
  CHECK(refused.is_done);
  CHECK(refused.waiting == 0);
}

TEST_CASE("worker: the longest times there are wait, and the shortest do not") {
  const TemporaryDirectory directory;
  const HttpServer server([](const HttpRequest&) {
    std::this_thread::sleep_for(300ms);
    return HttpServer::ok();
  });
  const auto inbox = open_inbox();
  Worker worker(settings_for(server.url(), directory.path().string()), inbox, all_purposes, 0);
  put(*inbox, 1);
  CHECK_FALSE(worker.flush(std::chrono::milliseconds::min()).is_done);
  CHECK(worker.flush(std::chrono::milliseconds::max()).is_done);
  CHECK(worker.waiting(std::chrono::milliseconds::max()).empty());
  put(*inbox, 2);
  worker.stop(std::chrono::milliseconds::max());
  CHECK(server.numbers() == Numbers{1, 2});
}
