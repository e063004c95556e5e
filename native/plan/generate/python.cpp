// track.py: log_event and log_event_async with one overload an event.
#include <algorithm>

#include "native/plan/generate/opt_outs.hpp"
#include "native/plan/generate/printers.hpp"
#include "native/plan/generate/python_client.hpp"
#include "native/plan/generate/python_types.hpp"
#include "native/plan/generate/source_text.hpp"

namespace waymark::plan {
namespace {

constexpr std::string_view keywords =
    "    *,\n"
    "    user_id: Optional[str] = None,\n"
    "    anonymous_id: Optional[str] = None,\n"
    "    consent: Optional[Sequence[str]] = None,\n"
    "    event_id: Optional[str] = None,\n"
    "    timestamp: Optional[datetime.datetime] = None,\n";

constexpr std::string_view arguments = "event, properties, user_id, anonymous_id, consent, event_id, timestamp";

constexpr std::string_view docstring = R"(    """{{what}}

    properties: as the plan has them for this event.
    consent: the purposes that this person agreed to, when it is not what init was told.
    event_id: a UUID. Give the same again to send an event again: the collector keeps one.
    timestamp: when it happened, if not now. One without a time zone is taken for local time.
    """
)";

std::string signature(const std::string& function, const std::string& event, const std::string& properties) {
  return "def " + function + "(\n    event: " + event + ",\n    properties: " + properties + ",\n" +
         std::string(keywords) + ") -> Outcome:";
}

// One event needs no overload, and may not have one (PEP 484).
std::string signatures(const TypeModel& model, const PythonTypes& types, const std::string& function) {
  std::string out;
  const bool is_single = model.events.size() == 1;
  for (const EventType& event : model.events) {
    const std::string& name = types.name(event.properties);
    const std::string properties = event.needs_properties ? name : "Optional[" + name + "] = None";
    out += "\n\n" + std::string(is_single ? "" : "@overload\n") +
           signature(function, "Literal[" + python_literal(event.name) + ']', properties);
    if (is_single) return out + '\n';
    std::vector<std::string> lines = event.comment;
    if (event.is_deprecated)
      lines.push_back(event.deprecated.empty() ? "Deprecated." : "Deprecated: " + event.deprecated);
    const std::string text = comment(lines, 4, CommentStyle::docstring);
    out += text.empty() ? " ...\n" : '\n' + text + "    ...\n";
  }
  return out + "\n\n" + signature(function, "str", "Any = None") + '\n';
}

}  // namespace

std::vector<GeneratedFile> print_python(const PrintInput& input) {
  const TypeModel& model = input.model;
  const PythonTypes types(model, {"NamedTuple", "Outcome", "Sequence", "TrackingError"});
  const std::string origin = comment({origin_of(input.plan)}, 0, CommentStyle::hashes);
  std::string purposes;
  for (const EventType& event : model.events) {
    purposes += "    " + python_literal(event.name) + ": " + python_literal(event.purpose) + ",\n";
  }
  std::string out = fill(python_client_head, {{"origin", origin},
                                              {"variable", input.plan.variable},
                                              {"variable_literal", python_literal(input.plan.variable)},
                                              {"version", std::to_string(input.plan.version)},
                                              {"purposes", purposes},
                                              {"no_signal", quote_list(no_signal, Quoting::python)},
                                              {"off_words", quote_list(off_words, Quoting::python)}});
  out += types.declarations();
  out += python_client_calls;
  out += signatures(model, types, "log_event");
  out += fill(docstring, {{"what", "Sends an event and waits for the answer, `timeout_s` at most."}});
  out += "    try:\n        started = _start(" + std::string(arguments) + ")\n";
  out += R"(        outcome = started if isinstance(started, Outcome) else started.result(_timeout_s())
    except concurrent.futures.TimeoutError:
        outcome = _no_answer()
    except Exception as problem:
        outcome = Outcome("failed", type(problem).__name__ + ": " + str(problem))
    return _finish(outcome)
)";
  std::string async_signatures = signatures(model, types, "log_event_async");
  size_t at = 0;
  while ((at = async_signatures.find("\ndef ", at)) != std::string::npos)
    async_signatures.insert(at + 1, "async "), ++at;
  out += async_signatures;
  out += fill(docstring, {{"what", "Sends an event without blocking the event loop."}});
  out += "    try:\n        started = _start(" + std::string(arguments) + ")\n";
  out += R"(        if isinstance(started, Outcome):
            return _finish(started)
        outcome = await asyncio.wait_for(asyncio.wrap_future(started), _timeout_s())
    except asyncio.TimeoutError:
        outcome = _no_answer()
    except TrackingError:
        raise
    except Exception as problem:
        outcome = Outcome("failed", type(problem).__name__ + ": " + str(problem))
    return _finish(outcome)
)";
  return {{"track.py", std::move(out)}};
}

std::vector<GeneratedFile> print_python_pings(const PrintInput& input) {
  const std::string origin = comment({origin_of(input.plan)}, 0, CommentStyle::hashes);
  std::string events;
  for (const EventType& event : input.model.events) events += "    " + python_literal(event.name) + ",\n";
  std::string out = fill(python_ping_module, {{"origin", origin},
                                              {"variable", input.plan.variable},
                                              {"variable_literal", python_literal(input.plan.variable)},
                                              {"tool", python_literal(input.plan.tool)},
                                              {"notice", python_literal(input.plan.disclosure)},
                                              {"events", events},
                                              {"no_signal", quote_list(no_signal, Quoting::python)},
                                              {"off_words", quote_list(off_words, Quoting::python)},
                                              {"ci_variables", quote_list(ci_variables(), Quoting::python)}});
  return {{"ping.py", std::move(out)}};
}

}  // namespace waymark::plan
