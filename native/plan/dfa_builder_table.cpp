// Writes an automaton as the table of core/plan/dfa.hpp.
#include <algorithm>
#include <map>

#include "core/plan/dfa.hpp"
#include "native/plan/dfa_builder.hpp"

namespace waymark::plan {
namespace {

struct Entry {
  uint8_t low;
  uint8_t span;
  uint32_t target;  // a state
};

// How often texts have a byte, roughly: what is tried first should be frequent.
uint32_t frequency(uint32_t byte) {
  if (byte - 'a' < 26) return 64;
  if (byte - '0' < 10) return 32;
  if (byte - 'A' < 26) return 16;
  if (byte >= 0x80) return 2;
  return byte < ' ' ? 1 : 8;
}

// The entries of a state: the target of most runs of bytes is what the last one says, the others come before it.
std::vector<Entry> entries_of(const ByteAutomaton& automaton, uint32_t state) {
  std::vector<Entry> runs;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const uint32_t target = automaton.targets[size_t{state} * automaton.class_count + automaton.classes[byte]];
    if (!runs.empty() && runs.back().target == target) {
      ++runs.back().span;
    } else {
      runs.push_back({static_cast<uint8_t>(byte), 0, target});
    }
  }
  std::map<uint32_t, uint32_t> count;
  for (const Entry& run : runs) ++count[run.target];
  // The first run may be one with the last, since entries wrap around.
  const bool wraps = runs.size() > 2 && runs.front().target == runs.back().target;
  if (wraps) --count[runs.front().target];
  const auto rest = std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) {
                      return a.second < b.second;
                    })->first;
  if (wraps && rest != runs.front().target) {
    runs.back().span = static_cast<uint8_t>(runs.back().span + runs.front().span + 1);
    runs.erase(runs.begin());
  }
  std::erase_if(runs, [rest](const Entry& run) { return run.target == rest; });
  const auto weight = [](const Entry& run) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i <= run.span; ++i) sum += frequency((run.low + i) & 255);
    return sum;
  };
  std::stable_sort(runs.begin(), runs.end(), [&](const Entry& a, const Entry& b) { return weight(a) > weight(b); });
  runs.push_back({automaton.accepting[state], 255, rest});
  return runs;
}

// The state that accepts nothing, whatever follows; as many as there are states if there is none.
uint32_t find_dead(const ByteAutomaton& automaton) {
  for (uint32_t state = 0; state < automaton.states(); ++state) {
    const auto row = automaton.targets.begin() + static_cast<ptrdiff_t>(size_t{state} * automaton.class_count);
    const bool stays =
        std::all_of(row, row + automaton.class_count, [state](uint32_t target) { return target == state; });
    if (stays && !automaton.accepting[state]) return state;
  }
  return automaton.states();
}

// The states in reverse post-order of a depth-first search, the dead one left out: parts that are like each other come
// out alike, which halves what a table takes once it is compressed.
std::vector<uint32_t> table_order(const ByteAutomaton& automaton, const std::vector<std::vector<Entry>>& entries,
                                  uint32_t dead) {
  struct Visit {
    uint32_t state;
    size_t next;  // of its entries
  };
  std::vector<uint32_t> order;
  std::vector<bool> seen(automaton.states());
  std::vector<Visit> path{{0, 0}};
  seen[0] = true;
  while (!path.empty()) {
    auto& [state, next] = path.back();
    if (next == entries[state].size()) {
      order.push_back(state);
      path.pop_back();
      continue;
    }
    const uint32_t target = entries[state][next++].target;
    if (target == dead || seen[target]) continue;
    seen[target] = true;
    path.push_back({target, 0});
  }
  std::reverse(order.begin(), order.end());
  return order;
}

}  // namespace

std::optional<std::string> write_table(const ByteAutomaton& automaton) {
  const uint32_t dead = find_dead(automaton);
  std::vector<std::vector<Entry>> rows;
  size_t count = 1;
  for (uint32_t state = 0; state < automaton.states(); ++state) {
    rows.push_back(entries_of(automaton, state));
    count += rows.back().size();
    if (count > Dfa::most_entries) return std::nullopt;
  }
  std::vector<Entry> entries{{0, 255, dead}};  // entry 0; the start comes next, even if it is dead itself
  std::vector<uint32_t> places(automaton.states() + 1, 0);
  for (const uint32_t state : table_order(automaton, rows, dead)) {
    places[state] = static_cast<uint32_t>(entries.size());
    entries.insert(entries.end(), rows[state].begin(), rows[state].end());
  }
  std::string table;
  const auto put = [&table](uint32_t half) {
    table += static_cast<char>(half & 255);
    table += static_cast<char>(half >> 8 & 255);
  };
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    table += static_cast<char>(entry.low);
    table += static_cast<char>(entry.span);
    const uint32_t to_dead = i == 0 ? 0 : 0x8000;  // final states are known by a delta of 0
    put(entry.target == dead ? to_dead : places[entry.target] - i);
  }
  return table;
}

}  // namespace waymark::plan
