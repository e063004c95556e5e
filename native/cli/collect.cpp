#include "native/cli/collect.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "core/limits.hpp"
#include "core/privacy/keys.hpp"
#include "native/cli/exit_status.hpp"
#include "native/cli/key_file.hpp"
#include "native/cli/plan_file.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/collector.hpp"

namespace waymark::cli {
namespace {

namespace bounds = collector::bounds;

int refuse(const std::string& what) {
  std::fprintf(stderr, "waymark collect: %s\n", what.c_str());
  return exit_usage;
}

struct Address {
  std::string host;
  uint16_t port = 0;
};

// HOST:PORT with a numeric host, or localhost; an IPv6 host in brackets.
std::optional<Address> parse_address(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  Address address{text.substr(0, colon), 0};
  const char* const stop = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, stop, address.port);
  if (error != std::errc() || end != stop) return {};
  std::string& host = address.host;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string::npos) return {};
  } else if (host == "localhost") {
    host = "127.0.0.1";
  } else if (host.find_first_not_of("0123456789.") != std::string::npos) {
    return {};
  }
  if (host.empty()) return {};
  return address;
}

std::optional<std::string> check_keys(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (key.empty() || key.size() > limits::write_key_bytes) return "a key has 1 to 64 bytes; choose another";
  }
  return {};
}

// Names that privacy is told to leave alone must be such that it can find them.
std::optional<std::string> check_allowed(const char* flag, const std::vector<std::string>& names, size_t most) {
  if (names.size() > most) {
    return std::string(flag) + " is given more than " + std::to_string(most) + " times; allow fewer names";
  }
  const auto is_odd = [](char c) { return static_cast<uint8_t>(c) < ' ' || c == '"' || c == '\\'; };
  for (const std::string& name : names) {
    if (name.empty() || name.size() > limits::key_bytes || std::any_of(name.begin(), name.end(), is_odd)) {
      return std::string(flag) + " takes a name of 1 to " + std::to_string(limits::key_bytes) +
             " bytes without quotes, backslashes and control characters; correct the one given";
    }
  }
  return {};
}

// The purposes that are meant: marketing unless others are named, and no one for the word none.
std::optional<std::string> read_gpc_purposes(const std::vector<std::string>& given,
                                             std::vector<std::string>& purposes) {
  purposes = given.empty() ? std::vector<std::string>{"marketing"} : given;
  if (purposes == std::vector<std::string>{"none"}) purposes.clear();
  for (const std::string& purpose : purposes) {
    if (purpose == "none") return "--gpc-purpose none stands alone; leave it or the others out";
    if (purpose.empty() || purpose.size() > limits::purpose_bytes) {
      return "--gpc-purpose takes a name of 1 to " + std::to_string(limits::purpose_bytes) + " bytes; correct it";
    }
  }
  if (purposes.size() > limits::purposes)
    return "--gpc-purpose is given more than 16 times; a plan has no more purposes";
  return {};
}

std::optional<std::string> check_no_secret(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (privacy::classify_key(key, {}) == privacy::KeyClass::secret) {
      return "--allowed-key " + key + " names a secret, and secrets are never kept; leave it out";
    }
  }
  return {};
}

}  // namespace

