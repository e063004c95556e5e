// The splitter agrees with nlohmann/json on every good document, and keeps to the text on every bad one.
#include "native/collector/json_split.hpp"

#include <nlohmann/json.hpp>
#include <random>

#include "tests/catch.hpp"

namespace waymark::collector {
namespace {

using Json = nlohmann::ordered_json;

std::string random_text(std::mt19937& random) {
  constexpr std::string_view alphabet = "ab{}[]\",:\\\n ";
  std::string out;
  for (auto left = random() % 6; left > 0; --left) out += alphabet[random() % alphabet.size()];
  return out;
}

Json random_json(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<int>(random()) / 7;
    case 3:
      return random() / 1e5;
    case 4:
      return random_text(random);
    case 5: {
      Json array = Json::array();
      for (auto left = random() % 4; left > 0; --left) array.push_back(random_json(random, depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (auto left = random() % 4; left > 0; --left) object[random_text(random)] = random_json(random, depth - 1);
      return object;
    }
  }
}

}  // namespace

TEST_CASE("parts are those that a parser finds") {
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    const Json value = random_json(random, 4);
    const std::string text = " \n" + value.dump(round % 3 == 0 ? 2 : -1) + "\t";
    INFO(text);
    ArraySplitter array(text);
    ObjectSplitter object(text);
    if (value.is_array()) {
      for (const Json& element : value) {
        REQUIRE(array.next() == Step::part);
        REQUIRE(Json::parse(array.value()) == element);
      }
      REQUIRE(array.next() == Step::end);
    } else {
      REQUIRE(array.next() == Step::broken);
    }
    if (value.is_object()) {
      for (const auto& [key, member] : value.items()) {
        REQUIRE(object.next() == Step::part);
        REQUIRE(Json::parse("\"" + std::string(object.key()) + "\"") == Json(key));
        REQUIRE(Json::parse(object.value()) == member);
      }
      REQUIRE(object.next() == Step::end);
    } else {
      REQUIRE(object.next() == Step::broken);
    }
  }
}

TEST_CASE("whatever the bytes are, parts lie inside them and follow one another") {
  std::mt19937 random(2);
  constexpr std::string_view alphabet = "[]{}\",:\\ 1a\xff\n";
  for (int round = 0; round < 20000; ++round) {
    std::string text(1, random() % 2 == 0 ? '[' : '{');
    for (auto left = random() % 24; left > 0; --left) text += alphabet[random() % alphabet.size()];
    const char* at = text.data();
    ArraySplitter array(text);
    while (array.next() == Step::part) {
      REQUIRE(array.value().data() >= at);
      at = array.value().data() + array.value().size();
      REQUIRE(at <= text.data() + text.size());
    }
    REQUIRE(array.next() == Step::broken);  // over is over
    ObjectSplitter object(text);
    at = text.data();
    while (object.next() == Step::part) {
      REQUIRE(object.key().data() > at);
      at = object.value().data() + object.value().size();
      REQUIRE(at <= text.data() + text.size());
    }
  }
}

TEST_CASE("one element with mixed brackets does not take its neighbours along") {
  ArraySplitter array(R"([{"a":1},{"b":[}],{"c":3}])");
  std::vector<std::string> values;
  while (array.next() == Step::part) values.emplace_back(array.value());
  CHECK(values == std::vector<std::string>{R"({"a":1})", R"({"b":[}])", R"({"c":3})"});
}

TEST_CASE("text is quoted so that a parser reads it back") {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  all += "ü€😀";
  std::string out = "x";
  append_quoted(out, all);
  CHECK(Json::parse(out.substr(1)) == Json(all));
}

}  // namespace waymark::collector
