// The members of an event or a report, one by one: each is checked and scrubbed by the core before it is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/inspect.hpp"
#include "native/collector/fields.hpp"
#include "native/collector/redact.hpp"
#include "native/collector/rows.hpp"

namespace waymark::collector {

// Reasons beside those of core/verdict.hpp: what only a sender that is not our tracker gets wrong.
namespace reasons {
inline constexpr std::string_view wrong_type = "wrong_type";        // a string where a number belongs, and the like
inline constexpr std::string_view bad_timestamp = "bad_timestamp";  // not RFC 3339, or outside 1970 to 9999
inline constexpr std::string_view out_of_range = "out_of_range";    // a number that cannot be meant
}  // namespace reasons

// Why something is not kept.
struct Bad {
  std::string_view reason;
  std::string path;            // RFC 6901, seen from the event
  std::string_view rule = {};  // of the tracking plan, where that is what it breaks
};
using Outcome = std::optional<Bad>;

// RFC 6901; empty for `none`, which stands for the whole.
std::string pointer(Field field);

// What privacy leaves in place beside its defaults; the same names as the trackers' own. 32 of each at most.
struct PrivacyAllowances {
  std::vector<std::string> url_parameters;  // query parameters that URLs keep
  std::vector<std::string> keys;            // keys that hold personal data on purpose
};

// Not for several threads at once. What is read goes to `out`, its text to the arena.
class FieldReader {
 public:
  // `plan`, whose privacy rules hold for what is read, may be null and must outlive this.
  FieldReader(const PrivacyAllowances& allowed, const plan::Plan* plan);
  FieldReader(const FieldReader&) = delete;  // the inspector points to the rules
  FieldReader& operator=(const FieldReader&) = delete;

  // All members of one object. Those that are not ours are checked too: an event is good as a whole.
  static Outcome read_members(std::string_view json, Spelling spelling, FieldTexts& fields);
  // Time, sequence and sample rate of an event.
  static Outcome read_numbers(const FieldTexts& fields, EventRow& row);

  Outcome read_name(std::string_view json, TextArena& text, std::string_view& out);
  // At most limits::id_bytes.
  Outcome read_id(std::string_view json, Field field, TextArena& text, std::string_view& out);
  // An object within the limits of an event, by the plan's rules for `event` (plan::no_node for none).
  Outcome read_object(std::string_view json, Field field, uint32_t event, TextArena& text, std::string_view& out);
  // ["analytics",…] without white space, within limits::purposes and purpose_bytes.
  Outcome read_purposes(std::string_view json, TextArena& text, std::string_view& out);
  Outcome read_purpose(const FieldTexts& fields, TextArena& text, std::string_view& out);

  // Without free text, only numbers, booleans and strings that the plan enumerates are read from objects other than
  // `sdk`; a marker stands for the rest.
  void allow_free_text(bool allows) { has_free_text_ = allows; }

  // For what is kept on another way.
  Redactor& redactor() { return redactor_; }

 private:
  std::optional<std::string> purposes_of(std::string_view json);

  const plan::Plan* plan_;
  bool has_free_text_ = true;
  std::string url_parameters_;  // as privacy::Rules wants them
  std::string allowed_keys_;
  privacy::Rules rules_;
  Inspector inspector_;
  Redactor redactor_;
  std::string scratch_;
};

}  // namespace waymark::collector
