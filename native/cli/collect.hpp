// `waymark collect`: takes events in, stores and shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace waymark::cli {

struct CollectArguments {
  std::string listen = "127.0.0.1:8787";
  std::string data;
  std::vector<std::string> write_keys;
  std::string write_key_file;
  std::string read_key;
  std::string read_key_file;
  std::vector<std::string> tools;
  std::vector<std::string> url_parameters;
  std::vector<std::string> allowed_keys;
  std::string plan;
  std::string environment;
  std::string site;
  std::vector<std::string> gpc_purposes;
  bool has_no_visitor_salt = false;
  bool is_behind_proxy = false;
  double events_per_second = 0;
  size_t queue_events = 0;
  uint32_t group_wait_ms = 0;
  std::string vfs;
};

// Describes the subcommand; `arguments` is filled in by parsing and must live until then.
CLI::App* add_collect(CLI::App& app, CollectArguments& arguments);

// Runs until SIGTERM or SIGINT; returns the exit status.
int collect(const CollectArguments& arguments);

}  // namespace waymark::cli
