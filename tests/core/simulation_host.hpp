// The application and its host: calls the tracker at random, carries out what `poll` asks for, and goes through
// refusals, restarts, a wrong clock and pages that are left.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/tracker.hpp"
#include "tests/core/simulation_network.hpp"

namespace waymark::simulation {

class Host {
 public:
  Host(Random& random, const Faults& faults, Clock& clock, Network& network, Ledger& ledger);

  // One call of the application, or one thing that happens to it.
  void act();
  // What goes on for ever: necessary, and in every sample.
  void beat();
  void online();
  // Carries out what the core asks for.
  void pump();
  void check_memory();
  Totals totals() const { return life_->tracker.totals(); }

 private:
  static constexpr size_t block_bytes = Tracker::least_memory;
  static constexpr size_t guard_bytes = 256;
  static constexpr Purposes all_purposes = 0b1111;

  // From the start of a page or process to its end.
  struct Life {
    alignas(8) std::array<char, guard_bytes> before;
    std::array<char, block_bytes> block;
    std::array<char, guard_bytes> between;
    Tracker tracker{block.data(), block.size()};
    std::array<char, guard_bytes> after;
  };
  // A request that may still be answered.
  struct Flight {
    uint8_t batch = 0;
    double departed_ms = 0;
    std::vector<uint32_t> events;
    Purposes purposes = 0;
    size_t request = 0;
    uint32_t life = 0;
  };

  Tracker& tracker() { return life_->tracker; }
  void begin_life();
  void restart();
  void crash();
  void end_life();

  std::string properties(uint32_t event, double poison = 0);
  void decided(Decision decision, uint32_t event, uint32_t purpose);
  void jump();
  void leave();
  void grant(Purposes granted);
  void change_consent();

  void send(uint8_t batch, std::string bytes);
  Flight take_off(uint8_t batch, const Json& body);
  void check_body(const Json& body, size_t size);
  void land(const Flight& flight, const Reply& reply);
  void note_answer(const Flight& flight, outbox::Answer answer);
  void give_up_waiting();

  Random& random_;
  const Faults& faults_;
  Clock& clock_;
  Network& network_;
  Ledger& ledger_;
  std::vector<char> snapshot_;

  std::unique_ptr<Life> life_;
  uint32_t dropped_ = 0;  // by the tracker, when it was last asked
  uint32_t life_number_ = 0;
  std::string state_;
  std::map<uint32_t, std::string> journal_;  // of this life, by entry
  std::vector<std::string> orphans_;         // entries of earlier lives, which the core had no room for yet
  double unkept_since_ms_ = 0;               // true time; then the journal began anew
  Purposes granted_ = all_purposes;
  Purposes denied_ = 0;
  bool is_leaving_ = false;
  uint32_t next_event_ = 0;
  std::map<uint32_t, std::pair<uint32_t, uint32_t>> held_;  // by ticket: the event and its purpose
  std::vector<Flight> flights_;
};

}  // namespace waymark::simulation
