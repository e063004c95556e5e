// Validation and privacy in one pass: every limit at its edge, what goes and what stays, and properties over random
// events.
#include "core/inspect.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "tests/catch.hpp"
#include "tests/core/inspected.hpp"
#include "tests/core/random_text.hpp"

namespace waymark {
namespace {

using nlohmann::json;
using waymark::testing::inspect;
using waymark::testing::Inspected;
using waymark::testing::Random;

Reason reason_of(std::string_view object) { return inspect(object).reason; }

std::string plain(std::string_view text, bool is_url = false, const privacy::Rules& rules = {}) {
  const auto inspector = std::make_unique<Inspector>(rules);
  std::vector<char> out(6 * text.size() + 64);
  text::JsonWriter writer(out.data(), out.size());
  inspector->scrub_text(text, is_url, writer);
  return std::string(writer.text());
}

std::string nested(uint32_t depth) {  // an object with `depth` levels
  std::string out;
  for (uint32_t i = 1; i < depth; ++i) out += R"({"a":)";
  out += "{}";
  return out + std::string(depth - 1, '}');
}

std::string with_keys(uint32_t count) {
  std::string out = "{";
  for (uint32_t i = 0; i < count; ++i) out += (i ? ",\"key" : "\"key") + std::to_string(i) + "\":1";
  return out + "}";
}

std::string with_string(size_t size) { return R"({"a":")" + std::string(size, 'x') + R"("})"; }

std::string of_size(size_t size) {  // strings within their limit, the whole of exactly this size
  std::string out = "{";
  for (int i = 0; size - out.size() > 8100; ++i)
    out += "\"k" + std::to_string(i) + "\":\"" + std::string(8000, 'x') + "\",";
  out += R"("z":")";
  return out + std::string(size - out.size() - 2, 'x') + "\"}";
}

// Strings that people type and that programs make, with things to hide now and then.
std::string random_string(Random& random) {
  static const std::vector<std::string> parts = {"a",
                                                 "order",
                                                 "café",
                                                 "4111111111111111",
                                                 "ann@example.com",
                                                 "é",
                                                 "😀",
                                                 "\\n",
                                                 "\\\"",
                                                 "\\\\",
                                                 "+14155552671",
                                                 "192.0.2.1",
                                                 "2001:db8::1",
                                                 "https://u:p@a.com/x?t=1#y",
                                                 "/",
                                                 "?utm_source=x",
                                                 "&",
                                                 "DE89370400440532013000",
                                                 "1.2.3",
                                                 "-",
                                                 ".",
                                                 ":",
                                                 "Bearer abcdefgH1",
                                                 "eyJhbGci.eyJzdWIi.sig",
                                                 "@",
                                                 "\\u0040",
                                                 "\\ud83d\\ude00",
                                                 "(",
                                                 ")",
                                                 "12",
                                                 "x@y",
                                                 "[email]",
                                                 "="};
  static const std::vector<std::string> separators = {" ", ", ", "; ", " (", ") ", "\\n", " = ", "\\\" "};
  std::string out;
  for (uint32_t i = 0, n = random.below(8); i < n; ++i) out += random.one_of(parts) + random.one_of(separators);
  return out;
}

std::string random_value(Random& random, uint32_t depth);

std::string random_object(Random& random, uint32_t depth) {
  static const std::vector<std::string> names = {"order_id", "email", "password", "url", "note",
                                                 "list",     "total", "é",        "ref", "zip"};
  std::string out = "{";
  for (uint32_t i = 0, n = random.below(6); i < n; ++i) {
    out += (i ? ",\"" : "\"") + random.one_of(names) + std::to_string(i) + "\":" + random_value(random, depth);
  }
  return out + "}";
}

std::string random_value(Random& random, uint32_t depth) {
  switch (random.below(depth > 1 ? 7 : 5)) {
    case 0:
      return random.one_of<std::string>({"true", "false", "null"});
    case 1:
      return random.one_of<std::string>({"0", "149.99", "-1e5", "4111111111111111", "1731579825123"});
    case 5:
      return random_object(random, depth - 1);
    case 6: {
      std::string out = "[";
      for (uint32_t i = 0, n = random.below(4); i < n; ++i) out += (i ? "," : "") + random_value(random, depth - 1);
      return out + "]";
    }
    default:
      return "\"" + random_string(random) + "\"";
  }
}

// The keys of all objects in the order in which they stand.
std::vector<std::string> keys_in_order(std::string_view text) {
  std::vector<std::string> keys;
  text::JsonScanner scan(text);
  for (text::Token token = scan.next(); token != text::Token::end && token != text::Token::error; token = scan.next()) {
    if (token == text::Token::key) keys.emplace_back(scan.span());
  }
  return keys;
}

}  // namespace

