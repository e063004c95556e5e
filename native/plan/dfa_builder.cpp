#include "native/plan/dfa_builder.hpp"

#include <algorithm>
#include <bitset>
#include <map>
#include <unordered_map>
#include <utility>

namespace waymark::plan {
namespace {

// What stands on one side of a place between two bytes; boundaries depend on it. A byte of a longer code point is no
// word character (ECMA-262 22.2.2.9.3).
enum class Side : uint8_t { edge, word, continuation, other };

Side side_of(uint32_t byte) {
  const bool is_word = (byte - '0' < 10) || ((byte | 32) - 'a' < 26) || byte == '_';
  if (is_word) return Side::word;
  return byte >> 6 == 2 ? Side::continuation : Side::other;
}

// States of the Nfa that may be the present one, in order, and what stands before the place; the latter only where
// a boundary depends on it.
struct StateSet {
  std::vector<uint32_t> states;
  Side before = Side::other;
  bool operator==(const StateSet&) const = default;
};

struct StateSetHash {
  size_t operator()(const StateSet& set) const {
    uint64_t hash = static_cast<uint64_t>(set.before);
    for (const uint32_t state : set.states) hash = (hash ^ state) * 0x9E3779B97F4A7C15u ^ hash >> 29;
    return hash;
  }
};

class Determinizer {
 public:
  Determinizer(const Nfa& nfa, uint32_t most_states, uint64_t work)
      : nfa_(nfa), most_states_(most_states), work_(work), seen_(nfa.states.size(), 0) {}

  std::optional<ByteAutomaton> run();

 private:
  void classify();
  StateSet closure(std::vector<uint32_t> states, Side before, std::optional<Side> after);
  bool holds(Condition condition, Side before, std::optional<Side> after) const;
  uint32_t number(StateSet set);
  bool accepts(const StateSet& set);
  void expand(uint32_t from);

