// Hides what must not be known in text outside the core's path: in plain strings, and in refused events, which need not
// be JSON.
#pragma once

#include <string>
#include <string_view>

#include "core/inspect.hpp"

namespace waymark::collector {

// Not for several threads at once.
class Redactor {
 public:
  // `inspector` and `rules` must outlive this.
  Redactor(Inspector& inspector, const privacy::Rules& rules);

  // `plain` without what the detectors find; with `is_url` it is taken for a URL. Bad UTF-8 becomes U+FFFD, and what is
  // longer than limits::string_bytes is cut.
  std::string plain(std::string_view text, bool is_url = false);

  // The first limits::string_bytes of a refused event: what stands behind a personal or secret key is replaced by a
  // marker, the rest is cleaned piece by piece. Keys are found by their quotes and colon alone, so that no stray quote
  // can hide one. What had nothing to hide stays as it came, byte for byte.
  std::string refused(std::string_view text);

 private:
  bool scrub(std::string_view text, bool is_url, std::string& out);
  std::string piece(std::string_view escaped, bool is_url);

  Inspector& inspector_;
  const privacy::Rules& rules_;
  std::string scratch_;
};

}  // namespace waymark::collector
