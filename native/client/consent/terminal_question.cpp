#include "native/client/consent/terminal_question.hpp"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>
#include <string_view>

#include "native/client/consent/ci.hpp"
#include "native/client/consent/printable.hpp"

namespace waymark::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t columns = 78;
constexpr size_t most_line_bytes = 256;
constexpr int most_lines = 3;

// In a terminal that the program has set to hand these on instead of acting on them.
constexpr char interrupt_key = 0x03;
constexpr char end_of_input_key = 0x04;

enum class Readable : uint8_t { yes, not_yet, interrupted };

Readable wait_for_input(int file, std::chrono::milliseconds patience) {
  // What is handled for these signals has nothing to do with the question.
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  for (const int signal : {SIGWINCH, SIGCHLD, SIGALRM, SIGCONT}) sigaddset(&blocked, signal);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience);
  const timespec time{seconds.count(), static_cast<long>(std::chrono::nanoseconds(patience - seconds).count())};
  pollfd polled{file, POLLIN, 0};
  const int ready = ppoll(&polled, 1, &time, &blocked);
  return ready > 0 ? Readable::yes : ready == 0 ? Readable::not_yet : Readable::interrupted;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// One line without its end; none if there is none to come.
std::optional<std::string> read_line(int file, Clock::time_point until) {
  std::string line;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    const Readable readable = wait_for_input(file, std::max(left, std::chrono::milliseconds(0)));
    if (readable == Readable::not_yet) tcflush(file, TCIFLUSH);
    if (readable != Readable::yes) return std::nullopt;
    char bytes[most_line_bytes];
    const ssize_t got = read(file, bytes, sizeof bytes);
    if (got <= 0) return std::nullopt;
    for (const char c : std::string_view(bytes, static_cast<size_t>(got))) {
      if (c == interrupt_key || c == end_of_input_key) return std::nullopt;
      if (c == '\n' || c == '\r') return line;
      if (line.size() < most_line_bytes) line += c;
    }
  }
}

std::optional<Answer> answer_in(std::string line) {
  line.erase(0, line.find_first_not_of(" \t"));
  line.erase(line.find_last_not_of(" \t") + 1);
  std::transform(line.begin(), line.end(), line.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  if (line == "y" || line == "yes") return Answer::yes;
  if (line.empty() || line == "n" || line == "no") return Answer::no;
  return std::nullopt;
}

}  // namespace

std::string why_nobody_can_be_asked(const Terminal& terminal) {
  if (isatty(terminal.input) == 0) return "standard input is no terminal";
  if (isatty(terminal.output) == 0) return "standard error is no terminal";
  const char* const kind = terminal.variables("TERM");
  if (kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb") return "TERM is dumb or not set";
  if (const CiFinding found = find_ci(terminal.variables); found.ci != Ci::no) return found.reason + " is set";
  if (const std::string agent = find_agent(terminal.variables); !agent.empty()) return agent + " is set";
  if (tcgetpgrp(terminal.input) != getpgrp()) return "the program runs in the background";
  // It would be taken for the answer, or be lost to whom it is for.
  if (wait_for_input(terminal.input, std::chrono::milliseconds(0)) == Readable::yes) {
    return "something was typed before the question";
  }
  return {};
}

std::string question_of(const ConsentNotice& notice) {
  std::string purposes;
  for (const std::string& purpose : notice.purposes) purposes.append(purposes.empty() ? "" : ", ").append(purpose);
  std::string text = "\n";
  text += wrapped(notice.title, columns) + "\n" + wrapped(notice.text, columns);
  if (!purposes.empty()) text += wrapped("Purpose: " + purposes + ".", columns);
  text += wrapped(notice.how_to_turn_off, columns);
  if (!notice.policy_url.empty()) text += wrapped("Read more: " + notice.policy_url, columns);
  return text + "\nDo you agree? [y/N] ";
}

Answer ask(const Terminal& terminal, const std::string& text) {
  const auto until = Clock::now() + terminal.patience;
  if (!write_all(terminal.output, text)) return Answer::none;
  for (int i = 0; i < most_lines; ++i) {
    const std::optional<std::string> line = read_line(terminal.input, until);
    if (!line) {
      write_all(terminal.output, "\n");
      return Answer::none;
    }
    if (const std::optional<Answer> answer = answer_in(*line)) return *answer;
    if (i + 1 < most_lines) write_all(terminal.output, "Please type y or n. [y/N] ");
  }
  return Answer::none;
}

}  // namespace waymark::client
