#include "native/client/disk/state_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/client/temporary_directory.hpp"

using namespace waymark::client;
using waymark::testing::TemporaryDirectory;

TEST_CASE("state file: what was written is read, by its owner alone; nothing deletes it") {
  const TemporaryDirectory directory;
  const std::string path = directory / "deep/er/state";
  StateFile state(path);
  CHECK(state.read().empty());
  CHECK_FALSE(std::filesystem::exists(directory / "deep"));
  state.write("id\nuser\n");
  CHECK(StateFile(path).read() == "id\nuser\n");
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(::stat((directory / "deep/er").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  state.write({});
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(state.read().empty());
  state.write({});
}

TEST_CASE("state file: tells what another wrote from its own") {
  const TemporaryDirectory directory;
  StateFile mine(directory / "state");
  StateFile other(directory / "state");
  CHECK_FALSE(mine.is_foreign());
  for (int i = 0; i < 50; ++i) {
    INFO(i);
    mine.write("mine " + std::to_string(i));
    CHECK_FALSE(mine.is_foreign());
    other.write("other");
    CHECK(mine.is_foreign());
    CHECK(mine.read() == "other");
    CHECK_FALSE(mine.is_foreign());
  }
  other.write({});
  CHECK(mine.is_foreign());
}

TEST_CASE("state file: without a path nothing is kept") {
  StateFile state("");
  state.write("text");
  CHECK(state.read().empty());
  CHECK_FALSE(state.is_foreign());
}

TEST_CASE("state file: passes over what is too large or a link, and replaces it") {
  const TemporaryDirectory directory;
  const std::string path = directory / "state";
  std::ofstream(path) << std::string(4097, 'x');
  CHECK(StateFile(path).read().empty());
  std::filesystem::remove(path);
  std::ofstream(directory / "elsewhere") << "elsewhere";
  std::filesystem::create_symlink(directory / "elsewhere", path);
  StateFile state(path);
  CHECK(state.read().empty());
  state.write("here");
  CHECK(state.read() == "here");
  CHECK_FALSE(std::filesystem::is_symlink(path));
  CHECK(StateFile(directory / "elsewhere").read() == "elsewhere");
}

TEST_CASE("state file: a disk that refuses leaves what stood there") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "file") << "no directory";
  StateFile state(directory / "file/state");
  state.write("text");
  CHECK(state.read().empty());
}

TEST_CASE("state file: deleting it deletes what a killed process left of it") {
  const TemporaryDirectory directory;
  StateFile state(directory / "state");
  state.write("text");
  std::ofstream(directory / "state.123.new") << "half";
  state.write({});
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("state file: deleting it says what is left") {
  const TemporaryDirectory directory;
  const std::string path = directory / "state";
  StateFile state(path);
  std::vector<std::string> deleted, left;
  state.erase(deleted, left);
  CHECK(deleted.empty());
  CHECK(left.empty());
  state.write("text");
  state.erase(deleted, left);
  CHECK(deleted == std::vector<std::string>{path});
  std::filesystem::create_directory(path);  // unlink(2) deletes no directory
  state.erase(deleted, left);
  CHECK(left == std::vector<std::string>{"cannot delete " + path + ": Is a directory"});
  CHECK_FALSE(state.erase());
}

TEST_CASE("state file: deleting it leaves what another is about to rename") {
  const TemporaryDirectory directory;
  StateFile state(directory / "state");
  state.write("text");
  std::ofstream(directory / "consent.json.new") << "half";
  CHECK(state.erase());
  CHECK(std::filesystem::exists(directory / "consent.json.new"));
}
