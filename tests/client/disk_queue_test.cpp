#include "native/client/disk/disk_queue.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "tests/catch.hpp"
#include "tests/client/in_child.hpp"
#include "tests/client/temporary_directory.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;

constexpr size_t room = 8 << 20;

// What a process leaves that is killed.
void leave(const std::string& directory, const std::string& name, const std::vector<std::string>& entries) {
  DiskQueue queue(directory, name, room);
  uint32_t number = 0;
  for (const std::string& bytes : entries) REQUIRE(queue.keep(++number, bytes));
}

// Makes a journal older than those that are written now, by so many seconds.
void age(const std::string& path, int64_t seconds) {
  const timespec then{time(nullptr) - seconds, 0};
  const timespec times[2] = {then, then};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

std::vector<std::string> adopt_all(DiskQueue& queue) {
  std::vector<std::string> adopted;
  queue.adopt([&](std::string_view bytes) {
    adopted.emplace_back(bytes);
    return true;
  });
  return adopted;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("disk queue: nothing is made before the first entry, and nothing empty is left") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a/queue";
  DiskQueue queue(path, "run", room);
  queue.forget(1);
  CHECK(queue.entries().empty());
  CHECK(adopt_all(queue).empty());
  CHECK_FALSE(std::filesystem::exists(directory / "a"));
  REQUIRE(queue.keep(1, "one"));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK(queue.entries() == Texts{"one"});
  queue.forget(1);
  queue.close();
  CHECK(std::filesystem::is_empty(path));
}

TEST_CASE("disk queue: what a killed process left is taken over once, the oldest first") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "newer", {"c", "d"});
  leave(path, "older", {"a", "b"});
  age(path + "/newer.journal", 10);
  age(path + "/older.journal", 20);
  DiskQueue queue(path, "mine", room);
  REQUIRE(queue.keep(1, "mine"));
  CHECK(queue.entries() == Texts{"a", "b", "c", "d", "mine"});
  CHECK(adopt_all(queue) == Texts{"a", "b", "c", "d"});
  CHECK_FALSE(queue.has_more());
  CHECK(adopt_all(queue).empty());
  // Until it is kept anew it stays, for the case that this process is killed too; nobody else can take it now.
  CHECK(queue.entries().size() == 5);
  DiskQueue other(path, "other", room);
  CHECK(adopt_all(other).empty());
  queue.release_adopted();
  CHECK(queue.entries() == Texts{"mine"});
}

TEST_CASE("disk queue: what was not released is left to the next") {
  const TemporaryDirectory directory;
  leave(directory / "queue", "old", {"a", "b"});
  {
    DiskQueue queue(directory / "queue", "mine", room);
    CHECK(adopt_all(queue) == Texts{"a", "b"});
    queue.close();
  }
  DiskQueue next(directory / "queue", "next", room);
  CHECK(adopt_all(next) == Texts{"a", "b"});
}

TEST_CASE("disk queue: what there is no room for is taken over later, and left where it is until then") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "one", {"a", "b", "c"});
  leave(path, "two", {"d"});
  age(path + "/one.journal", 20);
  DiskQueue queue(path, "mine", room);
  Texts adopted;
  size_t most = 2;
  const auto restore = [&](std::string_view bytes) {
    if (adopted.size() == most) return false;
    adopted.emplace_back(bytes);
    return true;
  };
  CHECK(queue.adopt(restore) == 2);
  CHECK(queue.has_more());
  queue.release_adopted();
  Texts left = queue.entries();  // what was written last is the last: that one of them is restored
  std::sort(left.begin(), left.end());
  CHECK(left == Texts{"c", "d"});
  most = 3;
  CHECK(queue.adopt(restore) == 1);
  most = 9;
  CHECK(queue.adopt(restore) == 1);
  CHECK(adopted == Texts{"a", "b", "c", "d"});
  CHECK_FALSE(queue.has_more());
  queue.release_adopted();
  CHECK(std::filesystem::is_empty(path));
}

TEST_CASE("disk queue: empty and damaged orphans, and half-written files, do not pile up") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  {
    DiskQueue emptied(path, "emptied", room);
    REQUIRE(emptied.keep(1, "a"));
    emptied.forget(1);
    emptied.abandon();  // as if killed
  }
  std::ofstream(path + "/torn.journal") << "WMJO";
  std::ofstream(path + "/half.journal.new") << "WMJOURN1";
  DiskQueue queue(path, "mine", room);
  CHECK(adopt_all(queue).empty());
  CHECK(std::filesystem::is_empty(path));
}

