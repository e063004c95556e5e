#include "native/client/consent/consent_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/consent/record.hpp"
#include "tests/catch.hpp"
#include "tests/client/in_child.hpp"
#include "tests/client/own_mounts.hpp"
#include "tests/client/temporary_directory.hpp"

namespace waymark::client {
namespace {

using consent::Soundness;
using testing::ChildResult;
using testing::enter_own_mounts;
using testing::in_child;
using testing::mount_read_only;
using testing::TemporaryDirectory;
namespace fs = std::filesystem;

constexpr double now_ms = 1731579825123;
constexpr const char* sound_record =
    R"({"epoch":3,"purged":1,"choices":{"analytics":{"value":"granted","source":"user","at":1731579825123,)"
    R"("expires":1747131825123,"policy":"2","notice":""}}})";

std::optional<std::string> choose(ConsentFile& file, const std::string& purpose, Consent value) {
  const ConsentFile::NewChoice choice{purpose, value, "user", "2", "hash"};
  return file.write(&choice, 1, now_ms);
}

consent::Record record_in(const ConsentText& text) {
  consent::Record record;
  REQUIRE(consent::read_record(text.text, record) == Soundness::sound);
  return record;
}

void put(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path) << text;
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

size_t count_entries(const fs::path& directory) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST_CASE("consent file: reading makes nothing") {
  const TemporaryDirectory home;
  const ConsentFile file(home / "a/b/telemetry");
  CHECK(file.read().soundness == Soundness::missing);
  CHECK(file.read().problem.empty());
  CHECK(file.version() == 0);
  CHECK(file.could_be_written());
  CHECK_FALSE(ConsentFile("").could_be_written());
  CHECK(count_entries(home.path()) == 0);
}

TEST_CASE("consent file: a choice is kept, for its owner alone, and nothing beside it") {
  const TemporaryDirectory home;
  umask(0);
  ConsentFile file(home / "a/b/telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  umask(022);
  CHECK(file.path() == home / "a/b/telemetry/consent.json");
  CHECK(mode_of(file.path()) == 0600);
  for (const char* made : {"a", "a/b", "a/b/telemetry"}) CHECK(mode_of(home / made) == 0700);
  CHECK(count_entries(home / "a/b/telemetry") == 1);

  const ConsentText text = file.read();
  REQUIRE(text.soundness == Soundness::sound);
  const consent::Record record = record_in(text);
  CHECK(record.epoch == 1);
  CHECK(record.purged == 0);
  REQUIRE(record.count == 1);
  CHECK(record.choices[0].purpose == "analytics");
  CHECK(record.choices[0].value == Consent::granted);
  CHECK(record.choices[0].source == "user");
  CHECK(record.choices[0].at_ms == now_ms);
  CHECK(record.choices[0].expires_ms == now_ms + 180 * 86400000.0);
  CHECK(record.choices[0].policy == "2");
  CHECK(record.choices[0].notice == "hash");
}

TEST_CASE("consent file: choices are added, and a refusal of the last grant says what is to be deleted") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  REQUIRE(choose(file, "functional", Consent::granted) == std::nullopt);
  REQUIRE(choose(file, "analytics", Consent::denied) == std::nullopt);
  ConsentText text = file.read();
  CHECK(record_in(text).count == 2);
  CHECK(record_in(text).epoch == 3);
  CHECK(record_in(text).purged == 0);
  REQUIRE(choose(file, "functional", Consent::denied) == std::nullopt);
  text = file.read();
  CHECK(record_in(text).purged == 4);
  REQUIRE(choose(file, "functional", Consent::granted) == std::nullopt);
  text = file.read();
  CHECK(record_in(text).epoch == 5);
  CHECK(record_in(text).purged == 4);
}

TEST_CASE("consent file: texts are kept as a record can hold them") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  const ConsentFile::NewChoice choice{"analytics", Consent::granted, "a\"b\n" + std::string(99, 'x'), "\xff", ""};
  REQUIRE(file.write(&choice, 1, now_ms) == std::nullopt);
  const ConsentText text = file.read();
  CHECK(record_in(text).choices[0].source == "a_b_" + std::string(60, 'x'));
  CHECK(record_in(text).choices[0].policy == "_");
}

TEST_CASE("consent file: what is no answer, or too many, changes nothing") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  const std::string before = content_of(file.path());
  CHECK(choose(file, "analytics", Consent::unknown).has_value());
  std::vector<ConsentFile::NewChoice> many;
  for (uint32_t i = 0; i < limits::recorded_choices; ++i)
    many.push_back({std::string("p").append(std::to_string(i)), Consent::denied, "", "", ""});
  CHECK(file.write(many.data(), many.size(), now_ms).has_value());
  CHECK(content_of(file.path()) == before);
  CHECK(count_entries(home / "telemetry") == 1);
}

