#include "native/plan/diff.hpp"

#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

std::string lines_of(const std::vector<Change>& changes) {
  std::string out;
  for (const Change& change : changes) {
    out += std::string(word_of(change.bump)) + ' ' + change.pointer + ' ' + change.message + '\n';
  }
  return out;
}

std::string diff(std::string_view before, std::string_view after) {
  return lines_of(diff_plans(good_plan(before), good_plan(after)));
}

// The changes between two schemas of an event's properties, without the pointer's first part.
std::string schema_diff(std::string_view before, std::string_view after, std::string_view more_before = {},
                        std::string_view more_after = {}) {
  const auto plan = [](std::string_view schema, std::string_view more) {
    return with_events("\"a_b\":{\"properties\":" + std::string(schema) + "}", more);
  };
  std::string out = diff(plan(before, more_before), plan(after, more_after.empty() ? more_before : more_after));
  const std::string prefix = "/events/a_b/properties";
  for (size_t at; (at = out.find(prefix)) != std::string::npos;) out.erase(at, prefix.size());
  return out;
}

// The same of one property, `p`.
std::string property_diff(std::string_view before, std::string_view after) {
  std::string out = schema_diff("{\"properties\":{\"p\":" + std::string(before) + "}}",
                                "{\"properties\":{\"p\":" + std::string(after) + "}}");
  const std::string prefix = "/properties/p";
  for (size_t at; (at = out.find(prefix)) != std::string::npos;) out.erase(at, prefix.size());
  return out;
}

}  // namespace

TEST_CASE("the same plan in another form has no changes") {
  CHECK(diff(R"({"name":"a","version":1,"events":{"a_b":{"owner":"o"},"c_d":{}}})",
             R"({"version":2,"events":{"c_d":{"purpose":"analytics","sample_rate":1,"properties":true},
                 "a_b":{"owner":"o","$comment":"x"}},"mode":"reject","name":"a"})")
            .empty());
  CHECK(bump_of({}) == Bump::none);
}

TEST_CASE("events come and go") {
  CHECK(diff(with_events(R"("a_b":{},"c_d":{})"), with_events(R"("a_b":{},"e_f":{})")) ==
        "major /events/c_d the event `c_d` is removed\nminor /events/e_f the event `e_f` is added\n");
}

TEST_CASE("what is said of an event changes") {
  const auto change = [](const char* before, const char* after) {
    return diff(with_events("\"a_b\":{" + std::string(before) + "}"),
                with_events("\"a_b\":{" + std::string(after) + "}"));
  };
  CHECK(change(R"("description":"x")", R"("description":"y")") ==
        "patch /events/a_b/description `description` is changed\n");
  CHECK(change(R"("owner":"x")", "") == "patch /events/a_b/owner `owner` is changed\n");
  CHECK(change("", R"("purpose":"marketing")") ==
        "major /events/a_b/purpose `purpose` was `analytics` and is `marketing`\n");
  CHECK(change("", R"("sample_rate":0.5)") == "minor /events/a_b/sample_rate `sample_rate` was 1.0 and is 0.5\n");
  CHECK(change("", R"("deprecated":"use c_d")") == "minor /events/a_b/deprecated is deprecated now\n");
  CHECK(change(R"("deprecated":"use c_d")", R"("deprecated":"use e_f")") ==
        "patch /events/a_b/deprecated `deprecated` is changed\n");
}

TEST_CASE("properties come and go and become required") {
  CHECK(schema_diff(R"({"properties":{"a":{},"b":{}}})", R"({"properties":{"b":{},"c":{}}})") ==
        "major /properties/a the property `a` is removed\nminor /properties/c the property `c` is added\n");
  CHECK(schema_diff(R"({"properties":{"a":{}}})", R"({"properties":{"a":{}},"required":["a"]})") ==
        "major /required the property `a` is required now\n");
  CHECK(schema_diff(R"({"required":["a"]})", "{}") == "minor /required the property `a` is no longer required\n");
  CHECK(schema_diff("{}", R"({"additionalProperties":false})") ==
        "major /additionalProperties other properties are no longer allowed\n");
  CHECK(schema_diff(R"({"additionalProperties":false})", "{}") ==
        "minor /additionalProperties other properties are allowed now\n");
}

