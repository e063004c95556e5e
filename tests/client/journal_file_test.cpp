#include "native/client/disk/journal_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/limits.hpp"
#include "tests/catch.hpp"
#include "tests/client/in_child.hpp"
#include "tests/client/temporary_directory.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;

std::string read_file(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string text_of(const std::vector<JournalEntry>& entries) {
  std::string text;
  for (const JournalEntry& entry : entries) text += std::to_string(entry.entry) + "=" + entry.bytes + ";";
  return text;
}

ino_t inode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_ino;
}

}  // namespace

TEST_CASE("journal file: entries come back in order, without those that are forgotten") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  JournalFile journal = JournalFile::create(path);
  REQUIRE(journal.is_open());
  CHECK(journal.entries().empty());
  REQUIRE(journal.append(1, "one"));
  REQUIRE(journal.append(2, ""));
  REQUIRE(journal.append(5, std::string("a\0b", 3)));
  CHECK(text_of(journal.entries()) == std::string("1=one;2=;5=a\0b;", 15));
  journal.forget(2);
  CHECK(text_of(journal.entries()) == std::string("5=a\0b;", 6));
  CHECK(text_of(read_journal(path)) == text_of(journal.entries()));
  journal.forget(2);  // again
  CHECK(journal.entries().size() == 1);
  journal.forget(9);  // beyond all
  CHECK(journal.entries().empty());
  CHECK(std::filesystem::file_size(path) == 16);
  REQUIRE(journal.append(10, "ten"));
  CHECK(text_of(read_journal(path)) == "10=ten;");
  journal.remove();
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_FALSE(journal.is_open());
}

TEST_CASE("journal file: is readable by its owner alone, and does not take the place of another") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  JournalFile journal = JournalFile::create(path);
  REQUIRE(journal.is_open());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK_FALSE(JournalFile::create(path).is_open());
  CHECK_FALSE(JournalFile::create(directory / "nowhere/a.journal").is_open());
  REQUIRE(symlink((directory / "elsewhere").c_str(), (directory / "b.journal").c_str()) == 0);
  CHECK_FALSE(JournalFile::create(directory / "b.journal").is_open());
  CHECK_FALSE(std::filesystem::exists(directory / "elsewhere"));
}

TEST_CASE("journal file: a write that was cut short at any byte leaves the entries before it") {
  const TemporaryDirectory directory;
  const std::string whole = directory / "whole.journal";
  {
    JournalFile journal = JournalFile::create(whole);
    REQUIRE(journal.append(1, "first entry"));
    REQUIRE(journal.append(2, "second entry"));
    REQUIRE(journal.append(3, "third"));
  }
  const std::string bytes = read_file(whole);
  const size_t first_end = 16 + 16 + 11;
  const size_t second_end = first_end + 16 + 12;
  REQUIRE(bytes.size() == second_end + 16 + 5);
  for (size_t length = 0; length <= bytes.size(); ++length) {
    INFO("cut after " << length);
    const std::string path = directory / "cut.journal";
    write(path, bytes.substr(0, length));
    const std::string wanted = length < first_end      ? ""
                               : length < second_end   ? "1=first entry;"
                               : length < bytes.size() ? "1=first entry;2=second entry;"
                                                       : "1=first entry;2=second entry;3=third;";
    CHECK(text_of(read_journal(path)) == wanted);
    JournalFile adopted = JournalFile::adopt(path);
    REQUIRE(adopted.is_open());
    CHECK(text_of(adopted.entries()) == wanted);
    // What is appended takes the place of what was cut short.
    if (length < 16) continue;
    REQUIRE(adopted.append(7, "seventh"));
    CHECK(text_of(read_journal(path)) == wanted + "7=seventh;");
  }
}

TEST_CASE("journal file: a byte that was changed ends the journal there") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  {
    JournalFile journal = JournalFile::create(path);
    REQUIRE(journal.append(1, "first"));
    REQUIRE(journal.append(2, "second"));
  }
  const std::string bytes = read_file(path);
  const size_t second = 16 + 16 + 5;
  for (size_t at = 0; at < bytes.size(); ++at) {
    if (at >= 8 && at < 16) continue;  // what is forgotten
    INFO("byte " << at);
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x41);
    write(path, changed);
    CHECK(text_of(read_journal(path)) == (at < second ? "" : "1=first;"));
  }
  // Nor does a length that reaches beyond the file.
  std::string long_entry = bytes;
  long_entry.replace(second, 4, "\xFF\xFF\xFF\xFF");
  write(path, long_entry);
  CHECK(text_of(read_journal(path)) == "1=first;");
}

TEST_CASE("journal file: has one process at a time") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  JournalFile journal = JournalFile::create(path);
  REQUIRE(journal.append(1, "one"));
  CHECK_FALSE(JournalFile::adopt(path).is_open());
  const auto adopts = [&] {
    return in_child([&] { return JournalFile::adopt(path).is_open() ? "adopted" : "refused"; });
  };
  CHECK(adopts().said == "refused");
  CHECK(text_of(read_journal(path)) == "1=one;");  // reading needs no lock
  journal = JournalFile::create(directory / "b.journal");
  CHECK(adopts().said == "adopted");
}

