#include "native/client/crash/modules.hpp"

#include <elf.h>

#include <bit>
#include <cstring>

#include "native/client/crash/memory_map.hpp"

namespace waymark::client::crash {
namespace {

constexpr size_t most_program_headers = 64;  // those of a linker are about a dozen
constexpr uint64_t most_note_bytes = 64 * 1024;

const void* memory_at(uint64_t address) { return std::bit_cast<const void*>(address); }

// The beginning of a file, where it is mapped: what lies outside of it is not read.
struct Head {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
  bool is_readable = false;
  uint64_t last_end = 0;  // of what is mapped of the file without a gap

  bool has(uint64_t address, uint64_t size) const {
    return address >= begin && address <= end && size <= end - address;
  }
};

// The note NT_GNU_BUILD_ID with the owner `GNU` (elf(5), "Notes").
void read_build_id(const Head& head, uint64_t at, uint64_t size, Mapping& mapping) {
  if (size > most_note_bytes || !head.has(at, size)) return;
  while (size >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr note;
    std::memcpy(&note, memory_at(at), sizeof note);
    at += sizeof note;
    size -= sizeof note;
    const uint64_t name_bytes = (uint64_t{note.n_namesz} + 3) & ~uint64_t{3};
    const uint64_t content_bytes = (uint64_t{note.n_descsz} + 3) & ~uint64_t{3};
    if (name_bytes > size || content_bytes > size - name_bytes) return;
    const bool is_build_id =
        note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(memory_at(at), "GNU", 4) == 0;
    if (is_build_id && note.n_descsz <= most_build_id_bytes) {
      mapping.build_id_bytes = static_cast<uint8_t>(note.n_descsz);
      std::memcpy(mapping.build_id, memory_at(at + name_bytes), note.n_descsz);
      return;
    }
    at += name_bytes + content_bytes;
    size -= name_bytes + content_bytes;
  }
}

// False if that is no ELF file of this machine.
bool read_headers(const Head& head, Mapping& mapping) {
  Elf64_Ehdr file;
  if (!head.is_readable || !head.has(head.begin, sizeof file)) return false;
  std::memcpy(&file, memory_at(head.begin), sizeof file);
  if (std::memcmp(file.e_ident, ELFMAG, SELFMAG) != 0 || file.e_ident[EI_CLASS] != ELFCLASS64 ||
      file.e_phentsize != sizeof(Elf64_Phdr) || file.e_phnum > most_program_headers ||
      file.e_phoff > head.end - head.begin || !head.has(head.begin + file.e_phoff, file.e_phnum * sizeof(Elf64_Phdr))) {
    return false;
  }
  const auto read_header = [&](size_t i) {
    Elf64_Phdr header;
    std::memcpy(&header, memory_at(head.begin + file.e_phoff + i * sizeof header), sizeof header);
    return header;
  };
  bool has_bias = false;
  for (size_t i = 0; i < file.e_phnum && !has_bias; ++i) {
    const Elf64_Phdr header = read_header(i);
    if (header.p_type != PT_LOAD || header.p_offset != 0) continue;
    mapping.load_bias = head.begin - header.p_vaddr;
    has_bias = true;
  }
  for (size_t i = 0; i < file.e_phnum && has_bias && mapping.build_id_bytes == 0; ++i) {
    const Elf64_Phdr header = read_header(i);
    if (header.p_type == PT_NOTE) read_build_id(head, mapping.load_bias + header.p_vaddr, header.p_memsz, mapping);
  }
  return has_bias;
}

// The file's name alone: directories have names of people.
void set_name(const MapLine& line, Mapping& mapping) {
  constexpr char deleted[] = " (deleted)";
  constexpr size_t deleted_bytes = sizeof deleted - 1;
  const char* stop = line.path + line.path_bytes;
  if (line.path_bytes > deleted_bytes && std::memcmp(stop - deleted_bytes, deleted, deleted_bytes) == 0) {
    stop -= deleted_bytes;
  }
  const char* begin = stop;
  while (begin > line.path && begin[-1] != '/') --begin;
  size_t bytes = static_cast<size_t>(stop - begin);
  if (bytes > most_name_bytes) bytes = most_name_bytes;
  std::memcpy(mapping.name, begin, bytes);
  mapping.name_bytes = static_cast<uint8_t>(bytes);
}

bool holds_any(const MapLine& line, const uint64_t* addresses, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (addresses[i] >= line.begin && addresses[i] < line.end) return true;
  }
  return false;
}

// Large for a signal stack; one crash is reported at a time.
MemoryMap map;
Mapping mapping;

}  // namespace

void find_mappings(const uint64_t* addresses, size_t count, void (*on_mapping)(const Mapping& mapping)) {
  map.close();  // a fault may have ended the last search
  if (!map.open()) return;
  Head head;
  MapLine line;
  while (map.next(line)) {
    if (line.path_bytes == 0) continue;
    const bool is_same_file = line.device == head.device && line.inode == head.inode && line.inode != 0;
    if (line.file_offset == 0 && !(is_same_file && head.last_end == line.begin)) {
      head = {line.begin, line.end, line.device, line.inode, line.is_readable, line.end};
    } else if (is_same_file) {
      head.last_end = line.end;
    } else {
      continue;
    }
    if (!holds_any(line, addresses, count)) continue;
    mapping.begin = line.begin;
    mapping.end = line.end;
    mapping.load_bias = 0;
    mapping.build_id_bytes = 0;
    if (!read_headers(head, mapping)) continue;
    set_name(line, mapping);
    on_mapping(mapping);
  }
  map.close();
}

}  // namespace waymark::client::crash
