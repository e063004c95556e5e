// The scanner: exactly RFC 8259 in I-JSON's alphabet (RFC 7493 2.1), spans that rebuild the text, nlohmann as oracle.
#include "core/text/json_scan.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::text {
namespace {

using waymark::testing::Random;

Reason fault(std::string_view text, uint32_t max_depth = JsonScanner::deepest) {
  JsonScanner scan(text, max_depth);
  Token token = scan.next();
  while (token != Token::end && token != Token::error) token = scan.next();
  return token == Token::end ? Reason::none : scan.error();
}

// The tokens and spans of a text, `key:"a"` and so on, in one line.
std::string tokens(std::string_view text) {
  constexpr const char* names[] = {"{", "}", "[", "]", "key:", "string:", "number:", "literal:", "end", "error"};
  std::string out;
  JsonScanner scan(text);
  for (;;) {
    const Token token = scan.next();
    if (!out.empty()) out += ' ';
    out += names[static_cast<int>(token)];
    if (token == Token::end || token == Token::error) return out;
    if (token >= Token::key) out += scan.span();
  }
}

uint8_t traits_of(std::string_view json_string) {
  JsonScanner scan(json_string);
  REQUIRE(scan.next() == Token::string);
  return scan.string_traits();
}

// What nlohmann says, but that it refuses numbers beyond a double, which are good JSON: then nothing.
std::optional<bool> oracle(std::string_view text) {
  try {
    return !nlohmann::json::parse(text).is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

// A random JSON value.
std::string random_json(Random& random, uint32_t depth) {
  switch (random.below(depth ? 8 : 6)) {
    case 0:
      return random.one_of<std::string>({"true", "false", "null"});
    case 1:
      return random.one_of<std::string>({"0", "-0", "1", "-1.5", "1e9", "1E+2", "2.50e-3", "123456789012345678901"});
    case 2:
    case 3:
    case 4:
      return random.one_of<std::string>({R"("")", R"("a")", R"("a\"b")", R"("\\")", R"("\u0041\n")", "\"é€😀\"",
                                         R"("\ud83d\ude00")", R"("{}[],:")", R"("\/\b\f\r\t")"});
    case 5:
      return random.one_of<std::string>({"{}", "[]", "{ }", "[\n]"});
    case 6: {
      std::string out = "[";
      for (uint32_t i = 0, n = random.below(4); i < n; ++i) out += (i ? " ," : "") + random_json(random, depth - 1);
      return out + "]";
    }
    default: {
      std::string out = "{";
      for (uint32_t i = 0, n = random.below(4); i < n; ++i) {
        out += (i ? ", \"" : "\"") + random.from("abc", 2) + "\" :" + random_json(random, depth - 1);
      }
      return out + "}";
    }
  }
}

// The text with one byte changed, taken or put in.
std::string damaged(std::string text, Random& random) {
  constexpr std::string_view bytes = "{}[]\",:\\ \t0123456789.-+eEutfn\x80\xC3\xED\xF4\x01/a";
  const uint32_t at = random.below(static_cast<uint32_t>(text.size()));
  switch (random.below(3)) {
    case 0:
      text[at] = bytes[random.below(bytes.size())];
      break;
    case 1:
      text.erase(at, 1);
      break;
    default:
      text.insert(at, 1, bytes[random.below(bytes.size())]);
  }
  return text;
}

}  // namespace

TEST_CASE("the scanner yields every token with its bytes as they are written", "[json_scan]") {
  CHECK(tokens(R"( {"a" : [1, -2.5e+3,true ,null],"b\n":"c\u0041"} )") ==
        R"({ key:a [ number:1 number:-2.5e+3 literal:true literal:null ] key:b\n string:c\u0041 } end)");
  CHECK(tokens("0") == "number:0 end");
  CHECK(tokens("\"\"") == "string: end");
  CHECK(tokens("[]") == "[ ] end");
}

TEST_CASE("the scanner accepts what RFC 8259 allows", "[json_scan]") {
  for (const char* good : {"{}",
                           "[]",
                           "0",
                           "-0",
                           "-0.0",
                           "1e1",
                           "1E+10",
                           "1.0e-10",
                           "true",
                           "false",
                           "null",
                           "\"\"",
                           " \t\r\n{} \t\r\n",
                           "[[[]]]",
                           R"({"":{"":[]}})",
                           R"("\"\\\/\b\f\n\r\t\u0000\uFFFF")",
                           R"("\uD83D\uDE00")",
                           "\"\x7F\"",
                           "1e999",
                           "123456789012345678901234567890"}) {
    INFO(good);
    CHECK(fault(good) == Reason::none);
  }
}