TEST_CASE("disk queue: all processes together stay within the bound; the oldest orphans go first and are told of") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  const std::string half(limits::journal_bytes / 2, 'x');
  const size_t bound = DiskQueue::least_bytes;
  for (int orphan = 0; orphan < 10; ++orphan) {
    leave(path, "orphan" + std::to_string(orphan), Texts(9, half + std::to_string(orphan)));
    age(path + "/orphan" + std::to_string(orphan) + ".journal", 1000 - orphan);
  }
  DiskQueue queue(path, "mine", bound);
  Texts lost;
  queue.on_lost = [&](std::string_view bytes) { lost.emplace_back(bytes); };
  REQUIRE(queue.keep(1, std::string(limits::journal_bytes, 'm')));
  REQUIRE_FALSE(lost.empty());
  CHECK(lost.size() % 9 == 0);
  CHECK(lost.front().back() == '0');
  for (size_t i = 1; i < lost.size(); ++i) CHECK(lost[i - 1].back() <= lost[i].back());
  uint64_t used = 0;
  for (const auto& file : std::filesystem::directory_iterator(path)) used += file.file_size();
  CHECK(used <= bound);
  CHECK(used > bound - 10 * half.size());  // no more than had to
}

TEST_CASE("disk queue: what living processes have is not deleted; there is no room then") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  const std::string large(limits::journal_bytes, 'x');
  DiskQueue other(path, "other", room);
  for (uint32_t entry = 1; entry <= 40; ++entry) REQUIRE(other.keep(entry, large));
  DiskQueue queue(path, "mine", DiskQueue::least_bytes);
  CHECK_FALSE(queue.keep(1, "one"));
  CHECK(other.entries().size() == 40);
  other.forget(40);
  CHECK(queue.keep(1, "one"));
}

TEST_CASE("disk queue: two processes that start at once share out what was left") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  for (int orphan = 0; orphan < 40; ++orphan) {
    leave(path, "orphan" + std::to_string(orphan), {std::to_string(orphan) + "a", std::to_string(orphan) + "b"});
  }
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto take = [&](const std::string& name) {
    DiskQueue queue(path, name, room);
    std::string taken;
    for (const std::string& entry : adopt_all(queue)) taken += entry + ' ';
    queue.release_adopted();
    return taken;
  };
  const pid_t child = fork();
  if (child == 0) {
    const std::string taken = take("child");
    const bool is_told = write(ends[1], taken.data(), taken.size()) == static_cast<ssize_t>(taken.size());
    _exit(is_told ? 0 : 1);
  }
  close(ends[1]);
  std::string taken = take("parent");
  char bytes[4096];
  for (ssize_t got = 0; (got = read(ends[0], bytes, sizeof bytes)) > 0;) taken.append(bytes, bytes + got);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 0);
  Texts each;
  for (size_t at = 0; at < taken.size(); at = taken.find(' ', at) + 1) {
    each.push_back(taken.substr(at, taken.find(' ', at) - at));
  }
  std::sort(each.begin(), each.end());
  CHECK(each.size() == 80);
  CHECK(std::adjacent_find(each.begin(), each.end()) == each.end());
  CHECK(std::filesystem::is_empty(path));
}

TEST_CASE("disk queue: a disk that refuses or is full is said so, and what stands there stays") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "file") << "no directory";
  DiskQueue nowhere(directory / "file/queue", "mine", room);
  CHECK_FALSE(nowhere.keep(1, "one"));
  CHECK(nowhere.entries().empty());

  const std::string path = directory / "queue";
  const ChildResult full = in_child([&]() -> std::string {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    DiskQueue queue(path, "full", room);
    if (!queue.keep(1, "one")) return "the first did not fit";
    if (queue.keep(2, std::string(5000, 'x'))) return "the second did fit";
    if (!queue.keep(3, "three")) return "the third did not fit";
    return std::to_string(queue.entries().size());
  });
  CHECK(full.said == "2");
  DiskQueue next(path, "next", room);
  CHECK(adopt_all(next) == Texts{"one", "three"});

  if (geteuid() == 0) return;  // root may write anyway
  REQUIRE(chmod(path.c_str(), 0500) == 0);
  DiskQueue read_only(path, "read-only", room);
  CHECK_FALSE(read_only.keep(1, "one"));
  REQUIRE(chmod(path.c_str(), 0700) == 0);
}

