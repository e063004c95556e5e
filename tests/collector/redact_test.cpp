// Refused events are kept for their owner to look at, without what must not be known.
#include "native/collector/redact.hpp"

#include <random>

#include "core/limits.hpp"
#include "tests/catch.hpp"

namespace waymark::collector {
namespace {

struct Fixture {
  std::string allowed = R"(["full_name"])";
  privacy::Rules rules{{}, allowed, {}};
  Inspector inspector{rules};
  Redactor redactor{inspector, rules};
};

}  // namespace

TEST_CASE("what has nothing to hide stays as it came") {
  Fixture fixture;
  for (const std::string text :
       {R"({"event_name":"a_b","properties":{"x":1,"x":2}})", "", "\"", "7", "{\"a\":\"\\n\\u00e9\"",
        "\xff\xfe{\"x\":\"\xff\"}", R"({"token":null,"password":false})",
        R"({"full_name":"Jane Doe","keyboard":"qwertz"})"}) {
    CHECK(fixture.redactor.refused(text) == text);
  }
}

TEST_CASE("values of personal and secret keys go whole, whatever they are") {
  Fixture fixture;
  const std::pair<std::string, std::string> cases[] = {
      {R"({"password":"hunter2","x":1})", R"({"password":"[secret]","x":1})"},
      {R"({"password" : "hun\"ter2" ,"x":1})", R"({"password" : "[secret]" ,"x":1})"},
      {R"({"pass\u0077ord":["a",{"b":"c"}],"x":1})", R"({"pass\u0077ord":"[secret]","x":1})"},
      {R"({"api_key":123456,"x":1})", R"({"api_key":"[secret]","x":1})"},
      {R"({"first_name":"Jane","x":tru})", R"({"first_name":"[personal]","x":tru})"},
      {R"({"x":"a"b","password":"hunter2"})", R"({"x":"a"b","password":"[secret]"})"},
      {R"({x":1,password":"hunter2"})", R"({x":1,password":"[secret]"})"},
      {R"({"password":"hunter2)", R"({"password":"[secret]")"},
      {R"({"password":{"a":"hunter2")", R"({"password":"[secret]")"},
      {R"({"password":)", R"({"password":)"},
      {R"({"page_url":"https://a.example/x?token=1&utm_source=b"})",
       R"({"page_url":"https://a.example/x?utm_source=b"})"},
      {R"({"path":"/x?code=1","k":"/x?code=1"})", R"({"path":"/x","k":"/x?code=1"})"},
  };
  for (const auto& [text, expected] : cases) CHECK(fixture.redactor.refused(text) == expected);
}

TEST_CASE("what the detectors know goes too, escaped or not") {
  Fixture fixture;
  const std::pair<std::string, std::string> cases[] = {
      {R"({"note":"write to jane@shop.example now"})", R"({"note":"write to [email] now"})"},
      {R"({"note":"jane\u0040shop.example \"q\""})", R"({"note":"[email] \"q\""})"},
      {R"({"n":4111111111111111,"m":5})", R"({"n":[card],"m":5})"},
      {R"(jane@shop.example)", "[email]"},
  };
  for (const auto& [text, expected] : cases) CHECK(fixture.redactor.refused(text) == expected);
}

TEST_CASE("no byte before, behind or in the rest of a broken event brings a secret to light") {
  Fixture fixture;
  std::mt19937 random(1);
  constexpr std::string_view odd =
      "{}[]\",:\\ \n\xff"
      "a1'";
  const std::string before = R"({"event_name":"a_b","token":"x","properties":{"text":"some \"words\"",)";
  const std::string member = R"("password":"hunter2")";
  const std::string after = R"(,"n":[1,2,{"z":null}]}})";
  const auto mangle = [&](std::string text) {
    for (auto changes = random() % 5; changes > 0; --changes) {
      text.insert(text.begin() + static_cast<std::ptrdiff_t>(random() % (text.size() + 1)), odd[random() % odd.size()]);
    }
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = mangle(before) + member + mangle(after);
    INFO(text);
    REQUIRE(fixture.redactor.refused(text).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("long events are cut, also inside a secret") {
  Fixture fixture;
  const std::string filler = R"({"text":")" + std::string(limits::string_bytes - 40, 'x') + R"(","password":")";
  const std::string out = fixture.redactor.refused(filler + std::string(1000, 'h'));
  CHECK(out.size() <= limits::string_bytes + 16);
  CHECK(out.ends_with("\"password\":\"[secret]\""));
}

}  // namespace waymark::collector
