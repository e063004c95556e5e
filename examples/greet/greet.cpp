// A command line tool with telemetry that asks first.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <waymark/telemetry.hpp>
#include <waymark/terminal.hpp>

namespace {

constexpr const char* usage =
    "usage: greet [--formal] NAME...\n"
    "       greet telemetry [status|show|on|off]\n";

// The collector of `./dev demo`, unless another is named.
std::string_view endpoint() {
  const char* const named = std::getenv("GREET_ENDPOINT");
  return named != nullptr ? named : "http://127.0.0.1:8787";
}

}  // namespace

int main(int argc, char** argv) {
  waymark::Telemetry telemetry(
      {.tool = "greet", .version = "1.0.0", .endpoint = endpoint(), .write_key = "demo", .policy_version = "1"});
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "telemetry") return waymark::telemetry_command(telemetry, {argv + 2, argv + argc});

  const bool is_formal = first == "--formal";
  const int first_name = is_formal ? 2 : 1;
  if (argc <= first_name || first == "--help") {
    std::fputs(usage, first == "--help" ? stdout : stderr);
    return first == "--help" ? 0 : 2;
  }
  for (int i = first_name; i < argc; ++i) std::printf(is_formal ? "Good day, %s.\n" : "Hello, %s!\n", argv[i]);
  std::fflush(stdout);

  // What was counted before the answer waits in memory: a yes sends it, a no forgets it.
  telemetry.track("greeting_printed", {{"names", argc - first_name}, {"is_formal", is_formal}});
  waymark::ask_on_terminal(telemetry);
  return 0;
}
