// The part of the service that people's devices use about themselves: erasure, receipts, and what a visitor is known
// by.
#include <string>

#include "native/collector/bounds.hpp"
#include "native/collector/json_value.hpp"
#include "native/collector/privacy_requests.hpp"
#include "native/collector/responses.hpp"
#include "native/collector/service.hpp"

namespace waymark::collector {
namespace {

// Of "client, proxy, proxy" the part that the nearest proxy has added; the others anybody may write.
std::string_view last_address(std::string_view forwarded_for) {
  const size_t comma = forwarded_for.rfind(',');
  if (comma != std::string_view::npos) forwarded_for.remove_prefix(comma + 1);
  const size_t first = forwarded_for.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return forwarded_for.substr(first, forwarded_for.find_last_not_of(' ') - first + 1);
}

Response json_response(std::string body) {
  Response response{200, std::string(json_type), std::move(body)};
  response.headers.emplace_back("Cache-Control", "no-store");
  add_cors(response);
  return response;
}

}  // namespace

void Service::pass_time(int64_t now_ms) {
  if (visitor_salt_) visitor_salt_->pass_time(now_ms);
}

std::string Service::visitor_key(const Request& request, std::string_view write_key, int64_t now_ms) {
  if (!visitor_salt_) return {};
  const std::string_view address =
      options_.is_behind_proxy ? last_address(request.forwarded_for) : std::string_view(request.peer_address);
  return visitor_salt_->key(now_ms, write_key, address, request.user_agent);
}

Plan Service::take_erasure(const Request& request, int64_t now_ms) {
  constexpr std::string_view route = "/api/privacy/erasure";
  auto opened = open_erasure(request.body);
  if (const auto* refusal = std::get_if<Refusal>(&opened)) return {route, refusal_response(*refusal)};
  const auto& erasure = std::get<ErasureRequest>(opened);
  const auto admitted = admit(erasure.write_key, 1, erasure_rates_, now_ms);
  if (const auto* refusal = std::get_if<Refusal>(&admitted)) return {route, refusal_response(*refusal)};
  Intake intake;
  const std::string_view write_key = intake.text.keep(erasure.write_key);
  intake.erasures.push_back({write_key, intake.text.keep(erasure.anonymous_id), now_ms});
  return {route, AfterCommit{std::move(intake), [&metrics = metrics_](const CommitResult& commit) {
                               if (commit.status != CommitResult::Status::committed) {
                                 return uncommitted_response(commit.status);
                               }
                               metrics.count_erasure(commit.counts.erased);
                               return json_response("{\"erased\":" + std::to_string(commit.counts.erased) + "}\n");
                             }}};
}

Plan Service::take_receipts(const Request& request, int64_t now_ms) {
  constexpr std::string_view route = "/api/consent";
  auto opened = open_receipts(request.body);
  if (const auto* refusal = std::get_if<Refusal>(&opened)) return {route, refusal_response(*refusal)};
  const auto& receipts = std::get<ReceiptsRequest>(opened);
  const double amount = static_cast<double>(std::max<size_t>(1, receipts.receipts.size()));
  const auto admitted = admit(receipts.write_key, amount, key_rates_, now_ms);
  if (const auto* refusal = std::get_if<Refusal>(&admitted)) return {route, refusal_response(*refusal)};
  TakenReceipts taken = collector::take_receipts(receipts, now_ms);
  const auto answer = [](const ReceiptCounts& counts, const std::vector<Rejection>& rejected) {
    return json_response("{\"accepted\":" + std::to_string(counts.accepted) + ",\"duplicate\":" +
                         std::to_string(counts.duplicate) + ",\"rejected\":" + rejected_list(rejected) + "}\n");
  };
  if (taken.indices.empty()) return {route, answer({}, taken.rejected)};
  return {route, AfterCommit{std::move(taken.intake),
                             [&metrics = metrics_, answer, indices = std::move(taken.indices),
                              rejected = std::move(taken.rejected)](const CommitResult& commit) mutable {
                               if (commit.status != CommitResult::Status::committed) {
                                 return uncommitted_response(commit.status);
                               }
                               const auto counts = settle_receipts(commit.counts.receipts, indices, rejected);
                               metrics.count_receipts(counts.accepted, counts.flagged);
                               return answer(counts, rejected);
                             }}};
}

Plan Service::list_receipts(const Request& request, const Target& target) {
  constexpr std::string_view route = "/api/consent/receipts";
  const std::string* const subject = target.query("subject");
  if (!subject) return list_rows(route, Listing::receipts, request, target);
  // Who knows the random subject is its owner, and needs no key.
  if (!parse_uuid(*subject)) {
    return {route, error_response(400, "bad_subject", "subject= is no UUID; give the one of your receipts")};
  }
  return {route, FromReader{[subject = *subject](Reader& reader) {
            std::string json;
            if (reader.read_receipts(subject, json)) {
              return unavailable_response("cannot_read", "the store cannot be read now; try again", 5);
            }
            return json_response(json + "\n");
          }}};
}

}  // namespace waymark::collector
