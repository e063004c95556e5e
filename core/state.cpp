#include "core/state.hpp"

#include "core/text/json_scan.hpp"
#include "core/text/words.hpp"

namespace waymark {
namespace {

// Whether an id may stand between quotes: what was kept outside may have been changed there.
bool is_string(std::string_view id) {
  char quoted[limits::id_bytes + 2];
  text::JsonWriter out(quoted, sizeof quoted);
  out.byte('"');
  out.raw(id);
  out.byte('"');
  return !out.failed() && text::only_token(out.text()) == text::Token::string;
}

}  // namespace

void write_state(text::JsonWriter& out, const stages::Identity& identity, const stages::Session& session) {
  for (const stages::Id* id : {&identity.anonymous, &identity.user, &identity.session}) {
    out.raw(id->view());
    out.byte('\n');
  }
  out.number(static_cast<uint32_t>(session.started_ms / 1000));
  out.byte('\n');
  out.number(static_cast<uint32_t>(session.seen_ms / 1000));
}

void read_state(std::string_view lines, stages::Identity& identity, stages::Session& session) {
  for (stages::Id* id : {&identity.anonymous, &identity.user, &identity.session}) {
    const std::string_view text = text::take_line(lines);
    if (is_string(text)) id->set(text);
  }
  session.started_ms = text::parse_decimal(text::take_line(lines)) * 1000;
  session.seen_ms = text::parse_decimal(text::take_line(lines)) * 1000;
}

}  // namespace waymark
