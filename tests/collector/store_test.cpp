// What the store acknowledged survives a power cut; what it could not write it says. Proved by ./dev test;
// ./dev test --all cuts the power ten times as often.
#include "native/collector/store.hpp"

#include <cstdlib>
#include <set>

#include "native/collector/bounds.hpp"
#include "native/collector/schema.hpp"
#include "native/collector/writer.hpp"
#include "tests/catch.hpp"
#include "tests/collector/power_cut_vfs.hpp"

namespace waymark::collector {
namespace {

using testing::PowerCutDisk;

Uuid id_of(uint64_t number) {
  Uuid uuid{};
  for (size_t i = 0; i < 8; ++i) uuid[15 - i] = static_cast<uint8_t>(number >> (8 * i));
  return uuid;
}

uint64_t number_of(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 8; i < 16; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

Intake make_intake(uint64_t first, size_t count) {
  Intake intake;
  for (uint64_t number = first; number < first + count; ++number) {
    EventRow row;
    row.event_id = id_of(number);
    row.event_name = "thing_done";
    row.ts_received = 1700000000000;
    row.properties = intake.text.keep("{\"text\":\"" + std::string(number % 700, 'x') + "\"}");
    intake.events.push_back(row);
  }
  return intake;
}

Failure commit_one(Store& store, const Intake& intake, Committed& counts) {
  const Intake* const intakes[] = {&intake};
  return store.commit(intakes, std::span(&counts, 1));
}

// Event numbers that are in the file; fails the test when one is there twice or the file cannot be read.
std::set<uint64_t> stored_numbers(const PowerCutDisk& disk) {
  Database database;
  Statement rows;
  std::set<uint64_t> numbers;
  REQUIRE(!database.open("events.db", SQLITE_OPEN_READWRITE, disk.vfs_name()));
  if (database.prepare("SELECT event_id FROM events", rows)) return numbers;  // cut before the tables were made
  int code = SQLITE_ROW;
  while ((code = rows.step()) == SQLITE_ROW) REQUIRE(numbers.insert(number_of(rows.bytes(0))).second);
  REQUIRE(code == SQLITE_DONE);
  return numbers;
}

uint32_t times_as_often() {
  const char* const all = std::getenv("WAYMARK_ALL");
  return all && std::string_view(all) == "1" ? 10 : 1;
}

struct CutResult {
  size_t acknowledged = 0;
  size_t lost = 0;
};

// Commits groups of events until the power goes, and looks what is left.
CutResult run_into_power_cut(uint32_t seed, bool durable) {
  std::mt19937 random(seed);
  PowerCutDisk disk("power-cut-" + std::to_string(seed));
  std::set<uint64_t> acknowledged;
  uint64_t next = 1;
  for (int boot = 0; boot < 3; ++boot) {
    disk.cut_power_after(random() % 400);
    Store store({"events.db", disk.vfs_name(), durable});
    while (disk.power_is_on()) {
      const Intake intake = make_intake(next, 1 + random() % 20);
      next += intake.events.size();
      Committed counts;
      if (!commit_one(store, intake, counts)) {
        REQUIRE(counts.accepted == intake.events.size());
        for (const EventRow& row : intake.events) {
          acknowledged.insert(number_of({reinterpret_cast<const char*>(row.event_id.data()), 16}));
        }
      }
      if (random() % 16 == 0) store.close();  // moves the write-ahead log into the file
    }
    store.close();
    disk.restore_power(random);
  }
  CutResult result{acknowledged.size(), 0};
  const auto stored = stored_numbers(disk);
  for (const uint64_t number : acknowledged) result.lost += !stored.contains(number);
  return result;
}

}  // namespace

TEST_CASE("a power cut loses nothing that was acknowledged") {
  size_t acknowledged = 0;
  for (uint32_t seed = 0; seed < 300 * times_as_often(); ++seed) {
    INFO("seed " << seed);
    const CutResult result = run_into_power_cut(seed, true);
    CHECK(result.lost == 0);
    acknowledged += result.acknowledged;
  }
  CHECK(acknowledged > 10'000);
}

TEST_CASE("the power cut test can fail: without sync acknowledged events are lost") {
  size_t lost = 0;
  for (uint32_t seed = 0; seed < 20 && lost == 0; ++seed) {
    PowerCutDisk disk("unsynced-" + std::to_string(seed));
    std::mt19937 random(seed);
    // The tables are made durably, so that only the events can be lost.
    {
      Store durable({"events.db", disk.vfs_name(), true});
      REQUIRE(!durable.open());
    }
    std::set<uint64_t> acknowledged;
    Store store({"events.db", disk.vfs_name(), false});
    for (uint64_t number = 1; number < 50; ++number) {
      Committed counts;
      if (!commit_one(store, make_intake(number, 1), counts)) acknowledged.insert(number);
    }
    disk.cut_power_after(0);
    store.close();
    disk.restore_power(random);
    const auto stored = stored_numbers(disk);
    for (const uint64_t number : acknowledged) lost += !stored.contains(number);
  }
  CHECK(lost > 0);
}

TEST_CASE("the writer calls back only for what survives a power cut") {
  size_t acknowledged_in_all = 0;
  for (uint32_t seed = 0; seed < 60 * times_as_often(); ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(1000 + seed);
    PowerCutDisk disk("writer-" + std::to_string(seed));
    Metrics metrics;
    std::set<uint64_t> acknowledged;  // filled on the writer's thread, read after it has ended
    std::set<uint64_t> answered;
    {
      Writer writer(Store({"events.db", disk.vfs_name()}), {}, metrics, [](int64_t) {});
      REQUIRE(!writer.start());
      disk.cut_power_after(20 + random() % 300);
      for (uint64_t number = 1; number <= 200; ++number) {
        writer.submit(make_intake(number, 1), [&, number](CommitResult result) {
          answered.insert(number);
          if (result.status == CommitResult::Status::committed) acknowledged.insert(number);
        });
      }
      writer.stop();
    }
    CHECK(answered.size() == 200);
    disk.cut_power_after(0);
    disk.restore_power(random);
    const auto stored = stored_numbers(disk);
    for (const uint64_t number : acknowledged) CHECK(stored.contains(number));
    acknowledged_in_all += acknowledged.size();
  }
  CHECK(acknowledged_in_all > 1000);
}

TEST_CASE("a full or failing disk is reported, and the store goes on when it is mended") {
  using Fault = PowerCutDisk::Fault;
  for (const Fault fault : {Fault::full, Fault::write_error, Fault::sync_error}) {
    PowerCutDisk disk("fault-" + std::to_string(static_cast<int>(fault)));
    Store store({"events.db", disk.vfs_name()});
    REQUIRE(!store.open());
    Committed counts;
    REQUIRE(!commit_one(store, make_intake(1, 10), counts));

    disk.set_fault(fault);
    const auto failure = commit_one(store, make_intake(11, 10), counts);
    REQUIRE(failure);
    CHECK(failure->find("events.db") != std::string::npos);
    CHECK(store.probe());
    CHECK(commit_one(store, make_intake(21, 10), counts));

    disk.set_fault(Fault::none);
    CHECK(!store.probe());
    REQUIRE(!commit_one(store, make_intake(11, 10), counts));
    CHECK(counts.accepted + counts.duplicate == 10);
    store.close();
    const auto stored = stored_numbers(disk);
    for (uint64_t number = 1; number <= 20; ++number) CHECK(stored.contains(number));
  }
}

TEST_CASE("duplicates are counted across groups, within a group and within one request") {
  PowerCutDisk disk("duplicates");
  Store store({"events.db", disk.vfs_name()});
  const Intake first = make_intake(1, 5);
  const Intake second = make_intake(3, 5);
  const Intake* const intakes[] = {&first, &second, &first};
  Committed counts[3];
  REQUIRE(!store.commit(intakes, counts));
  CHECK(counts[0].accepted == 5);
  CHECK(counts[1].accepted == 2);
  CHECK(counts[1].duplicate == 3);
  CHECK(counts[2].duplicate == 5);
  Intake twice = make_intake(100, 1);
  twice.events.push_back(twice.events[0]);
  Committed again;
  REQUIRE(!commit_one(store, twice, again));
  CHECK(again.accepted == 1);
  CHECK(again.duplicate == 1);
  CHECK(store.last_seq() == 8);
}

TEST_CASE("rejected events are kept up to their bound, the newest ones") {
  PowerCutDisk disk("rejected");
  Store store({"events.db", disk.vfs_name()});
  constexpr int64_t more_than_kept = bounds::rejected_rows + 5000;
  Intake intake;
  intake.rejected.resize(static_cast<size_t>(more_than_kept), {1, "json_syntax", "/x", "raw", {}});
  Committed counts;
  REQUIRE(!commit_one(store, intake, counts));
  store.close();
  Database database;
  Statement row;
  REQUIRE(!database.open("events.db", SQLITE_OPEN_READWRITE, disk.vfs_name()));
  REQUIRE(!database.prepare("SELECT count(*), min(seq), max(seq) FROM rejected", row));
  REQUIRE(row.step() == SQLITE_ROW);
  CHECK(row.integer(0) == bounds::rejected_rows);
  CHECK(row.integer(1) == 5001);
  CHECK(row.integer(2) == more_than_kept);
}

TEST_CASE("a file of a newer schema is left alone") {
  PowerCutDisk disk("newer");
  {
    Database database;
    REQUIRE(!database.open("events.db", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, disk.vfs_name()));
    REQUIRE(!database.run(("PRAGMA user_version=" + std::to_string(schema_version + 1)).c_str()));
  }
  Store store({"events.db", disk.vfs_name()});
  const auto failure = store.open();
  REQUIRE(failure);
  CHECK(failure->find("newer") != std::string::npos);
  CHECK(!store.is_open());
}

}  // namespace waymark::collector
