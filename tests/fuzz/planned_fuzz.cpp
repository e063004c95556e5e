// A plan in the tracker: set_plan, then events. An input is a byte that chooses, a plan, a newline, and a line of
// properties for each event. The plan is one of two:
//   - one whose event has a JSON Schema of any text, if the compiler takes it. Then the tracker's verdict is the
//     validator's, and all that leaves is JSON;
//   - a sound one in which words are overwritten, and whose checksum is mended. Then nothing is read or written outside
//     plan and block, and every call comes to an end.
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/text/hash.hpp"
#include "core/tracker.hpp"
#include "native/plan/compile.hpp"
#include "native/plan/plan_document.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace waymark;

constexpr size_t block_bytes = Tracker::least_memory;
constexpr size_t guard_bytes = 64;
constexpr uint32_t analytics = 2;
constexpr const char* modes[] = {"reject", "warn", "off", "reject"};

std::string take_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string compiled(const std::string& text) {
  plan::Findings findings;
  const auto document = plan::read_plan(text, findings);
  return document ? plan::compile_plan(*document, findings) : std::string();
}

std::string plan_around(const std::string& schema, const char* mode) {
  return R"({"name":"p","version":1,"mode":")" + std::string(mode) + R"(","events":{"thing_done":{"properties":)" +
         schema +
         R"(}},"privacy":{"salt":"s","properties":{"dropped":"drop","hashed":"hash","hidden":"redact","kept":"allow"}}})";
}

const std::string& sound_plan() {
  static const std::string plan = compiled(
      R"({"name":"p","version":1,"events":{"thing_done":{"sample_rate":0.9,"properties":{"type":"object",
      "properties":{"a":{"type":["string","integer"],"pattern":"^a|b$","format":"email","minLength":1,"maximum":5},
        "b":{"items":{"$ref":"#"},"uniqueItems":true,"contains":{"const":{"x":[1]}},"minItems":1},
        "c":{"oneOf":[{"enum":["u","v"]},{"multipleOf":0.5}],"not":{"const":1}},"dropped":{},"hashed":{},"hidden":{}},
      "patternProperties":{"^x":{"if":{"type":"number"},"then":{"minimum":1},"else":{"maxLength":3}}},
      "propertyNames":{"maxLength":9},"additionalProperties":{"$ref":"#"},"required":["a"],
      "dependencies":{"b":["c"],"c":{"minProperties":2}}}}},
      "traits":{"user":{"required":["plan"]}},"context":{"maxProperties":3},
      "metrics":{"a.b.ms":{"type":"histogram","tags":{"t":{"enum":["x"]}}}},
      "experiments":{"e":{"variants":{"x":1,"y":2}}},
      "privacy":{"salt":"s","deny_keys":["shoe"],"url_parameters":["q"],
        "properties":{"dropped":"drop","hashed":"hash","hidden":"redact","thing_done.kept":"allow"}}})");
  return plan;
}

// Six bytes a change: the place of a word, and the word. What lies behind the words changes byte by byte.
std::string overwritten(const std::string& changes) {
  std::string plan = sound_plan();
  for (size_t at = 0; at + 6 <= changes.size(); at += 6) {
    uint16_t place;
    std::memcpy(&place, changes.data() + at, 2);
    const size_t offset = 16 + place * size_t{4} % (plan.size() - 20);
    std::memcpy(plan.data() + offset, changes.data() + at + 2, 4);
  }
  const uint32_t sum = text::fnv(text::fnv_start, std::string_view(plan).substr(8));
  std::memcpy(plan.data() + 4, &sum, 4);
  return plan;
}

class Run {
 public:
  // `plan` may lie in a block of its own, so that reading outside it is seen.
  Run(const std::string& plan, bool is_sound) : is_sound_(is_sound), plan_(plan.begin(), plan.end()) {
    static std::vector<char> memory(block_bytes + guard_bytes);
    block_ = memory.data();
    std::memset(block_, 0, block_bytes);
    std::memset(block_ + block_bytes, '#', guard_bytes);
    tracker_ = std::make_unique<Tracker>(block_, block_bytes);
    tracker_->seed({1, 2, 3, 4});
  }

  bool start() {
    const Reason taken = tracker_->set_plan({plan_.data(), plan_.size()});
    if (is_sound_) require(taken == Reason::none, "what was compiled is taken");
    const Reason started = tracker_->start("\"write_key\":\"demo\"\n", 1u << analytics, 0, now_);
    if (is_sound_) require(started == Reason::none, "it starts");
    return taken == Reason::none && started == Reason::none;
  }

  void track(const std::string& properties) {
    const Decision decision = tracker_->track("thing_done", properties, analytics, now_);
    if (is_sound_) compare(decision, properties);
    poll();
  }

  void call_others(const std::string& text) {
    tracker_->track(text, text, analytics, now_);
    tracker_->identify("u", text, analytics, now_);
    tracker_->group("g", text, analytics, now_);
    tracker_->page(text, text, analytics, now_);
    tracker_->set_context(stages::Context::rest, text);
    poll();
  }

  void finish() {
    now_ += 10000;
    tracker_->flush(true);
    poll();
    for (size_t i = 0; i < guard_bytes; ++i) require(block_[block_bytes + i] == '#', "the block is not left");
  }

 private:
  void compare(Decision decision, std::string_view properties) {
    plan::Plan plan;
    require(plan.load({plan_.data(), plan_.size()}), "it loads again");
    const uint32_t event = plan.event("thing_done");
    const bool breaks = tracker_->explain().substr(0, 14) == "plan_violation";
    if (!breaks && decision.verdict() != Verdict::accepted) return;
    const bool is_judged = plan.enforcement() != plan::Enforcement::off && plan.schema(event) != plan::no_node;
    const bool is_bad = is_judged && validate(plan.table(), plan.schema(event), properties, nullptr, 0) != 0;
    require(breaks == is_bad, "the tracker judges as the validator does");
    const bool refuses = plan.enforcement() == plan::Enforcement::reject;
    require(decision.verdict() == (breaks && refuses ? Verdict::invalid : Verdict::accepted), "as the mode says");
  }

  void poll() {
    for (int turn = 0; turn < 500; ++turn) {
      const Action action = tracker_->poll(now_);
      if (action.kind == Action::idle || action.kind == Action::wait) return;
      if (action.kind != Action::send) continue;
      if (is_sound_) {
        const auto body = nlohmann::json::parse(action.bytes, nullptr, false);
        require(!body.is_discarded() || has_wide_number(action.bytes), "a body is JSON");
      }
      tracker_->on_response(action.batch, 200, -1, "[]", now_);
    }
    require(false, "poll comes to an end");
  }

  // Beyond a double, which is good JSON that nlohmann gives up on.
  static bool has_wide_number(std::string_view text) { return text.find_first_of("eE") != std::string_view::npos; }

  bool is_sound_;
  std::vector<char> plan_;
  char* block_;
  std::unique_ptr<Tracker> tracker_;
  double now_ = 1731579825123.0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const bool is_sound = data[0] & 1;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string given = take_line(rest);
  // Its automaton takes seconds to make under the sanitizers.
  if (given.find("idn-hostname") != std::string::npos) return 0;
  const std::string plan = is_sound ? compiled(plan_around(given, modes[data[0] >> 1 & 3])) : overwritten(given);
  if (plan.empty()) return 0;
  Run run(plan, is_sound);
  if (!run.start()) return 0;
  for (int i = 0; i < 50 && !rest.empty(); ++i) {
    const std::string line = take_line(rest);
    run.track(line);
    if (data[0] & 8) run.call_others(line);
  }
  run.finish();
  return 0;
}