TEST_CASE("the scanner refuses what RFC 8259 does not allow", "[json_scan]") {
  for (const char* bad : {"",
                          " ",
                          "{",
                          "}",
                          "[",
                          "]",
                          "[1",
                          "[1,",
                          "[1,]",
                          "[,1]",
                          "[1 2]",
                          "{,}",
                          "{1:2}",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{\"a\":1,}",
                          "{\"a\":1 \"b\":2}",
                          "{\"a\" 1}",
                          "{]",
                          "[}",
                          "{\"a\":1]",
                          "[1}",
                          "01",
                          "-",
                          "-a",
                          "1.",
                          ".5",
                          "+1",
                          "1e",
                          "1e+",
                          "0x1",
                          "1.e1",
                          "00",
                          "-01",
                          "tru",
                          "truee",
                          "nul",
                          "True",
                          "NaN",
                          "Infinity",
                          "undefined",
                          "'a'",
                          "\"",
                          "\"a",
                          "\"\\",
                          "\"\\a\"",
                          "\"\\u12\"",
                          "\"\\u12g4\"",
                          "\"\\u\"",
                          "\"\n\"",
                          "\"\t\"",
                          "{} {}",
                          "1 2",
                          "[]]",
                          "/**/1",
                          "\xEF\xBB\xBF{}",
                          "\"a\"b",
                          "[1]x"}) {
    INFO(bad);
    CHECK(fault(bad) == Reason::json_syntax);
  }
  CHECK(fault(std::string_view("\0", 1)) == Reason::json_syntax);
  CHECK(fault(std::string_view("{}\0", 3)) == Reason::json_syntax);
  CHECK(fault(std::string_view("\"\0\"", 3)) == Reason::json_syntax);
}

TEST_CASE("the scanner refuses bad UTF-8 and lone surrogates", "[json_scan]") {
  for (const char* bad : {"\"\x80\"", "\"\xC0\x80\"", "\"\xC3\"", "\"\xE2\x82\"", "\"\xED\xA0\x80\"",
                          "\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xFF\"", "{\"\xC3\":1}"}) {
    CHECK(fault(bad) == Reason::not_utf8);
  }
  for (const char* bad : {R"("\uD800")", R"("\uDC00")", R"("\uDBFF\uDBFF")", R"("\uD83Dx")", R"("\uD83D\n")",
                          R"({"\uDFFF":1})", R"("\uD83D\u0041")"}) {
    INFO(bad);
    CHECK(fault(bad) == Reason::lone_surrogate);
  }
}

TEST_CASE("the scanner bounds nesting", "[json_scan]") {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(fault(nested(31)) == Reason::none);
  CHECK(fault(nested(32)) == Reason::too_deep);
  CHECK(fault(nested(3), 3) == Reason::none);
  CHECK(fault(nested(4), 3) == Reason::too_deep);
  CHECK(fault(R"({"a":{"b":{}}})", 2) == Reason::too_deep);
}

TEST_CASE("after the end or an error the scanner says the same again", "[json_scan]") {
  JsonScanner good("1");
  good.next();
  CHECK(good.next() == Token::end);
  CHECK(good.next() == Token::end);
  JsonScanner bad("[1,");
  while (bad.next() != Token::error) {
  }
  const char* const where = bad.position();
  CHECK(bad.next() == Token::error);
  CHECK(bad.next() == Token::error);
  CHECK(bad.position() == where);
  CHECK(bad.error() == Reason::json_syntax);
}

TEST_CASE("skip reads the rest of a value, whatever it is", "[json_scan]") {
  for (const char* value : {"1", "\"a\"", "null", "{}", "[]", R"({"a":[1,{"b":2}]})", "[[],[[1]]]"}) {
    const std::string text = std::string("[") + value + ",7]";
    JsonScanner scan(text);
    CHECK(scan.next() == Token::array_begin);
    CHECK(scan.skip(scan.next()));
    CHECK(scan.depth() == 1);
    CHECK(scan.next() == Token::number);
    CHECK(scan.span() == "7");
  }
  JsonScanner scan("[[1,}");
  scan.next();
  CHECK(!scan.skip(scan.next()));
  CHECK(!scan.skip(Token::error));
}

TEST_CASE("traits say what occurs in a string", "[json_scan]") {
  const uint8_t plain = traits_of(R"("abc xyz")");
  CHECK((plain & ~traits::special) == 0);  // the closing quote itself is special
  CHECK(traits_of(R"("a1")") & traits::digit);
  CHECK(traits_of(R"("aB")") & traits::upper);
  CHECK(traits_of(R"("a@b")") & traits::at_or_plus);
  CHECK(traits_of(R"("+1")") & traits::at_or_plus);
  CHECK(traits_of(R"("a:b")") & traits::colon);
  CHECK(traits_of(R"("a.b")") & traits::dot);
  CHECK(traits_of(R"("a-b")") & traits::joint);
  CHECK(traits_of(R"("a_b")") & traits::joint);
  CHECK(traits_of(R"("a%b")") & traits::encoded);
  CHECK(traits_of(R"("a\nb")") & traits::encoded);
  CHECK(traits_of("\"é\"") & traits::encoded);
  CHECK_FALSE(plain & traits::encoded);
}

TEST_CASE("the scanner agrees with nlohmann on random JSON, whole and damaged", "[json_scan]") {
  Random random(7);
  uint32_t refused = 0;
  for (int run = 0; run < 30000; ++run) {
    std::string text = random_json(random, 4);
    if (run % 3) text = damaged(text, random);
    if (text.empty()) continue;
    const std::optional<bool> accepted = oracle(text);
    if (!accepted) continue;
    refused += !*accepted;
    INFO(text);
    REQUIRE((fault(text) == Reason::none) == *accepted);
  }
  CHECK(refused > 5000);  // the damage did its work
}

TEST_CASE("the scanner never reads past the end", "[json_scan]") {
  Random random(8);
  for (int run = 0; run < 2000; ++run) {
    const std::string text = random_json(random, 4);
    for (size_t size = 0; size < text.size(); ++size) {
      const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));  // for ASan
      const std::string_view part(exact.data(), size);
      REQUIRE((fault(part) == Reason::none) == nlohmann::json::accept(part));
    }
  }
}

}  // namespace waymark::text
