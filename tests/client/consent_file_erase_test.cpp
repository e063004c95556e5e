// A yes that is taken back because the refusal cannot be written.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "native/client/consent/consent_file.hpp"
#include "tests/catch.hpp"
#include "tests/client/in_child.hpp"
#include "tests/client/own_mounts.hpp"
#include "tests/client/temporary_directory.hpp"

namespace waymark::client {
namespace {

using consent::Soundness;
using testing::ChildResult;
using testing::in_child;
using testing::mount_read_only;
using testing::TemporaryDirectory;
namespace fs = std::filesystem;

bool grant(ConsentFile& file) {
  const ConsentFile::NewChoice choice{"analytics", Consent::granted, "user", "2", "hash"};
  return !file.write(&choice, 1, 1731579825123);
}

TEST_CASE("consent file: it is taken back, or it is said why not") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  std::vector<std::string> deleted, left;
  file.erase(deleted, left);
  CHECK(deleted.empty());
  REQUIRE(grant(file));
  file.erase(deleted, left);
  CHECK(deleted == std::vector<std::string>{file.path()});
  CHECK(file.read().soundness == Soundness::missing);
  // What is not trusted grants nothing, and may be somebody else's.
  REQUIRE(grant(file));
  fs::rename(file.path(), home / "elsewhere");
  fs::create_symlink(home / "elsewhere", file.path());
  file.erase(deleted, left);
  CHECK(deleted.size() == 1);
  CHECK(left.empty());
  CHECK(fs::file_size(home / "elsewhere") > 0);
}

TEST_CASE("consent file: in a directory that cannot be written it is emptied, on a read-only disk left") {
  const TemporaryDirectory home;
  ConsentFile file(home / "telemetry");
  REQUIRE(grant(file));
  const ChildResult left_there = in_child([&]() -> std::string {
    if (!mount_read_only(home.path().string())) return "not read-only";
    std::vector<std::string> deleted, left;
    file.erase(deleted, left);
    return left.size() == 1 && deleted.empty() ? left.front() : "deleted";
  });
  CHECK(left_there.said == "cannot delete " + file.path() + ": Read-only file system");
  CHECK(file.read().soundness == Soundness::sound);

  REQUIRE(chmod((home / "telemetry").c_str(), 0500) == 0);
  const ChildResult emptied = in_child([&]() -> std::string {
    // Root may write everywhere.
    if (geteuid() == 0) {
      for (const std::string& owned : {home.path().string(), home / "telemetry", file.path()}) {
        if (chown(owned.c_str(), 12345, 12345) != 0) return "is still root's";
      }
      if (seteuid(12345) != 0) return "is still root";
    }
    std::vector<std::string> deleted, left;
    file.erase(deleted, left);
    return file.read().soundness == Soundness::corrupt && left.empty() ? deleted.front() : "not emptied";
  });
  CHECK(emptied.said == file.path());
  CHECK(fs::file_size(file.path()) == 0);
  REQUIRE(chmod((home / "telemetry").c_str(), 0700) == 0);
}

}  // namespace
}  // namespace waymark::client
