// The loader and the validator on arbitrary bytes. An input is a size (two bytes), so many bytes of a compiled plan,
// and a JSON text. The plan is loaded as it is; and again with its magic and checksum mended, since few mutations would
// get past them. Whatever they say: nothing is read outside them, work is bounded, and the same question has one
// answer.
#include <cstdint>
#include <cstring>
#include <string>

#include "core/plan/plan.hpp"
#include "core/text/hash.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace waymark::plan;

constexpr uint32_t capacity = 8;

void put_u32(std::string& bytes, size_t at, uint32_t value) { std::memcpy(bytes.data() + at, &value, 4); }

std::string mended(std::string bytes) {
  if (bytes.size() < NodeTable::header_bytes) bytes.resize(NodeTable::header_bytes);
  put_u32(bytes, 0, NodeTable::magic);
  put_u32(bytes, 4, waymark::text::fnv(waymark::text::fnv_start, std::string_view(bytes).substr(8)));
  return bytes;
}

void require_inside(std::string_view part, std::string_view whole) {
  require(part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()),
          "what is told of a plan lies in it");
}

void ask(const Plan& plan, std::string_view bytes, std::string_view json) {
  for (const std::string_view text :
       {plan.version(), plan.purposes(), plan.deny_keys(), plan.url_parameters(), plan.privacy_salt()}) {
    require_inside(text, bytes);
  }
  const std::string_view name = json.substr(0, json.find('"'));
  for (const uint32_t node : {plan.event(name), plan.metric(name), plan.experiment(name), plan.table().root()}) {
    require_inside(plan.sample_rate(node), bytes);
    require_inside(plan.deprecated(node), bytes);
    require_inside(plan.metric_unit(node), bytes);
    require_inside(plan.salt(node), bytes);
    require_inside(plan.variant(node, 500'000), bytes);
    (void)plan.treatment(node, name);
    (void)plan.purpose(node);
    require_inside(plan.rule_name(Rule::pattern), bytes);
  }
}

void judge(const NodeTable& table, uint32_t node, std::string_view json) {
  Violation violations[capacity];
  const uint32_t count = validate(table, node, json, violations, capacity);
  require(count <= capacity, "no more violations than there is room for");
  for (uint32_t i = 0; i < count; ++i) {
    require(violations[i].where > json.data() && violations[i].where <= json.data() + json.size() + 1,
            "a violation lies in the value");
  }
  require(validate(table, node, json, nullptr, 0) == (count > 0), "one answer to one question");
}

void try_plan(const std::string& bytes, std::string_view json) {
  Plan plan;
  if (!plan.load(bytes)) {
    require(plan.table().words() == 0, "what is refused is empty");
    return;
  }
  ask(plan, bytes, json);
  judge(plan.table(), plan.table().root(), json);
  judge(plan.table(), plan.context_schema(), json);
  judge(plan.table(), plan.schema(plan.event(json)), json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t split = std::min<size_t>(data[0] | data[1] << 8, size - 2);
  const std::string plan(reinterpret_cast<const char*>(data) + 2, split);
  // A block of its own, so that reading outside it is seen.
  const std::string json(reinterpret_cast<const char*>(data) + 2 + split, size - 2 - split);
  try_plan(plan, json);
  try_plan(mended(plan), json);
  return 0;
}
