// The functions that the symbol table of an ELF file names (64-bit, little-endian), and its build id.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waymark::cli {

struct ElfSymbol {
  uint64_t address = 0;  // in the file's own addresses
  uint64_t size = 0;     // 0: not told
  std::string_view name;
};

struct ElfSymbols {
  std::string build_id;            // in hexadecimal
  bool is_dynamic = false;         // there are only the names that the loader needs: the file was stripped
  std::vector<ElfSymbol> symbols;  // by address, one each
  std::vector<char> names;         // what the names are views of; moved, it stays where it is
};

// `size` bytes of the file from `offset` on, all of them or none.
using ReadAt = std::function<std::optional<std::string>(uint64_t offset, uint64_t size)>;

// What is at fault, and what to do, if there is nothing to be had. Takes at most 512 MiB of each table.
std::variant<std::string, ElfSymbols> read_elf_symbols(const ReadAt& read_at);

}  // namespace waymark::cli
