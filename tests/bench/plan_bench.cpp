// What a plan costs: nanoseconds a property, as a ratio to the core's own scan of the same text and to nlohmann's parse
// of it, all in one run; then how the time of adversarial values grows. Without arguments it judges the shop's events;
// else the arguments are a plan, and pairs of an event's name and its properties.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/plan/plan.hpp"
#include "core/text/json_scan.hpp"
#include "native/plan/compile.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/schema_compiler.hpp"
#include "tests/plan/adversaries.hpp"

namespace {

using namespace waymark::plan;

volatile size_t sink;  // so that nothing is left out because nobody asks for it

// Keys of all objects of the value.
size_t properties_of(std::string_view json) {
  waymark::text::JsonScanner scan(json);
  size_t keys = 0;
  for (auto token = scan.next(); token < waymark::text::Token::end; token = scan.next()) {
    keys += token == waymark::text::Token::key;
  }
  return keys;
}

// Nanoseconds that a call takes at best: the runs that nothing disturbed.
template <typename Call>
double best_ns(const Call& call) {
  using Clock = std::chrono::steady_clock;
  size_t times = 1;
  double best = 1e18;
  for (int round = 0; round < 25; ++round) {
    const auto start = Clock::now();
    for (size_t i = 0; i < times; ++i) sink = sink + call();
    const double took = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    best = std::min(best, took / static_cast<double>(times));
    if (took < 2e6) times *= 2;
  }
  return best;
}

const std::vector<std::pair<std::string, std::string>> shop_events = {
    {"product_viewed",
     R"({"product_id":"p-81723","sku":"SH-10442-XL","name":"Running shoe","category":"/sport/shoes","brand":"Fleet",)"
     R"("price":149.99,"currency":"EUR","list":"search","position":4})"},
    {"account_created", R"({"country":"DE","language":"de-DE","at":"2024-11-14T10:23:45.123Z","method":"passkey"})"},
    {"product_shared",
     R"({"product_id":"p-81723","url":"https://shop.example.com/sport/shoes/p-81723?ref=a","channel":"link"})"},
    {"checkout_completed",
     R"({"order_id":"ord_456789","cart_id":"0b0cf4b4-7a3a-4c77-8a5f-0f2f6d7a9a11","value":209.97,"tax":33.52,)"
     R"("shipping":4.95,"currency":"EUR","method":"card","shipping_method":"express","products":[)"
     R"({"product_id":"p-81723","sku":"SH-10442-XL","name":"Running shoe","price":149.99,"quantity":1},)"
     R"({"product_id":"p-11820","sku":"SO-20011","name":"Socks","price":9.99,"quantity":2},)"
     R"({"product_id":"p-99310","sku":"BO-31007","name":"Bottle","price":14.99,"quantity":1}],)"
     R"("address":{"country":"DE","postal_area":"10","is_business":false}})"},
};

struct Costs {
  double properties = 0;
  double judged_ns = 0;
  double scanned_ns = 0;
  double parsed_ns = 0;
};

void print(const std::string& name, const Costs& costs) {
  std::printf("  %-20s %3.0f properties, %4.0f ns each; %.2f of the core's scan, %.2f of nlohmann's parse\n",
              name.c_str(), costs.properties, costs.judged_ns / costs.properties, costs.judged_ns / costs.scanned_ns,
              costs.judged_ns / costs.parsed_ns);
}

// False if the event does not keep the plan: then the time means nothing.
bool measure(const Plan& plan, const std::string& name, const std::string& properties, Costs& all) {
  const auto judge = [&] {
    Violation violation;
    const uint32_t event = plan.event(name);
    return event == no_node || validate(plan.table(), plan.schema(event), properties, &violation, 1) != 0;
  };
  if (judge()) {
    std::fprintf(stderr, "plan_bench: %s does not keep the plan\n", name.c_str());
    return false;
  }
  Costs costs;
  costs.properties = static_cast<double>(properties_of(properties));
  costs.judged_ns = best_ns(judge);
  costs.scanned_ns = best_ns([&] { return properties_of(properties); });
  costs.parsed_ns = best_ns([&] { return nlohmann::json::parse(properties).size(); });
  print(name, costs);
  all.properties += costs.properties;
  all.judged_ns += costs.judged_ns;
  all.scanned_ns += costs.scanned_ns;
  all.parsed_ns += costs.parsed_ns;
  return true;
}

// Times of n, 2n and 4n bytes, with the memory that collector and command have for uniqueItems.
bool measure_growth() {
  constexpr size_t size = 8 << 10;
  std::vector<UniqueSlot> slots(8 * size);
  std::vector<Violation> violations(1 << 16);
  std::printf("adversarial values: ns a byte at 8 KiB, and the times of 16 and 32 KiB over that of 8 (linear: 2, 4)\n");
  for (const Adversary& adversary : all_adversaries()) {
    const auto schema = read_exact_json(adversary.schema);
    Findings findings;
    SchemaOptions options;
    options.formats = Formats::assert;
    const std::string bytes = schema ? compile_schema(*schema, options, findings) : std::string();
    NodeTable table;
    if (!table.load(bytes)) {
      std::fprintf(stderr, "plan_bench: the schema of %s is refused\n", std::string(adversary.name).c_str());
      return false;
    }
    double ns[3];
    for (size_t i = 0; i < 3; ++i) {
      const std::string json = adversary.sample(size << i);
      ns[i] = best_ns([&] {
        const ValidatorLimits limits{ValidatorLimits::usual_depth, slots.data(), static_cast<uint32_t>(slots.size())};
        return validate(table, table.root(), json, violations.data(), static_cast<uint32_t>(violations.size()), limits);
      });
    }
    std::printf("  %-40s %8.1f %6.2f %6.2f\n", std::string(adversary.name).c_str(), ns[0] / size, ns[1] / ns[0],
                ns[2] / ns[0]);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const file = argc > 1 ? argv[1] : WAYMARK_PLAN_TESTS "/shop-plan.json";
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  Findings findings;
  const auto document = read_plan(text.str(), findings);
  const std::string bytes = document ? compile_plan(*document, findings) : std::string();
  Plan plan;
  if (!plan.load(bytes)) {
    std::fprintf(stderr, "plan_bench: %s is no plan that can be compiled; see `waymark plan check`\n", file);
    return 2;
  }
  std::vector<std::pair<std::string, std::string>> events;
  for (int i = 2; i + 1 < argc; i += 2) events.emplace_back(argv[i], argv[i + 1]);
  std::printf("validation by the plan %s, native (goal: 1000 ns a property at most)\n", file);
  Costs all;
  for (const auto& [name, properties] : events.empty() ? shop_events : events) {
    if (!measure(plan, name, properties, all)) return 1;
  }
  print("all", all);
  return measure_growth() ? 0 : 1;
}
