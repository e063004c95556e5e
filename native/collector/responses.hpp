// What is answered, as values: errors and the fate of what was sent. Every answer to a sender lets the script of any
// page read it (CORS).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/collector/envelope.hpp"
#include "native/collector/exchange.hpp"
#include "native/collector/ingest.hpp"

namespace waymark::collector {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view html_type = "text/html; charset=utf-8";

void add_cors(Response& response);

// {"error":…,"message":…}
Response error_response(unsigned status, std::string_view error, std::string_view message);

// 503 with Retry-After: the same request may be sent again.
Response unavailable_response(std::string_view error, std::string_view message, uint32_t retry_after_s);

Response refusal_response(const Refusal& refusal);
Response preflight_response(std::string_view methods);
Response method_response(std::string_view allowed);

// A page of the collector's own.
Response page_response(unsigned status, std::string_view type, std::string_view body);

// 503: what was sent is not stored. `status` is not `committed`.
Response uncommitted_response(CommitResult::Status status);

// A JSON array.
std::string rejected_list(const std::vector<Rejection>& rejected);

// `rejected`: what never went to the store.
Response batch_response(const Committed& counts, std::vector<Rejection> rejected, Shape shape);

}  // namespace waymark::collector
