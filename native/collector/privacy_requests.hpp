// The bodies of the requests that people's devices make about themselves: erasure, and receipts of consent.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/collector/envelope.hpp"
#include "native/collector/ingest.hpp"
#include "native/collector/receipt.hpp"
#include "native/collector/receipt_store.hpp"

namespace waymark::collector {

struct ErasureRequest {
  std::string write_key;
  std::string anonymous_id;  // a random id, which only the device and the collector know
};

// {"write_key":…,"anonymous_id":…}
std::variant<Refusal, ErasureRequest> open_erasure(std::string_view body);

struct ReceiptsRequest {
  std::string write_key;
  // In the order of the body; views point into it.
  std::vector<std::string_view> receipts;
};

// {"write_key":…,"receipts":[…]}
std::variant<Refusal, ReceiptsRequest> open_receipts(std::string_view body);

// The good receipts as rows, and why each other is refused.
struct TakenReceipts {
  Intake intake;
  std::vector<size_t> indices;  // of the intake's receipts in the request
  std::vector<Rejection> rejected;
};
TakenReceipts take_receipts(const ReceiptsRequest& request, int64_t now_ms);

// Adds what the store said of them to `rejected`, and counts the others.
struct ReceiptCounts {
  uint32_t accepted = 0;
  uint32_t duplicate = 0;
  uint32_t flagged = 0;  // of those accepted, how many follow no or not the last receipt of their subject
};
ReceiptCounts settle_receipts(const std::vector<ReceiptOutcome>& outcomes, const std::vector<size_t>& indices,
                              std::vector<Rejection>& rejected);

}  // namespace waymark::collector
