// A whole program at a terminal: examples/greet, asked once, and its `telemetry` subcommand.
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "core/consent/record.hpp"
#include "tests/catch.hpp"
#include "tests/client/pty_child.hpp"
#include "tests/client/temporary_directory.hpp"

namespace waymark::client {
namespace {

using testing::PtyChild;
using testing::TemporaryDirectory;
using Environment = std::map<std::string, std::string>;

constexpr const char* question = "Do you agree? [y/N] ";

// In the child. Nobody listens on port 9 (discard).
int run_greet(const TemporaryDirectory& home, std::vector<std::string> arguments, const Environment& more) {
  clearenv();
  Environment environment{{"HOME", home.path().string()}, {"TERM", "xterm"}, {"GREET_ENDPOINT", "http://127.0.0.1:9"}};
  for (const auto& [name, value] : more) environment[name] = value;
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv{const_cast<char*>(GREET_PROGRAM)};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(GREET_PROGRAM, argv.data());
  return 127;
}

PtyChild greet(const TemporaryDirectory& home, const std::vector<std::string>& arguments,
               const Environment& more = {}) {
  return PtyChild([&] { return run_greet(home, arguments, more); });
}

bool is_empty(const TemporaryDirectory& home) { return std::filesystem::is_empty(home.path()); }

// What the record says of a purpose; unknown without one.
Consent recorded(const TemporaryDirectory& home, const char* purpose) {
  std::ifstream file(home / ".local/state/greet/telemetry/consent.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  consent::Record record;
  consent::read_record(text, record);
  const consent::Choice* const choice = record.find(purpose);
  return choice == nullptr ? Consent::unknown : choice->value;
}

TEST_CASE("greet: asks once, after its work, and a yes is kept") {
  const TemporaryDirectory home;
  PtyChild first = greet(home, {"Ada"});
  REQUIRE(first.shows(question));
  CHECK(first.shown().find("Hello, Ada!") < first.shown().find("Help to improve greet?"));
  CHECK(first.shown().find("127.0.0.1:9") != std::string::npos);
  CHECK(first.shown().find("GREET_NO_TELEMETRY=1") != std::string::npos);
  CHECK(is_empty(home));
  first.type("y\n");
  CHECK(first.exit_status() == 0);
  CHECK(recorded(home, "analytics") == Consent::granted);

  PtyChild second = greet(home, {"Ada"});
  CHECK(second.exit_status() == 0);
  CHECK(second.shown() == "Hello, Ada!\r\n");
}

TEST_CASE("greet: a no is kept, alone, and nobody is asked again") {
  for (const char* typed : {"n\n", "\n"}) {
    const TemporaryDirectory home;
    PtyChild first = greet(home, {"Ada"});
    REQUIRE(first.shows(question));
    first.type(typed);
    CHECK(first.exit_status() == 0);
    CHECK(recorded(home, "analytics") == Consent::denied);
    const std::filesystem::path kept = home / ".local/state/greet/telemetry";
    CHECK(std::distance(std::filesystem::directory_iterator(kept), std::filesystem::directory_iterator()) == 1);

    PtyChild second = greet(home, {"Ada"});
    CHECK(second.exit_status() == 0);
    CHECK(second.shown() == "Hello, Ada!\r\n");
  }
}

TEST_CASE("greet: no answer records nothing, and is asked for again") {
  const TemporaryDirectory home;
  PtyChild at_end = greet(home, {"Ada"});
  REQUIRE(at_end.shows(question));
  at_end.type("\x04");
  CHECK(at_end.exit_status() == 0);
  CHECK(is_empty(home));

  PtyChild broken_off = greet(home, {"Ada"});
  REQUIRE(broken_off.shows(question));
  broken_off.type("\x03");
  const int status = broken_off.wait();
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGINT);
  CHECK(is_empty(home));

  PtyChild hung_up = greet(home, {"Ada"});
  REQUIRE(hung_up.shows(question));
  hung_up.hang_up();
  CHECK(WTERMSIG(hung_up.wait()) == SIGHUP);
  CHECK(is_empty(home));

  PtyChild again = greet(home, {"Ada"});
  CHECK(again.shows(question));
}

TEST_CASE("greet: nobody is asked where something else decides, or no person is there") {
  const Environment rows[] = {
      {{"DO_NOT_TRACK", "1"}}, {{"GREET_NO_TELEMETRY", "yes"}}, {{"CI", "true"}},   {{"BUILD_NUMBER", "7"}},
      {{"VERCEL", "1"}},       {{"CLAUDECODE", "1"}},           {{"TERM", "dumb"}}, {{"HOME", "/dev/null/nowhere"}},
      {{"HOME", ""}}};
  for (const Environment& row : rows) {
    CAPTURE(row.begin()->first);
    const TemporaryDirectory home;
    PtyChild child = greet(home, {"Ada"}, row);
    CHECK(child.exit_status() == 0);
    CHECK(child.shown() == "Hello, Ada!\r\n");
    CHECK(is_empty(home));
  }
}

TEST_CASE("greet: an answer given elsewhere holds here") {
  const TemporaryDirectory home;
  PtyChild on = greet(home, {"telemetry", "on"});
  CHECK(on.shows("telemetry: on\r\n"));
  CHECK(on.shows("what you agreed to: greet would like to send"));
  CHECK(on.exit_status() == 0);
  CHECK(recorded(home, "analytics") == Consent::granted);
  PtyChild run = greet(home, {"Ada"});
  CHECK(run.exit_status() == 0);
  CHECK(run.shown() == "Hello, Ada!\r\n");
}

TEST_CASE("greet telemetry: says one fact a line") {
  const TemporaryDirectory home;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"telemetry"}, std::vector<std::string>{"telemetry", "status"}}) {
    PtyChild child = greet(home, arguments);
    CHECK(child.exit_status() == 0);
    CHECK(child.shown().find("telemetry: off: nobody was asked yet\r\n") == 0);
    CHECK(child.shown().find("\r\nanalytics: unknown\r\n") != std::string::npos);
    CHECK(child.shown().find("\r\nanalytics, why: record: not_asked\r\n") != std::string::npos);
    CHECK(child.shown().find("\r\ndata directory: " + (home / ".local/state/greet/telemetry") + "\r\n") !=
          std::string::npos);
    CHECK(child.shown().find("GREET_NO_TELEMETRY=1") != std::string::npos);
    CHECK(is_empty(home));
  }
  PtyChild stopped = greet(home, {"telemetry"}, {{"DO_NOT_TRACK", "1"}});
  CHECK(stopped.exit_status() == 0);
  CHECK(stopped.shown().find("telemetry: off: DO_NOT_TRACK is set\r\n") == 0);
}

