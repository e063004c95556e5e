#include "native/collector/service.hpp"

#include <algorithm>
#include <charconv>

#include "native/collector/bounds.hpp"
#include "native/collector/clock.hpp"
#include "native/collector/gzip.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/live_assets.hpp"
#include "native/collector/ping.hpp"
#include "native/collector/responses.hpp"

namespace waymark::collector {
namespace {

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size()) return {};
  for (size_t i = 0; i < scheme.size(); ++i) {
    if ((authorization[i] | 0x20) != (scheme[i] | 0x20)) return {};
  }
  return authorization.substr(scheme.size());
}

// A page of another site may point its own name at this machine (DNS rebinding); its requests carry that name.
bool is_loopback_host(std::string_view host) {
  if (host == "[::1]" || host.starts_with("[::1]:")) return true;
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host.ends_with(".localhost") ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string text_in(const Target& target, std::string_view name) {
  const std::string* const text = target.query(name);
  return text ? *text : std::string();
}

constexpr uint64_t exact_integer = 1ull << 53;

}  // namespace

Service::Service(ServiceOptions options, Metrics& metrics)
    : options_(std::move(options)),
      metrics_(metrics),
      keys_(options_.write_keys, options_.read_key),
      ingest_(options_.allowed, options_.plan, options_.gpc_purposes) {
  if (!options_.site.empty()) site_.emplace(options_.site);
  const double rate = options_.events_per_second > 0 ? options_.events_per_second : bounds::events_per_second;
  key_rates_.assign(keys_.write_count(), TokenBucket(rate, bounds::batch_elements));
  erasure_rates_.assign(keys_.write_count(), TokenBucket(bounds::erasures_per_second));
  if (!options_.visitor_salt.empty()) visitor_salt_.emplace(options_.visitor_salt, unix_ms());
  tool_rates_.assign(options_.tools.size(), TokenBucket(bounds::pings_per_second));
}

Plan Service::plan(Request request, int64_t now_ms) {
  const auto target = Target::parse(request.target);
  if (!target) return {"other", error_response(400, "bad_target", "the path is not understood; check its %-escapes")};
  const std::string& path = target->path();

  const auto with_post = [&](std::string_view route, const auto& take) -> Plan {
    if (request.method == "OPTIONS") return {route, preflight_response("POST, OPTIONS")};
    if (request.method != "POST") return {route, method_response("POST, OPTIONS")};
    if (auto refusal = inflate(request)) return {route, std::move(*refusal)};
    return take(route);
  };
  const auto take_shape = [&](Shape shape) {
    return [&, shape](std::string_view route) { return take_batch(route, request, shape, now_ms); };
  };
  if (path == "/api/analytics/batch") return with_post("/api/analytics/batch", take_shape(Shape::batch));
  if (path == "/api/analytics") return with_post("/api/analytics", take_shape(Shape::single));
  if (path == "/event") return with_post("/event", take_shape(Shape::single));
  if (path == "/api/privacy/erasure") {
    return with_post("/api/privacy/erasure", [&](auto) { return take_erasure(request, now_ms); });
  }
  if (path == "/api/consent") {
    return with_post("/api/consent", [&](auto) { return take_receipts(request, now_ms); });
  }
  if (path == "/api/symbols") {
    return with_post("/api/symbols", [&](auto) { return take_symbols(request, *target, now_ms); });
  }
  if (path == "/t" && request.method == "OPTIONS") return {"/t", preflight_response("GET, OPTIONS")};

  if (request.method != "GET" && request.method != "HEAD") return {"other", method_response("GET, HEAD")};
  if (path == "/t") return take_ping(*target, now_ms);
  if (path == "/healthz") return check_health(now_ms);
  if (path == "/metrics") {
    return {"/metrics", Response{200, "text/plain; version=0.0.4; charset=utf-8", metrics_.prometheus_text()}};
  }
  if (path == "/api/events") return list_rows("/api/events", Listing::events, request, *target);
  if (path == "/api/rejected") return list_rows("/api/rejected", Listing::rejected, request, *target);
  if (path == "/api/reports") return list_rows("/api/reports", Listing::reports, request, *target);
  if (path == "/api/consent/receipts") return list_receipts(request, *target);
  if (path == "/api/crashes") return list_crashes(request, *target);
  if (path == "/api/sessions") return list_sessions(request, *target);
  if (path == "/.well-known/gpc.json") {
    return {"other", Response{200, std::string(json_type),
                              options_.gpc_purposes.empty() ? "{\"gpc\":false}\n" : "{\"gpc\":true}\n"}};
  }
  if (path == "/api/live") return open_stream(request, *target);
  if (path == "/live") return show_live_page(request, *target);
  if (path == "/live/live.css") return {"/live", page_response(200, "text/css; charset=utf-8", live_css())};
  if (path == "/live/live.js") return {"/live", page_response(200, "text/javascript; charset=utf-8", live_js())};
  if (path == "/live/icon.svg") return {"/live", page_response(200, "image/svg+xml", live_icon())};
  return show_site(request, *target);
}

