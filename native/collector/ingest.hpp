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
};

// Not for several threads at once.
class Ingest {
 public:
  // `plan` is a compiled tracking plan, or empty.
  explicit Ingest(const PrivacyAllowances& allowed = {}, std::string plan = {});
  Ingest(const Ingest&) = delete;  // the reader points to the plan
  Ingest& operator=(const Ingest&) = delete;

  // A refusal when the batch itself cannot be understood; no event of it is then kept.
  std::variant<Refusal, Taken> take(const Envelope& envelope, int64_t now_ms);

 private:
  struct Shared;

  Outcome read_event(std::string_view json, Spelling spelling, const Shared& shared, TextArena& text, EventRow& row);
  void read_shared(const FieldTexts& fields, TextArena& text, Shared& shared);
  Outcome read_field(Field field, std::string_view json, TextArena& text, EventRow& row);
  static void clear_field(Field field, EventRow& row);
  Outcome read_identity(const FieldTexts& fields, const Shared& shared, TextArena& text, EventRow& row);
  Outcome read_report(std::string_view json, const Shared& shared, TextArena& text, ReportRow& row);
  Outcome read_metrics(std::string_view json, const Shared& shared, TextArena& text, MetricsRow& row);
  void tell(const Conformance::Fault& fault, TextArena& text, EventRow& row);
  void reject(Taken& taken, std::string_view json, const Bad& bad, std::string_view where, int64_t now_ms);

  Conformance conformance_;
  FieldReader reader_;
};

}  // namespace waymark::collector
