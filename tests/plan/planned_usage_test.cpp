// Metrics and exposures of a program that has a tracking plan: what the plan does not list is refused, and the purposes
// are the plan's.
#include <nlohmann/json.hpp>

#include "native/client/worker/config_lines.hpp"
#include "native/client/worker/engine.hpp"
#include "native/plan/compile.hpp"
#include "tests/catch.hpp"

namespace waymark::client {
namespace {

using nlohmann::json;

constexpr uint32_t seed[4] = {1, 2, 3, 4};
constexpr double start_ms = 1731578400000;

std::string compiled(const std::string& mode) {
  plan::Findings findings;
  const auto document = plan::read_plan(R"({"name":"t","version":1,"mode":")" + mode + R"(","events":{},
    "purposes":["necessary","comfort","analytics"],
    "metrics":{"load.time.ms":{"type":"histogram","purpose":"comfort"},"work.done.count":{"type":"counter"}},
    "experiments":{"layout":{"variants":{"control":50,"wide":50}}}})",
                                        findings);
  REQUIRE(document);
  return plan::compile_plan(*document, findings, {});
}

struct Program : Sender {
  explicit Program(const std::string& mode) : plan(compiled(mode)) {
    config = {.tool = "t", .version = "1.0.0", .endpoint = "http://127.0.0.1:9", .write_key = "demo", .plan = plan};
    engine.emplace(EngineSettings{config_lines(config), {}, plan, purposes_of(plan), "t", "1.0.0"}, nullptr, nullptr,
                   *this);
    REQUIRE(engine->start(seed, 0b110, 0, start_ms) == Reason::none);
  }
  bool post(uint32_t batch, std::string_view body) override {
    last_batch = batch;
    bodies.push_back(json::parse(body));
    return true;
  }
  void ping(const std::string&) override {}

  Decision record(std::string_view metric, double value) {
    Call call;
    call.kind = RecordKind::metric;
    call.time_ms = start_ms;
    call.name = metric;
    call.value = value;
    return engine->take(call);
  }
  Decision expose(std::string_view experiment, std::string_view variant) {
    Call call;
    call.kind = RecordKind::exposure;
    call.time_ms = start_ms;
    call.name = experiment;
    call.text = variant;
    return engine->take(call);
  }
  // What leaves: all events, and the client reports.
  void flush() {
    events = reports = json::array();
    for (size_t seen = bodies.size();; seen = bodies.size()) {
      engine->flush(false, start_ms);
      engine->step(start_ms);
      if (bodies.size() == seen) return;
      for (const json& event : bodies.back()["events"]) events.push_back(event);
      for (const json& report : bodies.back()["client_reports"]) reports.push_back(report);
      engine->answer({last_batch, 200, -1, {}}, start_ms);
    }
  }

  std::string plan;
  TelemetryConfig config;
  std::optional<Engine> engine;
  uint32_t last_batch = 0;
  std::vector<json> bodies;
  json events;
  json reports;
};

TEST_CASE("metrics that the plan does not have are refused and counted, in the mode reject", "[plan]") {
  Program program("reject");
  CHECK(program.record("load.time.ms", 2).verdict() == Verdict::accepted);
  const Decision refused = program.record("other.time.ms", 2);
  CHECK(refused.verdict() == Verdict::invalid);
  CHECK(refused.reason() == Reason::unplanned_event);
  program.flush();
  REQUIRE(program.events.size() == 1);
  CHECK(program.events[0]["properties"]["metrics"].size() == 1);
  CHECK(program.events[0]["properties"]["metrics"].contains("load.time.ms"));
  REQUIRE(program.reports.size() == 1);
  CHECK(program.reports[0]["reason"] == "unplanned_event");
  CHECK(program.reports[0]["purpose"] == "analytics");
}

TEST_CASE("metrics that the plan does not have pass in the mode warn", "[plan]") {
  Program program("warn");
  CHECK(program.record("other.time.ms", 2).verdict() == Verdict::accepted);
  program.flush();
  REQUIRE(program.events.size() == 1);
  CHECK(program.events[0]["properties"]["metrics"].contains("other.time.ms"));
}

TEST_CASE("metrics of two purposes leave in two events", "[plan]") {
  Program program("reject");
  program.record("work.done.count", 1);
  program.record("load.time.ms", 2);
  program.record("work.done.count", 1);
  program.flush();
  REQUIRE(program.events.size() == 2);
  CHECK(program.events[0]["properties"]["metrics"]["load.time.ms"]["count"] == 1);
  CHECK(program.events[1]["properties"]["metrics"]["work.done.count"]["count"] == 2);
  // Of a purpose that is denied nothing leaves.
  program.engine->set_consent(0b100, 0b010, start_ms);
  program.record("work.done.count", 1);
  program.record("load.time.ms", 2);
  program.flush();
  REQUIRE(program.events.size() == 1);
  CHECK(program.events[0]["properties"]["metrics"].contains("work.done.count"));
}

TEST_CASE("exposures to what the plan has leave with their texts, also in the anonymous profile", "[plan]") {
  Program program("reject");
  CHECK(program.config.profile == Profile::anonymous);
  CHECK(program.expose("layout", "wide").verdict() == Verdict::accepted);
  CHECK(program.expose("layout", "green").reason() == Reason::plan_violation);
  CHECK(program.expose("colour", "wide").reason() == Reason::plan_violation);
  program.flush();
  REQUIRE(program.events.size() == 1);
  CHECK(program.events[0]["properties"] == json{{"experiment", "layout"}, {"variant", "wide"}});
}

}  // namespace
}  // namespace waymark::client
