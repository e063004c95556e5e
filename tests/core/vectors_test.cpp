// Plays the golden scripts of tests/vectors on the native core. tests/wasm/vectors.test.mjs plays the same ones on the
// shipped cores, and tests/client/vectors_test.cpp through the client library, so that all of them decide alike and
// write the same bytes. With WAYMARK_WRITE_VECTORS=1 in the environment what the core answers is written into the
// scripts instead: a change of behaviour becomes a diff.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/core/script_files.hpp"
#include "tests/core/script_player.hpp"

namespace {

using namespace waymark::scripts;

// One step a line, and of a poll one action a line, so that a diff shows what changed.
std::string write_script(const Json& script) {
  std::string out = "{";
  for (const auto& [key, value] : script.items()) {
    out += (out.size() > 1 ? ",\n  " : "\n  ") + Json(key).dump() + ": ";
    if (key != "steps") {
      out += value.dump();
      continue;
    }
    out += "[";
    for (size_t i = 0; i < value.size(); ++i) {
      Json step = value[i];
      const bool is_poll = step.at("call") == "poll";
      const Json actions = is_poll ? step.at("expect") : Json();
      if (is_poll) step.erase("expect");
      std::string line = step.dump();
      if (is_poll) {
        line.back() = ',';
        line += "\"expect\":[";
        for (size_t k = 0; k < actions.size(); ++k) line += (k ? ",\n      " : "\n      ") + actions[k].dump();
        line += "]}";
      }
      out += (i ? ",\n    " : "\n    ") + line;
    }
    out += "\n  ]";
  }
  return out + "\n}\n";
}

}  // namespace

TEST_CASE("golden scripts: the native core answers as they say") {
  const std::vector<std::filesystem::path> files = script_files();
  REQUIRE(files.size() >= 13);
  const bool is_writing = std::getenv("WAYMARK_WRITE_VECTORS") != nullptr;
  for (const std::filesystem::path& file : files) {
    INFO(file.filename().string());
    Json script = read(file);
    ScriptPlayer host(script);
    host.start();
    Json& steps = script.at("steps");
    REQUIRE_FALSE(steps.empty());
    for (size_t i = 0; i < steps.size(); ++i) {
      INFO("step " << i << " " << steps[i].dump());
      const Json played = host.play(steps[i]);
      if (!is_writing) CHECK(played.dump() == steps[i].dump());
      steps[i] = played;
    }
    if (is_writing) std::ofstream(file) << write_script(script);
  }
}

TEST_CASE("golden scripts: an expectation that is wrong shows") {
  for (const std::filesystem::path& file : script_files()) {
    INFO(file.filename().string());
    const Json script = read(file);
    ScriptPlayer host(script);
    host.start();
    uint32_t noticed = 0;
    for (Json step : script.at("steps")) {
      for (const char* const answer : {"verdict", "reason"}) {
        if (step.contains(answer)) step[answer] = "something_else";
      }
      if (step.contains("expect")) step["expect"].front() = "something_else";
      noticed += host.play(step).dump() != step.dump();
    }
    CHECK(noticed > 0);
  }
}

TEST_CASE("golden scripts: shortened texts are read back as they were") {
  const std::string text = std::string(100, 'x') + "${ }$" + std::string(63, 'y') + "{a" + std::string(64, ' ');
  CHECK(shorten(text) == "${x*100}${ }$" + std::string(63, 'y') + "{a${ *64}");
  CHECK(expand("a${x*3}b${#c0af}c") ==
        "axxxb\xC0\xAF"
        "c");
  CHECK(expand(shorten("{\"a\":\"" + std::string(8000, 'x') + "\"}")) == "{\"a\":\"" + std::string(8000, 'x') + "\"}");
}
