// What the host is started with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

struct Options {
  std::string endpoint = "http://127.0.0.1:8787";
  std::string write_key = "demo";
  std::string data_directory;  // empty: the usual one
  std::string plan;            // the compiled plan's bytes; empty: none
  std::string answer;          // yes or no, in the place of a dialog; empty: as it was answered before
  int instances = 3;           // 1 to 64
  double seconds = 5;          // 0.1 to 3600
};

// None, and why on standard error, if they are not understood.
std::optional<Options> read_options(int count, char** arguments);
