#include "tests/core/simulation_collector.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/text/ids.hpp"
#include "core/text/time.hpp"

namespace waymark::simulation {

Reply Collector::receive(const Json& body, size_t size) {
  if (!faults_.is_healed && size > faults_.server_bytes) return {413};
  const bool has_poison = std::any_of(body["events"].begin(), body["events"].end(),
                                      [](const Json& event) { return event["properties"].contains("poison"); });
  if (has_poison) return {faults_.server_bytes % 2 ? 400u : 500u};
  const bool is_bad = !faults_.is_healed && random_.happens(faults_.bad_status);
  if (is_bad && random_.happens(0.5)) return bad_reply();
  const std::string rejected = store(body);
  return is_bad ? bad_reply() : Reply{200, -1, rejected};
}

Reply Collector::bad_reply() {
  constexpr std::array<uint32_t, 12> statuses = {429, 429, 503, 503, 502, 500, 500, 500, 400, 401, 302, 408};
  const uint32_t status = statuses[random_.below(statuses.size())];
  const double waits_ms[] = {-1, 0, 1000, 30 * second_ms, random_.wait_ms(hour_ms)};
  return {status, waits_ms[random_.below(5)], {}};
}

std::string Collector::store(const Json& body) {
  const std::string instance = body.at("instance_id");
  Json rejected = Json::array();
  std::vector<Json> arrivals = body.at("events");
  if (ledger_.is_sabotaged(Invariant::order_is_kept)) std::reverse(arrivals.begin(), arrivals.end());
  for (size_t index = 0; index < arrivals.size(); ++index) {
    const uint32_t number = arrivals[index].at("properties").at("n");
    Event& event = ledger_.event(number);
    const bool is_known = event.is_stored || event.is_rejected;
    uint32_t sequence = arrivals[index].at("sequence");
    if (is_known && ledger_.is_sabotaged(Invariant::an_event_keeps_its_id)) sequence += 1000;
    char id[text::uuid_chars];
    text::event_id(instance, sequence, text::parse_timestamp(arrivals[index].at("timestamp").get<std::string>()), id);
    arrive(event, number, std::string(id, sizeof id));
    ledger_.own(instance, sequence, number);
    const bool is_bad = arrivals[index]["properties"].contains("bad");
    if (is_bad) rejected.push_back(index);
    if (is_known) {
      ++ledger_.outcome.duplicates;
      continue;
    }
    if (ledger_.is_sabotaged(Invariant::every_event_is_accounted_for) && number % 7 == 0) continue;
    (is_bad ? event.is_rejected : event.is_stored) = true;
    std::array<uint32_t, limits::purposes>& latest = latest_sequence_[instance];
    for (uint32_t purpose = 0; purpose < limits::purposes; ++purpose) {
      if (event.may_be_overtaken && purpose != event.purpose) continue;
      if (sequence >= latest[purpose] || event.may_be_late || event.is_wiped) continue;
      ledger_.fail(Invariant::order_is_kept,
                   "sequence " + std::to_string(sequence) + " after " + std::to_string(latest[purpose]));
    }
    latest[event.purpose] = std::max(latest[event.purpose], sequence);
  }
  for (const Json& report : body.at("client_reports")) ledger_.own_report(instance, report);
  return rejected.dump();
}

void Collector::arrive(Event& event, uint32_t number, const std::string& id) {
  if (event.id.empty()) event.id = id;
  if (event.id == id) return;
  ledger_.fail(Invariant::an_event_keeps_its_id, "event " + std::to_string(number) + " was " + event.id + ", is " + id);
}

}  // namespace waymark::simulation
