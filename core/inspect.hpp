// One pass over one JSON value: validation and privacy together, so that an event is read once.
// The tracker, and the collector after it, put every value that enters through this door.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/plan/plan.hpp"
#include "core/privacy/rules.hpp"
#include "core/stages/privacy.hpp"
#include "core/text/json_scan.hpp"
#include "core/text/json_write.hpp"
#include "core/verdict.hpp"

namespace waymark {

struct Inspection {
  Reason reason = Reason::none;  // none: the value is good and its clean copy was written
  uint32_t redactions = 0;
  std::string_view key;         // the last key before the fault, as it is written in the value
  const char* where = nullptr;  // the fault's place in the value; text/json_path.hpp makes a pointer of it
};

// 30 KiB; make it once.
class Inspector {
 public:
  // `rules` must outlive the inspector.
  constexpr explicit Inspector(const privacy::Rules& rules) : privacy_(rules) {}

  // Reads `object`, which must hold exactly one JSON object, and appends its clean copy to `out`. On a reason other
  // than none, what was appended is to be taken back. Time is linear in the size of `object`. The answer is valid
  // until the next call. `taken`, unless 0, is text::quick_hash of a key that the object itself may not have, since
  // what it becomes part of has one.
  const Inspection& inspect_object(std::string_view object, text::JsonWriter& out, uint32_t taken = 0);

  // From now on the privacy rules of a plan count too: those of one event (plan::no_node: of none), and those for all.
  // A key that holds secrets is never allowed. Null: no plan.
  void follow(const plan::Plan* plan, uint32_t event) {
    plan_ = plan;
    event_ = event;
  }

  // Without free text, of the strings in a value only those pass that the plan enumerates for the event's property;
  // others become a marker. Whether they are the enumerated ones the plan's schema says.
  void allow_free_text(bool allows) { has_free_text_ = allows; }

  // Scrubs a plain string (a user id, a title) and appends it as a JSON string. Bad UTF-8 becomes U+FFFD, and what is
  // longer than limits::string_bytes is cut. With `is_url` it is taken for a URL or path. Returns the number of
  // redactions.
  uint32_t scrub_text(std::string_view plain, bool is_url, text::JsonWriter& out);

  // Overwrites what the last value left behind.
  void wipe() { privacy_.wipe(); }

  // How often each marker was put in place so far.
  const privacy::Counts& counts() const { return privacy_.counts(); }

 private:
  Reason read(text::JsonScanner& scan, text::JsonWriter& out);
  Reason read_key(text::JsonScanner& scan, text::JsonWriter& out);
  bool scrub(std::string_view span, bool is_url, text::JsonWriter& out);
  void replace(const char* value, text::JsonScanner& scan, privacy::Marker marker, text::JsonWriter& out);

  void drop(const char* key, text::JsonScanner& scan, text::JsonWriter& out);
  void put_pseudonym(const char* value, text::JsonScanner& scan, text::JsonWriter& out);

  stages::Privacy privacy_;
  const plan::Plan* plan_ = nullptr;
  uint32_t event_ = plan::no_node;
  const char* end_ = nullptr;  // of the value
  bool has_free_text_ = true;
  bool is_enumerated_ = false;  // by the plan: what may stand under the last key
  bool is_allowed_ = false;     // by the plan: the value under the last key stays as it is
  Inspection result_;
  const char* copied_ = nullptr;  // what stands before it in the value is in the output
  privacy::KeyClass key_class_ = privacy::KeyClass::plain;
  // The keys of the objects that are open, as hashes, and where those of each depth begin.
  uint32_t open_keys_ = 0;
  uint32_t first_key_[limits::depth + 2] = {};
  uint32_t hashes_[limits::keys + 1] = {};  // with the one that is taken
};

}  // namespace waymark