TEST_CASE("greet telemetry: shows what waits, off deletes it and keeps the refusal alone") {
  const TemporaryDirectory home;
  REQUIRE(greet(home, {"telemetry", "on"}).exit_status() == 0);
  REQUIRE(greet(home, {"Ada", "Bob"}).exit_status() == 0);
  PtyChild show = greet(home, {"telemetry", "show"});
  CHECK(show.exit_status() == 0);
  CHECK(show.shown().find("\"event_name\":\"greeting_printed\"") != std::string::npos);
  CHECK(show.shown().find("\"names\":2") != std::string::npos);
  CHECK(show.shown().find("Ada") == std::string::npos);

  PtyChild off = greet(home, {"telemetry", "off"});
  CHECK(off.exit_status() == 0);
  CHECK(off.shown().find("deleted: 1\r\n") != std::string::npos);
  CHECK(off.shown().find("telemetry: off: you refused\r\n") != std::string::npos);
  CHECK(recorded(home, "analytics") == Consent::denied);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home.path())) {
    CAPTURE(entry.path().string());
    CHECK((entry.is_directory() || entry.path().filename() == "consent.json"));
  }
  CHECK(greet(home, {"telemetry", "show"}).exit_status() == 0);
}

TEST_CASE("greet telemetry: off says what it could not delete, with status 2") {
  const TemporaryDirectory home;
  REQUIRE(greet(home, {"telemetry", "on"}).exit_status() == 0);
  const std::string stuck = home / ".local/state/greet/telemetry/crashes/0.crash";
  std::filesystem::create_directories(stuck);  // unlink(2) deletes no directory
  PtyChild off = greet(home, {"telemetry", "off"});
  CHECK(off.exit_status() == 2);
  CHECK(off.shown().find("telemetry: is left: cannot delete " + stuck + ": Is a directory\r\n") != std::string::npos);
  CHECK(off.shown().find("telemetry: off: you refused\r\n") != std::string::npos);
  CHECK(recorded(home, "analytics") == Consent::denied);
}

