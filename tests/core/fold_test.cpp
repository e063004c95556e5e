// Disguises undone before the detectors look.
#include "core/privacy/fold.hpp"

#include <string>
#include <vector>

#include "core/text/utf8.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::privacy {
namespace {

std::string folded(std::string_view text, bool is_escaped = true) {
  std::vector<char> out(3 * text.size() + 1 + 8, '#');
  const size_t size = fold(text, is_escaped, out.data());
  CHECK(size <= 3 * text.size());
  CHECK(out[size] == 0);
  CHECK(std::string(out.end() - 8, out.end()) == "########");
  const std::string result(out.data(), size);
  CHECK(result.find('\0') == std::string::npos);
  return result;
}

}  // namespace

TEST_CASE("JSON's escapes are undone where they are JSON's", "[fold]") {
  CHECK(folded(R"(a\"b\\c\/d)") == "a\"b\\c/d");
  CHECK(folded(R"(\u0040\u00e9\u20AC\ud83d\ude00)") == "@é€😀");
  CHECK(folded(R"(a\nb)") == "a\nb");
  CHECK(folded(R"(a\tb\rc\bd\fe)") == "a b c d e");
  CHECK(folded(R"(a\u0000b)") == "ab");
  CHECK(folded(R"(\u0040\n)", false) == R"(\u0040\n)");
}

TEST_CASE("percent escapes are undone twice", "[fold]") {
  CHECK(folded("a%40b") == "a@b");
  CHECK(folded("a%2540b") == "a@b");
  CHECK(folded("%41%7e") == "A~");
  CHECK(folded("100%") == "100%");
  CHECK(folded("%4") == "%4");
  CHECK(folded("%zz") == "%zz");
  CHECK(folded("%0a%1f%80%ff%7f") == "%0a%1f%80%ff%7f");  // not printable: left as they are
}

TEST_CASE("other digits, full-width forms and invisible characters", "[fold]") {
  CHECK(folded("４１１１＠ｅｘ．ｃｏｍ") == "4111@ex.com");
  CHECK(folded("٤١١١ ۴۱") == "4111 41");
  CHECK(folded("a\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF\u00ADb") == "ab");
  CHECK(folded("é€😀 ünï") == "é€😀 ünï");
}

TEST_CASE("bad bytes become U+FFFD", "[fold]") {
  CHECK(folded("a\xFFz", false) == "a\xEF\xBF\xBDz");
  CHECK(folded("\x80\x80", false) == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("any bytes fold to UTF-8 within three times their size", "[fold]") {
  waymark::testing::Random random(21);
  for (int run = 0; run < 5000; ++run) {
    std::string bytes;
    for (uint32_t i = 0, n = random.below(60); i < n; ++i) {
      bytes += random.chance(0.3) ? "%25\\4"[random.below(5)] : static_cast<char>(random.below(256));
    }
    CHECK(text::is_utf8(folded(bytes, false)));
  }
}

}  // namespace waymark::privacy
