// The schema compiler on arbitrary schemas, and what it makes of them on arbitrary values. An input is a JSON Schema, a
// newline, and a JSON text.
//   - A schema is compiled, or refused with an error; never neither.
//   - What was compiled loads, and so it does when it is compiled again: byte by byte the same.
//   - White space in the value changes nothing; nor does capacity.
#include <cstdint>
#include <string>

#include "core/plan/schema.hpp"
#include "core/text/json_scan.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/keywords.hpp"
#include "native/plan/rule_name.hpp"
#include "native/plan/schema_compiler.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace waymark::plan;
using waymark::text::JsonScanner;
using waymark::text::Token;

constexpr uint32_t capacity = 64;

// The value with a blank around each token; empty if it is no JSON.
std::string spaced(std::string_view json) {
  std::string text;
  JsonScanner scan(json);
  const char* copied = json.data();
  for (Token token = scan.next(); token != Token::end; token = scan.next()) {
    if (token == Token::error) return {};
    text.append(copied, scan.position());
    text += " \n";
    copied = scan.position();
  }
  return text;
}

uint32_t judge(const NodeTable& table, std::string_view json) {
  Violation violations[capacity];
  const uint32_t count = validate(table, table.root(), json, violations, capacity);
  for (uint32_t i = 0; i < count; ++i) {
    require(!rule_name(violations[i].rule).empty(), "what is broken has a name");
    require(!violation_message(table, violations[i], json).empty(), "and is told");
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  if (newline == std::string_view::npos) return 0;
  // Its automaton takes seconds to make under the sanitizers; tests/plan/formats_test.cpp knows it.
  if (input.find("idn-hostname") != std::string_view::npos) return 0;
  const auto schema = read_exact_json(input.substr(0, newline));
  if (!schema) return 0;
  SchemaOptions options;
  options.formats = Formats::assert;
  Findings findings;
  const std::string bytes = compile_schema(*schema, options, findings);
  require(bytes.empty() == has_errors(findings), "compiled or refused");
  if (bytes.empty()) return 0;
  Findings again;
  require(compile_schema(*schema, options, again) == bytes, "the same schema gives the same table");
  NodeTable table;
  require(table.load(bytes), "what was compiled loads");

  const std::string json(input.substr(newline + 1));
  const uint32_t count = judge(table, json);
  const std::string other = spaced(json);
  if (other.empty()) return 0;
  require((judge(table, other) > 0) == (count > 0), "white space changes nothing");
  require(validate(table, table.root(), json, nullptr, 0) == (count > 0), "capacity changes nothing");
  return 0;
}