  const Nfa& nfa_;
  const uint32_t most_states_;
  uint64_t work_;
  bool has_boundaries_ = false;
  std::vector<uint32_t> seen_;  // the round in which `closure` met a state
  uint32_t round_ = 0;
  std::vector<uint8_t> first_of_class_;
  std::unordered_map<StateSet, uint32_t, StateSetHash> numbers_;
  std::vector<const StateSet*> sets_;
  ByteAutomaton automaton_;
};

// Bytes that no arc and no boundary tells apart are one class.
void Determinizer::classify() {
  std::bitset<257> begins;
  begins.set(0);
  for (const NfaState& state : nfa_.states) {
    for (const Arc& arc : state.arcs) {
      begins.set(arc.first);
      begins.set(arc.last + 1u);
    }
    has_boundaries_ |= state.condition == Condition::word_boundary || state.condition == Condition::not_word_boundary;
  }
  for (uint32_t byte = 1; has_boundaries_ && byte < 256; ++byte) {
    if (side_of(byte) != side_of(byte - 1)) begins.set(byte);
  }
  for (uint32_t byte = 0; byte < 256; ++byte) {
    if (begins[byte]) first_of_class_.push_back(static_cast<uint8_t>(byte));
    automaton_.classes[byte] = static_cast<uint8_t>(first_of_class_.size() - 1);
  }
  automaton_.class_count = static_cast<uint32_t>(first_of_class_.size());
}

// Whether the condition holds; what depends on an unknown side after does not yet.
bool Determinizer::holds(Condition condition, Side before, std::optional<Side> after) const {
  switch (condition) {
    case Condition::none:
      return true;
    case Condition::text_begin:
      return before == Side::edge;
    case Condition::text_end:
      return after == Side::edge;
    case Condition::word_boundary:
      return after && (before == Side::word) != (after == Side::word);
    case Condition::not_word_boundary:
      return after && after != Side::continuation && (before == Side::word) == (after == Side::word);
  }
  return false;
}

// The states that are reached from `states` without reading; of them, those that matter: that read, match, or wait for
// what comes after.
StateSet Determinizer::closure(std::vector<uint32_t> states, Side before, std::optional<Side> after) {
  ++round_;
  StateSet result{{}, before};
  for (const uint32_t state : states) seen_[state] = round_;
  while (!states.empty()) {
    const uint32_t number = states.back();
    states.pop_back();
    const NfaState& state = nfa_.states[number];
    work_ -= std::min<uint64_t>(work_, 1 + state.next.size());
    const bool waits = state.condition != Condition::none && state.condition != Condition::text_begin;
    if (!state.arcs.empty() || waits || number == nfa_.match) result.states.push_back(number);
    if (!holds(state.condition, before, after)) continue;
    for (const uint32_t next : state.next) {
      if (std::exchange(seen_[next], round_) != round_) states.push_back(next);
    }
  }
  // Nothing matters after a match.
  if (seen_[nfa_.match] == round_) return {{nfa_.match}, Side::other};
  std::sort(result.states.begin(), result.states.end());
  return result;
}

uint32_t Determinizer::number(StateSet set) {
  const auto [known, is_new] = numbers_.try_emplace(std::move(set), static_cast<uint32_t>(sets_.size()));
  if (is_new) sets_.push_back(&known->first);
  return known->second;
}

bool Determinizer::accepts(const StateSet& set) {
  return closure(set.states, set.before, Side::edge).states == std::vector{nfa_.match};
}

void Determinizer::expand(uint32_t from) {
  const StateSet& set = *sets_[from];
  automaton_.accepting.push_back(accepts(set));
  const size_t row = automaton_.targets.size();
  automaton_.targets.resize(row + automaton_.class_count);
  if (set.states == std::vector{nfa_.match}) {
    std::fill(automaton_.targets.begin() + static_cast<ptrdiff_t>(row), automaton_.targets.end(), from);
    return;
  }
  const auto waits = [this](uint32_t state) { return nfa_.states[state].condition >= Condition::word_boundary; };
  const bool looks_ahead = std::any_of(set.states.begin(), set.states.end(), waits);
  std::vector<std::vector<uint32_t>> reached(automaton_.class_count);
  std::vector<bool> matched(automaton_.class_count);
  const auto read = [&](const std::vector<uint32_t>& states, std::optional<Side> only) {
    for (const uint32_t state : states) {
      for (const Arc& arc : nfa_.states[state].arcs) {
        for (uint32_t c = automaton_.classes[arc.first]; c <= automaton_.classes[arc.last]; ++c) {
          work_ -= std::min<uint64_t>(work_, 1);
          if (!only || side_of(first_of_class_[c]) == only) reached[c].push_back(arc.target);
        }
      }
    }
  };
  if (!looks_ahead) {
    read(set.states, std::nullopt);
  } else {
    for (const Side after : {Side::word, Side::continuation, Side::other}) {
      const StateSet now = closure(set.states, set.before, after);
      if (now.states != std::vector{nfa_.match}) {
        read(now.states, after);
        continue;
      }
      for (uint32_t c = 0; c < automaton_.class_count; ++c) {
        if (side_of(first_of_class_[c]) == after) reached[c] = {nfa_.match};
      }
    }
  }
  std::map<std::pair<std::vector<uint32_t>, Side>, uint32_t> known;  // classes often reach the same
  for (uint32_t c = 0; c < automaton_.class_count && work_ > 0; ++c) {
    std::vector<uint32_t>& states = reached[c];
    std::sort(states.begin(), states.end());
    states.erase(std::unique(states.begin(), states.end()), states.end());
    const Side before = has_boundaries_ && side_of(first_of_class_[c]) == Side::word ? Side::word : Side::other;
    const auto [entry, is_new] = known.try_emplace({std::move(states), before}, 0);
    if (is_new) entry->second = number(closure(entry->first.first, before, std::nullopt));
    automaton_.targets[row + c] = entry->second;
  }
}

std::optional<ByteAutomaton> Determinizer::run() {
  classify();
  number(closure({nfa_.start}, Side::edge, std::nullopt));
  for (uint32_t from = 0; from < sets_.size(); ++from) {
    if (sets_.size() > most_states_ || work_ == 0) return std::nullopt;
    expand(from);
  }
  if (work_ == 0) return std::nullopt;
  return std::move(automaton_);
}

}  // namespace

std::optional<ByteAutomaton> determinize(const Nfa& nfa, uint32_t most_states, uint64_t work) {
  return Determinizer(nfa, most_states, work).run();
}

}  // namespace waymark::plan
