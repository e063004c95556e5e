// UTF-8 as RFC 3629 has it.
#include "core/text/utf8.hpp"

#include <string>

#include "tests/catch.hpp"

namespace waymark::text {

TEST_CASE("every scalar value goes out and comes back", "[utf8]") {
  for (uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point < 0xE000) continue;
    char bytes[4];
    const char* const stop = write_code_point(code_point, bytes);
    const size_t size = static_cast<size_t>(stop - bytes);
    const size_t expected = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    const char* at = bytes;
    if (size != expected || read_code_point(at, stop) != code_point || at != stop) FAIL("U+" << std::hex << code_point);
  }
}

TEST_CASE("bad UTF-8 is told and passed over byte by byte", "[utf8]") {
  // Overlong forms, surrogates, above U+10FFFF, stray and missing continuation bytes.
  for (const std::string bad :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\x80", "\xBF", "\xC2", "\xE1\x80",
        "\xF1\x80\x80", "\xC2\x41", "\xE1\x80\x41"}) {
    const char* at = bad.data();
    CHECK(read_code_point(at, bad.data() + bad.size()) == bad_code_point);
    CHECK(at == bad.data() + 1);
    CHECK_FALSE(is_utf8(bad));
    CHECK_FALSE(is_utf8("a" + bad + "z"));
  }
  CHECK(is_utf8(""));
  CHECK(is_utf8("é€😀"));
  CHECK(is_utf8(std::string_view("\0", 1)));
}

TEST_CASE("all pairs of bytes are judged alike by the definition", "[utf8]") {
  // Two bytes are good when both are ASCII, or a lead C2 to DF and a continuation.
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char pair[] = {static_cast<char>(a), static_cast<char>(b)};
      const bool good = (a < 0x80 && b < 0x80) || (a >= 0xC2 && a <= 0xDF && b >= 0x80 && b <= 0xBF);
      if (is_utf8({pair, 2}) != good) FAIL(a << " " << b);
    }
  }
}

}  // namespace waymark::text
