// The inspector over any bytes: never crashes; what it lets through is one JSON object within its limits, what it finds
// nothing in it leaves as it is, and going through again and again comes to rest.
//
// That twice is once is a property of text with its parts apart, and tested as such in tests/core/inspect_test.cpp.
// Parts that run into each other may be told apart only when the first is a marker. Percent escapes and full-width
// forms are left out: each pass undoes two layers of those.
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/inspect.hpp"
#include "core/limits.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using waymark::Inspection;
using waymark::Inspector;
using waymark::Reason;

struct Clean {
  Reason reason;
  uint32_t redactions;
  std::string text;
};

Clean inspect(Inspector& inspector, std::string_view text) {
  std::vector<char> out(4 * text.size() + 1024);
  waymark::text::JsonWriter writer(out.data(), out.size());
  const Inspection& inspection = inspector.inspect_object(text, writer);
  if (inspection.reason == Reason::none) require(!writer.failed(), "the clean copy has at most four times the size");
  if (inspection.where)
    require(inspection.where >= text.data() && inspection.where <= text.data() + text.size(),
            "the place lies in the value");
  return {inspection.reason, inspection.redactions, std::string(writer.text())};
}

bool is_layered(std::string_view text) {
  return text.find('%') != std::string_view::npos || text.find("\\u00") != std::string_view::npos ||
         text.find("\\uff") != std::string_view::npos || text.find("\\uFF") != std::string_view::npos ||
         text.find("\xEF\xBC") != std::string_view::npos || text.find("\xEF\xBD") != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static waymark::privacy::Rules rules{R"(["page","q"])", R"(["zip"])"};
  static const auto inspector = std::make_unique<Inspector>(rules);
  // Half of the inputs are one string's text, so that the detectors see more than syntax errors.
  std::string text(reinterpret_cast<const char*>(data), size);
  if (size > 0 && data[0] & 1) {
    text = nlohmann::json{{data[0] & 2 ? "url" : "note", text.substr(1)}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  const Clean once = inspect(*inspector, text);
  if (once.reason != Reason::none) {
    require(waymark::name_of(once.reason).size() > 4, "a refusal has a name");
    return 0;
  }
  require(text.size() <= waymark::limits::event_bytes, "what is too large is refused");
  const nlohmann::json::parser_callback_t shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    require(depth <= static_cast<int>(waymark::limits::depth), "depth is bounded");
    return true;
  };
  try {
    require(nlohmann::json::parse(once.text, shallow).is_object(), "an object comes out");
  } catch (const nlohmann::json::out_of_range&) {  // a number beyond a double: good JSON all the same
  } catch (const nlohmann::json::exception&) {
    require(false, "JSON comes out");
  }
  if (once.redactions == 0) require(once.text == text, "nothing hidden, nothing changed");
  Clean last = once;
  for (size_t pass = 0; pass <= text.size(); ++pass) {
    const Clean next = inspect(*inspector, last.text);
    const bool is_longer = next.reason == Reason::string_too_long || next.reason == Reason::event_too_large;
    require(next.reason == Reason::none || is_longer, "what came out goes in again");
    if (is_longer || is_layered(text) || next.text == last.text) return 0;
    last = next;
  }
  require(false, "again and again comes to rest");
  return 0;
}
