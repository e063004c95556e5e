// Plays the golden scripts of tests/vectors on the native core. tests/wasm/vectors.test.mjs plays the same ones on the
// shipped cores, so that all of them decide alike and write the same bytes. With WAYMARK_WRITE_VECTORS=1 in the
// environment what the core answers is written into the scripts instead: a change of behaviour becomes a diff.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/text/hash.hpp"
#include "core/tracker.hpp"
#include "tests/catch.hpp"

namespace {

using namespace waymark;
using Json = nlohmann::ordered_json;

// As in wasm/abi.cpp, so that a full queue is full at the same event.
constexpr size_t block_bytes = 580 * 1024;
constexpr size_t actions_a_poll = 400;
constexpr size_t shortest_run = 64;

// ---- the text of a script: ${x*80} is x 80 times, ${#c0af} are bytes ----------------------------------------------

std::string expand(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find("${", at);
    const size_t close = open == std::string::npos ? open : text.find('}', open + 3);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const std::string inside = text.substr(open + 2, close - open - 2);
    if (inside[0] == '#') {
      for (size_t i = 1; i < inside.size(); i += 2)
        out += static_cast<char>(std::stoi(inside.substr(i, 2), nullptr, 16));
    } else {
      out.append(std::stoul(inside.substr(2)), inside[0]);
    }
    at = close + 1;
  }
  return out;
}

// Long runs of one letter become ${x*80} again.
std::string shorten(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && text[end] == text[at]) ++end;
    if (end - at >= shortest_run) {
      out += std::string("${") + text[at] + '*' + std::to_string(end - at) + '}';
    } else {
      out += text.substr(at, end - at);
    }
    at = end;
  }
  return out;
}

std::string text_of(const Json& step, const char* member) { return expand(step.value(member, "")); }
std::string name(Verdict verdict) { return std::string(name_of(verdict)); }
std::string name(Reason reason) { return std::string(name_of(reason)); }

// ---- a host that carries out a script -----------------------------------------------------------------------------

class Host {
 public:
  explicit Host(const Json& script) : start_ms_(script.at("start")), config_(script.at("config")) {
    state_ = script.value("state", "");
    begin(script, 0);
  }

  // The script's step, with what the core answers in place of what was expected.
  Json play(const Json& step) {
    const std::string call = step.at("call");
    const double now = start_ms_ + step.at("at").get<double>();
    Json played = step;
    if (call == "track" || call == "page" || call == "identify" || call == "group") {
      decide(step, call, now, played);
    } else if (call == "poll") {
      played["expect"] = poll(now);
    } else if (call == "respond") {
      tracker_->on_response(step.at("batch"), step.at("status"), step.value("retry_after_ms", -1.0),
                            text_of(step, "rejected"), now);
    } else if (call == "set_user") {
      played["reason"] = name(tracker_->set_user(text_of(step, "user_id")));
    } else if (call == "set_context") {
      const bool is_page = step.at("part") == "page";
      played["reason"] =
          name(tracker_->set_context(is_page ? stages::Context::page : stages::Context::rest, text_of(step, "object")));
    } else if (call == "set_consent") {
      tracker_->set_consent(step.at("granted"), step.at("denied"), now);
    } else if (call == "seed") {
      seed(step);
    } else if (call == "reset") {
      tracker_->reset();
    } else if (call == "flush") {
      tracker_->flush(step.value("leaving", false));
    } else if (call == "online") {
      tracker_->online(now);
    } else if (call == "journal") {
      tracker_->keep_journal(step.at("on"));
    } else if (call == "restore") {
      // All that an earlier life left, from the first entry on.
      played["reasons"] = Json::array();
      for (const auto& [entry, bytes] : std::exchange(journal_, {})) {
        played["reasons"].push_back(name(tracker_->restore(bytes, now)));
      }
    } else if (call == "restart") {
      played["reason"] = name(begin(step, step.at("at")));
    } else if (call == "totals") {
      const Totals& totals = tracker_->totals();
      played["expect"] = {{"accepted", totals.accepted}, {"acknowledged", totals.acknowledged},
                          {"rejected", totals.rejected}, {"dropped", totals.dropped},
                          {"wiped", totals.wiped},       {"redactions", totals.redactions}};
    } else {
      throw std::invalid_argument("unknown call " + call);
    }
    return played;
  }

