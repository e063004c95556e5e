#include "native/cli/documents.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <tuple>
#include <vector>

#include "native/plan/compile.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/positions.hpp"

namespace waymark::cli {
namespace {

using plan::Finding;
using plan::Findings;
using plan::Place;
using plan::Severity;

struct PlacedFinding {
  Place place;
  const Finding* finding;
};

std::vector<PlacedFinding> place_findings(std::string_view text, const Findings& findings) {
  std::vector<PlacedFinding> placed;
  for (const Finding& finding : findings) {
    if (placed.size() == plan::most_findings) break;
    placed.push_back({plan::find_place(text, finding.pointer), &finding});
  }
  std::stable_sort(placed.begin(), placed.end(), [](const PlacedFinding& a, const PlacedFinding& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return placed;
}

std::string_view word_of(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

// An error is one line, whatever stands in a name.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

void say(const std::string& command, const std::string& file, const std::string& what) {
  std::fprintf(stderr, "%s\n", one_line("waymark " + command + ": " + file + what).c_str());
}

}  // namespace

std::optional<std::string> read_file(const std::string& command, const std::string& file, size_t most) {
  std::FILE* const in = std::fopen(file.c_str(), "rb");
  if (in == nullptr) {
    say(command, file, " cannot be read: " + std::string(std::strerror(errno)) + "; name a file that is there");
    return {};
  }
  std::string bytes;
  std::vector<char> buffer(64 * 1024);
  bool is_whole = true;
  for (size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), in)) > 0;) {
    bytes.append(buffer.data(), count);
    if (bytes.size() > most) {
      is_whole = false;
      break;
    }
  }
  const int error = std::ferror(in) ? errno : 0;
  std::fclose(in);
  if (error != 0) {
    say(command, file, " cannot be read: " + std::string(std::strerror(error)) + "; name a file, not a directory");
    return {};
  }
  if (!is_whole) {
    say(command, file, " is larger than " + std::to_string(most) + " bytes; split it");
    return {};
  }
  return bytes;
}

bool write_file(const std::string& command, const std::string& file, std::string_view bytes) {
  std::FILE* const out = file.empty() ? stdout : std::fopen(file.c_str(), "wb");
  bool is_done = out != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size();
  int error = errno;
  if (out != nullptr && std::fflush(out) != 0) {
    is_done = false;
    error = errno;
  }
  if (out != nullptr && out != stdout && std::fclose(out) != 0) {
    is_done = false;
    error = errno;
  }
  if (!is_done) {
    const std::string name = file.empty() ? "standard output" : file;
    say(command, name, " cannot be written: " + std::string(std::strerror(error)) + "; name another place");
  }
  return is_done;
}

void print_findings(const std::string& file, std::string_view text, const Findings& findings) {
  for (const auto& [place, finding] : place_findings(text, findings)) {
    std::string line = file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ": ";
    line += std::string(word_of(finding->severity)) + ": " + finding->message;
    if (!finding->hint.empty()) line += "; " + finding->hint;
    if (!finding->pointer.empty()) line += " (at " + finding->pointer + ')';
    std::fprintf(stderr, "%s\n", one_line(std::move(line)).c_str());
  }
  if (findings.size() > plan::most_findings) {
    std::fprintf(stderr, "%s: %zu more are not shown; mend these first\n", file.c_str(),
                 findings.size() - plan::most_findings);
  }
}

void print_findings_json(const std::string& file, std::string_view text, const Findings& findings) {
  plan::Json list = plan::Json::array();
  for (const auto& [place, finding] : place_findings(text, findings)) {
    list.push_back({{"severity", word_of(finding->severity)},
                    {"file", file},
                    {"line", place.line},
                    {"column", place.column},
                    {"pointer", finding->pointer},
                    {"message", finding->message},
                    {"hint", finding->hint}});
  }
  std::printf("%s\n", list.dump(2, ' ', false, plan::Json::error_handler_t::replace).c_str());
}

std::optional<LoadedDocument> load_document(const std::string& command, const std::string& file) {
  auto text = read_file(command, file, plan::document_bytes);
  if (!text) return {};
  Findings findings;
  auto document = plan::read_plan(*text, findings);
  if (document) plan::compile_plan(*document, findings);
  if (!document || plan::has_errors(findings)) {
    print_findings(file, *text, findings);
    return {};
  }
  return LoadedDocument{std::move(*text), std::move(*document)};
}

}  // namespace waymark::cli