// Why the body cannot be read; none when it is as it was meant.
std::optional<Response> Service::inflate(Request& request) {
  if (!is_gzip(request.body)) return {};
  std::string inflated;
  const Inflated result = inflate_gzip(request.body, bounds::inflated_bytes, inflated);
  if (result == Inflated::broken) {
    return error_response(400, "bad_gzip", "the body begins as gzip but is broken or cut short; send it again");
  }
  if (result == Inflated::too_large) {
    return error_response(413, "body_too_large", "the body inflates to more than 5 MiB; send smaller batches");
  }
  request.body = std::move(inflated);
  return {};
}

std::variant<Refusal, size_t> Service::admit(std::string_view write_key, double amount, std::vector<TokenBucket>& rates,
                                             int64_t now_ms) {
  const int index = keys_.write_index(write_key);
  if (index == Keys::refused) {
    return Refusal{401, "bad_write_key", "/write_key is missing or not known here; send your project's key", {}};
  }
  const auto key = static_cast<size_t>(index);
  if (const uint32_t wait_s = rates[key].take(amount, now_ms)) {
    return Refusal{429, "rate_limited", "this write key sends too many of these; wait and send again", {}, wait_s};
  }
  return key;
}

Plan Service::take_batch(std::string_view route, const Request& request, Shape asked, int64_t now_ms) {
  auto opened = open_envelope(request.body, asked);
  if (const auto* refusal = std::get_if<Refusal>(&opened)) return {route, refusal_response(*refusal)};
  const auto& envelope = std::get<Envelope>(opened);

  const size_t rows = envelope.events.size() + envelope.metrics.size() + envelope.client_reports.size();
  const double amount = static_cast<double>(std::max<size_t>(1, rows));
  const auto admitted = admit(envelope.write_key, amount, key_rates_, now_ms);
  if (const auto* refusal = std::get_if<Refusal>(&admitted)) return {route, refusal_response(*refusal)};
  const auto profile = read_profile(envelope.fields[Field::profile]);
  const Sender sender{profile == Profile::cookieless ? visitor_key(request, envelope.write_key, now_ms) : "",
                      request.sec_gpc == "1"};
  auto result = ingest_.take(envelope, now_ms, sender);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return {route, refusal_response(*refusal)};
  auto& taken = std::get<Taken>(result);
  for (const auto& [field, count] : taken.stripped) {
    metrics_.count_stripped(name_of(profile.value_or(Profile::full)), field, count);
  }
  const Shape shape = envelope.shape;
  if (taken.intake.row_count() == 0) return {route, batch_response({}, {}, Shape::batch)};
  return {route,
          AfterCommit{std::move(taken.intake), [rejected = std::move(taken.rejected), shape](CommitResult commit) {
                        if (commit.status != CommitResult::Status::committed) {
                          return uncommitted_response(commit.status);
                        }
                        return batch_response(commit.counts, rejected, shape);
                      }}};
}

