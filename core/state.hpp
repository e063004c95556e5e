// The state: the one text that a host keeps between two starts, while something is granted that allows storage. Lines:
// anonymous_id, user_id, session_id, when the session began, when it was last seen (seconds since 1970).
#pragma once

#include <string_view>

#include "core/stages/identity.hpp"
#include "core/stages/session.hpp"
#include "core/text/json_write.hpp"

namespace waymark {

void write_state(text::JsonWriter& out, const stages::Identity& identity, const stages::Session& session);

// What is not understood is passed over.
void read_state(std::string_view lines, stages::Identity& identity, stages::Session& session);

}  // namespace waymark
