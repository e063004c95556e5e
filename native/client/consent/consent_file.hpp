// The consent record on disk: the same text as in a browser (core/consent/record.hpp), in one small file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/consent/decision.hpp"

namespace waymark::client {

// A file's text, if there is one that can be trusted: regular, ours, of at most 16 KiB, not writable by others. None is
// in a program with another user's rights.
struct ConsentText {
  consent::Soundness soundness = consent::Soundness::missing;
  std::string text;        // what consent::read_record read; sound
  std::string problem;     // of a file that is there but corrupt: which, what, what to do
  bool is_trusted = true;  // false: it is corrupt because it is not ours, no file, too large …
};

class ConsentFile {
 public:
  // How long a grant and a refusal hold, as in a browser.
  static constexpr double lasts_ms = 180 * 24 * 60 * 60 * 1000.0;
  static constexpr size_t most_bytes = 16 * 1024;

  // `directory` need not exist; nothing is made until `write`.
  explicit ConsentFile(std::string directory);
  const std::string& path() const { return path_; }

  // Opens it for reading alone.
  ConsentText read() const;

  struct NewChoice {
    std::string purpose;
    Consent value = Consent::unknown;  // granted or denied
    std::string source;
    std::string policy;
    std::string notice;
  };
  // Adds choices to what stands there, under flock(2) of the directory, which all processes of the tool share (another
  // who holds it is waited for 2 s), and replaces the file by rename(2). `epoch` goes up by one. Where nothing is
  // granted any more, `purged` becomes that epoch, as in a browser: what was kept until now is to be deleted. A record
  // that is corrupt is replaced, and all kept until now is to be deleted; a file that cannot be trusted is not. Makes
  // the directory (0700) if it is not there. An error text if that fails; then what stood there stands as it was.
  std::optional<std::string> write(const NewChoice* choices, size_t count, double now_ms);

  // Takes back what stands there, where a refusal could not be written: a full disk lets it be deleted, and a directory
  // that cannot be written lets it be emptied, which grants nothing either. Its path is added to `deleted`, or, if it
  // stands as it was, with the reason to `left`. A file that cannot be trusted grants nothing, and is let be.
  void erase(std::vector<std::string>& deleted, std::vector<std::string>& left);

  // Whether `write` is likely to succeed, as far as can be told without making anything.
  bool could_be_written() const;

  // Something that differs whenever the file was replaced, so that a running process sees what another wrote; 0 without
  // a file. One stat(2).
  uint64_t version() const;

 private:
  std::string directory_;
  std::string path_;
};

}  // namespace waymark::client
