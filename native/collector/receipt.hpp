// Receipts of consent: who decided what, when and on which text, each bound to the one before it by its hash.
// docs/receipts.md has the members and the rules.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace waymark::collector {

// Every member is as checked by `read_receipt`; `text` is canonical (canonical_json.hpp) and has them all.
struct Receipt {
  std::string text;
  std::string receipt_id;  // a UUID in lower case
  std::string subject;     // a UUID in lower case
  std::string hash;        // 64 lower-case hexadecimal digits
  std::string previous;    // the same, or empty for a subject's first
};

struct ReceiptFault {
  std::string_view reason;  // json_syntax, event_too_large, bad_receipt, hash_mismatch, wrong_previous
  std::string path;         // RFC 6901, seen from the receipt
};

// Checks the members of one receipt, all of which must be known, and its hash.
std::variant<ReceiptFault, Receipt> read_receipt(std::string_view json);

// Follows the chains of many subjects, each of which begins with a receipt that has none before it.
class ReceiptChains {
 public:
  // The next receipt of its subject. A fault when it does not follow the one before; the chain goes on with it.
  std::optional<ReceiptFault> follow(const Receipt& receipt);

 private:
  std::map<std::string, std::string, std::less<>> last_;  // hash by subject
};

}  // namespace waymark::collector
