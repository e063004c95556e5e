#include "native/collector/live.hpp"

#include <algorithm>

#include "native/collector/bounds.hpp"

namespace waymark::collector {
namespace {

// How much of the past a new view opens with.
constexpr int64_t past_events = 100;
constexpr int64_t past_rejected = 50;

std::string_view seq_of(std::string_view line) {
  constexpr std::string_view before = "{\"seq\":";
  return line.substr(before.size(), line.find_first_of(",}") - before.size());
}

void append_lines(std::string& out, std::string_view event, bool with_id, std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    out.append("event: ").append(event).append("\n");
    if (with_id) out.append("id: ").append(seq_of(line)).append("\n");
    out.append("data: ").append(line).append("\n\n");
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

Failure LiveFeed::begin(Reader& reader) {
  int64_t events = 0;
  int64_t rejected = 0;
  if (auto failure = reader.last_seq(Listing::events, events)) return failure;
  if (auto failure = reader.last_seq(Listing::rejected, rejected)) return failure;
  if (!events_after_ || *events_after_ > events) events_after_ = std::max<int64_t>(0, events - past_events);
  rejected_after_ = std::max<int64_t>(0, rejected - past_rejected);
  begun_ = true;
  return {};
}

Failure LiveFeed::pull(Reader& reader, std::string& out) {
  if (!begun_) {
    if (auto failure = begin(reader)) return failure;
  }
  int64_t newest = 0;
  if (auto failure = reader.last_seq(Listing::events, newest)) return failure;
  if (newest - *events_after_ > bounds::live_behind_rows) {
    const int64_t to = newest - past_events;
    out += "event: skipped\ndata: {\"from\":" + std::to_string(*events_after_ + 1) + ",\"to\":" + std::to_string(to) +
           "}\n\n";
    events_after_ = to;
  }
  Page page;
  for (const auto& [listing, after] :
       {std::pair{Listing::events, &*events_after_}, std::pair{Listing::rejected, &rejected_after_}}) {
    if (auto failure = reader.read(listing, *after, bounds::live_page_rows, bounds::live_page_bytes, page))
      return failure;
    const bool is_event = listing == Listing::events;  // they alone move the client's cursor
    append_lines(out, is_event ? "event" : "rejected", is_event, page.lines);
    *after = page.last_seq;
  }
  append_totals(out);
  return {};
}

void LiveFeed::append_totals(std::string& out) {
  const Metrics::Totals totals = metrics_.totals();
  std::string text = "{\"accepted\":" + std::to_string(totals.accepted) +
                     ",\"duplicate\":" + std::to_string(totals.duplicate) +
                     ",\"rejected\":" + std::to_string(totals.rejected) + "}";
  if (text == last_totals_) return;
  out.append("event: totals\ndata: ").append(text).append("\n\n");
  last_totals_ = std::move(text);
}

}  // namespace waymark::collector
