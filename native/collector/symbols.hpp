// The functions of one program or library, as `waymark symbols upload` sends them: lines of text.
//
//   waymark symbols 1 BUILD_ID PART PARTS MODULE [exported]   BUILD_ID in hexadecimal; PART of PARTS, from 1 on
//   ADDRESS SIZE NAME                                         hexadecimal, as in the symbol table; by address, none
//   twice
//
// `exported` says that these are all that a stripped file names: they do not replace a list without it. Kept by build
// id in pieces of about 64 KiB, so that a look-up reads little.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/collector/envelope.hpp"

namespace waymark::collector {

struct SymbolPiece {
  uint64_t first_address = 0;
  std::string_view lines;
};

struct SymbolsUpload {
  std::string build_id;     // in lower case, filled up with zeros to whole 32-bit words
  std::string_view module;  // the file's name
  std::string_view origin;  // the same, with ` exported` behind it if that is said
  bool is_exported = false;
  bool is_first = false;  // what is there of the build id is replaced
  bool is_last = false;
  std::vector<SymbolPiece> pieces;  // views of the text
  size_t symbols = 0;
};

// Takes all of it or nothing; the refusal says which line is at fault.
std::variant<Refusal, SymbolsUpload> open_symbols(std::string_view text);

struct FoundSymbol {
  std::string_view name;  // mangled
  uint64_t offset = 0;    // of the address in it
};

// The function that `address` lies in; false if there is none. A function of size 0 reaches to the next.
bool find_symbol(std::string_view lines, uint64_t address, FoundSymbol& found);

// The file's name out of an origin.
std::string_view file_name_of(std::string_view origin);

// As a build id is compared. False if it is none: 1 to 64 bytes in hexadecimal.
bool normalise_build_id(std::string_view hex, std::string& out);

}  // namespace waymark::collector