TEST_CASE("a good object goes through byte for byte", "[inspect]") {
  for (const char* good :
       {"{}", R"({"order_id":"ord_456789","order_value":149.99,"items":[1,"two",{"three":null}],"ok":true})",
        R"({ "a" : "é\n\u00e9" , "b":[ ] })", R"({"":""})", " {} \n"}) {
    const Inspected inspected = inspect(good);
    CHECK(inspected.reason == Reason::none);
    CHECK(inspected.text == good);
    CHECK(inspected.redactions == 0);
  }
}

TEST_CASE("what is no JSON object is refused with its reason", "[inspect]") {
  CHECK(reason_of("[]") == Reason::not_an_object);
  CHECK(reason_of("1") == Reason::not_an_object);
  CHECK(reason_of("\"a\"") == Reason::not_an_object);
  CHECK(reason_of("null") == Reason::not_an_object);
  CHECK(reason_of("") == Reason::json_syntax);
  CHECK(reason_of("{") == Reason::json_syntax);
  CHECK(reason_of("{}{}") == Reason::json_syntax);
  CHECK(reason_of("{\"a\":\"\xFF\"}") == Reason::not_utf8);
  CHECK(reason_of(R"({"a":"\ud800"})") == Reason::lone_surrogate);
}

TEST_CASE("keys stand once in their object, however they are written", "[inspect]") {
  CHECK(reason_of(R"({"a":1,"a":2})") == Reason::duplicate_key);
  CHECK(reason_of(R"({"a":1,"\u0061":2})") == Reason::duplicate_key);
  CHECK(reason_of(R"({"x":{"a":1,"b":2,"a":3}})") == Reason::duplicate_key);
  CHECK(reason_of(R"([1])") == Reason::not_an_object);
  CHECK(reason_of(R"({"a":{"a":{"a":1}},"b":{"a":1}})") == Reason::none);
  CHECK(reason_of(R"({"a":[{"b":1},{"b":2}],"b":3})") == Reason::none);
  CHECK(reason_of(R"({"a":[{"b":1}],"c":1,"a":2})") == Reason::duplicate_key);
  CHECK(inspect(R"({"price":1,"x":{"y":2},"price":2})").key == "price");
}

TEST_CASE("keys that differ are never taken for the same", "[inspect]") {
  // English words with the same 32-bit FNV-1a.
  CHECK(reason_of(R"({"liquid":1,"costarring":2})") == Reason::none);
  CHECK(reason_of(R"({"declinate":1,"macallums":2})") == Reason::none);
  CHECK(reason_of("{\"A\":1,\"\uFF21\":2}") == Reason::none);
  CHECK(reason_of(R"({"a b":1,"a%20b":2})") == Reason::none);
}

TEST_CASE("every limit holds to the byte", "[inspect]") {
  CHECK(reason_of(nested(limits::depth)) == Reason::none);
  CHECK(reason_of(nested(limits::depth + 1)) == Reason::too_deep);
  CHECK(reason_of(with_keys(limits::keys)) == Reason::none);
  CHECK(reason_of(with_keys(limits::keys + 1)) == Reason::too_many_keys);
  CHECK(reason_of(with_string(limits::string_bytes)) == Reason::none);
  CHECK(reason_of(with_string(limits::string_bytes + 1)) == Reason::string_too_long);
  CHECK(reason_of("{\"" + std::string(limits::key_bytes, 'k') + "\":1}") == Reason::none);
  CHECK(reason_of("{\"" + std::string(limits::key_bytes + 1, 'k') + "\":1}") == Reason::key_too_long);
  CHECK(reason_of("{\"a\":" + std::string(limits::number_bytes, '1') + "}") == Reason::none);
  CHECK(reason_of("{\"a\":" + std::string(limits::number_bytes + 1, '1') + "}") == Reason::number_too_long);
  CHECK(reason_of(of_size(limits::event_bytes)) == Reason::none);
  CHECK(reason_of(of_size(limits::event_bytes + 1)) == Reason::event_too_large);
}

