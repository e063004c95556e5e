#include "core/outbox/journal.hpp"

namespace waymark::outbox {

double Journal::due_ms(const Unkept& unkept, double now) {
  is_urgent_ = is_urgent_ && unkept.any;
  if (!unkept.any) return -1;
  if (is_urgent_) return now;
  const double since_ms = unkept.oldest_ms > appended_ms_ ? unkept.oldest_ms : appended_ms_;
  // The clock may have been set back.
  return since_ms > now ? now : since_ms + limits::journal_after_ms;
}

uint32_t Journal::append(double now) {
  appended_ms_ = now;
  is_urgent_ = true;  // what one entry has no room for is in the next
  return ++last_;
}

bool Journal::is_overgrown(uint32_t bytes, uint32_t most) {
  bytes_ += bytes;
  if (bytes_ <= most) return false;
  bytes_ = 0;
  leave();
  return true;
}

uint32_t Journal::forget(const Unkept& unkept) {
  if (is_urgent_ && unkept.any) return 0;  // what is written anew may stand there alone
  if (unkept.lowest_entry == 0) bytes_ = 0;
  const uint32_t done = unkept.lowest_entry ? unkept.lowest_entry - 1 : last_;
  if (done <= forgotten_) return 0;
  forgotten_ = done;
  return done;
}

}  // namespace waymark::outbox
