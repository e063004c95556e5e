// The journal: what the host keeps on disk of the queue, so that it outlives a crash. It is appended to in numbered
// entries, each some events, and deleted from its beginning. Knows times and numbers, not events.
#pragma once

#include <cstdint>

#include "core/limits.hpp"

namespace waymark::outbox {

// What the queue says of its events and reports.
struct Unkept {
  bool any = false;           // some are in no entry yet
  double oldest_ms = 0;       // meaningful if there are any
  uint32_t lowest_entry = 0;  // that still has one; 0: none

  void add(uint32_t entry, double time_ms, double now) {
    if (entry != 0) {
      if (lowest_entry == 0 || entry < lowest_entry) lowest_entry = entry;
      return;
    }
    if (time_ms > now) time_ms = 0;  // the clock was set back: who knows how old it is
    if (!any || time_ms < oldest_ms) oldest_ms = time_ms;
    any = true;
  }
};

class Journal {
 public:
  // What is in no entry yet is to be kept now: the page may be gone in a moment.
  void leave() { is_urgent_ = true; }

  // When the next entry is to be written: now if not later; negative if never. What is acknowledged within
  // limits::journal_after_ms is never written, and so often at most all that is in no entry is, in as many as it needs.
  double due_ms(const Unkept& unkept, double now);
  // The number of the entry that is written now, from 1.
  uint32_t append(double now);
  // The entry took `bytes`. True if there is so much in the journal, more than `most`, that it is to be written anew:
  // one event that waits long keeps all entries after its own.
  bool is_overgrown(uint32_t bytes, uint32_t most);
  // The last entry that can be deleted, with all before it; 0 if there is no new one.
  uint32_t forget(const Unkept& unkept);

 private:
  uint32_t last_ = 0;
  uint32_t forgotten_ = 0;
  double appended_ms_ = 0;
  uint32_t bytes_ = 0;  // of the entries since it was empty or written anew
  bool is_urgent_ = false;
};

}  // namespace waymark::outbox