TEST_CASE("greet telemetry: off on a full disk takes the yes back, and does not say that it is on") {
  const TemporaryDirectory home;
  REQUIRE(greet(home, {"telemetry", "on"}).exit_status() == 0);
  PtyChild off([&] {
    const rlimit limit{20, 20};
    return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? run_greet(home, {"telemetry", "off"}, {}) : 1;
  });
  CHECK(off.exit_status() == 2);
  CHECK(off.shown().find("telemetry: off: you refused\r\n") != std::string::npos);
  CHECK(off.shown().find("telemetry: on") == std::string::npos);
  CHECK(off.shown().find("cannot be written: File too large; the next start asks again") != std::string::npos);
  PtyChild next = greet(home, {"telemetry"});
  CHECK(next.exit_status() == 0);
  CHECK(next.shown().find("telemetry: off: nobody was asked yet\r\n") == 0);
}

TEST_CASE("greet telemetry: what earlier runs left is seen and deleted while a variable turns it off") {
  const TemporaryDirectory home;
  const std::string kept = home / ".local/state/greet/telemetry";
  const Environment opted_out{{"DO_NOT_TRACK", "1"}};
  REQUIRE(greet(home, {"telemetry", "on"}).exit_status() == 0);
  REQUIRE(greet(home, {"Ada"}).exit_status() == 0);
  PtyChild status = greet(home, {"telemetry"}, opted_out);
  CHECK(status.shows("data directory: " + kept + "\r\n"));
  PtyChild show = greet(home, {"telemetry", "show"}, opted_out);
  CHECK(show.shows("\"event_name\":\"greeting_printed\""));
  PtyChild off = greet(home, {"telemetry", "off"}, opted_out);
  CHECK(off.exit_status() == 2);
  CHECK(off.shown().find("deleted: " + kept + "/queue/") != std::string::npos);
  CHECK(off.shown().find("telemetry: DO_NOT_TRACK is set, so nothing is sent, and no answer is changed; "
                         "to refuse for good, do this without it\r\n") != std::string::npos);
  CHECK(recorded(home, "analytics") == Consent::granted);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home.path())) {
    CAPTURE(entry.path().string());
    CHECK((entry.is_directory() || entry.path().filename() == "consent.json"));
  }
}

TEST_CASE("greet telemetry: what is not possible, or not known, is said, with status 2") {
  const TemporaryDirectory home;
  PtyChild unknown = greet(home, {"telemetry", "maybe\x1b[31m"});
  CHECK(unknown.exit_status() == 2);
  CHECK(unknown.shown() == "telemetry: maybe[31m is not known: on, off, status, show\r\n");
  PtyChild two = greet(home, {"telemetry", "on", "off"});
  CHECK(two.exit_status() == 2);
  for (const char* word : {"on", "off"}) {
    PtyChild stopped = greet(home, {"telemetry", word}, {{"GREET_NO_TELEMETRY", "1"}});
    CHECK(stopped.exit_status() == 2);
    CHECK(stopped.shown().find("GREET_NO_TELEMETRY is set") != std::string::npos);
    PtyChild nowhere = greet(home, {"telemetry", word}, {{"HOME", "/dev/null/nowhere"}});
    CHECK(nowhere.exit_status() == 2);
    CHECK(nowhere.shown().find("/dev/null/nowhere: cannot be made: ") != std::string::npos);
  }
  CHECK(is_empty(home));
  PtyChild help = greet(home, {"telemetry", "--help"});
  CHECK(help.exit_status() == 0);
  for (const char* word : {"status", "show", "on", "off"}) CHECK(help.shown().find(word) != std::string::npos);
}

}  // namespace
}  // namespace waymark::client