TEST_CASE("consent file: its version changes with every replacement") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  std::vector<uint64_t> seen{file.version()};
  for (int i = 0; i < 20; ++i) {
    REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
    CHECK(file.version() == file.version());
    CHECK(file.version() != seen.back());
    seen.push_back(file.version());
    // The clock that stamps files ticks every few milliseconds.
    usleep(5000);
  }
}

TEST_CASE("consent file: what cannot be trusted is neither read nor replaced, and says what to do") {
  const TemporaryDirectory home;
  fs::create_directory(home / "telemetry");
  chmod((home / "telemetry").c_str(), 0700);
  ConsentFile file(home / "telemetry");
  const std::string path = file.path();
  std::string expected;

  SECTION("a symbolic link, even to a sound record") {
    put(home / "elsewhere", sound_record);
    fs::create_symlink(home / "elsewhere", path);
    expected = "symbolic link";
  }
  SECTION("a named pipe, which nobody writes to") {
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    expected = "no regular file";
  }
  SECTION("a directory") {
    fs::create_directory(path);
    expected = "no regular file";
  }
  SECTION("a file that is too large") {
    put(path, std::string(ConsentFile::most_bytes + 1, ' '));
    expected = "larger than 16 KiB";
  }
  SECTION("a file that others can write") {
    put(path, sound_record, 0620);
    expected = "can be written by others";
  }
  SECTION("a file of another user") {
    put(path, sound_record);
    if (geteuid() != 0) return;  // only root can give files away
    REQUIRE(chown(path.c_str(), 12345, 12345) == 0);
    expected = "another user";
  }
  if (expected.empty()) return;

  const ConsentText text = file.read();
  CHECK(text.soundness == Soundness::corrupt);
  CHECK_FALSE(text.is_trusted);
  CHECK(text.text.empty());
  CHECK(text.problem.find(path + ": ") == 0);
  CHECK(text.problem.find(expected) != std::string::npos);
  const fs::file_status before = fs::symlink_status(path);
  CHECK(choose(file, "analytics", Consent::granted) == text.problem);
  CHECK(fs::symlink_status(path).type() == before.type());
  CHECK(fs::symlink_status(path).permissions() == before.permissions());
}

TEST_CASE("consent file: a record that is corrupt denies, and an answer replaces it and deletes what was kept") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  for (const std::string& text :
       {std::string("{}"), std::string(sound_record) + "\n", std::string(), std::string("\0", 1)}) {
    CAPTURE(text);
    put(file.path(), text);
    CHECK(file.read().soundness == Soundness::corrupt);
    CHECK(file.read().is_trusted);
    CHECK(file.read().problem.find("answer again") != std::string::npos);
    REQUIRE(choose(file, "functional", Consent::granted) == std::nullopt);
    const ConsentText after = file.read();
    CHECK(record_in(after).count == 1);
    CHECK(record_in(after).epoch == 1731579825);
    CHECK(record_in(after).purged == 1731579825);
  }
}

TEST_CASE("consent file: a directory that is not ours alone is not used") {
  const TemporaryDirectory home;
  fs::create_directory(home / "telemetry");
  chmod((home / "telemetry").c_str(), 0777);
  ConsentFile file(home / "telemetry");
  const auto problem = choose(file, "analytics", Consent::granted);
  REQUIRE(problem);
  CHECK(problem->find("can be written by others") != std::string::npos);
  CHECK(count_entries(home / "telemetry") == 0);
}

TEST_CASE("consent file: root leaves nothing in the home of another") {
  if (geteuid() != 0) return;  // only root can
  const TemporaryDirectory home;
  REQUIRE(chown(home.path().c_str(), 12345, 12345) == 0);
  ConsentFile file(home / ".local/state/greet/telemetry");
  const auto problem = choose(file, "analytics", Consent::granted);
  REQUIRE(problem);
  CHECK_FALSE(file.could_be_written());
  CHECK(problem->find("home of another user") != std::string::npos);
  CHECK(count_entries(home.path()) == 0);
}

TEST_CASE("consent file: where no directory can be made nothing is recorded, and nothing to be read") {
  const TemporaryDirectory home;
  put(home / "file", "");
  ConsentFile file(home / "file/greet/telemetry");
  CHECK(file.read().soundness == Soundness::missing);
  CHECK_FALSE(file.could_be_written());
  const auto problem = choose(file, "analytics", Consent::granted);
  REQUIRE(problem);
  CHECK(problem->find(home / "file/greet: cannot be made: Not a directory") == 0);
}

