// The journal: what is queued is on disk soon, comes back after a crash, and is gone once it is delivered.
#include <algorithm>
#include <set>
#include <string>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

VirtualHost with_journal(Purposes granted = all_purposes, Start start = {}) {
  start.granted = granted;
  VirtualHost host(start);
  host.tracker().keep_journal(true);
  return host;
}

// A host that crashed: what its journal says is given to another.
VirtualHost revived(const VirtualHost& crashed, uint32_t seed = 7) {
  Start start;
  start.seed = seed;
  VirtualHost host = with_journal(all_purposes, start);
  host.now = crashed.now;
  for (const auto& [entry, bytes] : crashed.journal) {
    CHECK(host.tracker().restore(bytes, host.now) == Reason::none);
  }
  return host;
}

void pass(VirtualHost& host, double ms) {
  host.now += ms;
  host.poll();
}

std::set<int> numbers_in(const std::vector<Sent>& sent) {
  std::set<int> numbers;
  for (const Sent& batch : sent) {
    for (const json& event : batch.body.at("events")) numbers.insert(event.at("properties").value("i", -1));
  }
  return numbers;
}

std::string numbered(int i) { return "{\"i\":" + std::to_string(i) + "}"; }

}  // namespace

TEST_CASE("what is acknowledged within 250 ms is never written", "[journal]") {
  VirtualHost host = with_journal();
  for (int i = 0; i < 10; ++i) host.track("a_b", numbered(i));
  host.tracker().flush(false);
  host.poll();
  pass(host, 249);
  host.answer(host.sent.at(0).batch, 200);
  pass(host, 10'000);
  CHECK(host.appended_ms.empty());
  CHECK(host.journal.empty());
}

TEST_CASE("what is not acknowledged is written after 250 ms, and at most once in 250 ms", "[journal]") {
  VirtualHost host = with_journal();
  for (int i = 0; i < 400; ++i) {
    host.track("a_b", numbered(i));
    pass(host, 10);
  }
  REQUIRE(host.appended_ms.size() > 10);
  CHECK(host.appended_ms.front() - start_ms >= 250);
  CHECK(host.appended_ms.front() - start_ms <= 260);
  for (size_t i = 1; i < host.appended_ms.size(); ++i) CHECK(host.appended_ms[i] - host.appended_ms[i - 1] >= 250);
}

TEST_CASE("after a crash the journal gives back all but the last 250 ms, with the same ids", "[journal]") {
  VirtualHost host = with_journal();
  for (int i = 0; i < 300; ++i) {
    host.track("a_b", numbered(i));
    pass(host, 5);  // every second batch is under way and unanswered when it dies
  }
  VirtualHost next = revived(host);
  const std::vector<Sent> sent = next.deliver_all();
  const std::set<int> numbers = numbers_in(sent);
  for (int i = 0; i < 250; ++i) CHECK(numbers.count(i) == 1);
  CHECK(sent.at(0).body["instance_id"] == host.sent.at(0).body["instance_id"]);
  CHECK(sent.at(0).body["events"][0]["sequence"] == 1);
  pass(next, 1000);
  CHECK(next.journal.empty());
}

TEST_CASE("entries are deleted when all before them is delivered", "[journal]") {
  VirtualHost host = with_journal();
  host.track("a_b", numbered(1));
  pass(host, 300);
  host.track("a_b", numbered(2));
  pass(host, 300);
  REQUIRE(host.journal.size() == 2);
  host.deliver_all();
  pass(host, 300);
  CHECK(host.journal.empty());
}

TEST_CASE("a page that is left writes what is in no entry at once", "[journal]") {
  VirtualHost host = with_journal();
  for (int i = 0; i < 2000; ++i) host.track("a_b", numbered(i));
  host.tracker().flush(true);
  host.poll();
  CHECK(host.sent.size() == limits::batches_in_flight);
  std::set<int> kept;
  for (const auto& [entry, bytes] : host.journal) CHECK(bytes.size() <= limits::journal_bytes);
  VirtualHost next = revived(host);
  CHECK(next.tracker().totals().accepted == 2000);
  CHECK(numbers_in(next.deliver_all()).size() == 2000);
}

TEST_CASE("what comes back is kept anew before it is delivered", "[journal]") {
  VirtualHost host = with_journal();
  for (int i = 0; i < 50; ++i) host.track("a_b", numbered(i));
  pass(host, 300);
  VirtualHost second = revived(host);
  second.poll();
  pass(second, 1);
  VirtualHost third = revived(second, 9);
  CHECK(numbers_in(third.deliver_all()).size() == 50);
}

TEST_CASE("nothing is written without a grant, and nothing stays after a refusal", "[journal]") {
  VirtualHost host = with_journal(only(necessary));
  host.track("a_b", numbered(1));
  host.track("c_d", numbered(2), necessary);
  pass(host, 1000);
  CHECK(host.journal.empty());

  VirtualHost both = with_journal(only(analytics) | only(functional));
  both.track("a_b", R"({"x":"canary"})", analytics);
  both.track("c_d", numbered(2), functional);
  pass(both, 1000);
  REQUIRE(both.journal.size() == 1);
  both.consent(only(functional), only(analytics));
  both.poll();
  for (const auto& [entry, bytes] : both.journal) CHECK(bytes.find("canary") == std::string::npos);
  pass(both, 1000);
  REQUIRE(both.journal.size() == 1);  // the other one, anew
  both.consent(0, all_purposes);
  both.poll();
  CHECK(both.journal.empty());
}

TEST_CASE("a full queue gives up the oldest of the least important, and says so", "[journal]") {
  Start start;
  start.memory_bytes = Tracker::least_memory;
  VirtualHost host = with_journal(all_purposes, start);
  for (int i = 0; i < 100; ++i) host.track("a_b", numbered(i), functional);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    refused += host.track("a_b", numbered(1000 + i), i % 2 ? analytics : marketing).verdict() != Verdict::accepted;
  }
  CHECK(refused == 0);
  const Totals before = host.tracker().totals();
  CHECK(before.accepted == 20'100);
  CHECK(before.dropped > 10'000);
  const std::vector<Sent> sent = host.deliver_all();
  const std::set<int> numbers = numbers_in(sent);
  for (int i = 0; i < 100; ++i) CHECK(numbers.count(i) == 1);  // functional goes before analytics
  CHECK(numbers.count(20'999) == 1);
  const Totals after = host.tracker().totals();
  CHECK(after.accepted == after.acknowledged + after.dropped);
  uint32_t reported = 0;
  for (const Sent& batch : sent) {
    for (const json& report : batch.body["client_reports"]) {
      CHECK(report["reason"] == "evicted");
      reported += report["count"].get<uint32_t>();
    }
  }
  CHECK(reported == after.dropped);
  CHECK(host.guards_intact());
}

TEST_CASE("an hour off line at ten events a second: memory and journal stay within their bounds", "[journal]") {
  Start start;
  VirtualHost host = with_journal(all_purposes, start);
  const size_t queue_bytes = start.memory_bytes - 76 * 1024;
  host.track("a_b", numbered(-5), functional);  // it waits all the time, and all entries after its own with it
  size_t largest = 0;
  for (int i = 0; i < 36'000; ++i) {
    CHECK(host.track("a_b", R"({"note":")" + std::string(200, 'x') + "\"}").verdict() == Verdict::accepted);
    pass(host, 100);
    for (; !host.sent.empty(); host.sent.pop_back()) host.answer(host.sent.back().batch, 0);
    size_t kept = 0;
    for (const auto& [entry, bytes] : host.journal) kept += bytes.size();
    largest = std::max(largest, kept);
  }
  CHECK(largest > queue_bytes);
  CHECK(largest <= (limits::journal_growth + 1) * queue_bytes + limits::journal_bytes);
  CHECK(host.guards_intact());
  // What does not fit all at once comes back bit by bit, and nothing that waits is missing.
  VirtualHost next = with_journal(all_purposes, start);
  next.now = host.now;
  for (const auto& [entry, bytes] : host.journal) {
    if (next.tracker().restore(bytes, next.now) == Reason::none) continue;
    next.deliver_all();
    REQUIRE(next.tracker().restore(bytes, next.now) == Reason::none);
  }
  next.deliver_all();
  CHECK(numbers_in(next.sent).count(-5) == 1);
  const Totals before = host.tracker().totals();
  CHECK(before.dropped > 20'000);
  CHECK(next.tracker().totals().acknowledged + 10 >= before.accepted - before.dropped);
  host.now += hour_ms;
  const std::vector<Sent> sent = host.deliver_all();
  uint32_t reported = 0;
  for (const Sent& batch : sent) {
    for (const json& report : batch.body["client_reports"]) reported += report["count"].get<uint32_t>();
  }
  CHECK(reported == host.tracker().totals().dropped);
  CHECK(host.tracker().totals().accepted == host.tracker().totals().acknowledged + reported);
}

TEST_CASE("a clock that is set back does not stop the journal", "[journal]") {
  VirtualHost host = with_journal();
  host.track("a_b", numbered(1));
  host.now -= hour_ms;
  host.poll();
  CHECK(host.journal.size() == 1);
}

}  // namespace waymark
