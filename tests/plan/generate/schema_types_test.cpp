#include "native/plan/generate/type_model.hpp"
#include "tests/plan/generate/plan_files.hpp"

using namespace waymark::plan;
using waymark::plan_tests::parse_unchecked;

namespace {

std::string print(const TypeModel& model, const Type& type, int depth = 0);

std::string list(const TypeModel& model, const std::vector<Type>& types, int depth) {
  std::string out;
  for (const Type& type : types) out += (out.empty() ? "" : " ") + print(model, type, depth);
  return out;
}

// Types as short texts; names are followed three deep.
std::string print(const TypeModel& model, const Type& type, int depth) {
  static const char* const words[] = {"any",   "null",  "boolean", "integer", "number", "string", "literals",
                                      "array", "tuple", "map",     "record",  "any_of", "named"};
  std::string out = words[static_cast<size_t>(type.kind)];
  switch (type.kind) {
    case TypeKind::named:
      if (depth == 3) return "…";
      return print(model, model.named[type.index].type, depth + 1);
    case TypeKind::literals:
      return Json(type.literals).dump();
    case TypeKind::record: {
      out = "{";
      for (const Member& member : type.members) {
        out += member.name + (member.is_required ? "!: " : ": ") + print(model, member.type, depth) + "; ";
      }
      return out + (type.is_open ? "…}" : "}");
    }
    case TypeKind::tuple:
      return "tuple" + std::to_string(type.required) + (type.is_open ? "+(" : "(") + list(model, type.parts, depth) +
             ")";
    default:
      return type.parts.empty() ? out : out + '(' + list(model, type.parts, depth) + ')';
  }
}

// The type of the properties of an event with this schema.
std::string type_of(const std::string& schema, const std::string& defs = "{}", Findings* findings = nullptr) {
  Findings ignored;
  const PlanDocument plan =
      parse_unchecked(R"({"name":"p","$defs":)" + defs + R"(,"events":{"e_e":{"properties":)" + schema + "}}}");
  const TypeModel model = build_type_model(plan, findings != nullptr ? *findings : ignored);
  return print(model, model.named[model.events[0].properties].type);
}

// The type of one property.
std::string property(const std::string& schema, const std::string& defs = "{}") {
  const std::string text = type_of(R"({"properties":{"p":)" + schema + "}}", defs);
  return text.substr(4, text.size() - 4 - 3);  // {p: …; }
}

}  // namespace

TEST_CASE("scalars, arrays and maps") {
  CHECK(property(R"({"type":"string","minLength":2})") == "string");
  CHECK(property(R"({"type":"integer"})") == "integer");
  CHECK(property(R"({"type":["string","null"]})") == "any_of(string null)");
  CHECK(property(R"({"type":["string"]})") == "string");
  CHECK(property(R"({"type":"array"})") == "array(any)");
  CHECK(property(R"({"items":{"type":"number"}})") == "array(number)");
  CHECK(property(R"({"type":"object"})") == "map(any)");
  CHECK(property(R"({"type":"object","additionalProperties":{"type":"string"}})") == "map(string)");
  CHECK(property(R"({"type":"object","patternProperties":{"a":{"type":"string"},"b":{"type":"null"}}})") ==
        "map(any_of(string null))");
  CHECK(property(R"({"type":"object","additionalProperties":false})") == "{}");
  CHECK(property("{}") == "any");
  CHECK(property("true") == "any");
  CHECK(property(R"({"minimum":3})") == "any");
}

TEST_CASE("enumerations hold what may be there") {
  CHECK(property(R"({"enum":["a","b","a"]})") == R"(["a","b"])");
  CHECK(property(R"({"const":1})") == "[1]");
  CHECK(property(R"({"type":"string","enum":["a",null,1]})") == R"(["a"])");
  CHECK(property(R"({"type":["string","null"],"enum":["a",null,1]})") == R"(["a",null])");
  CHECK(property(R"({"enum":["a",{}]})") == "any");
  CHECK(property(R"({"oneOf":[{"const":"a","title":"A"},{"enum":["b"]}]})") == R"(["a","b"])");
  CHECK(property(R"({"type":"string","oneOf":[{"const":"a"},{"const":"b"}]})") == R"(["a","b"])");
  CHECK(property(R"({"type":"string","anyOf":[{"const":"a"},{"minLength":3}]})") == "string");
}

TEST_CASE("tuples say how much of them must be there") {
  const std::string pair = R"("prefixItems":[{"type":"string"},{"type":"null"}])";
  CHECK(property("{" + pair + "}") == "tuple0+(string null)");
  CHECK(property("{" + pair + R"(,"minItems":1,"items":false})") == "tuple1(string null)");
  CHECK(property(R"({"items":[{"type":"string"}],"additionalItems":false,"minItems":9})") == "tuple1(string)");
}

TEST_CASE("unions are flat and without what is in them twice") {
  CHECK(property(R"({"anyOf":[{"type":"string"},{"anyOf":[{"type":"null"},{"type":"string"}]}]})") ==
        "any_of(string null)");
  CHECK(property(R"({"oneOf":[{"type":"string"},{"type":"string"}]})") == "string");
  CHECK(property(R"({"oneOf":[{"type":"string"},{}]})") == "any");
  CHECK(property(R"({"oneOf":[{"type":"string"},false]})") == "string");
  CHECK(property(R"({"anyOf":[{"type":"object","properties":{"a":{"type":"null"}}},{"type":"null"}]})") ==
        "any_of({a: null; } null)");
}

