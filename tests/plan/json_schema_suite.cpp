// Runs files of the JSON-Schema-Test-Suite's format and tells what it found, for the *.test.mjs beside it:
//   json_schema_suite draft7|draft2020-12 assert|annotate FILE…
// Instead of "data" a test may have "text", a JSON text to be judged as it is written.
// A line of output is one group of tests: {"file","description","errors":[…]} if its schema is refused, else
// {"file","description","table":hexadecimal,"tests":[{"description","data":text,"expected":bool,"rules":[…]}]}.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "core/plan/schema.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/rule_name.hpp"
#include "native/plan/schema_compiler.hpp"

namespace {

using namespace waymark::plan;

constexpr uint32_t most_violations = 16;

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    hex += "0123456789abcdef"[c & 15];
  }
  return hex;
}

Json judge(const NodeTable& table, const Json& test) {
  const std::string data = test.contains("text") ? test.at("text").get<std::string>() : exact_text(test.at("data"));
  Violation violations[most_violations];
  const uint32_t count = validate(table, table.root(), data, violations, most_violations);
  Json rules = Json::array();
  for (uint32_t i = 0; i < count; ++i) rules.push_back(std::string(rule_name(violations[i].rule)));
  return {
      {"description", test.value("description", "")}, {"data", data}, {"expected", test.at("valid")}, {"rules", rules}};
}

Json run(const Json& group, const SchemaOptions& options) {
  Findings findings;
  const std::string bytes = compile_schema(group.at("schema"), options, findings);
  NodeTable table;
  if (bytes.empty() || !table.load(bytes)) {
    Json errors = Json::array();
    for (const Finding& finding : findings) {
      if (finding.severity == Severity::error) errors.push_back(finding.pointer + ": " + finding.message);
    }
    return {{"errors", errors}};
  }
  Json tests = Json::array();
  for (const Json& test : group.at("tests")) tests.push_back(judge(table, test));
  return {{"table", to_hex(bytes)}, {"tests", tests}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  SchemaOptions options;
  options.dialect = argv[1] == std::string("draft7") ? Dialect::draft7 : Dialect::draft2020_12;
  options.formats = argv[2] == std::string("assert") ? Formats::assert : Formats::annotate;
  for (int i = 3; i < argc; ++i) {
    std::stringstream text;
    text << std::ifstream(argv[i]).rdbuf();
    const auto groups = read_exact_json(text.str());
    if (!groups) {
      std::cerr << "cannot read " << argv[i] << '\n';
      return 1;
    }
    for (const Json& group : *groups) {
      Json result = run(group, options);
      result["file"] = argv[i];
      result["description"] = group.value("description", "");
      std::cout << result.dump() << '\n';
    }
  }
}
