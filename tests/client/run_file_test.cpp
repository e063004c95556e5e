#include "native/client/disk/run_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/client/in_child.hpp"
#include "tests/client/temporary_directory.hpp"

using namespace waymark::client;
using namespace waymark::testing;

TEST_CASE("run file: one that runs is not one that ended") {
  const TemporaryDirectory directory;
  const std::string runs = directory / "runs";
  RunFile run = RunFile::create(runs, "first", "1.2.0", 1731579825123.0);
  REQUIRE(run.is_open());
  CHECK(find_ended_runs(runs).empty());
  CHECK(in_child([&] { return std::to_string(find_ended_runs(runs).size()); }).said == "0");
  run.remove();
  CHECK_FALSE(run.is_open());
  CHECK(std::filesystem::is_empty(runs));
  CHECK(find_ended_runs(directory / "nowhere").empty());
}

TEST_CASE("run file: one that was killed says what it was, to one process alone") {
  const TemporaryDirectory directory;
  const std::string runs = directory / "runs";
  in_child([&] {
    RunFile run = RunFile::create(runs, "killed", "1.2.0", 1731579825123.0);
    run.touch();
    _exit(0);
    return "";
  });
  std::vector<EndedRun> ended = find_ended_runs(runs);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].name == "killed");
  CHECK(ended[0].version == "1.2.0");
  CHECK(ended[0].started_ms == 1731579825123.0);
  CHECK(ended[0].seen_ms > 1731579825123.0);
  CHECK(find_ended_runs(runs).empty());
  CHECK(in_child([&] { return std::to_string(find_ended_runs(runs).size()); }).said == "0");
  ended.clear();
  CHECK(find_ended_runs(runs).size() == 1);
}

TEST_CASE("run file: what cannot be read is still a run that ended") {
  const TemporaryDirectory directory;
  const std::string runs = directory / "runs";
  std::filesystem::create_directory(runs);
  std::ofstream(runs + "/empty.run");
  std::ofstream(runs + "/noise.run") << "no number\n1.0";
  std::ofstream(runs + "/large.run") << std::string(300, 'x');
  std::ofstream(runs + "/other.txt") << "1\n";
  std::filesystem::create_symlink(runs + "/empty.run", runs + "/link.run");
  const std::vector<EndedRun> ended = find_ended_runs(runs);
  REQUIRE(ended.size() == 2);
  CHECK(ended[0].name == "empty");
  CHECK(ended[0].started_ms == ended[0].seen_ms);
  CHECK(ended[1].name == "noise");
  CHECK(ended[1].started_ms == ended[1].seen_ms);
}

TEST_CASE("run file: 64 are told of at once") {
  const TemporaryDirectory directory;
  const std::string runs = directory / "runs";
  std::filesystem::create_directory(runs);
  for (int i = 0; i < 70; ++i) std::ofstream(runs + "/run" + std::to_string(i) + ".run") << "1\n2\n";
  CHECK(find_ended_runs(runs).size() == 64);
}

TEST_CASE("run file: a child lets go of its parent's") {
  const TemporaryDirectory directory;
  const std::string runs = directory / "runs";
  RunFile run = RunFile::create(runs, "parent", "", 1);
  const ChildResult child = in_child([&] {
    run.abandon();
    return std::filesystem::exists(runs + "/parent.run") && find_ended_runs(runs).empty() ? "let go" : "took it";
  });
  CHECK(child.said == "let go");
  CHECK(find_ended_runs(runs).empty());
}

TEST_CASE("run file: is never seen before it is locked") {
  const TemporaryDirectory directory;
  const std::string runs = directory / "runs";
  const pid_t child = fork();
  if (child == 0) {
    int failed = 0;
    for (int i = 0; i < 2000; ++i) {
      RunFile run = RunFile::create(runs, "run", "1", 1);
      failed += !run.is_open();
      run.remove();
    }
    _exit(failed == 0 ? 0 : 1);
  }
  size_t seen = 0;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) seen += find_ended_runs(runs).size();
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(seen == 0);
}
