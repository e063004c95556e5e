// Files that call themselves programs. To get past the headers, the input may also be laid over a small good file.
#include <elf.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "native/cli/elf_symbols.hpp"
#include "tests/fuzz/require.hpp"

namespace {

template <typename T>
void put(std::string& file, size_t at, const T& value) {
  std::memcpy(file.data() + at, &value, sizeof value);
}

// Header, a note with a build id, a symbol table of four entries, their names, four sections.
std::string make_file() {
  constexpr size_t note_at = 64;
  constexpr size_t symbols_at = 104;
  constexpr size_t names_at = 200;
  constexpr size_t sections_at = 232;
  std::string file(sections_at + 4 * sizeof(Elf64_Shdr), '\0');
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_shoff = sections_at;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 4;
  put(file, 0, header);
  put(file, note_at, Elf64_Nhdr{4, 20, NT_GNU_BUILD_ID});
  std::memcpy(file.data() + note_at + sizeof(Elf64_Nhdr), "GNU", 4);
  for (uint32_t i = 1; i < 4; ++i) {
    Elf64_Sym symbol{};
    symbol.st_name = 4 * i;
    symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    symbol.st_shndx = 1;
    symbol.st_value = 0x1000 * i;
    symbol.st_size = 16;
    put(file, symbols_at + i * sizeof symbol, symbol);
  }
  std::memcpy(file.data() + names_at, "\0abcdefgh\0ijklmnopq", 19);
  Elf64_Shdr section{};
  section.sh_type = SHT_NOTE;
  section.sh_offset = note_at;
  section.sh_size = 36;
  put(file, sections_at + sizeof section, section);
  section.sh_type = SHT_SYMTAB;
  section.sh_offset = symbols_at;
  section.sh_size = 4 * sizeof(Elf64_Sym);
  section.sh_entsize = sizeof(Elf64_Sym);
  section.sh_link = 3;
  put(file, sections_at + 2 * sizeof section, section);
  section.sh_type = SHT_STRTAB;
  section.sh_offset = names_at;
  section.sh_size = 32;
  put(file, sections_at + 3 * sizeof section, section);
  return file;
}

bool check(const std::string& file) {
  const auto result = waymark::cli::read_elf_symbols([&](uint64_t offset, uint64_t size) {
    return offset <= file.size() && size <= file.size() - offset ? std::optional(file.substr(offset, size))
                                                                 : std::nullopt;
  });
  const auto* const elf = std::get_if<waymark::cli::ElfSymbols>(&result);
  if (elf == nullptr) {
    require(!std::get<std::string>(result).empty(), "what is at fault is said");
    return false;
  }
  require(!elf->build_id.empty() && elf->build_id.size() <= 128, "there is a build id");
  require(!elf->symbols.empty(), "there is a function");
  uint64_t next = 0;
  for (const auto& symbol : elf->symbols) {
    require(symbol.address >= next, "addresses rise");
    require(!symbol.name.empty() && symbol.name.find_first_of(" \n") == std::string_view::npos, "names fit a line");
    require(symbol.name.data() >= elf->names.data() &&
                symbol.name.data() + symbol.name.size() <= elf->names.data() + elf->names.size(),
            "names are views of what came with them");
    next = symbol.address + 1;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string good = make_file();
  static const bool is_good = check(good);
  require(is_good, "the small file is good");
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  std::string changed = good;
  // Pairs of a place and a value.
  for (size_t i = 0; i + 2 < size; i += 3) changed[(data[i] | data[i + 1] << 8) % changed.size()] = bytes[i + 2];
  check(changed);
  return 0;
}
