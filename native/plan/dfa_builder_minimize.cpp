// Minimisation: Hopcroft, "An n log n algorithm for minimizing states in a finite automaton", 1971.
#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "native/plan/dfa_builder.hpp"

namespace waymark::plan {
namespace {

// The states in blocks; a block's states stand together.
class Partition {
 public:
  explicit Partition(uint32_t states) : states_(states), place_(states), block_(states, 0), blocks_{{0, states, 0}} {
    for (uint32_t i = 0; i < states; ++i) states_[i] = place_[i] = i;
  }

  uint32_t block_of(uint32_t state) const { return block_[state]; }
  uint32_t size() const { return static_cast<uint32_t>(blocks_.size()); }
  std::vector<uint32_t> members(uint32_t block) const {
    const Block& b = blocks_[block];
    return {states_.begin() + b.begin, states_.begin() + b.end};
  }
  uint32_t member_count(uint32_t block) const { return blocks_[block].end - blocks_[block].begin; }

  // Marks a state of its block; once each between splits.
  void mark(uint32_t state) {
    Block& block = blocks_[block_[state]];
    if (block.marked == 0) touched_.push_back(block_[state]);
    const uint32_t to = block.begin + block.marked++;
    const uint32_t from = place_[state];
    std::swap(states_[to], states_[from]);
    place_[states_[to]] = to;
    place_[states_[from]] = from;
  }

  // Splits every block that has marked and unmarked states, and calls on_split(old block, new block).
  template <typename OnSplit>
  void split(OnSplit on_split) {
    for (const uint32_t old : std::exchange(touched_, {})) {
      Block& block = blocks_[old];
      const uint32_t marked = std::exchange(block.marked, 0);
      if (marked == block.end - block.begin) continue;
      const Block made{block.begin, block.begin + marked, 0};
      block.begin = made.end;
      const uint32_t number = size();
      blocks_.push_back(made);
      for (uint32_t i = made.begin; i < made.end; ++i) block_[states_[i]] = number;
      on_split(old, number);
    }
  }

 private:
  struct Block {
    uint32_t begin;
    uint32_t end;
    uint32_t marked;  // so many at the beginning
  };
  std::vector<uint32_t> states_;
  std::vector<uint32_t> place_;  // of each state in states_
  std::vector<uint32_t> block_;  // of each state
  std::vector<Block> blocks_;
  std::vector<uint32_t> touched_;
};

// For each class and state the states that lead there.
class Sources {
 public:
  explicit Sources(const ByteAutomaton& automaton) : states_(automaton.states()), classes_(automaton.class_count) {
    begins_.assign(static_cast<size_t>(states_) * classes_ + 1, 0);
    for (uint32_t s = 0; s < states_; ++s) {
      for (uint32_t c = 0; c < classes_; ++c) ++begins_[index(automaton.targets[size_t{s} * classes_ + c], c) + 1];
    }
    for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    sources_.resize(begins_.back());
    std::vector<uint32_t> next(begins_.begin(), begins_.end() - 1);
    for (uint32_t s = 0; s < states_; ++s) {
      for (uint32_t c = 0; c < classes_; ++c)
        sources_[next[index(automaton.targets[size_t{s} * classes_ + c], c)]++] = s;
    }
  }
  template <typename Visit>
  void visit(uint32_t target, uint32_t c, Visit visit) const {
    for (uint32_t i = begins_[index(target, c)]; i < begins_[index(target, c) + 1]; ++i) visit(sources_[i]);
  }

 private:
  size_t index(uint32_t target, uint32_t c) const { return size_t{target} * classes_ + c; }
  uint32_t states_;
  uint32_t classes_;
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> sources_;
};

Partition equivalent_states(const ByteAutomaton& automaton) {
  Partition partition(automaton.states());
  std::vector<std::pair<uint32_t, uint32_t>> waiting;  // blocks and classes to split by
  std::vector<std::vector<bool>> is_waiting;           // by block and class
  const auto wait = [&](uint32_t block, uint32_t c) {
    is_waiting[block][c] = true;
    waiting.emplace_back(block, c);
  };
  is_waiting.emplace_back(automaton.class_count, false);
  for (uint32_t s = 0; s < automaton.states(); ++s) {
    if (automaton.accepting[s]) partition.mark(s);
  }
  const auto on_split = [&](uint32_t old, uint32_t made) {
    is_waiting.emplace_back(automaton.class_count, false);
    const uint32_t smaller = partition.member_count(made) < partition.member_count(old) ? made : old;
    for (uint32_t c = 0; c < automaton.class_count; ++c) wait(is_waiting[old][c] ? made : smaller, c);
  };
  partition.split(on_split);
  const Sources sources(automaton);
  while (!waiting.empty()) {
    const auto [block, c] = waiting.back();
    waiting.pop_back();
    is_waiting[block][c] = false;
    for (const uint32_t target : partition.members(block)) {
      sources.visit(target, c, [&](uint32_t source) { partition.mark(source); });
    }
    partition.split(on_split);
  }
  return partition;
}

// Joins the classes that no state tells apart.
void join_classes(ByteAutomaton& automaton) {
  std::map<std::vector<uint32_t>, uint8_t> columns;
  std::vector<uint8_t> joined(automaton.class_count);
  std::vector<uint32_t> kept;
  for (uint32_t c = 0; c < automaton.class_count; ++c) {
    std::vector<uint32_t> column;
    for (uint32_t s = 0; s < automaton.states(); ++s)
      column.push_back(automaton.targets[size_t{s} * automaton.class_count + c]);
    const auto [known, is_new] = columns.try_emplace(std::move(column), static_cast<uint8_t>(kept.size()));
    if (is_new) kept.push_back(c);
    joined[c] = known->second;
  }
  std::vector<uint32_t> targets;
  for (uint32_t s = 0; s < automaton.states(); ++s) {
    for (const uint32_t c : kept) targets.push_back(automaton.targets[size_t{s} * automaton.class_count + c]);
  }
  for (uint8_t& c : automaton.classes) c = joined[c];
  automaton.class_count = static_cast<uint32_t>(kept.size());
  automaton.targets = std::move(targets);
}

}  // namespace

ByteAutomaton minimize(const ByteAutomaton& automaton) {
  const Partition partition = equivalent_states(automaton);
  constexpr uint32_t unknown = std::numeric_limits<uint32_t>::max();
  std::vector<uint32_t> numbers(partition.size(), unknown);
  std::vector<uint32_t> reached{0};  // a state of each block, in the order of the result
  numbers[partition.block_of(0)] = 0;
  ByteAutomaton result;
  result.classes = automaton.classes;
  result.class_count = automaton.class_count;
  for (uint32_t i = 0; i < reached.size(); ++i) {
    result.accepting.push_back(automaton.accepting[reached[i]]);
    for (uint32_t c = 0; c < automaton.class_count; ++c) {
      const uint32_t target = automaton.targets[size_t{reached[i]} * automaton.class_count + c];
      uint32_t& number = numbers[partition.block_of(target)];
      if (number == unknown) {
        number = static_cast<uint32_t>(reached.size());
        reached.push_back(target);
      }
      result.targets.push_back(number);
    }
  }
  join_classes(result);
  return result;
}

}  // namespace waymark::plan
