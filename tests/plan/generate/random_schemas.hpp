// Plans with schemas that no one would write, for tests of what must hold whatever a plan says.
#pragma once

#include <random>
#include <string>

#include "native/plan/plan_document.hpp"

namespace waymark::plan_tests {

class RandomSchemas {
 public:
  explicit RandomSchemas(uint32_t seed) : random_(seed) {}

  // Two to six events with odd names, schemas of all keywords at most five deep, references among them.
  plan::PlanDocument plan() {
    plan::PlanDocument plan;
    plan.name = text();
    plan.version = 1 + below(100);
    plan.root = {{"$defs", plan::Json::object()}};
    for (uint32_t i = 0; i < 4; ++i) plan.root["$defs"]["d" + std::to_string(i)] = schema(4);
    for (uint32_t i = 0, count = 2 + below(5); i < count; ++i) {
      plan::EventPlan event;
      event.name = text() + std::to_string(i);
      event.description = text();
      event.is_deprecated = below(4) == 0;
      event.deprecated = text();
      event.properties = object(5);
      plan.events.push_back(event);
    }
    if (below(2) == 0) plan.user_traits = object(3);
    return plan;
  }

 private:
  using Json = plan::Json;

  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  std::string text() {
    static const char* const texts[] = {"order_id", "orderId",     "class",  "",       "*/",    "\"",        "'",
                                        "\\",       "a\nb",        "😀",      "\u202e", "int",   "__proto__", "None",
                                        "1a",       "{{version}}", "\"\"\"", "a b",    "value", "é",         "@x",
                                        "`",        "$",           "-"};
    return texts[below(std::size(texts))] +
           (below(2) == 0 ? std::string() : std::string(texts[below(std::size(texts))]));
  }

  Json scalar() {
    switch (below(6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<int>(below(9)) - 4;
      case 3:
        return below(9) / 4.0;
      default:
        return text();
    }
  }

  Json object(int depth) {
    Json schema = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
    for (uint32_t i = below(5); i > 0; --i) {
      const std::string name = text();
      schema["properties"][name] = this->schema(depth - 1);
      if (below(2) == 0) schema["required"].push_back(name);
    }
    if (below(3) == 0) schema["additionalProperties"] = below(2) == 0 ? Json(false) : this->schema(depth - 1);
    return schema;
  }

  Json list(int depth) {
    Json all = Json::array();
    for (uint32_t i = 1 + below(3); i > 0; --i) all.push_back(schema(depth - 1));
    return all;
  }

  Json schema(int depth) {
    static const char* const types[] = {"string", "integer", "number", "boolean", "null", "array", "object", "odd"};
    if (depth <= 0) return {{"type", types[below(5)]}};
    switch (below(13)) {
      case 0:
        return below(2) == 0;
      case 1:
        return {{"$ref", "#/$defs/d" + std::to_string(below(5))}, {"description", text()}};
      case 2: {
        Json values = Json::array();
        for (uint32_t i = 1 + below(4); i > 0; --i) values.push_back(scalar());
        return {{"enum", values}};
      }
      case 3:
        return {{"const", scalar()}};
      case 4:
        return {{"type", "array"}, {"items", schema(depth - 1)}};
      case 5:
        return {{"prefixItems", list(depth)}, {"minItems", below(4)}, {"items", below(2) == 0}};
      case 6:
        return {{"type", {types[below(8)], types[below(8)]}}, {"deprecated", true}};
      case 7:
        return {{below(2) == 0 ? "anyOf" : "oneOf", list(depth)}};
      case 8:
        return {{"allOf", list(depth)}};
      case 9:
        return {{"type", "object"}, {"additionalProperties", schema(depth - 1)}};
      case 10: {
        Json both = object(depth);
        both[below(2) == 0 ? "anyOf" : "allOf"] = list(depth);
        both["then"] = object(depth - 1);
        return both;
      }
      default:
        return object(depth);
    }
  }

  std::mt19937 random_;
};

}  // namespace waymark::plan_tests
