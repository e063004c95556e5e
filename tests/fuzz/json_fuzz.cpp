// The scanner against nlohmann/json. For every input they must agree on whether it is JSON, but where they differ on
// purpose:
//   - nesting: the scanner refuses more than JsonScanner::deepest levels (too_deep), nlohmann has no bound;
//   - numbers beyond a double (1e999): good JSON (RFC 8259 6), but nlohmann gives up there;
//   - a byte order mark at the front: RFC 8259 8.1 forbids it, nlohmann skips it;
//   - a 0 byte: nowhere in JSON, but nlohmann takes it for the end of the input.
// And the spans of what was accepted, put together again, are the input without its white space.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "core/text/json_scan.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using waymark::Reason;
using waymark::text::JsonScanner;
using waymark::text::Token;

enum class Oracle { good, bad, no_opinion };

Oracle ask_nlohmann(std::string_view text) {
  try {
    (void)nlohmann::json::parse(text);
    return Oracle::good;
  } catch (const nlohmann::json::out_of_range&) {
    return Oracle::no_opinion;
  } catch (const nlohmann::json::exception&) {
    return Oracle::bad;
  }
}

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Whether the tokens' spans stand in the text in order with nothing but white space, commas and colons between.
bool rebuilds(std::string_view text) {
  const char* at = text.data();
  const char* const stop = at + text.size();
  JsonScanner scan(text);
  for (Token token = scan.next();; token = scan.next()) {
    const bool quoted = token == Token::key || token == Token::string;
    const std::string_view span = scan.span();
    const char* const begin = token == Token::end ? stop : span.data() - quoted;
    for (; at < begin; ++at) {
      if (!is_white(*at) && *at != ',' && *at != ':') return false;
    }
    if (at != begin) return false;
    if (token == Token::end) return true;
    at = span.data() + span.size() + quoted;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  JsonScanner scan(text);
  Token token = scan.next();
  size_t tokens = 0;
  while (token != Token::end && token != Token::error) {
    require(scan.depth() <= JsonScanner::deepest, "depth is bounded");
    require(++tokens <= 2 * size + 1, "every token is made of bytes");
    token = scan.next();
  }
  const bool accepted = token == Token::end;
  require(accepted == (scan.error() == Reason::none), "an error has a reason");
  if (accepted) require(rebuilds(text), "spans rebuild the text");

  if (text.find('\0') != std::string_view::npos) {
    require(!accepted, "no JSON holds a 0 byte");
    return 0;
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    require(!accepted, "no JSON begins with a byte order mark");
    return 0;
  }
  if (scan.error() == Reason::too_deep) return 0;
  const Oracle oracle = ask_nlohmann(text);
  if (oracle != Oracle::no_opinion) require(accepted == (oracle == Oracle::good), "nlohmann agrees");
  return 0;
}
