#include "native/collector/privacy_requests.hpp"

#include <algorithm>

#include "core/limits.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/event_ids.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

// The members of a body, and its write key.
std::variant<Refusal, FieldTexts> open_body(std::string_view body, std::string_view example, std::string& write_key) {
  FieldTexts fields;
  if (const auto bad = FieldReader::read_members(body, Spelling::server, fields)) {
    return Refusal{400, bad->reason, "the body is not one JSON object; send " + std::string(example), bad->path};
  }
  if (fields.has(Field::write_key) && !read_json_string(fields[Field::write_key], write_key)) {
    return Refusal{401, "bad_write_key", "/write_key is not a JSON string; send the key of your project", "/write_key"};
  }
  return fields;
}

}  // namespace

std::variant<Refusal, ErasureRequest> open_erasure(std::string_view body) {
  ErasureRequest request;
  auto opened = open_body(body, "{\"write_key\":…,\"anonymous_id\":…}", request.write_key);
  if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  const std::string_view json = std::get<FieldTexts>(opened)[Field::anonymous_id];
  // Whoever knows a random id is its owner; another could be guessed.
  if (!json.data() || !read_json_string(json, request.anonymous_id) || !is_random_id(request.anonymous_id)) {
    return Refusal{400, "bad_anonymous_id", "/anonymous_id is no UUID; send the one that the tracker made",
                   pointer(Field::anonymous_id)};
  }
  return request;
}

std::variant<Refusal, ReceiptsRequest> open_receipts(std::string_view body) {
  constexpr std::string_view example = "{\"write_key\":…,\"receipts\":[…]}";
  ReceiptsRequest request;
  auto opened = open_body(body, example, request.write_key);
  if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  const std::string_view json = std::get<FieldTexts>(opened)[Field::receipts];
  ArraySplitter array(json);
  for (;;) {
    const Step step = array.next();
    if (step == Step::end) return request;
    if (step == Step::broken) {
      return Refusal{400, name_of(Reason::json_syntax), "/receipts is no list; send " + std::string(example),
                     pointer(Field::receipts)};
    }
    if (request.receipts.size() == bounds::request_receipts) {
      return Refusal{413, "too_many_receipts", "/receipts has more than 100 elements; send them in parts",
                     pointer(Field::receipts)};
    }
    request.receipts.push_back(array.value());
  }
}

TakenReceipts take_receipts(const ReceiptsRequest& request, int64_t now_ms) {
  TakenReceipts taken;
  TextArena& text = taken.intake.text;
  for (size_t i = 0; i < request.receipts.size(); ++i) {
    auto read = read_receipt(request.receipts[i]);
    if (auto* fault = std::get_if<ReceiptFault>(&read)) {
      taken.rejected.push_back({i, fault->reason, std::move(fault->path), {}});
      continue;
    }
    const auto& receipt = std::get<Receipt>(read);
    ReceiptRow row;
    row.receipt_id = *parse_uuid(receipt.receipt_id);
    row.subject = text.keep(receipt.subject);
    row.hash = text.keep(receipt.hash);
    row.previous = text.keep(receipt.previous);
    row.text = text.keep(receipt.text);
    row.write_key = text.keep(request.write_key);
    row.ts_received = now_ms;
    taken.intake.receipts.push_back(row);
    taken.indices.push_back(i);
  }
  return taken;
}

ReceiptCounts settle_receipts(const std::vector<ReceiptOutcome>& outcomes, const std::vector<size_t>& indices,
                              std::vector<Rejection>& rejected) {
  ReceiptCounts counts;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    switch (outcomes[i]) {
      case ReceiptOutcome::gap:
      case ReceiptOutcome::fork:
        ++counts.flagged;
        [[fallthrough]];
      case ReceiptOutcome::stored:
        ++counts.accepted;
        break;
      case ReceiptOutcome::duplicate:
        ++counts.duplicate;
        break;
      case ReceiptOutcome::reused_id:
        rejected.push_back({indices[i], "receipt_id_reused", "/receipt_id", {}});
        break;
      case ReceiptOutcome::too_many:
        rejected.push_back({indices[i], "too_many_receipts", "/subject", {}});
        break;
    }
  }
  std::sort(rejected.begin(), rejected.end(), [](auto& one, auto& other) { return one.index < other.index; });
  return counts;
}

}  // namespace waymark::collector
