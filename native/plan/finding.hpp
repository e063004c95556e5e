// What is wrong with a document, or could be better, and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waymark::plan {

enum class Severity : uint8_t {
  error,    // the document cannot be used
  warning,  // it can, but someone will regret it
};

struct Finding {
  Severity severity = Severity::error;
  std::string pointer;  // RFC 6901, from the document's root; empty: the document itself
  std::string message;  // what is wrong, one line without a full stop
  std::string hint;     // what to do about it; may be empty
};

using Findings = std::vector<Finding>;

inline bool has_errors(const Findings& findings) {
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::error) return true;
  }
  return false;
}

}  // namespace waymark::plan
