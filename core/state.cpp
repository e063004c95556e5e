#include "core/state.hpp"

#include "core/text/words.hpp"

namespace waymark {

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
  identity.anonymous.set(text::take_line(lines));
  identity.user.set(text::take_line(lines));
  identity.session.set(text::take_line(lines));
  session.started_ms = text::parse_decimal(text::take_line(lines)) * 1000;
  session.seen_ms = text::parse_decimal(text::take_line(lines)) * 1000;
}

}  // namespace waymark