Plan Service::take_ping(const Target& target, int64_t now_ms) {
  Ping ping;
  ping.tool = text_in(target, "t");
  const auto tool = std::find(options_.tools.begin(), options_.tools.end(), ping.tool);
  if (tool == options_.tools.end()) {
    return {"/t", error_response(403, "unknown_tool", "t= names no tool of this collector; start it with --tool ID")};
  }
  if (const uint32_t wait_s = tool_rates_[static_cast<size_t>(tool - options_.tools.begin())].take(1, now_ms)) {
    return {"/t",
            refusal_response({429, "rate_limited", "too many pings of this tool; leave this one out", {}, wait_s})};
  }
  ping.event = text_in(target, "e");
  ping.version = text_in(target, "v");
  ping.os = text_in(target, "os");
  for (const auto& [name, out] : {std::pair{"n", &ping.count}, {"ms", &ping.duration_ms}}) {
    if (!target.query(name)) continue;
    *out = target.number(name, 0, exact_integer);
    if (!*out) {
      return {"/t",
              error_response(400, reasons::out_of_range, std::string(name) + "= is not a whole number from 0 on")};
    }
  }
  auto result = collector::take_ping(ping, now_ms);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return {"/t", refusal_response(*refusal)};
  return {"/t", AfterCommit{std::move(std::get<Intake>(result)), [](CommitResult commit) {
                              if (commit.status != CommitResult::Status::committed) {
                                return uncommitted_response(commit.status);
                              }
                              Response response{204, {}, {}, {{"Cache-Control", "no-store"}}};
                              add_cors(response);
                              return response;
                            }}};
}

Plan Service::check_health(int64_t now_ms) {
  const auto answer = [](bool good) {
    Response response =
        good ? Response{200, std::string(json_type), "{\"status\":\"ok\"}\n"}
             : unavailable_response("cannot_commit", "the store cannot write; see the collector's log", 5);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  };
  if (health_->checked_ms && now_ms >= health_->checked_ms && now_ms - health_->checked_ms < 1000) {
    return {"/healthz", answer(health_->good)};
  }
  return {"/healthz", AfterCommit{{}, [answer, health = health_, now_ms](CommitResult commit) {
                                    *health = {now_ms, commit.status == CommitResult::Status::committed};
                                    return answer(health->good);
                                  }}};
}

std::optional<Response> Service::refuse_reading(const Request& request, const Target& target) const {
  if (!keys_.has_read_key()) {
    if (options_.loopback && is_loopback_host(request.host)) return {};
    return error_response(403, "no_read_key", "without --read-key only this machine may read; start with --read-key");
  }
  const std::string key = text_in(target, "key");
  if (keys_.may_read(bearer_token(request.authorization)) || keys_.may_read(key)) return {};
  Response response =
      error_response(401, "bad_read_key", "send the read key as Authorization: Bearer KEY, or as ?key=KEY");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Plan Service::list_rows(std::string_view route, Listing listing, const Request& request, const Target& target) {
  if (auto refusal = refuse_reading(request, target)) return {route, *refusal};
  const auto after = target.number("after", 0, INT64_MAX);
  const auto limit = target.number("limit", bounds::export_rows_default, bounds::export_rows);
  if (!after || !limit || *limit == 0) {
    return {route, error_response(400, reasons::out_of_range, "after= is a seq, limit= is 1 to 10000")};
  }
  return {route, FromReader{[listing, after = static_cast<int64_t>(*after), limit = *limit](Reader& reader) {
            Page page;
            if (reader.read(listing, after, limit, bounds::export_bytes, page)) {
              return unavailable_response("cannot_read", "the store cannot be read now; try again", 5);
            }
            return Response{200, "application/x-ndjson", std::move(page.lines), {{"Cache-Control", "no-store"}}};
          }}};
}

Plan Service::open_stream(const Request& request, const Target& target) {
  if (auto refusal = refuse_reading(request, target)) return {"/api/live", *refusal};
  // A page that opens the stream anew cannot set the header; the header is the later word.
  std::optional<int64_t> after;
  for (const std::string& text : {text_in(target, "after"), request.last_event_id}) {
    int64_t seq = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (error == std::errc() && end == text.data() + text.size() && seq >= 0) after = seq;
  }
  if (request.method == "HEAD") return {"/api/live", Response{200, "text/event-stream", {}}};
  return {"/api/live", Stream{std::make_unique<LiveFeed>(after, metrics_)}};
}

Plan Service::show_live_page(const Request& request, const Target& target) {
  const auto refusal = refuse_reading(request, target);
  if (!refusal) return {"/live", page_response(200, html_type, live_html())};
  if (refusal->status == 401) return {"/live", page_response(401, html_type, live_key_html())};
  return {"/live", *refusal};
}

Plan Service::show_site(const Request& request, const Target& target) {
  if (site_) return {"site", site_->serve(target.path(), request.if_none_match)};
  if (target.path() == "/")
    return {"site", Response{303, "text/plain; charset=utf-8", "See /live\n", {{"Location", "/live"}}}};
  return {"other", error_response(404, "not_found", "no such path; events go to POST /api/analytics/batch")};
}

}  // namespace waymark::collector
