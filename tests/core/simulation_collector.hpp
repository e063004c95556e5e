// A model collector: takes what arrives apart with another JSON library, computes the event ids and removes duplicates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "tests/core/simulation_faults.hpp"
#include "tests/core/simulation_ledger.hpp"

namespace waymark::simulation {

struct Reply {
  uint32_t status = 0;
  double retry_after_ms = -1;
  std::string rejected = {};
};

class Collector {
 public:
  Collector(Random& random, const Faults& faults, Ledger& ledger) : random_(random), faults_(faults), ledger_(ledger) {}

  Reply receive(const Json& body, size_t size);

 private:
  Reply bad_reply();
  // Stores what is new; returns the indices of what is rejected.
  std::string store(const Json& body);
  void arrive(Event& event, uint32_t number, const std::string& id);

  Random& random_;
  const Faults& faults_;
  Ledger& ledger_;
  std::map<std::string, std::array<uint32_t, limits::purposes>> latest_sequence_;  // by purpose
};

}  // namespace waymark::simulation
