// The consent record on disk: the same text as in a browser (core/consent/record.hpp), in one small file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/consent/decision.hpp"

namespace waymark::client {

// A file's text, if there is one that can be trusted: regular, ours, of at most 16 KiB, not writable by others.
struct ConsentText {
  consent::Soundness soundness = consent::Soundness::missing;
  std::string text;     // what consent::read_record read; sound
  std::string problem;  // of a file that is there but corrupt: which, what, what to do
};

class ConsentFile {
 public:
  // `directory` need not exist; nothing is made until `write`.
  explicit ConsentFile(std::string directory);
  const std::string& path() const;

  // Opens it for reading alone.
  ConsentText read() const;
  // Adds choices to what stands there, under a lock that all processes of the tool share, and replaces the file by
  // rename(2). `epoch` goes up by one; a refusal of what was granted sets `purged`. Makes the directory (0700) if it is
  // not there. An error text if that fails.
  struct NewChoice {
    std::string purpose;
    Consent value = Consent::unknown;
    std::string source;
    std::string policy;
    std::string notice;
  };
  std::optional<std::string> write(const NewChoice* choices, size_t count, double now_ms);

  // Something that differs whenever the file was replaced, so that a running process sees what another wrote; 0 without
  // a file. One stat(2).
  uint64_t version() const;

 private:
  std::string directory_;
  std::string path_;
};

}  // namespace waymark::client
