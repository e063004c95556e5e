#include "core/outbox/reports.hpp"

namespace waymark::outbox {

void Reports::count(Reason reason, uint32_t purpose, double now) {
  if (purpose >= limits::purposes) return;
  ++counts_[static_cast<uint32_t>(reason) * limits::purposes + purpose];
  if (since_ms_ < 0) since_ms_ = now;
}

uint32_t Reports::next(Purposes granted, uint32_t from) const {
  while (from < size && !(counts_[from] && granted >> from % limits::purposes & 1)) ++from;
  return from;
}

void Reports::forget(Purposes denied) {
  for (uint32_t i = next(denied, 0); i < size; i = next(denied, i)) counts_[i] = 0;
}

}  // namespace waymark::outbox
