// A receipt verifies as it was made and in no other form.
#include "native/collector/receipt.hpp"

#include <functional>

#include "native/collector/canonical_json.hpp"
#include "native/hash/sha256.hpp"
#include "tests/catch.hpp"

namespace waymark::collector {
namespace {

constexpr std::string_view zeros = "0000000000000000000000000000000000000000000000000000000000000000";

// Canonical, with its hash; `change` may alter the members before that.
std::string make_receipt(const std::function<void(std::string&)>& change = {}, const std::string& previous = "") {
  std::string rest =
      R"({"at":"2024-11-14T10:23:45.123Z","choices":{"analytics":"granted","marketing":"denied"},"epoch":3,)"
      R"("host":"shop.example","is_withdrawal":false,"mode":"opt-in",)"
      R"("notice":{"hash":"abc","locale":"pt-BR","variant":"é"},"policy_version":"2","previous":")" +
      previous +
      R"(","receipt_id":"45c0a4e8-8f5c-45de-a6da-bb25ebf1f851","sdk_version":"waymark-js/0.1.0","signals":["gpc"],)"
      R"("source":"user","subject":"55c0a4e8-8f5c-45de-a6da-bb25ebf1f852","version":1})";
  if (change) change(rest);
  const Sha256 hash = sha256(*canonical_json(rest));
  return *canonical_json(rest.insert(1, "\"hash\":\"" + hex_of(hash.data(), hash.size()) + "\","));
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

const Receipt* as_receipt(const std::variant<ReceiptFault, Receipt>& read) { return std::get_if<Receipt>(&read); }

}  // namespace

TEST_CASE("a good receipt is read, with or without a notice and white space") {
  const std::string text = make_receipt();
  const auto read = read_receipt(text);
  REQUIRE(as_receipt(read));
  CHECK(as_receipt(read)->text == text);
  CHECK(as_receipt(read)->subject == "55c0a4e8-8f5c-45de-a6da-bb25ebf1f852");
  CHECK(as_receipt(read)->previous.empty());
  CHECK(as_receipt(read_receipt(" " + text + "\n")));
  CHECK(as_receipt(read_receipt(make_receipt(
      [](std::string& rest) { replace(rest, R"("notice":{"hash":"abc","locale":"pt-BR","variant":"é"},)", ""); }))));
}

TEST_CASE("no byte of a receipt can be another") {
  const std::string text = make_receipt();
  for (size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      if (static_cast<char>(byte) == text[at]) continue;
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      if (as_receipt(read_receipt(changed))) {
        CAPTURE(at, byte);
        FAIL("the change is not seen");
      }
    }
  }
}

TEST_CASE("what is missing, unknown or out of bounds is named") {
  const struct {
    std::string from, to, path;
  } changes[] = {
      {R"("at":"2024-11-14T10:23:45.123Z",)", "", "/at"},
      {"2024-11-14T10:23:45.123Z", "2024-11-14T10:23:45Z", "/at"},
      {"2024-11-14T10:23:45.123Z", "2024-13-14T10:23:45.123Z", "/at"},
      {"granted", "maybe", "/choices"},
      {R"("epoch":3)", R"("epoch":"3")", "/epoch"},
      {R"("epoch":3)", R"("email":"ann@shop.example","epoch":3)", "/email"},
      {R"("is_withdrawal":false)", R"("is_withdrawal":0)", "/is_withdrawal"},
      {"opt-in", "opted", "/mode"},
      {R"("locale":"pt-BR")", R"("country":"BR")", "/notice"},
      {R"("previous":"")", R"("previous":"1")", "/previous"},
      {"45c0a4e8-", "45C0a4e8-", "/receipt_id"},
      {R"(["gpc"])", R"(["gpc","gpc"])", "/signals"},
      {"\"user\"", "\"" + std::string(65, 'x') + "\"", "/source"},
      {"55c0a4e8-", "ann-", "/subject"},
      {R"("version":1)", R"("version":2)", "/version"},
      {R"(,"version":1)", "", "/version"},
      {R"("version":1)", R"("version":1,"zone":"CET")", "/zone"},
  };
  for (const auto& change : changes) {
    INFO(change.from << " to " << change.to);
    const auto read = read_receipt(make_receipt([&](std::string& rest) { replace(rest, change.from, change.to); }));
    REQUIRE_FALSE(as_receipt(read));
    CHECK(std::get<ReceiptFault>(read).reason == "bad_receipt");
    CHECK(std::get<ReceiptFault>(read).path == change.path);
  }
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "\xE2\x82\xAC";
  const auto with_source = [](const std::string& source) {
    return make_receipt([&](std::string& rest) { replace(rest, "\"user\"", "\"" + source + "\""); });
  };
  CHECK(as_receipt(read_receipt(with_source(wide))));
  CHECK_FALSE(as_receipt(read_receipt(with_source(wide + "x"))));
  for (const char* bad : {"", "1", "[]", "{}", "null"}) CHECK_FALSE(as_receipt(read_receipt(bad)));
  CHECK(std::get<ReceiptFault>(read_receipt(std::string(5000, ' '))).reason == "event_too_large");
}

TEST_CASE("a chain follows each subject's own hashes") {
  const auto first = std::get<Receipt>(read_receipt(make_receipt()));
  const auto second = std::get<Receipt>(read_receipt(make_receipt({}, first.hash)));
  const auto stranger =
      std::get<Receipt>(read_receipt(make_receipt([](std::string& rest) { replace(rest, "55c0a4e8", "65c0a4e8"); })));
  const auto odd = std::get<Receipt>(read_receipt(make_receipt({}, std::string(zeros))));
  ReceiptChains good;
  CHECK_FALSE(good.follow(first));
  CHECK_FALSE(good.follow(stranger));
  CHECK_FALSE(good.follow(second));
  CHECK(good.follow(odd)->reason == "wrong_previous");
  ReceiptChains broken;
  CHECK(broken.follow(second)->reason == "wrong_previous");
  CHECK(broken.follow(first)->reason == "wrong_previous");
}

}  // namespace waymark::collector
