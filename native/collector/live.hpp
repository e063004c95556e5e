// What one live view has seen, and what comes next for it, as server-sent events (HTML standard, 9.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "native/collector/metrics.hpp"
#include "native/collector/reader.hpp"

namespace waymark::collector {

// Holds two cursors and no rows: a slow client costs no memory, it is only further behind.
class LiveFeed {
 public:
  // `after`: the last seq that the client has; none for a view that begins with the latest events, as does one whose
  // seq is of another store.
  LiveFeed(std::optional<int64_t> after, const Metrics& metrics) : events_after_(after), metrics_(metrics) {}

  // Appends the next page to `out`, nothing when there is nothing new. On a failure the page may be cut short; the next
  // call goes on from there. Call on the reader's thread.
  //   event: event     id: seq   data: a line of GET /api/events
  //   event: rejected            data: a line of GET /api/rejected
  //   event: skipped             data: {"from":seq,"to":seq}   the client was too far behind
  //   event: totals              data: {"accepted":n,"duplicate":n,"rejected":n}   since the collector started
  Failure pull(Reader& reader, std::string& out);

 private:
  Failure begin(Reader& reader);
  void append_totals(std::string& out);

  std::optional<int64_t> events_after_;
  int64_t rejected_after_ = 0;
  bool begun_ = false;
  const Metrics& metrics_;
  std::string last_totals_;
};

}  // namespace waymark::collector
