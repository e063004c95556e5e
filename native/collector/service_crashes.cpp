// The part of the service that a program's owner uses to find out where it crashes.
#include "native/collector/bounds.hpp"
#include "native/collector/responses.hpp"
#include "native/collector/service.hpp"
#include "native/collector/symbols.hpp"

namespace waymark::collector {
namespace {

Response json_response(std::string body) {
  return {200, std::string(json_type), std::move(body), {{"Cache-Control", "no-store"}}};
}

}  // namespace

Plan Service::take_symbols(const Request& request, const Target& target, int64_t now_ms) {
  constexpr std::string_view route = "/api/symbols";
  // Any page may send to a collector of this machine, so without a key this one is closed.
  if (!keys_.has_read_key()) {
    return {route, error_response(403, "no_read_key", "symbols are taken with the read key; start with --read-key")};
  }
  if (auto refusal = refuse_reading(request, target)) return {route, *refusal};
  Intake intake;
  auto opened = open_symbols(intake.text.keep(request.body));
  if (const auto* refusal = std::get_if<Refusal>(&opened)) return {route, refusal_response(*refusal)};
  const auto& upload = std::get<SymbolsUpload>(opened);
  SymbolsRow row{intake.text.keep(upload.build_id), upload.origin, upload.is_exported, upload.is_first, {}, now_ms};
  for (const SymbolPiece& piece : upload.pieces) {
    row.pieces.push_back({static_cast<int64_t>(piece.first_address), piece.lines});
  }
  intake.symbols.push_back(std::move(row));
  return {route, AfterCommit{std::move(intake), [symbols = upload.symbols](const CommitResult& commit) {
                               if (commit.status != CommitResult::Status::committed) {
                                 return uncommitted_response(commit.status);
                               }
                               if (commit.counts.kept_symbols) return json_response("{\"symbols\":0,\"kept\":true}\n");
                               return json_response("{\"symbols\":" + std::to_string(symbols) + "}\n");
                             }}};
}

Plan Service::list_crashes(const Request& request, const Target& target) {
  constexpr std::string_view route = "/api/crashes";
  if (auto refusal = refuse_reading(request, target)) return {route, *refusal};
  const auto limit = target.number("limit", bounds::crash_groups_default, bounds::crash_groups);
  if (!limit || *limit == 0) return {route, error_response(400, reasons::out_of_range, "limit= is 1 to 100")};
  return {route, FromReader{[most = static_cast<size_t>(*limit)](Reader& reader) {
            std::string json;
            if (reader.read_crashes(most, json)) {
              return unavailable_response("cannot_read", "the store cannot be read now; try again", 5);
            }
            return json_response(std::move(json));
          }}};
}

Plan Service::list_sessions(const Request& request, const Target& target) {
  constexpr std::string_view route = "/api/sessions";
  if (auto refusal = refuse_reading(request, target)) return {route, *refusal};
  return {route, FromReader{[](Reader& reader) {
            std::string json;
            if (reader.read_sessions(json)) {
              return unavailable_response("cannot_read", "the store cannot be read now; try again", 5);
            }
            return json_response(std::move(json));
          }}};
}

}  // namespace waymark::collector