TEST_CASE("limits count over the whole event, not per object", "[inspect]") {
  std::string objects = R"({"list":[)";
  for (uint32_t i = 0; i < limits::keys; ++i) objects += std::string(i ? "," : "") + R"({"a":1})";
  CHECK(reason_of(objects + "]}") == Reason::too_many_keys);
}

TEST_CASE("a value under the key of a secret goes whole", "[inspect]") {
  for (const char* value : {R"("hunter2")", "42", "4.5", R"(["a","b"])", R"({"a":{"b":"c"}})", "[]", "\"\""}) {
    const std::string object = std::string(R"({"a":1,"password":)") + value + R"(,"z":2})";
    INFO(object);
    const Inspected inspected = inspect(object);
    CHECK(inspected.reason == Reason::none);
    CHECK(inspected.text == R"({"a":1,"password":"[secret]","z":2})");
    CHECK(inspected.redactions == 1);
  }
  CHECK(inspect(R"({"first_name":"Ann","x":{"email":["a","b"]}})").text ==
        R"({"first_name":"[personal]","x":{"email":"[personal]"}})");
}

TEST_CASE("true, false and null tell nobody apart", "[inspect]") {
  constexpr const char* object = R"({"password":true,"email":null,"phone":false})";
  CHECK(inspect(object).text == object);
}

TEST_CASE("a value that goes must still be good JSON", "[inspect]") {
  CHECK(reason_of(R"({"password":{"a":tru}})") == Reason::json_syntax);
  CHECK(reason_of(R"({"password":[1,})") == Reason::json_syntax);
  CHECK(reason_of(R"({"password":"\ud800"})") == Reason::lone_surrogate);
  CHECK(reason_of(R"({"password":)" + nested(limits::depth) + "}") == Reason::too_deep);
}

TEST_CASE("allowed keys keep their values, and detectors look at them still", "[inspect]") {
  privacy::Rules rules;
  rules.allowed_keys = R"(["zip","email"])";
  CHECK(inspect(R"({"zip":"10115","street":"Main"})", rules).text == R"({"zip":"10115","street":"[personal]"})");
  CHECK(inspect(R"({"email":"ann@example.com"})", rules).text == R"({"email":"[email]"})");
}

TEST_CASE("the words that others redact by mistake are kept", "[inspect]") {
  constexpr const char* object =
      R"({"keyboard":"qwerty","author":"Ann","expires":"soon","president":"x","compass":"n","monkey":"m",)"
      R"("passenger":"p","token_count":7,"session_duration":8})";
  CHECK(inspect(object).text == object);
}

