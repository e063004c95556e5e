// Schemas with values that are made to cost as much as can be, of any size: what work_test counts and plan_bench times.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/value.hpp"

namespace waymark::plan {

struct Adversary {
  std::string_view name;
  std::string schema;                         // draft 7, formats asserted
  std::function<std::string(size_t)> sample;  // a JSON value of about so many bytes
};

namespace adversaries {

inline std::string repeated(std::string_view part, size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

inline std::string string_of(std::string_view part, size_t bytes, std::string_view end = "") {
  return '"' + repeated(part, bytes) + std::string(end) + '"';
}

// [make(0),make(1),…] or, with `open` '{', the members that `make` gives.
inline std::string list_of(const std::function<std::string(size_t)>& make, size_t bytes, char open = '[') {
  std::string text(1, open);
  for (size_t i = 0; text.size() < bytes; ++i) text += (i == 0 ? "" : ",") + make(i);
  return text + (open == '[' ? ']' : '}');
}

// Integers of one length that leave the same remainder when they are hashed.
inline std::string numbers_of_one_hash(size_t bytes) {
  return list_of([](size_t i) { return std::to_string(100'000'000'000'000 + i * 0xFFFFFFFBull); }, bytes);
}

// Integers whose hashes lie side by side in the table.
inline std::string numbers_of_one_slot(size_t bytes) {
  uint64_t number = 0;
  const auto next = [&](size_t) {
    for (;; ++number) {
      const std::string text = std::to_string(number);
      Work work(1, 1);
      if ((hash_of(text.data(), text.data() + text.size(), work) & 0x3FF) == 7) return ++number, text;
    }
  };
  return list_of(next, bytes);
}

// {"a":{"a":… with something in each, `levels` deep, over and over in a list.
inline std::string trees(size_t levels, size_t bytes) {
  std::string tree = "1";
  for (size_t i = 0; i < levels; ++i) tree = R"({"v":)" + std::to_string(i) + R"(,"next":[)" + tree + "]}";
  return list_of([&](size_t) { return tree; }, bytes);
}

inline std::string alternatives(size_t count, std::string_view before, std::string_view after) {
  std::string list;
  for (size_t i = 0; i < count; ++i) {
    list += (i == 0 ? "" : ",") + std::string(before) + std::to_string(i) + std::string(after);
  }
  return list;
}

}  // namespace adversaries

inline std::vector<Adversary> all_adversaries() {
  using namespace adversaries;
  const auto number = [](size_t i) { return std::to_string(i); };
  const auto member = [](size_t i) { return "\"k" + std::to_string(i) + "\":" + std::to_string(i % 10); };
  const auto long_key = [](size_t i) { return '"' + std::string(100, 'k') + std::to_string(i) + "\":1"; };
  std::string long_names;
  for (int i = 0; i < 64; ++i) {
    long_names += (i == 0 ? "\"" : ",\"") + std::string(100, 'k') + std::to_string(i) + "\":{\"minimum\":0}";
  }
  return {
      {"nested quantifiers", R"({"pattern":"^(([a-z]+)*)+$"})", [](size_t n) { return string_of("a", n, "!"); }},
      {"quantifiers side by side", R"({"pattern":"(x+x+)+y"})", [](size_t n) { return string_of("x", n); }},
      {"many gaps", R"({"pattern":"(.*a){12}b"})", [](size_t n) { return string_of("a", n); }},
      {"a window", R"({"pattern":"(a|b)*a(a|b){10}$"})", [](size_t n) { return string_of("abbab", n); }},
      {"classes", R"({"pattern":"^(\\p{L}|\\d)+@\\p{Lu}"})", [](size_t n) { return string_of("é1ß", n); }},
      {"email", R"({"format":"email"})", [](size_t n) { return string_of("a.", n, "@a"); }},
      {"uri", R"({"format":"uri"})", [](size_t n) { return string_of("a:%20", n, " "); }},
      {"ipv6", R"({"format":"ipv6"})", [](size_t n) { return string_of("1:", n); }},
      {"date-time", R"({"format":"date-time"})", [](size_t n) { return string_of("2024-11-14T10:23:45.1", n); }},
      {"escapes", R"({"minLength":9,"pattern":"a$","enum":["\u0061","b"]})",
       [](size_t n) { return string_of("\\u0061", n); }},
      {"white space", R"({"items":{"type":"integer"},"maxItems":3})",
       [](size_t n) { return "[" + std::string(n, ' ') + "1]"; }},
      {"digits", R"({"multipleOf":0.000000000000000007,"minimum":0,"maximum":1e400})",
       [](size_t n) { return repeated("7", n); }},
      {"zeros and exponents", R"({"multipleOf":3,"type":"integer"})",
       [](size_t n) { return "1" + repeated("0", n) + "e999999999999"; }},
      {"equal numbers", R"({"const":1,"enum":[1,2,3]})", [](size_t n) { return "1." + repeated("0", n) + "1"; }},
      {"many members", R"({"patternProperties":{"^k(1+)+$":{"type":"string"},"0$":{"maximum":1}},
         "propertyNames":{"pattern":"^(k\\d+)+$"},"additionalProperties":{"minimum":0},"minProperties":5})",
       [=](size_t n) { return list_of(member, n, '{'); }},
      {"long names with one beginning", "{\"properties\":{" + long_names + "},\"additionalProperties\":false}",
       [=](size_t n) { return list_of(long_key, n, '{'); }},
      {"many required", "{\"required\":[" + alternatives(200, "\"k", "\"") + "]}",
       [=](size_t n) { return list_of(member, n, '{'); }},
      {"dependencies", "{\"dependencies\":{" + alternatives(60, "\"k", R"(":["x","y"])") + "}}",
       [=](size_t n) { return list_of(member, n, '{'); }},
      {"members in no order", R"({"const":{)" + alternatives(100, "\"k", "\":1") + "}}",
       [=](size_t n) {
         std::string text = "{";
         for (int i = 100; i-- > 0;) text += "\"k" + std::to_string(i) + "\":1,";
         return text + "\"x\":" + string_of("y", n) + "}";
       }},
      {"uniqueItems", R"({"uniqueItems":true})", [=](size_t n) { return list_of(number, n); }},
      {"uniqueItems with one hash", R"({"uniqueItems":true})", numbers_of_one_hash},
      {"uniqueItems with one slot", R"({"uniqueItems":true})", numbers_of_one_slot},
      {"uniqueItems of one object", R"({"uniqueItems":true})",
       [](size_t n) {
         return list_of([](size_t i) { return R"({"a":[1,2,{"b":"c"}],"i":)" + std::to_string(i) + "}"; }, n);
       }},
      {"uniqueItems of objects with rules",
       R"({"uniqueItems":true,"items":{"properties":{"a":{"maxLength":9}},"additionalProperties":false}})",
       [](size_t n) { return list_of([](size_t i) { return R"({"a":")" + std::to_string(i) + "\"}"; }, n); }},
      {"oneOf", R"({"items":{"oneOf":[)" + alternatives(100, R"({"maximum":)", "}") + "]}}",
       [=](size_t n) { return list_of([](size_t) { return "50"; }, n); }},
      {"anyOf", R"({"items":{"anyOf":[)" + alternatives(100, R"({"const":"x)", "\"}") + "]}}",
       [=](size_t n) { return list_of([](size_t) { return "\"x99\""; }, n); }},
      {"enum", R"({"items":{"enum":[)" + alternatives(200, R"({"a":[)", "]}") + "]}}",
       [=](size_t n) { return list_of([](size_t) { return R"({"a":[199]})"; }, n); }},
      {"allOf", R"({"allOf":[)" + alternatives(40, R"({"items":{"minimum":-)", "}}") + "]}",
       [=](size_t n) { return list_of(number, n); }},
      {"if in items", R"({"items":{"if":{"multipleOf":2},"then":{"not":{"multipleOf":3}},"else":{"minimum":1}}})",
       [=](size_t n) { return list_of(number, n); }},
      {"contains", R"({"contains":{"contains":{"const":2}}})",
       [=](size_t n) { return list_of([](size_t) { return "[1,[2],1]"; }, n); }},
      {"containers in containers", R"({"items":{"items":{"items":{"items":{"items":{"type":"array"}}}}}})",
       [=](size_t n) {
         return "[[[[[" + list_of([](size_t) { return "[1]"; }, n / 2) + "," +
                list_of([](size_t) { return "{}"; }, n / 2) + "]]]]]";
       }},
      {"recursion", R"({"definitions":{"node":{"properties":{"v":{"type":"integer"},"next":{"$ref":"#"}}}},
         "items":{"anyOf":[{"type":"integer"},{"$ref":"#/definitions/node"}]}})",
       [](size_t n) { return trees(8, n); }},
      {"recursion that branches", R"({"allOf":[{"items":{"$ref":"#"}},{"items":{"$ref":"#"},"maxItems":9}],
         "properties":{"next":{"$ref":"#"},"v":{"minimum":0}}})",
       [](size_t n) { return trees(12, n); }},
      {"recursion that branches without end", R"({"anyOf":[{"items":{"$ref":"#"},"minItems":2},
         {"items":{"$ref":"#"},"minItems":3},{"items":{"$ref":"#"}}]})",
       [](size_t n) { return list_of([](size_t) { return "[[[[[[[[[[[[1]]]]]]]]]]]]"; }, n); }},
  };
}

}  // namespace waymark::plan