TEST_CASE("consent file: a read-only home") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  const std::string before = content_of(file.path());
  const ChildResult child = in_child([&]() -> std::string {
    if (!mount_read_only(home.path().string())) return "not read-only";
    if (file.read().soundness != Soundness::sound) return "not read";
    ConsentFile other(home / "other");
    if (file.could_be_written() || other.could_be_written()) return "believed to be writable";
    return choose(file, "analytics", Consent::denied).value_or("written") + "\n" +
           choose(other, "analytics", Consent::denied).value_or("written");
  });
  CHECK(child.has_exited());
  CHECK(child.said == file.path() + ": cannot be written: Read-only file system\n" + (home / "other") +
                          ": cannot be made: Read-only file system");
  CHECK(content_of(file.path()) == before);
}

TEST_CASE("consent file: a full disk leaves what stood there") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  const std::string before = content_of(file.path());

  SECTION("a limit of file sizes, whose signal would end the program") {
    const ChildResult child = in_child([&]() -> std::string {
      const rlimit limit{20, 20};
      if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return "no limit";
      const std::string problem = choose(file, "functional", Consent::granted).value_or("written");
      sigset_t pending;
      sigpending(&pending);
      return sigismember(&pending, SIGXFSZ) ? "a signal is left" : problem;
    });
    CHECK(child.has_exited());
    CHECK(child.said == file.path() + ": cannot be written: File too large");
    CHECK(content_of(file.path()) == before);
    CHECK(count_entries(home / "telemetry") == 1);
  }
  SECTION("a file system without room") {
    const ChildResult child = in_child([&]() -> std::string {
      const std::string place = home / "small";
      fs::create_directory(place);
      if (!enter_own_mounts()) return "no mounts of its own";
      if (mount("none", place.c_str(), "tmpfs", 0, "size=8k,mode=0700") != 0) return "no small file system";
      ConsentFile full(place);
      if (choose(full, "analytics", Consent::granted)) return "not written to the empty disk";
      std::ofstream(place + "/ballast") << std::string(4096, 'x') << std::flush;
      const std::string stood = content_of(full.path());
      const std::string problem = choose(full, "functional", Consent::granted).value_or("written");
      if (content_of(full.path()) != stood) return "changed";
      return count_entries(place) == 2 ? problem.substr(place.size()) : "something is left";
    });
    CHECK(child.has_exited());
    CHECK(child.said == "/consent.json: cannot be written: No space left on device");
  }
}

TEST_CASE("consent file: what a killed process left is in nobody's way") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  put(home / "telemetry/consent.json.new", "{\"epoch\":", 0444);
  REQUIRE(choose(file, "analytics", Consent::denied) == std::nullopt);
  CHECK(count_entries(home / "telemetry") == 1);
  const ConsentText text = file.read();
  CHECK(record_in(text).choices[0].value == Consent::denied);
}

TEST_CASE("consent file: processes that write at once lose nothing, and readers see it whole") {
  const TemporaryDirectory home;
  constexpr int writers = 8;
  constexpr int rounds = 10;
  std::vector<pid_t> children;
  for (int i = 0; i < writers; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      ConsentFile file(home / "a/telemetry");
      bool is_done = true;
      for (int round = 0; round < rounds; ++round) {
        is_done = is_done && !choose(file, "p" + std::to_string(i), round % 2 ? Consent::granted : Consent::denied);
        is_done = is_done && file.read().soundness == Soundness::sound;
      }
      _exit(is_done ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  const ConsentText text = ConsentFile(home / "a/telemetry").read();
  const consent::Record record = record_in(text);
  CHECK(record.epoch == writers * rounds);
  CHECK(record.count == writers);
  for (uint32_t i = 0; i < record.count; ++i) CHECK(record.choices[i].value == Consent::granted);
  CHECK(count_entries(home / "a/telemetry") == 1);
}

TEST_CASE("consent file: a lock that is held is waited for, within a bound") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(choose(file, "analytics", Consent::granted) == std::nullopt);
  const int held = open((home / "telemetry").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(flock(held, LOCK_EX) == 0);
  const auto problem = choose(file, "analytics", Consent::denied);
  close(held);
  REQUIRE(problem);
  CHECK(problem->find("holds its lock") != std::string::npos);
  CHECK(choose(file, "analytics", Consent::denied) == std::nullopt);
}

}  // namespace
}  // namespace waymark::client
