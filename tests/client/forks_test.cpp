// fork() while telemetry is at work: what the parent has is the parent's, what the child tracks is the child's.
#include "native/client/worker/forks.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "native/client/disk/disk_queue.hpp"
#include "native/client/include/waymark/telemetry.hpp"
#include "tests/catch.hpp"
#include "tests/client/http_server.hpp"
#include "tests/client/temporary_directory.hpp"

namespace {

using namespace waymark;
using namespace waymark::testing;
using namespace std::chrono_literals;

constexpr int64_t of_child = 1'000'000;

struct Place {
  explicit Place(std::function<HttpServer::Reply(const HttpRequest&)> answer =
                     [](const HttpRequest&) { return HttpServer::ok(); })
      : server(std::move(answer)), url(server.url()) {}

  TelemetryConfig config(std::chrono::milliseconds exit_deadline = 5s) const {
    TelemetryConfig config;
    config.tool = "forks";
    config.endpoint = url;
    config.write_key = "demo";
    config.profile = Profile::full;
    config.data_directory = directory;
    config.exit_deadline = exit_deadline;
    return config;
  }
  // How often each number is on disk.
  std::map<int64_t, int> kept() const {
    std::map<int64_t, int> found;
    for (const std::string& entry : client::DiskQueue(directory + "/queue", "look", 0).entries()) {
      constexpr std::string_view mark = "\"n\":";
      for (size_t at = 0; (at = entry.find(mark, at)) != std::string::npos;) {
        ++found[std::strtoll(entry.c_str() + (at += mark.size()), nullptr, 10)];
      }
    }
    return found;
  }