TEST_CASE("types and values narrow and widen") {
  CHECK(property_diff(R"({"type":"number"})", R"({"type":"integer"})") ==
        "major  the type `number` is no longer allowed\n");
  CHECK(property_diff(R"({"type":"integer"})", R"({"type":"number"})") == "minor  the type `number` is allowed too\n");
  CHECK(property_diff(R"({"type":"string"})", R"({"type":["null","string"]})") ==
        "minor  the type `null` is allowed too\n");
  CHECK(property_diff(R"({"enum":["a","b"]})", R"({"enum":["b","c"]})") ==
        "major  the value `\"a\"` is removed\nminor  the value `\"c\"` is added\n");
  CHECK(property_diff(R"({"const":1})", R"({"enum":[1,2]})") == "minor  the value `2` is added\n");
  CHECK(property_diff("{}", R"({"enum":[1]})") == "major  must be one of a list of values now\n");
  CHECK(property_diff("true", "false") == "major  values are no longer allowed\n");
  CHECK(property_diff("true", "{}").empty());
}

TEST_CASE("bounds narrow and widen, exactly") {
  CHECK(property_diff(R"({"minimum":0})", R"({"minimum":1})") == "major /minimum `minimum` was `0` and is `1`\n");
  CHECK(property_diff(R"({"minimum":1})", R"({"minimum":0.5})") == "minor /minimum `minimum` was `1` and is `0.5`\n");
  CHECK(property_diff(R"({"maxLength":10})", R"({"maxLength":20})") ==
        "minor /maxLength `maxLength` was `10` and is `20`\n");
  CHECK(property_diff(R"({"maxLength":20})", R"({"maxLength":10})") ==
        "major /maxLength `maxLength` was `20` and is `10`\n");
  CHECK(property_diff("{}", R"({"maxItems":3})") == "major /maxItems `maxItems` is new: `3`\n");
  CHECK(property_diff(R"({"maxItems":3})", "{}") == "minor /maxItems `maxItems` is gone\n");
  CHECK(property_diff(R"({"maximum":12345678901234567890123})", R"({"maximum":12345678901234567890124})")
            .find("/maximum") != std::string::npos);
  CHECK(property_diff(R"({"maximum":1.0})", R"({"maximum":1})").empty());
}

TEST_CASE("keywords that cannot be judged are taken to break something") {
  CHECK(property_diff(R"({"pattern":"a"})", R"({"pattern":"b"})") == "major /pattern `pattern` is changed\n");
  CHECK(property_diff("{}", R"({"format":"date"})") == "major /format `format` is new\n");
  CHECK(property_diff(R"({"format":"date"})", "{}") == "minor /format `format` is gone\n");
  CHECK(property_diff("{}", R"({"pii":true})") == "major /pii what is said about personal data is changed\n");
  CHECK(property_diff("{}", R"({"pii":false})").empty());
  CHECK(property_diff(R"({"anyOf":[{"type":"null"}]})", R"({"anyOf":[{"type":"null"},{"type":"string"}]})") ==
        "minor /anyOf `anyOf` has more schemas\n");
  CHECK(property_diff(R"({"allOf":[{}]})", R"({"allOf":[{},{"minLength":1}]})") ==
        "major /allOf `allOf` has more schemas\n");
  CHECK(property_diff(R"({"title":"a"})", R"({"title":"b"})") == "patch /title `title` is changed\n");
}

TEST_CASE("changes behind references are found where they are used") {
  const std::string use = R"({"properties":{"p":{"$ref":"#/$defs/d"}}})";
  CHECK(schema_diff(use, use, R"(,"$defs":{"d":{"minimum":0}})", R"(,"$defs":{"d":{"minimum":1}})") ==
        "major /properties/p/minimum `minimum` was `0` and is `1`\n");
  CHECK(
      schema_diff(use, use, R"(,"$defs":{"d":{"minimum":0},"unused":{}})", R"(,"$defs":{"d":{"minimum":0}})").empty());
  CHECK(schema_diff(use, R"({"properties":{"p":{"minimum":0}}})", R"(,"$defs":{"d":{"minimum":0}})").empty());
  // In `not` and `oneOf`, wider can be narrower.
  const std::string inside = R"({"not":{"$ref":"#/$defs/d"}})";
  CHECK(schema_diff(inside, inside, R"(,"$defs":{"d":{"minimum":1}})", R"(,"$defs":{"d":{"minimum":0}})") ==
        "major /not/minimum `minimum` was `1` and is `0`\n");
}

TEST_CASE("schemas that refer to themselves are compared once") {
  const std::string tree = R"({"$ref":"#/$defs/tree"})";
  const auto defs = [](const char* least) {
    return R"(,"$defs":{"tree":{"properties":{"value":{"minimum":)" + std::string(least) +
           R"(},"children":{"items":{"$ref":"#/$defs/tree"}},"one":{"oneOf":[{"$ref":"#/$defs/tree"}]}}}})";
  };
  const std::string changes = schema_diff(tree, tree, defs("0"), defs("1"));
  CHECK(changes.find("major /properties/value/minimum `minimum` was `0` and is `1`\n") != std::string::npos);
  CHECK(schema_diff(tree, tree, defs("0"), defs("0")).empty());
}

