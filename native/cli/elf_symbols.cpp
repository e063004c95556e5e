#include "native/cli/elf_symbols.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>

namespace waymark::cli {
namespace {

constexpr uint64_t most_sections = 100'000;
constexpr uint64_t most_table_bytes = 512 * 1024 * 1024;
constexpr uint64_t most_note_bytes = 64 * 1024;
constexpr size_t most_build_id_bytes = 64;
constexpr size_t most_name_bytes = 4096;      // what the collector takes
constexpr uint64_t most_address = INT64_MAX;  // the same

template <typename T>
T read_struct(std::string_view bytes, size_t at) {
  T out;
  std::memcpy(&out, bytes.data() + at, sizeof out);
  return out;
}

// What is no file of the kind throws nothing: it gives no sections.
std::vector<Elf64_Shdr> read_sections(const ReadAt& read_at, const Elf64_Ehdr& header) {
  if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff == 0) return {};
  uint64_t count = header.e_shnum;
  if (count == 0) {  // more than fit there: the first section says how many (elf(5), e_shnum)
    const auto first = read_at(header.e_shoff, sizeof(Elf64_Shdr));
    if (first) count = read_struct<Elf64_Shdr>(*first, 0).sh_size;
  }
  if (count == 0 || count > most_sections) return {};
  const auto bytes = read_at(header.e_shoff, count * sizeof(Elf64_Shdr));
  if (!bytes) return {};
  std::vector<Elf64_Shdr> sections;
  for (uint64_t i = 0; i < count; ++i) sections.push_back(read_struct<Elf64_Shdr>(*bytes, i * sizeof(Elf64_Shdr)));
  return sections;
}

// The note NT_GNU_BUILD_ID with the owner `GNU` (elf(5), "Notes").
std::string find_build_id(std::string_view notes) {
  constexpr char digits[] = "0123456789abcdef";
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    const auto note = read_struct<Elf64_Nhdr>(notes, 0);
    notes.remove_prefix(sizeof note);
    const uint64_t name_bytes = (uint64_t{note.n_namesz} + 3) & ~uint64_t{3};
    const uint64_t content_bytes = (uint64_t{note.n_descsz} + 3) & ~uint64_t{3};
    if (name_bytes > notes.size() || content_bytes > notes.size() - name_bytes) return {};
    const bool is_build_id = note.n_type == NT_GNU_BUILD_ID && notes.starts_with(std::string_view("GNU\0", 4));
    if (is_build_id && note.n_descsz <= most_build_id_bytes) {
      std::string hex;
      for (const char c : notes.substr(name_bytes, note.n_descsz)) {
        hex += digits[static_cast<uint8_t>(c) >> 4];
        hex += digits[static_cast<uint8_t>(c) & 0xf];
      }
      return hex;
    }
    notes.remove_prefix(name_bytes + content_bytes);
  }
  return {};
}

std::string read_build_id(const ReadAt& read_at, const std::vector<Elf64_Shdr>& sections) {
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_NOTE || section.sh_size > most_note_bytes) continue;
    const auto notes = read_at(section.sh_offset, section.sh_size);
    if (!notes) continue;
    if (std::string id = find_build_id(*notes); !id.empty()) return id;
  }
  return {};
}

bool is_function(const Elf64_Sym& symbol) {
  const unsigned type = ELF64_ST_TYPE(symbol.st_info);
  return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF && symbol.st_value != 0 &&
         symbol.st_value <= most_address && symbol.st_size <= most_address;
}

// Up to the 0 byte; none if it is not a name that can stand in a line.
std::string_view name_at(std::string_view names, uint64_t at) {
  if (at >= names.size()) return {};
  std::string_view name = names.substr(at);
  const size_t end = name.find('\0');
  if (end == std::string_view::npos || end > most_name_bytes) return {};
  name = name.substr(0, end);
  const bool has_odd = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<uint8_t>(c) <= ' ' || static_cast<uint8_t>(c) >= 0x7f;
  });
  return has_odd ? std::string_view() : name;
}

// Of several names of one address the one that tells most: with a size, then global, then the first by letters.
struct Candidate {
  ElfSymbol symbol;
  bool is_global;

  bool operator<(const Candidate& other) const {
    if (symbol.address != other.symbol.address) return symbol.address < other.symbol.address;
    if ((symbol.size > 0) != (other.symbol.size > 0)) return symbol.size > 0;
    if (is_global != other.is_global) return is_global;
    return symbol.name < other.symbol.name;
  }
};

std::string read_table(const ReadAt& read_at, const std::vector<Elf64_Shdr>& sections, const Elf64_Shdr& table,
                       ElfSymbols& out) {
  if (table.sh_entsize != sizeof(Elf64_Sym) || table.sh_link >= sections.size()) return "its symbol table is broken";
  const Elf64_Shdr& names = sections[table.sh_link];
  if (table.sh_size > most_table_bytes || names.sh_size > most_table_bytes) {
    return "its symbol table has more than 512 MiB";
  }
  const auto entries = read_at(table.sh_offset, table.sh_size);
  const auto texts = read_at(names.sh_offset, names.sh_size);
  if (!entries || !texts || names.sh_type != SHT_STRTAB) return "its symbol table is broken or cut short";
  out.names.assign(texts->begin(), texts->end());
  const std::string_view all_names(out.names.data(), out.names.size());
  std::vector<Candidate> candidates;
  for (size_t at = 0; entries->size() - at >= sizeof(Elf64_Sym); at += sizeof(Elf64_Sym)) {
    const auto entry = read_struct<Elf64_Sym>(*entries, at);
    if (!is_function(entry)) continue;
    const std::string_view name = name_at(all_names, entry.st_name);
    if (name.empty()) continue;
    candidates.push_back({{entry.st_value, entry.st_size, name}, ELF64_ST_BIND(entry.st_info) != STB_LOCAL});
  }
  std::sort(candidates.begin(), candidates.end());
  for (const Candidate& candidate : candidates) {
    if (!out.symbols.empty() && out.symbols.back().address == candidate.symbol.address) continue;
    out.symbols.push_back(candidate.symbol);
  }
  return out.symbols.empty() ? "its symbol table names no function" : "";
}

}  // namespace

std::variant<std::string, ElfSymbols> read_elf_symbols(const ReadAt& read_at) {
  const auto start = read_at(0, sizeof(Elf64_Ehdr));
  if (!start || !start->starts_with(ELFMAG)) return "it is no ELF file; name the program or library itself";
  const auto header = read_struct<Elf64_Ehdr>(*start, 0);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
    return "it is no 64-bit little-endian ELF file; only those are read";
  }
  const auto sections = read_sections(read_at, header);
  ElfSymbols out;
  out.build_id = read_build_id(read_at, sections);
  if (out.build_id.empty()) return "it has no build id; link it with -Wl,--build-id";
  for (const uint32_t type : {SHT_SYMTAB, SHT_DYNSYM}) {
    const auto table = std::find_if(sections.begin(), sections.end(),
                                    [&](const Elf64_Shdr& section) { return section.sh_type == type; });
    if (table == sections.end()) continue;
    out.is_dynamic = type == SHT_DYNSYM;
    if (auto problem = read_table(read_at, sections, *table, out); !problem.empty()) {
      return problem + "; upload the file as the linker wrote it, before `strip`";
    }
    return out;
  }
  return "it has no symbol table; upload the file as the linker wrote it, before `strip`";
}

}  // namespace waymark::cli
