// Client reports: what was dropped, counted by reason and purpose, so that no loss is silent.
#pragma once

#include <cstdint>

#include "core/config.hpp"
#include "core/limits.hpp"
#include "core/verdict.hpp"

namespace waymark::outbox {

class Reports {
 public:
  static constexpr uint32_t size = reason_count * limits::purposes;

  void count(Reason reason, uint32_t purpose, double now);
  // The place of the first count at `from` or later that is not 0 and whose purpose is granted; `size` if there is
  // none.
  uint32_t next(Purposes granted, uint32_t from) const;
  static Reason reason(uint32_t place) { return static_cast<Reason>(place / limits::purposes); }
  static uint32_t purpose(uint32_t place) { return place % limits::purposes; }
  uint32_t& operator[](uint32_t place) { return counts_[place]; }

  // When the oldest of the drops that are to be reported was counted.
  double since_ms() const { return since_ms_; }
  void reported() { since_ms_ = -1; }
  // Forgets the counts of these purposes: who refused is not counted.
  void forget(Purposes denied);

 private:
  double since_ms_ = -1;
  uint32_t counts_[size] = {};
};

}  // namespace waymark::outbox