CLI::App* add_collect(CLI::App& app, CollectArguments& arguments) {
  CLI::App* const command = app.add_subcommand("collect", "Take events in, store them in SQLite, show them live.");
  command->add_option("--listen", arguments.listen, "HOST:PORT; port 0 takes a free one")->capture_default_str();
  command->add_option("--data", arguments.data, "Directory of the store; made if it is not there")->required();
  command->add_option("--write-key", arguments.write_keys, "A key that may send; may be given again")
      ->allow_extra_args(false);
  command->add_option("--write-key-file", arguments.write_key_file, "File with one write key a line");
  command->add_option("--read-key", arguments.read_key, "The key that opens the live view and exports");
  command->add_option("--read-key-file", arguments.read_key_file, "File with the read key");
  command->add_option("--tool", arguments.tools, "An id that GET /t takes; may be given again")
      ->allow_extra_args(false);
  command->add_option("--plan", arguments.plan, "The tracking plan that events must keep: JSON, or compiled");
  command->add_option("--environment", arguments.environment, "Which of the plan's modes holds");
  command->add_option("--site", arguments.site, "Directory that is served at /");
  command
      ->add_option("--url-parameter", arguments.url_parameters,
                   "A query parameter that URLs keep, as in the tracker's privacy.urlParameters; may be given again")
      ->allow_extra_args(false);
  command
      ->add_option("--allowed-key", arguments.allowed_keys,
                   "A key that holds personal data on purpose, as in the tracker's privacy.keys; may be given again")
      ->allow_extra_args(false);
  command
      ->add_option("--gpc-purpose", arguments.gpc_purposes,
                   "A purpose whose events are refused while Sec-GPC is 1; may be given again; none for no purpose")
      ->allow_extra_args(false)
      ->default_str("marketing");
  command->add_flag("--no-visitor-salt", arguments.has_no_visitor_salt,
                    "Events without ids get no visitor key for the day");
  command->add_flag("--behind-proxy", arguments.is_behind_proxy,
                    "The last address of X-Forwarded-For is the sender's; only with a proxy that adds it");
  command->add_option("--events-per-second", arguments.events_per_second, "Most events of one write key")
      ->default_val(bounds::events_per_second)
      ->check(CLI::Range(0.001, 1e9));
  command->add_option("--queue-events", arguments.queue_events, "Most events that wait for the disk")
      ->default_val(bounds::queue_events)
      ->check(CLI::Range(size_t{1}, size_t{1'000'000}));
  command
      ->add_option("--group-wait-ms", arguments.group_wait_ms, "How long a first event waits for others to commit with")
      ->default_val(0)
      ->check(CLI::Range(0u, 10'000u));
  command->add_option("--vfs", arguments.vfs)->group("");  // for tests: an SQLite VFS that fails on purpose
  return command;
}

int collect(const CollectArguments& arguments) {
  const auto address = parse_address(arguments.listen);
  if (!address) return refuse("--listen " + arguments.listen + " is not HOST:PORT; write 127.0.0.1:8787");

  collector::CollectorOptions options;
  options.address = address->host;
  options.port = address->port;
  options.data = arguments.data;
  options.vfs = arguments.vfs;
  options.service.write_keys = arguments.write_keys;
  if (!arguments.write_key_file.empty()) {
    if (const auto problem = read_key_file(arguments.write_key_file, options.service.write_keys))
      return refuse(*problem);
  }
  std::vector<std::string> read_keys;
  if (!arguments.read_key.empty()) read_keys.push_back(arguments.read_key);
  if (!arguments.read_key_file.empty()) {
    if (const auto problem = read_key_file(arguments.read_key_file, read_keys)) return refuse(*problem);
  }
  if (read_keys.size() > 1) return refuse("more than one read key is given; give one");
  if (!read_keys.empty()) options.service.read_key = read_keys[0];
  for (const auto& keys : {options.service.write_keys, read_keys}) {
    if (const auto problem = check_keys(keys)) return refuse(*problem);
  }
  if (options.service.write_keys.empty() && !collector::is_loopback(options.address)) {
    return refuse("--listen " + arguments.listen +
                  " can be reached by others; give a --write-key or listen on 127.0.0.1");
  }
  if (const auto problem = check_allowed("--url-parameter", arguments.url_parameters, limits::url_parameters)) {
    return refuse(*problem);
  }
  if (const auto problem = check_allowed("--allowed-key", arguments.allowed_keys, limits::allowed_keys)) {
    return refuse(*problem);
  }
  if (const auto problem = check_no_secret(arguments.allowed_keys)) return refuse(*problem);
  options.service.allowed = {arguments.url_parameters, arguments.allowed_keys};
  if (!arguments.plan.empty()) {
    if (const auto problem = load_plan(arguments.plan, arguments.environment, options.service.plan)) {
      return refuse(*problem);
    }
  }
  if (const auto problem = read_gpc_purposes(arguments.gpc_purposes, options.service.gpc_purposes)) {
    return refuse(*problem);
  }
  options.has_visitor_salt = !arguments.has_no_visitor_salt;
  options.service.is_behind_proxy = arguments.is_behind_proxy;
  options.service.tools = arguments.tools;
  options.service.site = arguments.site;
  if (std::error_code error; !arguments.site.empty() && !std::filesystem::is_directory(arguments.site, error)) {
    return refuse("--site " + arguments.site + " is not a directory; name the one with index.html");
  }
  options.service.events_per_second = arguments.events_per_second;
  options.writer.queue_events = arguments.queue_events;
  options.writer.group_wait = std::chrono::milliseconds(arguments.group_wait_ms);

  const auto failure = collector::run_collector(options, [](const std::string& url) {
    std::printf("listening on %s\n", url.c_str());
    std::fflush(stdout);
  });
  return failure ? refuse(*failure) : exit_done;
}

}  // namespace waymark::cli
