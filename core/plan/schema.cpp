#include "core/plan/schema.hpp"

#include "core/plan/decimal.hpp"

namespace waymark::plan {
namespace {

constexpr uint32_t own_slots = 1024;

constexpr uint32_t most_steps = 4'000'000'000;

uint32_t steps_for(size_t size, uint32_t words) {
  const double steps = (static_cast<double>(size) + 64) * (words + 64.0);
  return size > NodeTable::most ? 0 : steps < most_steps ? static_cast<uint32_t>(steps) : most_steps;
}

constexpr uint32_t op(Rule rule) { return static_cast<uint32_t>(rule) & 31; }

uint32_t bit(uint32_t place) { return 1u << (place & 31); }

class Validator {
 public:
  Validator(const NodeTable& table, std::string_view json, Violation* violations, uint32_t capacity,
            const ValidatorLimits& limits)
      : table_(table),
        stop_(json.data() + json.size()),
        work_(steps_for(json.size(), table.words()), limits.depth),
        found_(capacity ? violations : nullptr),
        capacity_(capacity ? capacity : 1),
        slots_(limits.slots ? limits.slots : slots_of_its_own_),
        slot_count_(limits.slots ? limits.slot_count : own_slots) {}

  uint32_t judge(uint32_t node, const char* value) {
    run(node, value);
    if (work_.is_used_up()) {
      if (count_ == capacity_) --count_;
      report(work_.is_too_deep() ? Rule::too_deep : Rule::too_much_work, 0, value);
    }
    return count_;
  }

 private:
  bool is_done() const { return count_ >= capacity_ || work_.is_used_up(); }

  [[gnu::noinline]] void report(Rule rule, uint32_t place, const char* where) {
    if (found_ && count_ < capacity_) found_[count_] = {rule, place, where + 1};
    ++count_;
  }

  // Whether the value keeps the node, without a report.
  [[gnu::noinline]] bool keeps(uint32_t node, const char* value) {
    Violation* const found = found_;
    const uint32_t count = count_;
    const uint32_t capacity = capacity_;
    found_ = nullptr;
    count_ = 0;
    capacity_ = 1;
    run(node, value);
    const bool holds = count_ == 0;
    found_ = found;
    count_ = count;
    capacity_ = capacity;
    return holds;
  }

  // The place behind a value, for free if that was found before.
  [[gnu::noinline]] const char* pass(const char* value) {
    if (value != passed_) {
      passed_ = value;
      passed_end_ = skip(value, stop_);
      work_.spend(static_cast<uint32_t>(passed_end_ - value));
    }
    return passed_end_;
  }

  void run(uint32_t node, const char* value) {
    if (!work_.enter()) return;
    const Kind kind = kind_of(value, stop_);
    uint32_t cost = 1;
    if (kind < Kind::array) cost += static_cast<uint32_t>(pass(value) - value);
    uint32_t count = 0;
    uint32_t seen = 0;
    for (; !is_done(); ++node) {
      const uint32_t word = table_.word(node);
      const Rule rule = NodeTable::rule_of(word);
      if (rule == Rule::end) break;
      work_.spend(cost);
      const uint32_t operand = NodeTable::operand_of(word);
      const auto code = static_cast<uint32_t>(rule);
      if (code >= 32 && code >> 5 != static_cast<uint32_t>(kind)) continue;
      bool holds = true;
      switch (code & 31) {
        case op(Rule::type):
          holds = (operand >> static_cast<uint32_t>(kind) & 1) != 0 ||
                  (kind == Kind::number && operand >> 7 != 0 && read_decimal(value, stop_).is_integer());
          break;
        case op(Rule::const_):
          holds = equal(table_.text(operand), table_.texts_end(), value, stop_, work_);
          break;
        case op(Rule::one_of_texts):
          holds = kind == Kind::string && table_.find(operand, value, stop_) != 0;
          break;
        case op(Rule::all):
          run(operand, value);
          break;
        case op(Rule::branch):
          count += keeps(operand, value);
          break;
        case op(Rule::when):
          if (count != 0) run(operand, value);
          break;
        case op(Rule::unless):
          if (count == 0) run(operand, value);
          break;
        case op(Rule::restart):
          count = 0;
          break;
        case op(Rule::false_):
          holds = false;
          break;
        case op(Rule::minimum):
        case op(Rule::maximum):
        case op(Rule::exclusive_minimum):
        case op(Rule::exclusive_maximum):
        case op(Rule::multiple_of):
          holds = is_in_range(rule, read_decimal(value, stop_), read_decimal(table_.text(operand), table_.texts_end()));
          break;
        case op(Rule::pattern):
        case op(Rule::format):
          holds = table_.matches(operand, value, stop_);
          break;
        case op(Rule::count_length):
          count = code_points(value);
          break;
        case op(Rule::items):  // and members
          count = each(operand, value, seen);
          break;
        case op(Rule::unique_items):
          holds = is_unique(value);
          break;
        case op(Rule::required):
        case op(Rule::dependent_required):
        case op(Rule::dependencies):
          holds = seen & bit(operand);
          break;
        case op(Rule::min_length):  // and all that want a count of at least so much
        case op(Rule::one_of):
        case op(Rule::enum_):
          holds = count >= operand;
          break;
        case op(Rule::max_length):  // and all that want a count of at most so much
        case op(Rule::one_of_many):
          holds = count <= operand;
          break;
        default:
          break;
      }
      if (!holds) report(rule, node, value);
    }
    work_.leave();
  }

