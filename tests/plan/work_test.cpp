// What the validator does grows with the value, not with its square: counted, so that no clock and no busy machine has
// a say. The core's plan files are compiled once more here, with a call at each step of their control flow
// (-fsanitize-coverage=trace-pc).
#include "core/plan/schema.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/schema_compiler.hpp"
#include "tests/catch.hpp"
#include "tests/plan/adversaries.hpp"

using namespace waymark::plan;

namespace {

uint64_t steps;

std::string compiled(const std::string& schema) {
  const auto json = read_exact_json(schema);
  REQUIRE(json);
  SchemaOptions options;
  options.formats = Formats::assert;
  Findings findings;
  std::string bytes = compile_schema(*json, options, findings);
  REQUIRE(!bytes.empty());
  return bytes;
}

// All violations are looked for, so that none ends the work early.
uint64_t steps_of(const NodeTable& table, const std::string& json, const ValidatorLimits& limits) {
  static std::vector<Violation> violations(1 << 18);
  steps = 0;
  validate(table, table.root(), json, violations.data(), static_cast<uint32_t>(violations.size()), limits);
  return steps;
}

}  // namespace

extern "C" void __sanitizer_cov_trace_pc() { ++steps; }

TEST_CASE("the counter counts", "[work]") {
  const std::string bytes = compiled(R"({"type":"integer"})");
  NodeTable table;
  REQUIRE(table.load(bytes));
  CHECK(steps_of(table, "1", {}) > 5);
}

TEST_CASE("twice the value is twice the work", "[work]") {
  static std::vector<UniqueSlot> slots(1 << 18);
  ValidatorLimits limits;
  limits.slots = slots.data();
  limits.slot_count = static_cast<uint32_t>(slots.size());
  for (const Adversary& adversary : all_adversaries()) {
    const std::string bytes = compiled(adversary.schema);
    NodeTable table;
    REQUIRE(table.load(bytes));
    uint64_t before = UINT64_MAX;
    for (const size_t size : {4 << 10, 8 << 10, 16 << 10, 32 << 10}) {
      const std::string json = adversary.sample(size);
      const uint64_t count = steps_of(table, json, limits);
      INFO(adversary.name << ", " << json.size() << " bytes: " << count << " steps, before " << before);
      CHECK(count / 2.25 < static_cast<double>(before));
      // schema.hpp gives the bound in steps of its own, each of which is at most so many of those counted here.
      CHECK(static_cast<double>(count) < 64 * (static_cast<double>(json.size()) + 64) * (table.words() + 64));
      before = count;
    }
  }
}

TEST_CASE("with the validator's own memory uniqueItems takes another pass for 512 items each", "[work]") {
  const std::string bytes = compiled(R"({"uniqueItems":true})");
  NodeTable table;
  REQUIRE(table.load(bytes));
  const auto numbers = [&](size_t items) {
    std::string json = "[100000";
    for (size_t i = 1; i < items; ++i) json += "," + std::to_string(100000 + i);
    return steps_of(table, json + "]", {});
  };
  CHECK(numbers(512) < 2.1 * static_cast<double>(numbers(256)));
  // As many as an event has room for.
  CHECK(numbers(4681) < 6 * (4681 / 512.0) * static_cast<double>(numbers(512)));
}
