// Builds a node table (core/plan/node_table.hpp): nodes first, in any order; places when it is written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/node_table.hpp"

namespace waymark::plan {

// What the operand of a word refers to.
enum class Operand : uint8_t { number, node, text, list, automaton, listed_name };

struct Word {
  Rule rule = Rule::end;
  Operand operand = Operand::number;
  uint32_t value = 0;  // a number, or the id that the writer gave
  uint32_t index = 0;  // of a listed name in its list
};

// Names and what they stand for, or without meanings a set of names, or without names a sequence of meanings.
struct WordList {
  std::vector<std::string> names;  // plain
  std::vector<Word> meanings;
};

class NodeTableWriter {
 public:
  using Node = uint32_t;

  Node add_node();
  void add(Node node, Rule rule, Operand operand = Operand::number, uint32_t value = 0, uint32_t index = 0) {
    nodes_[node].push_back({rule, operand, value, index});
  }
  const std::vector<Word>& words_of(Node node) const { return nodes_[node]; }
  // Every rule that a node has.
  std::set<Rule> rules() const;

  uint32_t add_text(std::string json);
  uint32_t add_automaton(std::string table);
  // Sorts the names, which must differ, with their meanings.
  uint32_t add_list(WordList list);
  // The index of a name in a list that was added.
  uint32_t index_of(uint32_t list, std::string_view name) const;

  // A node that is part of a circle of nodes which hold a value without going into it; so no value could be judged.
  std::optional<Node> find_circle() const;

  // How many nodes can hold in each other while a value that is nested `depth` levels is judged by `root`: the frames
  // that the validator needs. `most` + 1 if that is more than `most`. Only without circles.
  uint32_t frames(Node root, uint32_t depth, uint32_t most) const;

  // The table with `root` as its root and what it reaches. What is equal stands once. Empty if it is beyond what
  // operands can tell (NodeTable::most).
  std::string write(Node root);

 private:
  struct Layout;
  struct FrameCount;
  std::string signature(const std::vector<Word>& words) const;
  Node resolve(Node node) const;
  void merge_equals();

  std::vector<std::vector<Word>> nodes_;
  std::vector<WordList> lists_;
  std::vector<std::string> texts_;
  std::vector<std::string> automata_;
  std::map<std::string, uint32_t, std::less<>> text_ids_;
  std::map<std::string, uint32_t, std::less<>> automaton_ids_;
  std::vector<Node> node_twins_;      // the node that stands for each
  std::vector<uint32_t> list_twins_;  // the same of lists
};

}  // namespace waymark::plan