TEST_CASE("a long chain of references ends the comparison, not the program") {
  const auto chain = [](const char* end) {
    std::string defs;
    for (int i = 0; i < 4000; ++i) {
      defs +=
          "\"d" + std::to_string(i) + R"(":{"properties":{"p":{"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}}},";
    }
    return with_events(R"("a_b":{"properties":{"$ref":"#/$defs/d0"}})",
                       ",\"$defs\":{" + defs + "\"d4000\":" + std::string(end) + "}");
  };
  CHECK(diff(chain("{}"), chain("{}")).find("is nested too deep to be compared") != std::string::npos);
}

TEST_CASE("purposes, modes and the head of a plan change") {
  const auto plan = [](std::string_view more) { return with_events("", more); };
  CHECK(diff(plan(R"(,"purposes":["necessary","ads"])"), plan(R"(,"purposes":["necessary","analytics"])")) ==
        "major /purposes `ads` is removed\nminor /purposes `analytics` is added\n");
  CHECK(diff(plan(""), plan(R"(,"mode":"warn")")) == "minor /mode `mode` was `reject` and is `warn`\n");
  CHECK(diff(plan(R"(,"mode":"warn")"), plan("")) == "major /mode `mode` was `warn` and is `reject`\n");
  CHECK(diff(plan(R"(,"modes":{"test":"off"})"), plan("")) == "major /modes/test `test` was `off` and is `reject`\n");
  CHECK(diff(plan(""), plan(R"(,"naming":"off")")) == "minor /naming `naming` was `object_action` and is `off`\n");
  CHECK(diff(plan(""), plan(R"(,"description":"d")")) == "patch /description `description` is changed\n");
  CHECK(diff(plan(""), plan(R"(,"context":{"required":["app"]})")) ==
        "major /context/required the property `app` is required now\n");
  CHECK(diff(plan(R"(,"traits":{"user":{}})"), plan(R"(,"traits":{"user":{"required":["a"]}})")) ==
        "major /traits/user/required the property `a` is required now\n");
}

TEST_CASE("metrics and experiments change") {
  const auto metric = [](std::string_view body) {
    return with_events("", ",\"metrics\":{\"api.latency.ms\":{" + std::string(body) + "}}");
  };
  CHECK(diff(metric(R"("type":"gauge")"), metric(R"("type":"counter")")) ==
        "major /metrics/api.latency.ms/type `type` was `gauge` and is `counter`\n");
  CHECK(diff(metric(R"("type":"gauge","tags":{"a":{},"b":{"enum":[1]}})"),
             metric(R"("type":"gauge","tags":{"b":{"enum":[1,2]},"c":{}})")) ==
        "major /metrics/api.latency.ms/tags/a the tag `a` is removed\n"
        "minor /metrics/api.latency.ms/tags/b the value `2` is added\n"
        "minor /metrics/api.latency.ms/tags/c the tag `c` is added\n");
  const auto experiment = [](std::string_view body) {
    return with_events("", ",\"experiments\":{\"e\":{" + std::string(body) + "}}");
  };
  CHECK(diff(experiment(R"("variants":{"a":1,"b":1})"), experiment(R"("variants":{"a":1,"b":2})")) ==
        "major /experiments/e/variants the variants are changed, and with them who has which\n");
  CHECK(diff(experiment(R"("variants":{"a":1})"), experiment(R"("variants":{"a":1},"salt":"s","unit":"user")")) ==
        "major /experiments/e/unit `unit` was `device` and is `user`\n"
        "major /experiments/e/salt `salt` was `` and is `s`\n");
}

TEST_CASE("any change of a privacy rule is major") {
  const auto privacy = [](std::string_view body) {
    return with_events("", ",\"privacy\":{" + std::string(body) + "}");
  };
  CHECK(
      diff(privacy(R"("properties":{"a":"drop","b":"redact"})"), privacy(R"("properties":{"b":"allow","c":"drop"})")) ==
      "major /privacy/properties/b `b` was `redact` and is `allow`\n"
      "major /privacy/properties/c the rule for `c` is added\n"
      "major /privacy/properties/a the rule for `a` is removed\n");
  CHECK(diff(privacy(R"("salt":"x")"), privacy(R"("salt":"y")")) ==
        "major /privacy/salt the salt is changed, and with it every hash\n");
  CHECK(diff(privacy(R"("deny_keys":["x"])"), privacy(R"("deny_keys":["y"],"url_parameters":["q"])")) ==
        "major /privacy/deny_keys `x` is removed\nmajor /privacy/deny_keys `y` is added\n"
        "major /privacy/url_parameters `q` is added\n");
}
