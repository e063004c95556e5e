// Files that hold plans, and the lines that say what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "native/plan/plan_document.hpp"

namespace waymark::cli {

struct LoadedDocument {
  std::string text;
  plan::PlanDocument document;
};

// The bytes of a file of at most `most` bytes. Empty, and one line on standard error, if it cannot be had.
std::optional<std::string> read_file(const std::string& command, const std::string& file, size_t most);

// Writes a file, or standard output if `file` is empty. False, and one line on standard error, if it cannot.
bool write_file(const std::string& command, const std::string& file, std::string_view bytes);

// `FILE:LINE:COLUMN: error: what is wrong; what to do (at POINTER)`, one line each, in the order of the text. `text` is
// what the pointers lead into. At most plan::most_findings of them, and a line that says how many more there are.
void print_findings(const std::string& file, std::string_view text, const plan::Findings& findings);

// The same as one JSON array on standard output: severity, file, line, column, pointer, message, hint.
void print_findings_json(const std::string& file, std::string_view text, const plan::Findings& findings);

// Reads a plan and compiles it, so that what it returns is sound. Otherwise empty, and the errors go to standard error;
// exit_usage is the status then.
std::optional<LoadedDocument> load_document(const std::string& command, const std::string& file);

}  // namespace waymark::cli
