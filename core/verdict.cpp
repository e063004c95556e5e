#include "core/verdict.hpp"

#include "core/text/words.hpp"

namespace waymark {
namespace {

// The word at `index` of words that end in newlines.
std::string_view nth_line(std::string_view lines, uint32_t index) {
  while (index-- > 0) text::take_line(lines);
  return text::take_line(lines);
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  return nth_line(text::literal("accepted\nheld\ndenied\nsampled_out\ninvalid\nrate_limited\nqueue_full\ndisabled"),
                  static_cast<uint32_t>(verdict));
}

std::string_view name_of(Reason reason) {
  return nth_line(
      text::literal("none\nconsent_unknown\nconsent_denied\noutside_sample\nover_rate\nqueue_full\n"
                    "hold_full\nhold_expired\nnot_started\njson_syntax\nnot_utf8\nlone_surrogate\n"
                    "duplicate_key\nnot_an_object\ntoo_deep\ntoo_many_keys\nkey_too_long\nstring_too_long\n"
                    "number_too_long\nevent_too_large\nname_missing\nname_too_long\nname_style\nid_too_long\n"
                    "unknown_purpose\nbad_config\nexpired\ntoo_large_for_server\nundeliverable\n"
                    "unplanned_event\nplan_violation\nevicted"),
      static_cast<uint32_t>(reason));
}

}  // namespace waymark
