#include "native/collector/responses.hpp"

#include <algorithm>

#include "native/collector/json_split.hpp"

namespace waymark::collector {

Response error_response(unsigned status, std::string_view error, std::string_view message) {
  Response response{status, std::string(json_type), "{\"error\":"};
  append_quoted(response.body, error);
  append_quoted(response.body.append(",\"message\":"), message);
  response.body += "}\n";
  add_cors(response);
  return response;
}

Response unavailable_response(std::string_view error, std::string_view message, uint32_t retry_after_s) {
  Response response = error_response(503, error, message);
  response.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return response;
}

// No credentials are asked for, so every origin may send. Retry-After is not readable by default (Fetch, 4.9).
void add_cors(Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers", "Retry-After");
}

Response preflight_response(std::string_view methods) {
  Response response{204, {}, {}};
  response.headers = {{"Access-Control-Allow-Origin", "*"},
                      {"Access-Control-Allow-Methods", std::string(methods)},
                      {"Access-Control-Allow-Headers", "Content-Type, Content-Encoding, Authorization"},
                      {"Access-Control-Max-Age", "86400"}};
  return response;
}

Response refusal_response(const Refusal& refusal) {
  Response response = error_response(refusal.status, refusal.error, refusal.message);
  if (!refusal.path.empty()) {
    response.body.erase(response.body.rfind('}'));
    append_quoted(response.body.append(",\"path\":"), refusal.path);
    response.body += "}\n";
  }
  if (refusal.retry_after_s) response.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after_s));
  return response;
}

Response method_response(std::string_view allowed) {
  Response response = error_response(405, "method_not_allowed", "this path takes " + std::string(allowed));
  response.headers.emplace_back("Allow", std::string(allowed));
  return response;
}

// The page runs nothing and loads nothing but its own files (Content Security Policy level 3).
Response page_response(unsigned status, std::string_view type, std::string_view body) {
  Response response{status, std::string(type), std::string(body)};
  response.headers = {{"Cache-Control", "no-cache"},
                      {"Referrer-Policy", "no-referrer"},  // the address may hold the read key
                      {"Content-Security-Policy",
                       "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                       "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}};
  return response;
}

Response uncommitted_response(CommitResult::Status status) {
  if (status == CommitResult::Status::queue_full) {
    return unavailable_response("queue_full", "more events wait than the queue holds; send the same batch again later",
                                1);
  }
  return unavailable_response("cannot_commit", "the store cannot write; send the same batch again later", 5);
}

std::string rejected_list(const std::vector<Rejection>& rejected) {
  std::string out = "[";
  for (const Rejection& rejection : rejected) {
    if (out.size() > 1) out += ',';
    out += "{\"index\":" + std::to_string(rejection.index) + ",\"reason\":";
    append_quoted(out, rejection.reason);
    append_quoted(out.append(",\"path\":"), rejection.path);
    if (!rejection.rule.empty()) append_quoted(out.append(",\"rule\":"), rejection.rule);
    out += '}';
  }
  return out + "]";
}

Response batch_response(const Committed& counts, std::vector<Rejection> rejected, Shape shape) {
  for (const uint32_t index : counts.refused) rejected.push_back({index, erased_reason, "/anonymous_id", {}});
  std::sort(rejected.begin(), rejected.end(), [](auto& one, auto& other) { return one.index < other.index; });
  std::string body = "{\"accepted\":" + std::to_string(counts.accepted) +
                     ",\"duplicate\":" + std::to_string(counts.duplicate) + ",\"rejected\":" + rejected_list(rejected);
  unsigned status = 200;
  if (shape == Shape::single && !rejected.empty()) {
    status = 400;  // a server-side sender looks at the status alone
    const std::string where = rejected[0].path.empty() ? "the event" : rejected[0].path;
    append_quoted(body.append(",\"error\":"), rejected[0].reason);
    append_quoted(body.append(",\"message\":"),
                  where + " breaks the rule " +
                      std::string(rejected[0].rule.empty() ? rejected[0].reason : rejected[0].rule) +
                      "; correct it and send it again");
  }
  Response response{status, std::string(json_type), body + "}\n"};
  add_cors(response);
  return response;
}

}  // namespace waymark::collector
