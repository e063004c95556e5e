// The consent record: what a person chose, as hosts keep it on the device. The same text in a browser's localStorage
// (js/src/consent/record.ts) and in a program's data directory:
//
//   {"epoch":3,"purged":0,"choices":{"analytics":{"value":"granted","source":"user","at":1731579825123,
//    "expires":1747131825123,"policy":"2","notice":""}}}
//
// without white space and without escapes. It has this one form, so that what anything else wrote is seen to be
// corrupt.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config.hpp"
#include "core/limits.hpp"
#include "core/text/json_write.hpp"

namespace waymark::consent {

struct Choice {
  std::string_view purpose;
  Consent value = Consent::unknown;  // granted or denied
  std::string_view source;           // who said so: `user`, `api`, a name of the application's own
  double at_ms = 0;                  // since 1970
  double expires_ms = 0;
  // The version of the policy and the hash of the notice that it was made on; empty: none was named.
  std::string_view policy;
  std::string_view notice;
};

struct Record {
  double epoch = 0;  // counts the changes
  double purged =
      0;  // the epoch of the last withdrawal: what was stored before it is to be deleted, what came after not
  uint32_t count = 0;
  Choice choices[limits::recorded_choices];

  // The choice on a purpose, or null.
  const Choice* find(std::string_view purpose) const;
};

enum class Soundness : uint8_t { missing, corrupt, sound };

// Reads the text; all views point into it. Of a text that is not sound the record stays empty.
Soundness read_record(std::string_view text, Record& record);

// Texts of choices go through `plain` first. The writer fails when there is no room.
void write_record(text::JsonWriter& out, const Record& record);

// `text` as a record can hold it: at most limits::consent_text_chars, with '_' for quotes, backslashes, control
// characters, bad UTF-8 and what is above U+FFFF. Writes to `out`, three bytes a character, and returns what it wrote.
std::string_view plain(std::string_view text, char* out);

}  // namespace waymark::consent
