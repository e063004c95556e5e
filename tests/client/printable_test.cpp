#include "native/client/consent/printable.hpp"

#include "tests/catch.hpp"

namespace waymark::client {
namespace {

TEST_CASE("printable: nothing is left that moves the cursor or reorders text") {
  CHECK(printable("plain, ärger, 漢字 😀") == "plain, ärger, 漢字 😀");
  CHECK(printable("a\x1b[2Jb\r\nc\td\x7f") == "a[2Jbcd");
  CHECK(printable("a\xc2\x9b"
                  "31mb") == "a31mb");  // CSI as C1
  CHECK(printable("a\xe2\x80\xae"
                  "b\xe2\x81\xa6") == "ab");  // U+202E, U+2066
  CHECK(printable("a\xe2\x80\xa8"
                  "b") == "ab");  // U+2028
  CHECK(printable("a\xff"
                  "b\xc3") == "a?b?");
  CHECK(printable(std::string_view("a\0b", 3)) == "ab");
}

TEST_CASE("printable: lines are broken at spaces") {
  CHECK(wrapped("", 10).empty());
  CHECK(wrapped("one two three", 7) == "one two\nthree\n");
  CHECK(wrapped("one two three", 8) == "one two\nthree\n");
  CHECK(wrapped("a longerthanthat b", 5) == "a\nlongerthanthat\nb\n");
  CHECK(wrapped("äää äää", 7) == "äää äää\n");
  CHECK(wrapped("one\ntwo", 7) == "one\ntwo\n");
}

}  // namespace
}  // namespace waymark::client