TEST_CASE("journal file: is never seen without its lock") {
  const TemporaryDirectory directory;
  // A child makes journals as fast as it can and says how many it could not make; here they are taken if they can be.
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    uint32_t failed = 0;
    for (int i = 0; i < 3000; ++i) {
      JournalFile journal = JournalFile::create(directory / (std::to_string(i) + ".journal"));
      if (!journal.is_open()) {
        ++failed;
        continue;
      }
      journal.remove();
    }
    const bool is_told = ::write(ends[1], &failed, sizeof failed) == sizeof failed;
    _exit(is_told ? 0 : 1);
  }
  close(ends[1]);
  uint32_t taken = 0;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    std::vector<std::string> leftovers, left;
    remove_leftovers(directory.path().string(), {leftovers, left});
    for (const std::string& name : names_in(directory.path().string(), ".journal")) {
      taken += JournalFile::adopt(directory / name).is_open();
    }
  }
  uint32_t failed = 1;
  REQUIRE(read(ends[0], &failed, sizeof failed) == sizeof failed);
  close(ends[0]);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(failed == 0);
  CHECK(taken == 0);
}

TEST_CASE("journal file: takes over no link, directory, pipe or file that is too large") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  JournalFile::create(path);
  REQUIRE(JournalFile::adopt(path).is_open());
  REQUIRE(symlink(path.c_str(), (directory / "link.journal").c_str()) == 0);
  std::filesystem::create_directory(directory / "folder.journal");
  REQUIRE(mkfifo((directory / "pipe.journal").c_str(), 0600) == 0);
  write(directory / "large.journal", "");
  REQUIRE(truncate((directory / "large.journal").c_str(), (64 << 20) + 1) == 0);
  for (const char* const name : {"link", "folder", "pipe", "large", "missing"}) {
    INFO(name);
    const std::string other = directory / (std::string(name) + ".journal");
    CHECK_FALSE(JournalFile::adopt(other).is_open());
    CHECK(read_journal(other).empty());
  }
}

TEST_CASE("journal file: takes over nothing of another user") {
  if (geteuid() != 0) {
    WARN("only root can make a file of another user");
    return;
  }
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  {
    JournalFile journal = JournalFile::create(path);
    REQUIRE(journal.append(1, "one"));
  }
  REQUIRE(chown(path.c_str(), 12345, 12345) == 0);
  CHECK_FALSE(JournalFile::adopt(path).is_open());
  CHECK(read_journal(path).empty());
}

TEST_CASE("journal file: is written anew when most of it is dead, and stays one that is locked") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  JournalFile journal = JournalFile::create(path);
  const std::string large(limits::journal_bytes - 10, 'x');
  for (uint32_t entry = 1; entry <= 40; ++entry) REQUIRE(journal.append(entry, large));
  const ino_t first = inode_of(path);
  journal.forget(15);
  CHECK(inode_of(path) == first);  // not yet worth it
  journal.forget(38);
  CHECK(inode_of(path) != first);
  CHECK(std::filesystem::file_size(path) < 3 * limits::journal_bytes);
  CHECK(journal.size_bytes() == std::filesystem::file_size(path));
  REQUIRE(journal.entries().size() == 2);
  CHECK(journal.entries()[0].entry == 39);
  CHECK(journal.entries()[1].bytes == large);
  CHECK_FALSE(JournalFile::adopt(path).is_open());
  REQUIRE(journal.append(41, "last"));
  CHECK(read_journal(path).size() == 3);
  CHECK(names_in(directory.path().string(), ".new").empty());
}

TEST_CASE("journal file: what was replaced while it was opened is not taken over") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  for (int attempt = 0; attempt < 200; ++attempt) {
    JournalFile first = JournalFile::create(path);
    REQUIRE(first.append(1, "old"));
    // Its owner deletes it and lets go of it while another process waits for it.
    const pid_t child = fork();
    if (child == 0) {
      for (;;) {
        JournalFile adopted = JournalFile::adopt(path);
        if (adopted.is_open()) _exit(std::filesystem::exists(path) ? 0 : 1);
        if (!std::filesystem::exists(path)) _exit(0);
      }
    }
    first.remove();
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 0);
    std::filesystem::remove(path);
  }
}

TEST_CASE("journal file: on a full disk it is as it was before") {
  const TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  const ChildResult result = in_child([&]() -> std::string {
    signal(SIGXFSZ, SIG_IGN);
    JournalFile journal = JournalFile::create(path);
    if (!journal.append(1, std::string(500, 'a'))) return "the first did not fit";
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    if (journal.append(2, std::string(800, 'b'))) return "the second did fit";
    if (std::filesystem::file_size(path) != 16 + 16 + 500) return "it is not as it was";
    if (!journal.append(3, std::string(100, 'c'))) return "the third did not fit";
    return std::to_string(journal.entries().size());
  });
  CHECK(result.said == "2");
  const std::vector<JournalEntry> left = read_journal(path);
  REQUIRE(left.size() == 2);
  CHECK(left[1].entry == 3);
}
