#include "native/client/send/wire_json.hpp"

#include "tests/catch.hpp"

namespace {

using namespace waymark::client;
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("wire JSON: of an answer, the indices that are numbers") {
  CHECK(rejected_in(R"({"accepted":1,"rejected":[{"index":0,"reason":"x"},{"index":7}]})") == "[0,7]");
  CHECK(rejected_in(R"({"rejected":[{"index":-1},{"index":"2"},{},3,{"index":4.5},{"index":9}]})") == "[9]");
  for (const char* const nothing : {"", "{}", "[]", "null", "{\"rejected\":[]}", "{\"rejected\":{\"index\":1}}", "{"}) {
    CHECK(rejected_in(nothing) == "");
  }
}

TEST_CASE("wire JSON: of a batch, its events as objects") {
  CHECK(events_of(R"({"events":[{"a":1},{"b":"\u00fc"}]})") == Texts{R"({"a":1})", "{\"b\":\"\xc3\xbc\"}"});
  for (const char* const nothing : {"", "{}", "[1]", "{\"events\":1}", "{\"events\":[1e999]}", "{\"events\":["}) {
    CHECK(events_of(nothing).empty());
  }
}

TEST_CASE("wire JSON: of an event, its purpose") {
  CHECK(purpose_of(R"({"event_name":"a","purpose":"functional"})") == "functional");
  for (const char* const nothing : {"", "{}", "[]", "{\"purpose\":1}", "{\"purpose\":null}"}) {
    CHECK(purpose_of(nothing) == "");
  }
}
