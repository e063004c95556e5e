#include "native/collector/receipt.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/text/time.hpp"
#include "core/verdict.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/canonical_json.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"
#include "native/hash/sha256.hpp"

namespace waymark::collector {
namespace {

constexpr std::string_view bad_receipt = "bad_receipt";
constexpr uint64_t exact_integer = 1ull << 53;
constexpr size_t host_characters = 253;  // RFC 1035 2.3.4, as text

bool is_hex(std::string_view text) {
  return text.size() == 2 * sizeof(Sha256) && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// `most` characters: trackers cut by them.
bool is_text(std::string_view json, size_t most) {
  std::string text;
  if (!read_json_string(json, text)) return false;
  const auto is_first = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; };
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), is_first)) <= most;
}

bool is_short(std::string_view json) { return is_text(json, limits::consent_text_chars); }

bool is_uuid(std::string_view json) {
  std::string text;
  if (!read_json_string(json, text) || !parse_uuid(text)) return false;
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

bool is_hash(std::string_view json) {
  std::string text;
  return read_json_string(json, text) && is_hex(text);
}

bool is_hash_or_none(std::string_view json) { return json == "\"\"" || is_hash(json); }

bool is_time(std::string_view json) {
  std::string text;
  return read_json_string(json, text) && text.size() == text::timestamp_chars && read_json_time_ms(json);
}

bool is_choices(std::string_view json) {
  ObjectSplitter choices(json);
  size_t count = 0;
  Step step = choices.next();
  for (; step == Step::part; step = choices.next()) {
    const std::string_view state = choices.value();
    if (state != "\"granted\"" && state != "\"denied\"" && state != "\"unknown\"") return false;
    if (choices.key().size() > limits::purpose_bytes || ++count > limits::recorded_choices) return false;
  }
  return step == Step::end;
}

bool is_notice(std::string_view json) {
  ObjectSplitter members(json);
  Step step = members.next();
  for (; step == Step::part; step = members.next()) {
    const std::string_view key = members.key();
    if (key != "hash" && key != "locale" && key != "variant") return false;
    if (!is_short(members.value())) return false;
  }
  return step == Step::end;
}

bool is_mode(std::string_view json) { return json == "\"opt-in\"" || json == "\"opt-out\"" || json == "\"notice\""; }

bool is_signals(std::string_view json) {
  return json == "[]" || json == R"(["gpc"])" || json == R"(["dnt"])" || json == R"(["gpc","dnt"])";
}

struct Member {
  std::string_view name;
  bool (*is_good)(std::string_view json);
  bool is_required = true;
};

// In the order of canonical JSON.
constexpr Member members[] = {
    {"at", is_time},
    {"choices", is_choices},
    {"epoch", [](std::string_view json) { return read_json_integer(json, exact_integer).has_value(); }},
    {"hash", is_hash},
    {"host", [](std::string_view json) { return is_text(json, host_characters); }},
    {"is_withdrawal", [](std::string_view json) { return json == "true" || json == "false"; }},
    {"mode", is_mode},
    {"notice", is_notice, false},
    {"policy_version", is_short},
    {"previous", is_hash_or_none},
    {"receipt_id", is_uuid},
    {"sdk_version", is_short},
    {"signals", is_signals},
    {"source", is_short},
    {"subject", is_uuid},
    {"version", [](std::string_view json) { return json == "1"; }},
};

ReceiptFault bad_member(std::string_view name) { return {bad_receipt, "/" + std::string(name)}; }

// What the hash is of: the canonical receipt without its hash.
std::string hashed_text(std::string_view canonical) {
  std::string out = "{";
  for (ObjectSplitter split(canonical); split.next() == Step::part;) {
    if (split.key() == "hash") continue;
    if (out.size() > 1) out += ',';
    out.append("\"").append(split.key()).append("\":").append(split.value());
  }
  return out + "}";
}

}  // namespace

std::variant<ReceiptFault, Receipt> read_receipt(std::string_view json) {
  if (json.size() > bounds::receipt_bytes) return ReceiptFault{name_of(Reason::event_too_large), {}};
  auto canonical = canonical_json(json);
  if (!canonical) return ReceiptFault{name_of(Reason::json_syntax), {}};
  Receipt receipt;
  receipt.text = std::move(*canonical);
  const std::pair<std::string_view, std::string*> wanted[] = {{"receipt_id", &receipt.receipt_id},
                                                              {"subject", &receipt.subject},
                                                              {"hash", &receipt.hash},
                                                              {"previous", &receipt.previous}};
  ObjectSplitter split(receipt.text);
  const Member* expected = members;
  Step step = split.next();
  for (; step == Step::part; step = split.next()) {
    while (expected != std::end(members) && expected->name != split.key()) {
      if (expected->is_required) {
        // Either it is missing, or another stands in its place.
        const auto known = std::find_if(expected, std::end(members), [&](auto& m) { return m.name == split.key(); });
        return bad_member(known == std::end(members) ? split.key().substr(0, limits::key_bytes) : expected->name);
      }
      ++expected;
    }
    if (expected == std::end(members)) return bad_member(split.key().substr(0, limits::key_bytes));
    if (!expected->is_good(split.value())) return bad_member(expected->name);
    for (const auto& [name, out] : wanted) {
      if (name == expected->name) read_json_string(split.value(), *out);
    }
    ++expected;
  }
  if (step == Step::broken) return ReceiptFault{bad_receipt, {}};
  for (; expected != std::end(members); ++expected) {
    if (expected->is_required) return bad_member(expected->name);
  }
  const Sha256 hash = sha256(hashed_text(receipt.text));
  if (hex_of(hash.data(), hash.size()) != receipt.hash) return ReceiptFault{"hash_mismatch", "/hash"};
  return receipt;
}

std::optional<ReceiptFault> ReceiptChains::follow(const Receipt& receipt) {
  std::string& last = last_[receipt.subject];
  const bool follows = last == receipt.previous;
  last = receipt.hash;
  if (follows) return {};
  return ReceiptFault{"wrong_previous", "/previous"};
}

}  // namespace waymark::collector
