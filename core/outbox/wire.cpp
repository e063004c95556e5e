#include "core/outbox/wire.hpp"

#include "core/text/words.hpp"

namespace waymark::wire {
namespace {

void write_member(JsonWriter& out, std::string_view opening, std::string_view escaped) {
  if (escaped.empty()) return;
  out.raw(opening);
  out.raw(escaped);
  out.byte('"');
}

}  // namespace

void begin_event(JsonWriter& out) { out.raw("{\"event_name\":"); }

void begin_properties(JsonWriter& out) { out.raw(",\"properties\":"); }

void finish_event(JsonWriter& out, const Config& config, uint32_t sequence, double time_ms,
                  std::string_view sample_rate, std::string_view purpose) {
  out.raw(",\"sequence\":");
  out.number(sequence);
  if (!config.is_anonymous) {
    out.raw(",\"timestamp\":");
    out.timestamp(time_ms);
  }
  if (!sample_rate.empty()) out.raw(",\"sample_rate\":");
  out.raw(sample_rate);
  write_member(out, text::literal(",\"purpose\":\""), purpose);
  out.byte('}');
}

std::string_view name_of_event(std::string_view begun) { return text::nth_string(begun, 1); }

void write_report(JsonWriter& out, uint32_t sequence, std::string_view reason, std::string_view purpose,
                  uint32_t count) {
  out.raw("{\"sequence\":");
  out.number(sequence);
  write_member(out, text::literal(",\"reason\":\""), reason);
  write_member(out, text::literal(",\"purpose\":\""), purpose);
  out.raw(",\"count\":");
  out.number(count);
  out.byte('}');
}

void write_shared(JsonWriter& out, const Config& config, Profile profile, const stages::Identity& identity,
                  Purposes granted, std::string_view rest, std::string_view page) {
  write_member(out, text::literal("\"instance_id\":\""), identity.instance.view());
  if (profile == Profile::full) {
    write_member(out, text::literal(",\"anonymous_id\":\""), identity.anonymous.view());
    write_member(out, text::literal(",\"user_id\":\""), identity.user.view());
    write_member(out, text::literal(",\"session_id\":\""), identity.session.view());
  } else {
    const bool is_anonymous = profile == Profile::anonymous;
    if (is_anonymous) page = {};
    write_member(out, text::literal(",\"profile\":\""),
                 is_anonymous ? text::literal("anonymous") : text::literal("cookieless"));
  }
  out.raw(",\"consent\":[");
  char comma = 0;
  for (uint32_t i = 1; i < config.purpose_count; ++i) {
    if (!(granted >> i & 1)) continue;
    if (comma) out.byte(comma);
    comma = ',';
    write_member(out, text::literal("\""), purpose_name(config, i));
  }
  rest = text::trim(rest);
  if (!rest.empty()) rest = text::trim(text::cut(rest, 1, rest.size() - 1));
  out.raw("],\"context\":{");
  out.raw(rest);
  if (!rest.empty() && !page.empty()) out.byte(',');
  if (!page.empty()) out.raw("\"page\":");
  out.raw(page);
  out.byte('}');
}

void begin_batch(JsonWriter& out, const Config& config, double sent_at_ms, std::string_view shared) {
  out.byte('{');
  out.raw(config.batch);
  if (!config.plan_version.empty()) out.raw(",\"plan_version\":");
  out.raw(config.plan_version);
  if (!config.is_anonymous) {
    out.raw(",\"sent_at\":");
    out.timestamp(sent_at_ms);
  }
  out.byte(',');
  out.raw(shared);
}

void begin_list(JsonWriter& out, List list) {
  if (list == List::events) {
    out.raw(",\"events\":[");
  } else {
    out.raw(",\"client_reports\":[");
  }
}

}  // namespace waymark::wire
