// A queue in a block of its own, with all that it shares among its events and counts.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/outbox/queue.hpp"
#include "core/outbox/wire.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::outbox {

using nlohmann::json;
using waymark::testing::start_ms;

struct Fixture {
  explicit Fixture(size_t capacity = 512 * 1024) : block(capacity), queue(block.data(), capacity) {
    std::string_view lines = config_text;
    REQUIRE(read_config(lines, config) == Reason::none);
    identity.instance.set("instance");
  }

  bool add(const std::string& name, const std::string& properties = "{}", uint32_t purpose = 2,
           double time_ms = start_ms) {
    queue.share(config, wire::Profile::full, identity, granted, {}, page);
    text::JsonWriter event = queue.event_writer();
    wire::begin_event(event);
    event.quoted(name);
    wire::begin_properties(event);
    event.raw(properties);
    wire::finish_event(event, config, ++sequence, time_ms, {}, {});
    return queue.add_event(event, purpose, time_ms);
  }
  Decision hold(const std::string& name, const std::string& properties = "{}") {
    text::JsonWriter event = queue.event_writer();
    wire::begin_event(event);
    event.quoted(name);
    wire::begin_properties(event);
    event.raw(properties);
    return queue.hold(event, 3, start_ms);
  }
  // The names of the events in the next batch, which gets this number.
  std::vector<std::string> batch(uint8_t number, uint32_t byte_limit = limits::batch_bytes, bool by_purpose = false) {
    std::vector<char> out(128 * 1024);
    text::JsonWriter writer(out.data(), out.size());
    records = queue.write_batch(config, start_ms, number, byte_limit, by_purpose, writer);
    body = writer.text();
    std::vector<std::string> names;
    if (records == 0) return names;
    CHECK_FALSE(writer.failed());
    const json parsed = json::parse(body);
    for (const json& event : parsed["events"]) names.push_back(event["event_name"]);
    return names;
  }
  void settle(uint8_t number, Answer answer, std::string_view rejected = {}) {
    queue.settle(number, answer, rejected, *reports, totals, start_ms);
  }
  uint32_t waiting() {
    Waiting sum;
    Unkept unkept;
    queue.add_waiting(sum, unkept, start_ms);
    return sum.events;
  }
  uint32_t reported(Reason reason, uint32_t purpose = 2) {
    return (*reports)[static_cast<uint32_t>(reason) * limits::purposes + purpose];
  }
  bool holds(std::string_view bytes) const {
    return std::string_view(block.data(), block.size()).find(bytes) != std::string_view::npos;
  }

  std::string config_text = waymark::testing::ConfigLines().text();
  Config config;
  stages::Identity identity;
  std::string page;
  Purposes granted = 0b1111;
  std::vector<char> block;
  Queue queue;
  std::unique_ptr<Reports> reports = std::make_unique<Reports>();
  Totals totals;
  uint32_t sequence = 0;
  uint32_t records = 0;
  uint32_t fresh = 0;
  std::string body;
};

using Names = std::vector<std::string>;

}  // namespace waymark::outbox
