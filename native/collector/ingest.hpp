// From an envelope to rows: every event is validated and scrubbed by the core once more, good ones are kept, each bad
// one is set apart with its reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/collector/conformance.hpp"
#include "native/collector/envelope.hpp"
#include "native/collector/field_reader.hpp"
#include "native/collector/profile.hpp"
#include "native/collector/rows.hpp"

namespace waymark::collector {

struct Rejection {
  size_t index = 0;  // in `events`
  std::string_view reason;
  std::string path;       // RFC 6901, seen from the event
  std::string_view rule;  // of the tracking plan, where that is what it breaks
};

struct Taken {
  Intake intake;
  std::vector<Rejection> rejected;
  StrippedFields stripped;  // what the batch's profile had no place for
};

// What is known of a request beside its body.
struct Sender {
  std::string visitor_key;    // for events without ids; empty: they get none
  bool is_opted_out = false;  // Global Privacy Control is on
};

// Not for several threads at once.
class Ingest {
 public:
  // `plan` is a compiled tracking plan, or empty.
  // `gpc_purposes`: events of these are not kept while Global Privacy Control is on.
  explicit Ingest(const PrivacyAllowances& allowed = {}, std::string plan = {},
                  std::vector<std::string> gpc_purposes = {});
  Ingest(const Ingest&) = delete;  // the reader points to the plan
  Ingest& operator=(const Ingest&) = delete;

  // A refusal when the batch itself cannot be understood; no event of it is then kept.
  std::variant<Refusal, Taken> take(const Envelope& envelope, int64_t now_ms, const Sender& sender = {});

 private:
  struct Shared;

  Outcome read_event(std::string_view json, Spelling spelling, Shared& shared, TextArena& text, EventRow& row);
  bool is_opted_out(const EventRow& row, uint32_t event) const;
  void identify(std::string_view given_id, const Shared& shared, EventRow& row) const;
  void keep_context(Shared& shared, TextArena& text, EventRow& row) const;
  void read_shared(const FieldTexts& fields, TextArena& text, Shared& shared);
  Outcome read_field(Field field, std::string_view json, TextArena& text, EventRow& row);
  static void clear_field(Field field, EventRow& row);
  Outcome read_identity(const FieldTexts& fields, const Shared& shared, TextArena& text, EventRow& row);
  Outcome read_report(std::string_view json, const Shared& shared, TextArena& text, ReportRow& row);
  Outcome read_metrics(std::string_view json, const Shared& shared, TextArena& text, MetricsRow& row);
  void tell(const Conformance::Fault& fault, TextArena& text, EventRow& row);
  void reject(Taken& taken, const Shared& shared, std::string_view json, const Bad& bad, std::string_view where);

  std::vector<std::string> gpc_purposes_;
  Conformance conformance_;
  FieldReader reader_;
};

}  // namespace waymark::collector
