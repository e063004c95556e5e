// What it costs to judge an event: nanoseconds an event and a property. Arguments: a compiled plan; then events as
// pairs of name and properties; without any, some of the shop's.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/plan/plan.hpp"
#include "core/text/json_scan.hpp"

namespace {

using namespace waymark::plan;

// Keys of all objects of the value.
size_t properties_of(std::string_view json) {
  waymark::text::JsonScanner scan(json);
  size_t keys = 0;
  for (auto token = scan.next(); token < waymark::text::Token::end; token = scan.next()) {
    keys += token == waymark::text::Token::key;
  }
  return keys;
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

void measure(const Plan& plan, const std::string& name, const std::string& properties) {
  const uint32_t event = plan.event(name);
  Violation violation;
  if (event == no_node || validate(plan.table(), plan.schema(event), properties, &violation, 1) != 0) {
    std::printf("%s: not valid: %s\n", name.c_str(), std::string(plan.rule_name(violation.rule)).c_str());
    return;
  }
  double best = 1e18;
  uint32_t found = 0;
  for (int round = 0; round < 20; ++round) {
    constexpr int times = 5000;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) {
      found += validate(plan.table(), plan.schema(plan.event(name)), properties, &violation, 1);
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / times);
  }
  const size_t count = properties_of(properties);
  std::printf("%s: %.0f ns an event, %.0f ns a property (%zu), %zu bytes, %u\n", name.c_str(), best,
              best / static_cast<double>(count), count, properties.size(), found);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::stringstream text;
  text << std::ifstream(argv[1], std::ios::binary).rdbuf();
  const std::string bytes = text.str();
  Plan plan;
  if (!plan.load(bytes)) {
    std::fprintf(stderr, "%s is no compiled plan\n", argv[1]);
    return 2;
  }
  std::vector<std::pair<std::string, std::string>> events;
  for (int i = 2; i + 1 < argc; i += 2) events.emplace_back(argv[i], argv[i + 1]);
  for (const auto& [name, properties] : events.empty() ? shop_events : events) measure(plan, name, properties);
}
