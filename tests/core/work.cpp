// What the detectors and the inspection do grows with the text, not with its square: counted, so that no clock and no
// busy machine has a say. These files of the core are compiled once more here, with a call at each step of their
// control flow
// (-fsanitize-coverage=trace-pc), and what they have the C library look through or copy counts by the byte (the
// linker's
// --wrap).
#include <cstring>
#include <memory>
#include <string>

#include "core/inspect.hpp"
#include "core/limits.hpp"
#include "core/privacy/detectors.hpp"
#include "tests/catch.hpp"
#include "tests/core/inspected.hpp"

using namespace waymark;

namespace {

uint64_t steps;
// "1 1 1 …" could become a card or a telephone number at each digit.
constexpr uint64_t most_steps_a_byte = 600;

}  // namespace

extern "C" {
void __sanitizer_cov_trace_pc() { ++steps; }

void* __real_memchr(const void* bytes, int byte, size_t count);
int __real_memcmp(const void* a, const void* b, size_t count);
void* __real_memcpy(void* to, const void* from, size_t count);
void* __real_memmove(void* to, const void* from, size_t count);

// Of what lies before the byte only.
void* __wrap_memchr(const void* bytes, int byte, size_t count) {
  void* const found = __real_memchr(bytes, byte, count);
  steps += found ? static_cast<const char*>(found) - static_cast<const char*>(bytes) : count;
  return found;
}
int __wrap_memcmp(const void* a, const void* b, size_t count) { return steps += count, __real_memcmp(a, b, count); }
void* __wrap_memcpy(void* to, const void* from, size_t count) { return steps += count, __real_memcpy(to, from, count); }
void* __wrap_memmove(void* to, const void* from, size_t count) {
  return steps += count, __real_memmove(to, from, count);
}
}

namespace {

uint64_t steps_to_find(const std::string& text) {
  steps = 0;
  privacy::Match match;
  uint32_t found = 0;
  for (const char* at = text.c_str(); privacy::find(at, match); at = match.end) ++found;
  const uint64_t count = steps;
  REQUIRE(found <= text.size());
  return count;
}

std::string repeated(std::string_view part, size_t size) {
  std::string out;
  while (out.size() < size) out += part;
  return out;
}

// Properties of so many bytes: strings of `part`, as long as they may be.
std::string event(std::string_view part, size_t size) {
  std::string text;
  while (text.size() + part.size() <= std::min<size_t>(size / 2, limits::string_bytes)) text += part;
  std::string out = "{";
  for (int i = 0; out.size() + text.size() + 10 <= size; ++i) out += "\"k" + std::to_string(i) + "\":\"" + text + "\",";
  return out + R"("z":0})";
}

}  // namespace

TEST_CASE("the counter counts", "[work]") {
  CHECK(steps_to_find("a@b.co") > 20);
  steps = 0;
  static volatile size_t count = 100;
  const std::string text(count, 'a');
  CHECK(std::memchr(text.data(), 'b', count) == nullptr);
  CHECK(steps >= 100);
}

TEST_CASE("what is quadratic would be found", "[work]") {
  const auto quadratic = [](const std::string& text) {
    steps = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      privacy::Match match;
      privacy::find(text.c_str() + i, match);
    }
    return steps;
  };
  CHECK(quadratic(std::string(4000, ' ')) > 3 * quadratic(std::string(2000, ' ')));
}

TEST_CASE("detectors take linear time, whatever the input", "[work]") {
  for (const char* part : {"a@",       "1-",        "1 ",         "eyJ-",     "eyJ.",   "eyJaaaa.", "eyJaaaa.eyJaaaa-",
                           ":",        "::",        "1:",         "a:",       "%25",    "+",        "+1",
                           "+1 ",      "+(",        "AA00",       "AA00A ",   "DE89 ",  "1.",       "1.1.1.1.",
                           "1.1.1.1-", "a.",        "@a.",        "a@a.",     "a@a.a1", "Bearer ",  "Bearer a",
                           "Basic-",   "AKIA-",     "AKIA",       "ghp_",     "-ghp_a", "xoxb-",    "sk_live_-",
                           "4111-",    "41111111 ", "-----BEGIN", "https://", "@b.co",  "a b@"}) {
    const uint64_t small = steps_to_find(repeated(part, 2000));
    const uint64_t large = steps_to_find(repeated(part, 20'000));
    INFO(part << " " << small << " and " << large << " steps");
    CHECK(large <= 11 * small);
    CHECK(large <= 20'000 * most_steps_a_byte);
  }
}

TEST_CASE("an inspection takes linear time, whatever the input", "[work]") {
  const privacy::Rules rules;
  const auto inspector = std::make_unique<Inspector>(rules);
  const auto steps_a_byte = [&](const std::string& object) {
    steps = 0;
    REQUIRE(waymark::testing::inspect(*inspector, object).reason == Reason::none);
    return static_cast<double>(steps) / static_cast<double>(object.size());
  };
  for (const char* part : {"a@a@", "a@", "1-1-", "eyJ-eyJ-", "eyJ.", ":::", "%25%25", "%25", "+1", "::", "https://",
                           "?a=b&", "@a.b", "Bearer A", "AA00", "\\n", "\\u0040", "é", "DE89 "}) {
    const double small = steps_a_byte(event(part, 3200));
    const double large = steps_a_byte(event(part, 32000));
    INFO(part << " " << small << " and " << large << " steps a byte");
    CHECK(large <= 1.2 * small);
  }
}