TEST_CASE("URLs lose their secrets under keys of URLs and anywhere in text", "[inspect]") {
  CHECK(inspect(R"({"url":"/reset?token=abc#x"})").text == R"({"url":"/reset"})");
  CHECK(inspect(R"({"note":"/reset?token=abc"})").text == R"({"note":"/reset?token=abc"})");
  CHECK(inspect(R"({"note":"see https://u:p@a.com/?token=abc"})").text == R"({"note":"see https://a.com/"})");
  CHECK(inspect(R"({"urls":1,"url":["/a?b=c","/d?utm_source=e"]})").text ==
        R"({"urls":1,"url":["/a","/d?utm_source=e"]})");
  privacy::Rules rules;
  rules.allowed_url_parameters = R"(["page"])";
  CHECK(inspect(R"({"url":"/a?page=2&token=3"})", rules).text == R"({"url":"/a?page=2"})");
}

TEST_CASE("redactions are counted per marker", "[inspect]") {
  const privacy::Rules rules;
  const auto inspector = std::make_unique<Inspector>(rules);
  const Inspected inspected =
      inspect(*inspector, R"({"a":"ann@example.com and bob@example.com","password":"x","b":4111111111111111})");
  CHECK(inspected.redactions == 4);
  const auto count = [&](privacy::Marker marker) {
    return inspector->counts().by_marker[static_cast<uint32_t>(marker)];
  };
  CHECK(count(privacy::Marker::email) == 2);
  CHECK(count(privacy::Marker::secret) == 1);
  CHECK(count(privacy::Marker::card) == 1);
  CHECK(count(privacy::Marker::iban) == 0);
  CHECK(privacy::text_of(privacy::Marker::email) == "[email]");
  CHECK(privacy::text_of(privacy::Marker::url) == "[url]");
}

TEST_CASE("nothing that should be hidden hides behind an encoding", "[inspect]") {
  for (const char* text :
       {R"(ann\u0040example.com)", "ann%40example.com", "ann%2540example.com", "４１１１１１１１１１１１１１１１",
        R"(4111\u200b1111\u200b1111\u200b1111)",
        "\xEF\xBB\xBF"
        "4111111111111111",
        R"(41\u00ad11111111111111)", "%34111111111111111", R"(\u0034111111111111111)", "٤١١١١١١١١١١١١١١١"}) {
    INFO(text);
    CHECK(inspect(std::string(R"({"note":")") + text + "\"}").redactions == 1);
  }
  CHECK(inspect(R"({"pass\u0077ord":"x"})").redactions == 1);
  CHECK(inspect("{\"pass\u200Bword\":\"x\"}").redactions == 1);
  CHECK(inspect("{\"ｐassword\":\"x\"}").redactions == 1);
}

TEST_CASE("keys that hold personal data themselves do not go out", "[inspect]") {
  CHECK(inspect(R"({"ann@example.com":1})").text.find("ann@example.com") == std::string::npos);
  CHECK(inspect(R"({"by_user":{"4111111111111111":2}})").text.find("4111111111111111") == std::string::npos);
}

TEST_CASE("plain strings are scrubbed and quoted", "[inspect]") {
  CHECK(plain("user_8x92j4k1") == R"("user_8x92j4k1")");
  CHECK(plain("ann@example.com") == R"("[email]")");
  CHECK(plain("say \"hi\"\n") == R"("say \"hi\"\n")");
  CHECK(plain("/a?token=1", true) == R"("/a")");
  CHECK(plain(R"(C:\new\u0041)") == R"("C:\\new\\u0041")");  // backslashes are the text's own
  CHECK(json::accept(plain("a\xFFz")));
  CHECK(plain("a\xFFz") == "\"a\uFFFDz\"");
  CHECK(plain("") == R"("")");
  const std::string cut = plain(std::string(limits::string_bytes + 100, 'x'));
  CHECK(cut.size() == limits::string_bytes + 2);
  // Cut inside a character: still UTF-8.
  CHECK(json::accept(plain(std::string(limits::string_bytes - 1, 'x') + "é")));
}

TEST_CASE("over random events: valid stays valid, keys stay in order, twice is once", "[inspect]") {
  Random random(51);
  const privacy::Rules rules;
  const auto inspector = std::make_unique<Inspector>(rules);
  uint32_t redacted = 0;
  for (int run = 0; run < 20000; ++run) {
    const std::string object = random_object(random, 4);
    INFO(object);
    const Inspected once = inspect(*inspector, object);
    REQUIRE(once.reason == Reason::none);
    REQUIRE(json::accept(once.text));
    if (once.redactions == 0) REQUIRE(once.text == object);
    redacted += once.redactions > 0;
    const Inspected twice = inspect(*inspector, once.text);
    INFO(once.text);
    REQUIRE(twice.reason == Reason::none);
    REQUIRE(twice.text == once.text);
    // Members of a value that went are gone with it; all others keep their order.
    const std::vector<std::string> before = keys_in_order(object), after = keys_in_order(once.text);
    size_t at = 0;
    for (const std::string& key : before) at += at < after.size() && after[at] == key;
    REQUIRE(at == after.size());
    REQUIRE(json::parse(once.text).size() == json::parse(object).size());
  }
  CHECK(redacted > 5000);
}

TEST_CASE("what is hidden never makes an event much larger", "[inspect]") {
  // The queue and the batch are sized for events of at most limits::event_bytes and a little.
  std::string strings = "{";
  for (const char* key : {"a", "b", "c", "d"}) {
    std::string newlines;
    while (newlines.size() < 7900) newlines += "\\n";
    strings += (strings.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":\"x@y.com " + newlines + "\"";
  }
  strings += "}";
  const Inspected inspected = inspect(strings);
  CHECK(inspected.reason == Reason::none);
  CHECK(inspected.text.size() <= strings.size() + strings.size() / 4);
}

TEST_CASE("the inspector's size is as announced", "[inspect]") { CHECK(sizeof(Inspector) <= 30 * 1024); }

}  // namespace waymark