 private:
  Reason begin(const Json& settings, double at_ms) {
    memory_.assign(block_bytes / sizeof(double), 0);
    tracker_ = std::make_unique<Tracker>(reinterpret_cast<char*>(memory_.data()), block_bytes);
    seed(settings);
    std::string lines;
    for (size_t i = 0; i < 13; ++i) lines += (i < config_.size() ? expand(config_[i]) : "") + '\n';
    return tracker_->start(lines + state_, settings.at("granted"), settings.at("denied"), start_ms_ + at_ms);
  }

  void seed(const Json& settings) {
    const std::string entropy = settings.at("entropy");
    uint32_t words[4] = {};
    for (size_t i = 0; i < 16; ++i) {
      const auto byte = static_cast<uint32_t>(std::stoul(entropy.substr(2 * i, 2), nullptr, 16));
      words[i / 4] |= byte << 8 * (i % 4);
    }
    tracker_->seed(words);
  }

  Decision ask(const Json& step, const std::string& call, double now) {
    const uint32_t purpose = step.value("purpose", 2u);
    const std::string properties = text_of(step, "properties");
    if (call == "track") return tracker_->track(text_of(step, "name"), properties, purpose, now);
    if (call == "page") return tracker_->page(properties, text_of(step, "page"), purpose, now);
    if (call == "identify") return tracker_->identify(text_of(step, "user_id"), text_of(step, "traits"), purpose, now);
    return tracker_->group(text_of(step, "group_id"), text_of(step, "traits"), purpose, now);
  }

  void decide(const Json& step, const std::string& call, double now, Json& played) {
    const uint32_t times = step.value("times", 1u);
    Json verdicts = Json::object();
    Decision last;
    for (uint32_t i = 0; i < times; ++i) {
      last = ask(step, call, now);
      Json& count = verdicts[name(last.verdict())];
      count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    for (const char* const answer : {"verdicts", "verdict", "reason", "ticket", "explain"}) played.erase(answer);
    if (times > 1) played["verdicts"] = verdicts;
    played["verdict"] = name(last.verdict());
    played["reason"] = name(last.reason());
    if (last.ticket()) played["ticket"] = last.ticket();
    if (!tracker_->explain().empty()) played["explain"] = shorten(tracker_->explain());
  }

  Json poll(double now) {
    Json actions = Json::array();
    while (actions.size() < actions_a_poll) {
      const Action action = tracker_->poll(now);
      switch (action.kind) {
        case Action::idle:
          actions.push_back({{"kind", "idle"}});
          return actions;
        case Action::wait:
          actions.push_back({{"kind", "wait"}, {"wake_ms", action.wake_ms - start_ms_}});
          return actions;
        case Action::send:
          actions.push_back({{"kind", "send"}, {"batch", action.batch}, {"body", shorten(action.bytes)}});
          break;
        case Action::store:
          state_ = action.bytes;
          actions.push_back({{"kind", "store"}, {"state", state_}});
          break;
        case Action::keep:
          journal_[action.entry] = action.bytes;
          actions.push_back({{"kind", "keep"},
                             {"entry", action.entry},
                             {"bytes", action.bytes.size()},
                             {"hash", text::fnv(text::fnv_start, action.bytes)}});
          break;
        case Action::forget:
          journal_.erase(journal_.begin(), journal_.upper_bound(action.entry));
          actions.push_back({{"kind", "forget"}, {"entry", action.entry}});
          break;
        case Action::decided:
          actions.push_back({{"kind", "decided"},
                             {"ticket", action.decision.ticket()},
                             {"verdict", name(action.decision.verdict())},
                             {"reason", name(action.decision.reason())}});
          break;
      }
    }
    throw std::runtime_error("poll does not come to an end");
  }

  double start_ms_;
  Json config_;
  std::string state_;
  std::map<uint32_t, std::string> journal_;
  std::vector<double> memory_;
  std::unique_ptr<Tracker> tracker_;
};

// ---- the files ----------------------------------------------------------------------------------------------------

std::vector<std::filesystem::path> script_files() {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(__FILE__).parent_path().parent_path() / "vectors";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json read(const std::filesystem::path& file) { return Json::parse(std::ifstream(file)); }

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
    Host host(script);
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
    Host host(script);
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
