#include "native/client/consent/terminal_question.hpp"

#include <fcntl.h>
#include <termios.h>

#include <cstdlib>
#include <cstring>

#include "native/client/consent/notice.hpp"
#include "tests/catch.hpp"
#include "tests/client/map_variables.hpp"
#include "tests/client/pty_child.hpp"

namespace waymark::client {
namespace {

using testing::MapVariables;
using testing::PtyChild;

// Exit statuses of the children here.
constexpr int said_yes = 10;
constexpr int said_no = 11;
constexpr int said_nothing = 12;
constexpr int terminal_changed = 13;
constexpr int handler_did_not_run = 14;
constexpr int leftover = 15;
int status_of(Answer answer) {
  return answer == Answer::yes ? said_yes : answer == Answer::no ? said_no : said_nothing;
}

constexpr auto long_patience = std::chrono::seconds(20);

int ask_and_tell(std::chrono::milliseconds patience = long_patience) {
  termios before{};
  termios after{};
  tcgetattr(0, &before);
  Terminal terminal;
  terminal.patience = patience;
  const Answer answer = ask(terminal, "Agree? [y/N] ");
  tcgetattr(0, &after);
  return std::memcmp(&before, &after, sizeof before) == 0 ? status_of(answer) : terminal_changed;
}

TEST_CASE("question: only y and yes agree, Enter refuses") {
  const std::pair<const char*, int> rows[] = {
      {"y\n", said_yes},       {"yes\n", said_yes},    {"YES\n", said_yes}, {"  Y \n", said_yes},
      {"\n", said_no},         {"n\n", said_no},       {"No\n", said_no},   {"  \n", said_no},
      {"ye\b\bno\n", said_no}, {"\x04", said_nothing},  // end of input
  };
  for (const auto& [typed, expected] : rows) {
    CAPTURE(typed);
    PtyChild child([] { return ask_and_tell(); });
    REQUIRE(child.shows("Agree? [y/N] "));
    std::string keys = typed;
    for (char& key : keys) key = key == '\b' ? '\x7f' : key;
    child.type(keys);
    CHECK(child.exit_status() == expected);
  }
}

TEST_CASE("question: what is neither yes nor no is asked for again, twice") {
  PtyChild child([] { return ask_and_tell(); });
  REQUIRE(child.shows("Agree? [y/N] "));
  child.type("yess\n");
  REQUIRE(child.shows("type y or n"));
  child.type("y\n");
  CHECK(child.exit_status() == said_yes);

  PtyChild other([] { return ask_and_tell(); });
  REQUIRE(other.shows("Agree? [y/N] "));
  other.type("sure\nok\n" + std::string(1000, 'y') + "\n");
  CHECK(other.exit_status() == said_nothing);
}

TEST_CASE("question: Ctrl-C ends the program, as ever") {
  PtyChild child([] { return ask_and_tell(); });
  REQUIRE(child.shows("Agree? [y/N] "));
  child.type("\x03");
  const int status = child.wait();
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGINT);
}

volatile sig_atomic_t is_handled = 0;
void remember(int /*signal*/) { is_handled = 1; }
void handle(int signal) {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

TEST_CASE("question: a program that handles Ctrl-C gets it, and no answer") {
  PtyChild child([] {
    handle(SIGINT);
    const int status = ask_and_tell();
    return is_handled ? status : handler_did_not_run;
  });
  REQUIRE(child.shows("Agree? [y/N] "));
  child.type("\x03");
  CHECK(child.exit_status() == said_nothing);
}

TEST_CASE("question: other signals do not end it") {
  PtyChild child([] {
    handle(SIGWINCH);
    const int status = ask_and_tell();
    return is_handled ? status : handler_did_not_run;
  });
  REQUIRE(child.shows("Agree? [y/N] "));
  const winsize size{40, 100, 0, 0};
  REQUIRE(ioctl(child.terminal(), TIOCSWINSZ, &size) == 0);
  kill(child.pid(), SIGSTOP);
  usleep(50'000);
  kill(child.pid(), SIGCONT);
  usleep(50'000);
  child.type("y\n");
  CHECK(child.exit_status() == said_yes);
}

TEST_CASE("question: patience ends, and what was typed without Enter reaches nobody") {
  PtyChild child([] {
    const int status = ask_and_tell(std::chrono::milliseconds(300));
    if (status != said_nothing) return status;
    char bytes[16];
    const ssize_t got = read(0, bytes, sizeof bytes);
    return got == 1 && bytes[0] == '\n' ? said_nothing : leftover;
  });
  REQUIRE(child.shows("Agree? [y/N] "));
  child.type("y");
  REQUIRE(child.shows("y\r\n"));
  child.type("\n");
  CHECK(child.exit_status() == said_nothing);
}

TEST_CASE("question: a terminal that is gone is no answer") {
  int told[2];
  REQUIRE(pipe(told) == 0);
  PtyChild child([&] {
    signal(SIGHUP, SIG_IGN);
    const char status = static_cast<char>(ask_and_tell());
    return write(told[1], &status, 1) == 1 ? 0 : 1;
  });
  close(told[1]);
  REQUIRE(child.shows("Agree? [y/N] "));
  child.hang_up();
  char status = 0;
  CHECK(read(told[0], &status, 1) == 1);
  close(told[0]);
  // Its settings cannot be compared any more.
  CHECK((status == said_nothing || status == terminal_changed));
}

// The exit status is 0 if there is somebody; else the reason is shown.
int tell_reason(std::map<std::string, std::string> values) {
  MapVariables environment(std::move(values));
  Terminal terminal;
  terminal.variables = environment.variables();
  const std::string reason = why_nobody_can_be_asked(terminal);
  dprintf(2, "reason: %s.", reason.c_str());
  return reason.empty() ? 0 : 1;
}

TEST_CASE("question: asked where there is a person") {
  PtyChild child([] { return tell_reason({{"TERM", "xterm"}}); });
  CHECK(child.exit_status() == 0);
}

TEST_CASE("question: asked of nobody in CI, by an agent, on a terminal that cannot show it") {
  using Row = std::pair<std::map<std::string, std::string>, const char*>;
  const Row rows[] = {
      {{{"TERM", "xterm"}, {"CI", "true"}}, "CI is set"},
      {{{"TERM", "xterm"}, {"GITHUB_ACTIONS", "true"}}, "GITHUB_ACTIONS (GitHub Actions) is set"},
      {{{"TERM", "xterm"}, {"BUILD_NUMBER", "7"}}, "BUILD_NUMBER is set"},
      {{{"TERM", "xterm"}, {"VERCEL", "1"}}, "VERCEL (Vercel) is set"},
      {{{"TERM", "xterm"}, {"CLAUDECODE", "1"}}, "CLAUDECODE is set"},
      {{{"TERM", "dumb"}}, "TERM is dumb or not set"},
      {{{"TERM", ""}}, "TERM is dumb or not set"},
      {{}, "TERM is dumb or not set"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.second);
    PtyChild child([&] { return tell_reason(row.first); });
    CHECK(child.shows("reason: " + std::string(row.second) + "."));
    CHECK(child.exit_status() == 1);
  }
}

TEST_CASE("question: asked of nobody without a terminal on both ends") {
  for (const int closed : {0, 2}) {
    PtyChild child([&] {
      dup2(open("/dev/null", O_RDWR), closed);
      Terminal terminal;
      return why_nobody_can_be_asked(terminal).find("is no terminal") != std::string::npos ? 0 : 1;
    });
    CHECK(child.exit_status() == 0);
  }
  PtyChild closed([] {
    close(0);
    return why_nobody_can_be_asked(Terminal()).empty() ? 1 : 0;
  });
  CHECK(closed.exit_status() == 0);
}

TEST_CASE("question: asked of nobody from the background") {
  PtyChild child([] {
    const pid_t in_background = fork();
    if (in_background == 0) {
      setpgid(0, 0);
      _exit(tell_reason({{"TERM", "xterm"}}));
    }
    int status = 0;
    waitpid(in_background, &status, 0);
    return WEXITSTATUS(status);
  });
  CHECK(child.shows("reason: the program runs in the background."));
  CHECK(child.exit_status() == 1);
}

TEST_CASE("question: what was typed before it is no answer, and stays for whom it is for") {
  PtyChild child([] {
    dprintf(2, "busy");
    usleep(300'000);
    if (tell_reason({{"TERM", "xterm"}}) == 0) return 1;
    char bytes[16];
    return read(0, bytes, sizeof bytes) == 2 && bytes[0] == 'y' ? 0 : leftover;
  });
  REQUIRE(child.shows("busy"));
  child.type("y\n");
  CHECK(child.shows("reason: something was typed before the question."));
  CHECK(child.exit_status() == 0);
}

TEST_CASE("question: what is shown fits a terminal, and ends in the question") {
  TelemetryConfig config;
  config.tool = "greet";
  config.endpoint = "https://collect.example.com";
  config.policy_url = "https://example.com/privacy";
  const std::string text = question_of(make_notice(config, {"functional", "analytics"}));
  CHECK(text.find("Purpose: functional, analytics.") != std::string::npos);
  CHECK(text.find("Read more: https://example.com/privacy") != std::string::npos);
  CHECK(text.substr(text.size() - 7) == " [y/N] ");
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    CHECK(end - at <= 78);
    at = end + 1;
  }
}

}  // namespace
}  // namespace waymark::client
