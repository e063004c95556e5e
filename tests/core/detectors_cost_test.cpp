// The cost of the detectors: linear, whatever the input.
#include <algorithm>
#include <chrono>
#include <string>

#include "core/privacy/detectors.hpp"
#include "tests/catch.hpp"

namespace waymark::privacy {

TEST_CASE("detectors take linear time, whatever the input", "[detectors]") {
  // The best of several runs each, so that a busy machine does not decide.
  const auto seconds = [](const std::string& text) {
    double best = 1e9;
    for (int run = 0; run < 7 && (run == 0 || best < 0.1); ++run) {
      const auto begin = std::chrono::steady_clock::now();
      Match match;
      const char* at = text.c_str();
      uint32_t found = 0;
      while (find(at, match)) {
        at = match.end;
        ++found;
      }
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      REQUIRE(found <= text.size());
    }
    return best;
  };
  const auto repeated = [](std::string_view part, size_t size) {
    std::string out;
    while (out.size() < size) out += part;
    return out;
  };
  for (const char* part : {"a@",       "1-",        "1 ",         "eyJ-",     "eyJ.",   "eyJaaaa.", "eyJaaaa.eyJaaaa-",
                           ":",        "::",        "1:",         "a:",       "%25",    "+",        "+1",
                           "+1 ",      "+(",        "AA00",       "AA00A ",   "DE89 ",  "1.",       "1.1.1.1.",
                           "1.1.1.1-", "a.",        "@a.",        "a@a.",     "a@a.a1", "Bearer ",  "Bearer a",
                           "Basic-",   "AKIA-",     "AKIA",       "ghp_",     "-ghp_a", "xoxb-",    "sk_live_-",
                           "4111-",    "41111111 ", "-----BEGIN", "https://", "@b.co",  "a b@"}) {
    const double small = seconds(repeated(part, 5000));
    const double large = seconds(repeated(part, 50000));
    INFO(part << " " << small << " s and " << large << " s");
    CHECK(large <= 40 * small + 0.02);  // ten times the input; what is quadratic takes a hundred times as long
  }
}

}  // namespace waymark::privacy