TEST_CASE("an object's members come from wherever the schema speaks of them") {
  CHECK(type_of(R"({"properties":{"a":{"type":"string"},"b":true},"required":["a","c"]})") == "{a!: string; b: any; }");
  CHECK(type_of(R"({"properties":{"a":true},"additionalProperties":{"type":"string"}})") == "{a: any; …}");
  CHECK(type_of(R"({"properties":{"a":false,"b":true}})") == "{b: any; }");
  CHECK(
      type_of(
          R"({"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"a":{"minLength":1}}}]})") ==
      "{a!: string; }");
  CHECK(type_of(R"({"anyOf":[{"properties":{"a":{"type":"string"}},"required":["a","b"]},
                             {"properties":{"a":{"type":"null"}},"required":["a"]}]})") ==
        "{a!: any_of(string null); }");
  CHECK(type_of(R"({"properties":{"a":{"type":"string"}},"oneOf":[{"properties":{"a":{"const":"x"}}}]})") ==
        "{a: string; }");
  CHECK(
      type_of(
          R"({"properties":{"a":true},"if":{"required":["a"]},"then":{"properties":{"b":{"type":"null"}},"required":["b"]}})") ==
      "{a: any; b: null; }");
  CHECK(type_of(R"({"dependentSchemas":{"a":{"properties":{"b":{"type":"null"}}}}})") == "{b: null; }");
  CHECK(type_of("null") == "{…}");
  CHECK(type_of("{}") == "{}");
}

TEST_CASE("references lead into the schema, then into the plan") {
  CHECK(property(R"({"$ref":"#/$defs/a"})", R"({"a":{"type":"string"}})") == "string");
  CHECK(property(R"({"$ref":"#/$defs/a~1b%20c"})", R"({"a/b c":{"enum":["x"]}})") == R"(["x"])");
  CHECK(type_of(R"({"$defs":{"a":{"type":"null"}},"properties":{"p":{"$ref":"#/$defs/a"}}})",
                R"({"a":{"type":"string"}})") == "{p: null; }");
  CHECK(type_of(R"({"$ref":"#/$defs/a"})", R"({"a":{"properties":{"x":{"type":"null"}}}})") == "{x: null; }");
  CHECK(property(R"({"allOf":[{"$ref":"#/$defs/a"},{"properties":{"y":true},"required":["y"]}]})",
                 R"({"a":{"properties":{"x":{"type":"null"}}}})") == "{x: null; y!: any; }");
}

TEST_CASE("recursion ends") {
  CHECK(property(R"({"$ref":"#/$defs/n"})", R"({"n":{"properties":{"next":{"$ref":"#/$defs/n"}}}})") ==
        "{next: {next: {next: …; }; }; }");
  CHECK(property(R"({"$ref":"#/$defs/n"})", R"({"n":{"items":{"$ref":"#/$defs/n"}}})") == "array(array(array(…)))");
  // Names that say nothing but each other.
  CHECK(property(R"({"$ref":"#/$defs/a"})", R"({"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}})") == "any");
  CHECK(property(R"({"$ref":"#/$defs/a"})",
                 R"({"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}})") == "any");
  // Composed of themselves.
  CHECK(!property(R"({"$ref":"#/$defs/m"})",
                  R"({"m":{"type":"object","additionalProperties":{"allOf":[{"$ref":"#/$defs/m"}]}}})")
             .empty());
  CHECK(!type_of(
             R"({"$ref":"#/$defs/a"})",
             R"({"a":{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"},{"properties":{"x":{"$ref":"#/$defs/a"}}}]}})")
             .empty());
}

TEST_CASE("a reference to nowhere is any, with a warning that says where") {
  Findings findings;
  CHECK(type_of(R"({"properties":{"p":{"$ref":"#/$defs/no"}}})", "{}", &findings) == "{p: any; }");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].pointer == "/events/e_e/properties");
  CHECK(findings[0].message.find("#/$defs/no") != std::string::npos);
}

TEST_CASE("types are bounded, and the bound is told") {
  // 31 levels of two branches each would be 2 147 483 648 types.
  std::string schema = R"({"type":"string"})";
  std::string defs = R"({"d0":{"type":"object","additionalProperties":{"type":"string"}})";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = std::to_string(i - 1);
    defs += R"(,"d)" + std::to_string(i) + R"(":{"oneOf":[{"allOf":[{"$ref":"#/$defs/d)" + before +
            R"("}]},{"items":{"allOf":[{"$ref":"#/$defs/d)" + before + R"("}]}}]})";
  }
  Findings findings;
  CHECK(!type_of(R"({"properties":{"p":{"$ref":"#/$defs/d40"}}})", defs + "}", &findings).empty());

  // Six parts of 4000 members each.
  std::string wide;
  for (int part = 0; part < 6; ++part) {
    wide += part == 0 ? R"({"properties":{)" : R"(,{"properties":{)";
    for (int i = 0; i < 4000; ++i) {
      wide += (i == 0 ? "\"" : ",\"") + std::to_string(part) + '_' + std::to_string(i) + R"(":{"type":"null"})";
    }
    wide += "}}";
  }
  Findings wide_findings;
  const std::string text = type_of(R"({"allOf":[)" + wide + "]}", "{}", &wide_findings);
  CHECK(text.size() > 100'000);
  CHECK(text.substr(text.size() - 4) == "…}");
  REQUIRE(wide_findings.size() == 1);
  CHECK(wide_findings[0].message.find("20000 members") != std::string::npos);
  CHECK(wide_findings[0].severity == Severity::warning);
}
