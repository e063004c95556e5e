#include "native/collector/gzip.hpp"

#include <zlib.h>

#include <algorithm>

namespace waymark::collector {
namespace {

struct Inflater {
  z_stream stream{};
  bool ready = false;

  explicit Inflater(std::string_view body) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    ready = inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK;  // 16: gzip and nothing else
  }
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

Inflated inflate_gzip(std::string_view body, size_t bound, std::string& out) {
  out.clear();
  Inflater inflater(body);
  if (!inflater.ready) return Inflated::broken;
  z_stream& stream = inflater.stream;
  for (;;) {
    const size_t before = out.size();
    out.resize(std::min(bound + 1, std::max<size_t>(before * 2, body.size() * 4)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    const int code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.size() > bound) return Inflated::too_large;
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) return Inflated::done;
      if (inflateReset(&stream) != Z_OK) return Inflated::broken;  // RFC 1952 2.2: members may follow one another
      continue;
    }
    if (code != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0)) return Inflated::broken;
  }
}

}  // namespace waymark::collector
