// The small parts that the server is made of: rate limits, targets, gzip, keys, ids.
#include "native/collector/gzip.hpp"
#include "native/collector/json_value.hpp"
#include "native/collector/keys.hpp"
#include "native/collector/rate_limit.hpp"
#include "native/collector/target.hpp"
#include "tests/catch.hpp"
#include "tests/core/zlib_gzip.hpp"

namespace waymark::collector {

using testing::gzipped;

TEST_CASE("a bucket gives its rate, its burst, and a promise that holds") {
  TokenBucket bucket(10, 5);
  int64_t now_ms = 1'000'000;
  CHECK(bucket.take(20, now_ms) == 0);  // two seconds at once
  const uint32_t wait_s = bucket.take(15, now_ms);
  CHECK(wait_s >= 2);
  CHECK(bucket.take(15, now_ms + wait_s * 1000) == 0);
  CHECK(bucket.take(1, now_ms - 3'600'000) < 3);  // the clock was set back
  TokenBucket small(1, 500);
  CHECK(small.take(500, now_ms) == 0);  // a whole batch fits, whatever the rate
  double taken = 0;
  TokenBucket steady(100);
  for (int64_t ms = 0; ms < 60'000; ms += 5) {
    if (steady.take(1, now_ms + ms) == 0) ++taken;
  }
  CHECK(taken > 5990);
  CHECK(taken < 6210);
}

TEST_CASE("targets are taken apart once") {
  const auto target = Target::parse("/a%20b/c+d?x=1&y=a%26b+c&x=2&flag&=z");
  REQUIRE(target);
  CHECK(target->path() == "/a b/c+d");
  CHECK(*target->query("x") == "1");
  CHECK(*target->query("y") == "a&b c");
  CHECK(*target->query("flag") == "");
  CHECK(!target->query("z"));
  CHECK(Target::parse("/?")->path() == "/");
  for (const char* bad : {"", "a", "http://x/", "*", "/%", "/%2", "/%zz", "/?a=%f"}) CHECK(!Target::parse(bad));
}

TEST_CASE("inflating stops at the bound") {
  const std::string text(100'000, 'x');
  const std::string zipped = gzipped(text);
  std::string out;
  REQUIRE(inflate_gzip(zipped, text.size(), out) == Inflated::done);
  CHECK(out == text);
  CHECK(inflate_gzip(zipped, text.size() - 1, out) == Inflated::too_large);
  CHECK(out.size() <= text.size());
  REQUIRE(inflate_gzip(zipped + gzipped("tail"), 200'000, out) == Inflated::done);
  CHECK(out == text + "tail");
  REQUIRE(inflate_gzip(gzipped(""), 10, out) == Inflated::done);
  CHECK(out.empty());
  CHECK(inflate_gzip(zipped + "junk", 200'000, out) == Inflated::broken);
  for (size_t size = 0; size < zipped.size(); ++size) {
    REQUIRE(inflate_gzip(zipped.substr(0, size), 200'000, out) == Inflated::broken);
  }
}

TEST_CASE("keys are compared whole") {
  const Keys keys({"alpha", "beta"}, "read");
  CHECK(keys.write_index("alpha") == 0);
  CHECK(keys.write_index("beta") == 1);
  for (const char* wrong : {"", "alph", "alphaa", "Alpha", "read"}) CHECK(keys.write_index(wrong) == Keys::refused);
  CHECK(keys.may_read("read"));
  CHECK(!keys.may_read(""));
  const Keys open({}, "");
  CHECK(open.write_index("anything") == 0);
  CHECK(open.may_read(""));
}

TEST_CASE("single values are read exactly or not at all") {
  CHECK(parse_uuid("0193A000-0000-4000-8000-00000000abcd"));
  for (const char* bad : {"", "0193a000000040008000000000000000", "0193a000-0000-4000-8000-00000000000g",
                          "0193a000-0000-4000-8000-0000000000000", "0193a000+0000-4000-8000-000000000000"}) {
    CHECK(!parse_uuid(bad));
  }
  const auto uuid = parse_uuid("0193a000-1234-4000-8000-00000000abcd");
  CHECK(format_uuid({reinterpret_cast<const char*>(uuid->data()), 16}) == "0193a000-1234-4000-8000-00000000abcd");
  CHECK(read_json_integer("42", 100) == 42u);
  for (const char* bad : {"", "-1", "1.0", "1e2", "101", "\"42\"", "42 1", "18446744073709551616"}) {
    CHECK(!read_json_integer(bad, 100));
  }
  CHECK(read_json_time_ms("\"1970-01-01T00:00:01Z\"") == 1000);
  CHECK(read_json_time_ms("1731579825123") == 1731579825123);
  for (const char* bad : {"\"\"", "\"now\"", "-1", "1e300", "null", "[]"}) CHECK(!read_json_time_ms(bad));
  std::string text;
  REQUIRE(read_json_string(R"("a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00ü")", text));
  CHECK(text == "a\"\\/\b\f\n\r\té😀ü");
  for (const char* bad : {"", "\"", "a", "\"\\ud800\"", "\"a\"b", "\"\n\"", "\"\xff\""}) {
    CHECK(!read_json_string(bad, text));
  }
}

}  // namespace waymark::collector
