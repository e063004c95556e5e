#include "native/client/crash/memory_map.hpp"

#include <cstring>

#include "native/client/crash/system_calls.hpp"

namespace waymark::client::crash {
namespace {

// Takes the digits at the front away.
uint64_t take_number(const char*& at, const char* stop, unsigned base) {
  uint64_t value = 0;
  for (; at < stop; ++at) {
    unsigned digit = base;
    if (*at >= '0' && *at <= '9') digit = static_cast<unsigned>(*at - '0');
    if (*at >= 'a' && *at <= 'f') digit = static_cast<unsigned>(*at - 'a' + 10);
    if (digit >= base) break;
    value = value * base + digit;
  }
  return value;
}

void skip(const char*& at, const char* stop, char c) {
  while (at < stop && *at == c) ++at;
}

// 7f1c3a000000-7f1c3a021000 r-xp 00001000 fe:00 131     /usr/lib/libc.so.6
MapLine parse(const char* at, const char* stop) {
  MapLine line;
  line.begin = take_number(at, stop, 16);
  skip(at, stop, '-');
  line.end = take_number(at, stop, 16);
  skip(at, stop, ' ');
  line.is_readable = at < stop && *at == 'r';
  while (at < stop && *at != ' ') ++at;
  skip(at, stop, ' ');
  line.file_offset = take_number(at, stop, 16);
  skip(at, stop, ' ');
  line.device = take_number(at, stop, 16) << 32;
  skip(at, stop, ':');
  line.device |= take_number(at, stop, 16);
  skip(at, stop, ' ');
  line.inode = take_number(at, stop, 10);
  skip(at, stop, ' ');
  line.path = at;
  line.path_bytes = static_cast<size_t>(stop - at);
  return line;
}

}  // namespace

bool MemoryMap::open() {
  begin_ = end_ = 0;
  is_cut_ = false;
  file_ = open_for_reading("/proc/self/maps");
  return file_ >= 0;
}

void MemoryMap::close() {
  if (file_ >= 0) close_file(file_);
  file_ = -1;
}

bool MemoryMap::fill() {
  if (begin_ > 0) std::memmove(buffer_, buffer_ + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const ssize_t got = read_some(file_, buffer_ + end_, sizeof buffer_ - end_);
  if (got <= 0) return false;
  end_ += static_cast<size_t>(got);
  return true;
}

bool MemoryMap::next(MapLine& line) {
  if (file_ < 0) return false;
  for (size_t searched = 0;;) {
    const char* const from = buffer_ + begin_;
    const void* const found = std::memchr(from + searched, '\n', end_ - begin_ - searched);
    const bool is_full = found == nullptr && end_ - begin_ == sizeof buffer_;
    if (found != nullptr || is_full) {
      const char* const stop = is_full ? buffer_ + end_ : static_cast<const char*>(found);
      const bool is_rest = is_cut_;
      is_cut_ = is_full;
      begin_ = static_cast<size_t>(stop - buffer_) + (is_full ? 0 : 1);
      if (is_rest) {
        searched = 0;
        continue;
      }
      line = parse(from, stop);
      return true;
    }
    searched = end_ - begin_;
    if (!fill()) return false;
  }
}

}  // namespace waymark::client::crash