TEST_CASE("disk queue: a directory that others may write to is not used") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  std::filesystem::create_directory(path);
  REQUIRE(chmod(path.c_str(), 0777) == 0);
  DiskQueue queue(path, "mine", room);
  CHECK_FALSE(queue.keep(1, "one"));
  CHECK(std::filesystem::is_empty(path));
}

TEST_CASE("disk queue: a purge deletes all there is, of living processes too") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "orphan", {"a"});
  leave(path, "adopted", {"b"});
  DiskQueue living(path, "living", room);
  REQUIRE(living.keep(1, "c"));
  DiskQueue queue(path, "mine", room);
  REQUIRE(queue.keep(1, "d"));
  adopt_all(queue);
  std::ofstream(path + "/half.journal.new") << "WMJOURN1";
  Texts deleted, left;
  queue.purge(deleted, left);
  CHECK(deleted.size() == 5);  // the half-written one, two orphans, the other's, its own
  CHECK(left.empty());
  CHECK(std::filesystem::is_empty(path));
  living.purge(deleted, left);
  CHECK(left.empty());
}

TEST_CASE("disk queue: a purge says what it could not delete, once") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "orphan", {"a"});
  std::filesystem::create_directory(path + "/stuck.journal");  // unlink(2) deletes no directory
  Texts deleted, left;
  for (int i = 0; i < 2; ++i) DiskQueue(path, "mine", room).purge(deleted, left);
  CHECK(deleted == Texts{path + "/orphan.journal"});
  CHECK(left == Texts{"cannot delete " + path + "/stuck.journal: Is a directory"});
}

TEST_CASE("disk queue: a purge says that it could not look into its directory") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "orphan", {"a"});
  REQUIRE(chmod(path.c_str(), 0300) == 0);
  const ChildResult child = in_child([&] {
    // Root may read everything.
    if (geteuid() == 0 &&
        (chown(path.c_str(), 12345, 12345) != 0 || chmod(directory.path().c_str(), 0711) != 0 || seteuid(12345) != 0)) {
      return std::string("is still root");
    }
    Texts deleted, left;
    DiskQueue(path, "mine", room).purge(deleted, left);
    return left.size() == 1 ? left.front() : std::to_string(left.size()) + " left";
  });
  CHECK(child.said == "cannot read " + path + ": Permission denied");
  REQUIRE(chmod(path.c_str(), 0700) == 0);
}

TEST_CASE("disk queue: a tracker without ids sends nothing of one that has them, and counts it") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "orphan.full", {"with ids"});
  leave(path, "orphan", {"without"});
  Texts lost, taken;
  {
    DiskQueue anonymous(path, "mine", room);
    anonymous.on_lost = [&](std::string_view bytes) { lost.emplace_back(bytes); };
    anonymous.adopt([&](std::string_view bytes) {
      taken.emplace_back(bytes);
      return true;
    });
  }
  CHECK(lost == Texts{"with ids"});
  CHECK(taken == Texts{"without"});
  DiskQueue full(path, "mine.full", room);
  taken.clear();
  leave(path, "other.full", {"with ids"});
  full.adopt([&](std::string_view bytes) {
    taken.emplace_back(bytes);
    return true;
  });
  CHECK(taken == Texts{"without", "with ids"});
}

TEST_CASE("disk queue: a child lets go of its parent's files") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  leave(path, "orphan", {"a"});
  DiskQueue queue(path, "mine", room);
  REQUIRE(queue.keep(1, "b"));
  adopt_all(queue);
  const ChildResult child = in_child([&] {
    queue.abandon();
    queue.release_adopted();
    queue.close();
    DiskQueue own(path, "child", room);
    return std::to_string(adopt_all(own).size()) + " of " + std::to_string(own.entries().size());
  });
  CHECK(child.said == "0 of 2");
  queue.release_adopted();
  CHECK(queue.entries() == Texts{"b"});
}