  TemporaryDirectory root;
  std::string directory = root / "forks/telemetry";
  HttpServer server;
  std::string url;
};

// Does this in a child; its status, 0 for all well.
template <class Work>
pid_t begin_child(Work work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  return child;
}
int end_of(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

class Listener : public client::ForkListener {
 public:
  void before_fork() override { heard += 'b'; }
  void after_fork(bool is_child) override { heard += is_child ? 'c' : 'p'; }
  std::string heard;
};

}  // namespace

TEST_CASE("forks: listeners are told before and after, in parent and child, until they are forgotten") {
  Listener first, second;
  tell_of_forks(first);
  tell_of_forks(second);
  CHECK(end_of(begin_child([&] { return first.heard == "bc" && second.heard == "bc" ? 0 : 1; })) == 0);
  CHECK(first.heard == "bp");
  forget_forks(first);
  CHECK(end_of(begin_child([&] { return first.heard == "bp" && second.heard == "bpbc" ? 0 : 1; })) == 0);
  forget_forks(second);
  CHECK(end_of(begin_child([] { return 0; })) == 0);
  CHECK(first.heard == "bp");
  CHECK(second.heard == "bpbp");
}

TEST_CASE("forks: a child sends its own and nothing of its parent, who goes on") {
  Place place;
  std::optional<Telemetry> telemetry(place.config());
  REQUIRE(telemetry->answer(ConsentValue::granted));
  std::atomic<bool> is_over{false};
  std::atomic<int64_t> next{0};
  std::vector<std::thread> load;
  for (int i = 0; i < 2; ++i) {
    load.emplace_back([&] {
      while (!is_over) {
        const int64_t number = next++;
        while (telemetry->track("thing_done", {{"n", number}}) == Tracked::queue_full) std::this_thread::sleep_for(1ms);
        if (number % 16 == 0) std::this_thread::sleep_for(5ms);
      }
    });
  }
  constexpr int forks = 50;
  std::map<int, int> ends;  // how many children by their status
  for (int i = 0; i < forks; ++i) {
    const pid_t child = begin_child([&] {
      if (telemetry->track("thing_done", {{"n", of_child + i}}) != Tracked::queued) return 1;
      if (i % 3 == 0) {
        telemetry->resume_after_fork();
        if (!telemetry->flush(20s).is_done) return 2;
      }
      telemetry.reset();
      return 0;
    });
    ends[end_of(child)] += 1;
  }
  is_over = true;
  for (std::thread& thread : load) thread.join();
  for (const auto& [status, count] : ends) {
    INFO("children that ended with " << status);
    CHECK((status == 0 ? forks : 0) == count);
  }
  CHECK(telemetry->flush(30s).is_done);
  telemetry.reset();
  {
    Telemetry next_run(place.config());
    CHECK(next_run.flush(30s).is_done);
  }

  std::map<int64_t, int> times;
  std::set<std::string> parents, children;
  for (const HttpRequest& request : place.server.requests()) {
    const nlohmann::json body = request.json();
    CHECK(body.at("client_reports").empty());
    for (const auto& event : body.at("events")) {
      const int64_t number = event.at("properties").at("n");
      ++times[number];
      (number >= of_child ? children : parents).insert(body.at("instance_id").get<std::string>());
    }
  }
  CHECK(times.size() == static_cast<size_t>(next) + forks);
  CHECK(std::all_of(times.begin(), times.end(), [](const auto& one) { return one.second == 1; }));
  CHECK(parents.size() == 1);
  CHECK(children.size() == forks);
  CHECK(children.count(*parents.begin()) == 0);
}

TEST_CASE("forks: what a child cannot send is on disk when it is over") {
  Place place([](const HttpRequest&) { return HttpServer::status(503); });
  std::optional<Telemetry> telemetry(place.config(200ms));
  REQUIRE(telemetry->answer(ConsentValue::granted));
  for (int64_t n = 0; n < 20; ++n) telemetry->track("thing_done", {{"n", n}});
  std::this_thread::sleep_for(600ms);  // on disk by now
  for (int i = 0; i < 5; ++i) {
    CHECK(end_of(begin_child([&] {
            telemetry->track("thing_done", {{"n", of_child + i}});
            telemetry.reset();
            return 0;
          })) == 0);
  }
  const std::map<int64_t, int> kept = place.kept();
  for (int64_t n = 0; n < 20; ++n) CHECK(kept.count(n) == 1);
  for (int i = 0; i < 5; ++i) {
    INFO("child " << i);
    CHECK(kept.count(of_child + i) == 1);
  }
  CHECK(std::all_of(kept.begin(), kept.end(), [](const auto& one) { return one.second == 1; }));
}

TEST_CASE("forks: a child that tracks nothing makes nothing, and leaves its parent's files alone") {
  Place place([](const HttpRequest&) { return HttpServer::status(503); });
  std::optional<Telemetry> telemetry(place.config(200ms));
  REQUIRE(telemetry->answer(ConsentValue::granted));
  telemetry->track("thing_done", {{"n", 1}});
  std::this_thread::sleep_for(600ms);
  const auto files = client::names_in(place.directory + "/queue", ".journal");
  REQUIRE(files.size() == 1);
  CHECK(end_of(begin_child([&] {
          telemetry.reset();
          return 0;
        })) == 0);
  CHECK(client::names_in(place.directory + "/queue", ".journal") == files);
  CHECK(place.kept() == std::map<int64_t, int>{{1, 1}});
  // Nor can a child of a child take what its grandparent has.
  CHECK(end_of(begin_child([&] {
          return end_of(begin_child([&] {
            telemetry->track("thing_done", {{"n", of_child}});
            telemetry.reset();
            return 0;
          }));
        })) == 0);
  CHECK(place.kept() == std::map<int64_t, int>{{1, 1}, {of_child, 1}});
}

TEST_CASE("forks: what waits for the person's answer is the parent's") {
  Place place;
  std::optional<Telemetry> telemetry(place.config());
  telemetry->track("thing_done", {{"n", 1}});
  CHECK(end_of(begin_child([&] {
          telemetry->track("thing_done", {{"n", of_child}});
          if (!telemetry->answer(ConsentValue::granted)) return 1;
          return telemetry->flush(20s).is_done ? 0 : 2;
        })) == 0);
  CHECK(place.server.numbers() == std::vector<int64_t>{of_child});
  // The parent looks at what the child wrote.
  REQUIRE(telemetry->answer(ConsentValue::granted));
  CHECK(telemetry->flush(20s).is_done);
  CHECK(place.server.numbers() == std::vector<int64_t>{of_child, 1});
}

TEST_CASE("forks: a child of a program with several instances is free of all of them") {
  Place place;
  std::vector<std::unique_ptr<Telemetry>> all;
  for (int i = 0; i < 4; ++i) all.push_back(std::make_unique<Telemetry>(place.config()));
  for (auto& one : all) REQUIRE(one->answer(ConsentValue::granted));
  for (int round = 0; round < 10; ++round) {
    for (auto& one : all) one->track("thing_done", {{"n", round}});
    CHECK(end_of(begin_child([&] {
            for (size_t i = 0; i < all.size(); ++i) {
              all[i]->track("thing_done", {{"n", of_child + static_cast<int64_t>(10 * i) + round}});
            }
            all.clear();
            return 0;
          })) == 0);
  }
  for (auto& one : all) CHECK(one->flush(20s).is_done);
  std::map<int64_t, int> times;
  for (const int64_t number : place.server.numbers()) ++times[number];
  for (int64_t n = 0; n < 10; ++n) CHECK(times[n] == 4);
  for (int64_t n = 0; n < 40; ++n) CHECK(times[of_child + n] == 1);
}

// The order of locks: forks, instances, workers. A thread that takes them another way waits for ever, sooner or later.
TEST_CASE("forks: no thread waits for ever while others configure, flush, withdraw and end") {
  Place place;
  CHECK(end_of(begin_child([&] {
          alarm(60);
          Telemetry lasting(place.config(0ms));
          std::atomic<bool> is_over{false};
          std::atomic<int> rounds{0};
          std::vector<std::thread> others;
          const auto repeat = [&](std::function<void(int)> work) {
            others.emplace_back([&, work = std::move(work)] {
              for (int round = 0; !is_over; ++round, ++rounds) work(round);
            });
          };
          repeat([&](int round) {
            lasting.answer(round % 4 == 3 ? ConsentValue::denied : ConsentValue::granted);
            lasting.track("thing_done", {{"n", round}});
          });
          repeat([&](int round) {
            lasting.flush(1ms);
            if (round % 8 == 7) lasting.withdraw();
          });
          repeat([&](int) {
            Telemetry passing(place.config(0ms));
            passing.track("thing_done", {{"n", 1}});
          });
          int failures = 0;
          for (int round = 0; round < 100; ++round) {
            failures += end_of(begin_child([&] {
                          alarm(30);
                          lasting.track("thing_done", {{"n", of_child}});
                          lasting.status();
                          return 0;
                        })) != 0;
          }
          is_over = true;
          for (std::thread& other : others) other.join();
          return failures > 0 ? 1 : rounds < 100 ? 2 : 0;
        })) == 0);
}