  // Goes through the items or members by the rules at `node`. Returns how many counted; `seen` gets the names' bits.
  uint32_t each(uint32_t node, const char* value, uint32_t& seen) {
    const char* const begin = value;
    const bool is_object = kind_of(value, stop_) == Kind::object;
    uint32_t count = 0;
    ++value;
    for (uint32_t index = 0;; ++index) {
      value = next_part(value, stop_);
      if (is_done()) return count;  // before the end, so that is not known
      if (!has_value(value, stop_)) break;
      const char* const key = value;
      if (is_object) value = next_part(skip(value, stop_), stop_);
      const auto cost = static_cast<uint32_t>(value - key) + 1;
      uint32_t counts = 1;
      bool is_named = false;
      for (uint32_t place = node; !is_done(); ++place) {
        const uint32_t word = table_.word(place);
        const Rule rule = NodeTable::rule_of(word);
        const uint32_t operand = NodeTable::operand_of(word);
        if (rule == Rule::end) break;
        work_.spend(cost);
        uint32_t next = 0;  // the word with the node for the value
        switch (op(rule)) {
          case op(Rule::properties): {
            const uint32_t name = table_.find(operand, key, stop_);
            if (name == 0) break;
            seen |= bit(name);
            next = table_.meaning(operand, name);
            break;
          }
          case op(Rule::pattern_properties):
            ++place;
            if (table_.matches(operand, key, stop_)) next = table_.word(place);
            break;
          case op(Rule::prefix):
            if (index < NodeTable::operand_of(table_.word(operand))) next = table_.word(operand + 1 + index);
            break;
          case op(Rule::property_names):
            if (!keeps(operand, key)) report(rule, place, key);
            break;
          case op(Rule::contained):
            counts = keeps(operand, value);
            break;
          default:
            if (is_named) break;
            if (operand == NodeTable::none) {
              report(rule, place, key);
            } else {
              run(operand, value);
            }
        }
        if (next != 0) {
          is_named = true;
          run(NodeTable::operand_of(next), value);
        }
      }
      count += counts;
      value = pass(value);
    }
    passed_ = begin;
    passed_end_ = value + 1;
    return count;
  }

  static bool is_in_range(Rule rule, const Decimal& number, const Decimal& limit) {
    if (rule == Rule::multiple_of) return is_multiple(number, limit);
    int32_t order = compare(number, limit);
    if (rule == Rule::maximum || rule == Rule::exclusive_maximum) order = -order;
    return rule < Rule::exclusive_minimum ? order >= 0 : order > 0;
  }

  uint32_t code_points(const char* string) const {
    uint32_t count = 0;
    Bytes bytes(string, stop_);
    for (int32_t byte; (byte = bytes.next()) >= 0;) count += (byte & 0xC0) != 0x80;
    return count;
  }

  // In as many passes as the items need to go once through the slots, half of which are used in each. Items whose
  // hashes were made to collide use the work up.
  bool is_unique(const char* array) {
    const auto size = static_cast<uint32_t>(skip(array, stop_) - array);
    uint32_t slots = 2;
    while (slots < size && slots < slot_count_) slots *= 2;
    uint32_t items = 1;
    for (uint32_t first = 0; first < items; first += slots / 2) {
      work_.spend(slots + size);
      for (uint32_t i = 0; i < slots; ++i) slots_[i].place = 0;
      items = 0;
      uint32_t left = 8 * size;  // chance needs a quarter of it
      for (const char* item = array + 1;; item = skip(item, stop_)) {
        item = next_part(item, stop_);
        if (work_.is_used_up() || !has_value(item, stop_)) break;
        if (items++ < first) continue;
        const uint32_t hash = hash_of(item, stop_, work_);
        uint32_t slot = hash & (slots - 1);
        for (; slots_[slot].place != 0; slot = (slot + 1) & (slots - 1)) {
          uint32_t cost = 1;
          if (slots_[slot].hash == hash) {
            if (equal(array + slots_[slot].place, stop_, item, stop_, work_)) return false;
            cost = static_cast<uint32_t>(skip(item, stop_) - item);
          }
          if (cost > left) work_.spend(most_steps);
          left -= cost;
        }
        if (items <= first + slots / 2) slots_[slot] = {hash, static_cast<uint32_t>(item - array)};
      }
    }
    return true;
  }

  const NodeTable& table_;
  const char* stop_;
  Work work_;
  Violation* found_;
  uint32_t count_ = 0;
  uint32_t capacity_;
  const char* passed_ = nullptr;
  const char* passed_end_ = nullptr;
  UniqueSlot* slots_;
  uint32_t slot_count_;
  UniqueSlot slots_of_its_own_[own_slots];
};

}  // namespace

uint32_t validate(const NodeTable& table, uint32_t node, std::string_view json, Violation* violations,
                  uint32_t capacity, const ValidatorLimits& limits) {
  const char* const value = next_part(json.data(), json.data() + json.size());
  return Validator(table, json, violations, capacity, limits).judge(node, value);
}

}  // namespace waymark::plan
