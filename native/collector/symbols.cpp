#include "native/collector/symbols.hpp"

#include <charconv>

#include "core/text/utf8.hpp"
#include "native/collector/bounds.hpp"

namespace waymark::collector {
namespace {

constexpr std::string_view heading = "waymark symbols 1";
// As large as a positive integer of SQLite.
constexpr uint64_t most_address = INT64_MAX;

// Takes the word at the front, and the space behind it.
std::string_view take_word(std::string_view& line) {
  const size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
  return word;
}

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool read_number(std::string_view word, int base, uint64_t most, uint64_t& out) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out, base);
  return !word.empty() && error == std::errc() && end == word.data() + word.size() && out <= most;
}

bool is_name(std::string_view name, size_t most) {
  for (const char c : name) {
    if (static_cast<uint8_t>(c) <= ' ' || c == 0x7f) return false;
  }
  return !name.empty() && name.size() <= most && text::is_utf8(name);
}

struct Symbol {
  uint64_t address = 0;
  uint64_t size = 0;
  std::string_view name;
};

bool read_symbol(std::string_view line, Symbol& symbol) {
  if (!read_number(take_word(line), 16, most_address, symbol.address)) return false;
  if (!read_number(take_word(line), 16, most_address, symbol.size)) return false;
  symbol.name = line;
  return true;
}

Refusal refuse(size_t line, const char* what) {
  return {400,
          "bad_symbols",
          "line " + std::to_string(line) + " " + what + "; send what `waymark symbols upload` makes",
          {}};
}

bool open_heading(std::string_view line, SymbolsUpload& upload) {
  if (!line.starts_with(heading) || line.size() == heading.size() || line[heading.size()] != ' ') return false;
  line.remove_prefix(heading.size() + 1);
  uint64_t part = 0;
  uint64_t parts = 0;
  if (!normalise_build_id(take_word(line), upload.build_id)) return false;
  if (!read_number(take_word(line), 10, bounds::symbol_parts, part)) return false;
  if (!read_number(take_word(line), 10, bounds::symbol_parts, parts)) return false;
  upload.origin = line;
  upload.module = take_word(line);
  upload.is_exported = line == "exported";
  if (upload.origin.size() != upload.module.size() && !upload.is_exported) return false;
  upload.is_first = part == 1;
  upload.is_last = part == parts;
  return part >= 1 && part <= parts && is_name(upload.module, bounds::symbol_module_bytes);
}

}  // namespace

std::string_view file_name_of(std::string_view origin) { return origin.substr(0, origin.find(' ')); }

bool normalise_build_id(std::string_view hex, std::string& out) {
  constexpr size_t most_digits = 128;
  if (hex.empty() || hex.size() > most_digits || hex.size() % 2 != 0) return false;
  out.assign(hex);
  for (char& c : out) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c | 0x20);
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
  }
  out.resize((out.size() + 7) / 8 * 8, '0');
  return true;
}

std::variant<Refusal, SymbolsUpload> open_symbols(std::string_view text) {
  SymbolsUpload upload;
  if (!open_heading(take_line(text), upload)) {
    return refuse(1, "is not `waymark symbols 1 BUILD_ID PART PARTS MODULE [exported]`");
  }
  uint64_t next_address = 0;
  for (size_t number = 2; !text.empty(); ++number) {
    const char* const begin = text.data();
    Symbol symbol;
    if (!read_symbol(take_line(text), symbol)) return refuse(number, "is not `ADDRESS SIZE NAME`");
    if (!is_name(symbol.name, bounds::symbol_name_bytes)) return refuse(number, "has no name of 1 to 4096 bytes");
    if (symbol.address < next_address) return refuse(number, "has an address that is not after the one before");
    next_address = symbol.address + 1;
    if (upload.pieces.empty() || upload.pieces.back().lines.size() >= bounds::symbol_piece_bytes) {
      upload.pieces.push_back({symbol.address, std::string_view(begin, text.data())});
    }
    SymbolPiece& piece = upload.pieces.back();
    piece.lines = std::string_view(piece.lines.data(), text.data());
    ++upload.symbols;
  }
  if (upload.symbols == 0) return refuse(2, "is missing: there is no symbol");
  return upload;
}

bool find_symbol(std::string_view lines, uint64_t address, FoundSymbol& found) {
  Symbol last;
  bool has_last = false;
  while (!lines.empty()) {
    Symbol symbol;
    if (!read_symbol(take_line(lines), symbol) || symbol.address > address) break;
    last = symbol;
    has_last = true;
  }
  if (!has_last || (last.size > 0 && address - last.address >= last.size)) return false;
  found = {last.name, address - last.address};
  return true;
}

}  // namespace waymark::collector
