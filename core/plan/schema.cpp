#include "core/plan/schema.hpp"

#include "core/plan/decimal.hpp"

namespace waymark::plan {
namespace {

constexpr uint32_t own_slots = 128;

constexpr uint32_t most_steps = 4'000'000'000;

uint32_t steps_for(size_t size, uint32_t words) {
  const double steps = (static_cast<double>(size) + 64) * (words + 64.0);
  return size > NodeTable::most ? 0 : steps < most_steps ? static_cast<uint32_t>(steps) : most_steps;
}

constexpr uint32_t op(Rule rule) { return static_cast<uint32_t>(rule) & 31; }

uint32_t bit(uint32_t place) { return 1u << (place & 31); }

class Validator {
 public:
  Validator(const NodeTable& table, size_t size, Violation* violations, uint32_t capacity,
            const ValidatorLimits& limits)
      : table_(table),
        work_(steps_for(size, table.words()), limits.depth),
        found_(capacity ? violations : nullptr),
        capacity_(capacity ? capacity : 1),
        slots_(limits.slots ? limits.slots : slots_of_its_own_),
        slot_count_(limits.slots ? limits.slot_count : own_slots) {}

  uint32_t judge(uint32_t node, Text value) {
    run(node, value);
    if (work_.is_used_up()) {
      if (count_ == capacity_) --count_;
      report(work_.is_too_deep() ? Rule::too_deep : Rule::too_much_work, 0, value);
    }
    return count_;
  }

 private:
  bool is_done() const { return count_ >= capacity_ || work_.is_used_up(); }

  [[gnu::noinline]] void report(Rule rule, uint32_t place, Text where) {
    if (found_ && count_ < capacity_) found_[count_] = {rule, place, where.at + 1};
    ++count_;
  }

  // Whether the value keeps the node, without a report.
  [[gnu::noinline]] bool keeps(uint32_t node, Text value) {
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

  // Moves over a value, for free if it was just gone through. Returns its size.
  [[gnu::noinline]] uint32_t pass(Text& value) {
    if (value.at != passed_) {
      passed_ = value.at;
      work_.spend(skip(value));
      passed_end_ = value.at;
    }
    value.at = passed_end_;
    return static_cast<uint32_t>(passed_end_ - passed_);
  }

  void run(uint32_t node, Text value) {
    if (!work_.enter()) return;
    const Kind kind = kind_of(value);
    uint32_t cost = 1;
    if (kind < Kind::array) {
      Text end = value;
      cost += pass(end);
    }
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
                  (kind == Kind::number && operand >> 7 != 0 && read_decimal(value).is_integer());
          break;
        case op(Rule::const_):
          holds = is_text(operand, value);
          break;
        case op(Rule::one_of_texts):
          holds = kind == Kind::string && table_.find(operand, value) != 0;
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
          holds = is_in_range(rule, read_decimal(value), read_decimal(table_.text(operand)));
          break;
        case op(Rule::pattern):
        case op(Rule::format):
          holds = table_.matches(operand, value);
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
  uint32_t each(uint32_t node, Text value, uint32_t& seen) {
    const char* const begin = value.at;
    const bool is_object = value.peek() == '{';
    uint32_t count = 0;
    ++value.at;
    for (uint32_t index = 0; !is_done() && to_next(value); ++index) {
      const Text key = value;
      uint32_t cost = 1;
      if (is_object) {
        cost += skip(value);
        to_next(value);
      }
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
            const uint32_t name = table_.find(operand, key);
            if (name == 0) break;
            seen |= bit(name);
            next = table_.meaning(operand, name);
            break;
          }
          case op(Rule::pattern_properties):
            ++place;
            if (table_.matches(operand, key)) next = table_.word(place);
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
      pass(value);
    }
    if (!is_done()) {  // else it was left before its end
      passed_ = begin;
      passed_end_ = value.at + 1;
    }
    return count;
  }

  bool is_text(uint32_t text, Text value) { return equal(table_.text(text), value, work_); }

  static bool is_in_range(Rule rule, const Decimal& number, const Decimal& limit) {
    if (rule == Rule::multiple_of) return is_multiple(number, limit);
    const int32_t order = compare(number, limit);
    if (rule == Rule::minimum) return order >= 0;
    if (rule == Rule::maximum) return order <= 0;
    return rule == Rule::exclusive_minimum ? order > 0 : order < 0;
  }

  static uint32_t code_points(Text string) {
    uint32_t count = 0;
    Bytes bytes(string);
    for (int32_t byte; (byte = bytes.next()) >= 0;) count += (byte & 0xC0) != 0x80;
    return count;
  }

  // In as many passes as the items need to go once through the slots, half of which are used in each.
  bool is_unique(Text array) {
    const char* const begin = array.at++;
    uint32_t slots = 2;
    {
      Text end{begin, array.stop};
      const uint32_t size = skip(end);
      while (slots < size && slots < slot_count_) slots *= 2;
    }
    for (uint32_t first = 0; !work_.is_used_up(); first += slots / 2) {
      for (uint32_t i = 0; i < slots; ++i) slots_[i].place = 0;
      work_.spend(slots);
      Text item = array;
      uint32_t index = 0;
      for (; !work_.is_used_up() && to_next(item); ++index) {
        const Text here = item;
        const uint32_t hash = hash_of(item, work_);
        if (index < first) continue;
        uint32_t slot = hash & (slots - 1);
        for (; slots_[slot].place != 0; slot = (slot + 1) & (slots - 1)) {
          work_.spend(1);
          if (slots_[slot].hash != hash) continue;
          if (equal({begin + slots_[slot].place, array.stop}, here, work_)) return false;
        }
        if (index < first + slots / 2) slots_[slot] = {hash, static_cast<uint32_t>(here.at - begin)};
      }
      if (index <= first + slots / 2) break;
    }
    return true;
  }

  const NodeTable& table_;
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
  Text value{json.data(), json.data() + json.size()};
  to_next(value);
  return Validator(table, json.size(), violations, capacity, limits).judge(node, value);
}

}  // namespace waymark::plan
