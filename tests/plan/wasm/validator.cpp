// The validator alone as Wasm, so that the tests can ask it what they ask the native one.
#include "core/plan/schema.hpp"

namespace {

char input[1 << 20];

}  // namespace

extern "C" {

// Where a table goes, and right behind it a JSON text.
char* validator_input() { return input; }
uint32_t validator_capacity() { return sizeof input; }

// What validator_judge gives for a value that is nested too deep.
uint32_t validator_too_deep() { return static_cast<uint32_t>(waymark::plan::Rule::too_deep); }

// The first rule that the value breaks, 0 for none; 255 if the table is not sound.
uint32_t validator_judge(uint32_t table_size, uint32_t json_size) {
  waymark::plan::NodeTable table;
  if (!table.load({input, table_size})) return 255;
  waymark::plan::Violation violation;
  const uint32_t count = waymark::plan::validate(table, table.root(), {input + table_size, json_size}, &violation, 1);
  return count == 0 ? 0 : static_cast<uint32_t>(violation.rule);
}
}
