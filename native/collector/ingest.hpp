// From an envelope to rows: every event is validated and scrubbed by the core once more, good ones are kept, each bad
// one is set apart with its reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/inspect.hpp"
#include "core/text/ids.hpp"
#include "native/collector/conformance.hpp"
#include "native/collector/envelope.hpp"
#include "native/collector/redact.hpp"
#include "native/collector/rows.hpp"

namespace waymark::collector {

// Reasons beside those of core/verdict.hpp: what only a sender that is not our tracker gets wrong.
namespace reasons {
inline constexpr std::string_view wrong_type = "wrong_type";        // a string where a number belongs, and the like
inline constexpr std::string_view bad_timestamp = "bad_timestamp";  // not RFC 3339, or outside 1970 to 9999
inline constexpr std::string_view out_of_range = "out_of_range";    // a number that cannot be meant
}  // namespace reasons

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

// What privacy leaves in place beside its defaults; the same names as the trackers' own. 32 of each at most.
struct PrivacyAllowances {
  std::vector<std::string> url_parameters;  // query parameters that URLs keep
  std::vector<std::string> keys;            // keys that hold personal data on purpose
};

// Not for several threads at once.
class Ingest {
 public:
  // `plan` is a compiled tracking plan, or empty.
  explicit Ingest(const PrivacyAllowances& allowed = {}, std::string plan = {});
  Ingest(const Ingest&) = delete;  // the inspector points to the rules
  Ingest& operator=(const Ingest&) = delete;

  // A refusal when the batch itself cannot be understood; no event of it is then kept.
  std::variant<Refusal, Taken> take(const Envelope& envelope, int64_t now_ms);

 private:
  struct Shared;
  struct Bad {
    std::string_view reason;
    std::string path;
    std::string_view rule = {};
  };
  using Outcome = std::optional<Bad>;

  Outcome read_event(std::string_view json, Spelling spelling, const Shared& shared, TextArena& text, EventRow& row);
  Outcome read_name(std::string_view json, TextArena& text, EventRow& row);
  static Outcome read_members(std::string_view json, Spelling spelling, FieldTexts& fields);
  static Outcome read_numbers(const FieldTexts& fields, EventRow& row);
  Outcome read_purpose(const FieldTexts& fields, TextArena& text, std::string_view& out);
  std::optional<std::string> read_purposes(std::string_view json);
  void read_shared(const FieldTexts& fields, TextArena& text, Shared& shared);
  Outcome read_field(Field field, std::string_view json, TextArena& text, EventRow& row);
  static void clear_field(Field field, EventRow& row);
  Outcome read_identity(const FieldTexts& fields, const Shared& shared, TextArena& text, EventRow& row);
  Outcome read_properties(std::string_view json, TextArena& text, EventRow& row);
  Outcome read_object(std::string_view json, Field field, TextArena& text, std::string_view& out);
  Outcome read_id(std::string_view json, Field field, TextArena& text, std::string_view& out);
  Outcome read_report(std::string_view json, const Shared& shared, TextArena& text, ReportRow& row);
  Outcome read_metrics(std::string_view json, const Shared& shared, TextArena& text, MetricsRow& row);
  void reject(Taken& taken, std::string_view json, const Bad& bad, std::string_view where, int64_t now_ms);

  Conformance conformance_;
  std::string url_parameters_;  // as privacy::Rules wants them
  std::string allowed_keys_;
  privacy::Rules rules_;
  Inspector inspector_;
  Redactor redactor_;
  std::string scratch_;
};

}  // namespace waymark::collector
