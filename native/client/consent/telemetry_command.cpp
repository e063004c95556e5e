#include <algorithm>
#include <cstdio>
#include <string>

#include "native/client/consent/printable.hpp"
#include "native/client/include/waymark/terminal.hpp"

namespace waymark {
namespace {

constexpr int done = 0;
constexpr int not_possible = 2;

constexpr const char* help =
    "telemetry status   whether anything is sent, why, and where files are kept (also without a word)\n"
    "telemetry show     what waits to be sent, one JSON object a line\n"
    "telemetry on       agree, and say what to\n"
    "telemetry off      refuse, and delete what waits to be sent\n";

void print(const std::string& name, const std::string& value) {
  std::printf("%s: %s\n", name.c_str(), client::printable(value).c_str());
}

int fail(const std::string& what) {
  std::fprintf(stderr, "telemetry: %s\n", client::printable(what).c_str());
  return not_possible;
}

std::string_view name_of(ConsentValue value) {
  switch (value) {
    case ConsentValue::granted:
      return "granted";
    case ConsentValue::denied:
      return "denied";
    case ConsentValue::unknown:
      break;
  }
  return "unknown";
}

std::string_view meaning_of(Off off) {
  switch (off) {
    case Off::none:
      return "on";
    case Off::bad_config:
      return "off: the program is badly configured";
    case Off::do_not_track:
      return "off: DO_NOT_TRACK is set";
    case Off::tool_variable:
      return "off: the tool's own variable is set";
    case Off::ci:
      return "off: this is a machine of continuous integration";
    case Off::refused:
      return "off: you refused";
    case Off::unknown:
      return "off: nobody was asked yet";
    case Off::unusable_files:
      break;
  }
  return "off: its files cannot be used";
}

// What holds whatever the person answered, who then cannot change their answer.
bool is_opt_out(Off off) { return off == Off::do_not_track || off == Off::tool_variable || off == Off::ci; }

void print_lines(const std::string& name, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) print(name, text.substr(at, end - at));
    at = end + 1;
  }
}

int print_status(const Telemetry& telemetry) {
  const Status status = telemetry.status();
  const ConsentNotice notice = telemetry.notice();
  print("telemetry", std::string(meaning_of(status.off)));
  if (!status.detail.empty()) print("detail", status.detail);
  for (const std::string& purpose : notice.purposes) {
    print(purpose, std::string(name_of(telemetry.consent(purpose))));
    print_lines(purpose + ", why", telemetry.explain(purpose));
  }
  print("data directory", status.data_directory.empty() ? "none" : status.data_directory);
  print("to turn it off", notice.how_to_turn_off);
  if (!notice.policy_url.empty()) print("read more", notice.policy_url);
  return done;
}

int print_waiting(const Telemetry& telemetry) {
  const std::vector<std::string> waiting = telemetry.waiting();
  // JSON has no control characters, and its text is for programs too.
  for (const std::string& event : waiting) std::printf("%s\n", event.c_str());
  if (waiting.empty()) std::fputs("telemetry: nothing waits to be sent\n", stderr);
  return done;
}

int turn_on(Telemetry& telemetry) {
  const ConsentNotice notice = telemetry.notice();
  if (!telemetry.answer(ConsentValue::granted)) {
    const Status status = telemetry.status();
    return fail("is not on, it is " + std::string(meaning_of(status.off)) +
                (status.detail.empty() ? "" : ": " + status.detail));
  }
  print("telemetry", "on");
  print("what you agreed to", notice.text);
  print("to turn it off", notice.how_to_turn_off);
  return done;
}

int turn_off(Telemetry& telemetry) {
  const PurgeReport report = telemetry.withdraw();
  if (report.events_wiped > 0) print("events deleted", std::to_string(report.events_wiped));
  for (const std::string& file : report.files_deleted) print("deleted", file);
  for (const std::string& file : report.files_left) fail("is left: " + file);
  const Status status = telemetry.status();
  print("telemetry", std::string(meaning_of(status.off)));
  if (status.off == Off::refused && status.detail.empty()) return report.files_left.empty() ? done : not_possible;
  if (is_opt_out(status.off)) {
    return fail(status.detail +
                ", so nothing is sent, and no answer is changed; to refuse for good, do this without it");
  }
  return fail(status.off == Off::refused ? status.detail
                                         : "nothing is sent, but your refusal is not kept: " + status.detail);
}

}  // namespace

int telemetry_command(Telemetry& telemetry, std::span<char* const> arguments) {
  const std::string_view word = arguments.empty() ? "status" : arguments.front();
  if (arguments.size() > 1) return fail("one word at most: on, off, status, show");
  if (word == "status") return print_status(telemetry);
  if (word == "show") return print_waiting(telemetry);
  if (word == "on") return turn_on(telemetry);
  if (word == "off") return turn_off(telemetry);
  if (word == "--help" || word == "-h" || word == "help") {
    std::fputs(help, stdout);
    return done;
  }
  return fail(std::string(word) + " is not known: on, off, status, show");
}

}  // namespace waymark
