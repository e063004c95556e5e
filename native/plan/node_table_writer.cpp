#include "native/plan/node_table_writer.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/plan/dfa.hpp"
#include "core/text/hash.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {
namespace {

void put_u32(std::string& out, uint32_t value) {
  for (uint32_t shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

bool stays_at_value(Rule rule) {
  return rule == Rule::all || rule == Rule::branch || rule == Rule::when || rule == Rule::unless;
}

}  // namespace

NodeTableWriter::Node NodeTableWriter::add_node() {
  nodes_.emplace_back();
  return static_cast<Node>(nodes_.size() - 1);
}

std::set<Rule> NodeTableWriter::rules() const {
  std::set<Rule> rules;
  for (const auto& words : nodes_) {
    for (const Word& word : words) rules.insert(word.rule);
  }
  return rules;
}

uint32_t NodeTableWriter::add_text(std::string json) {
  const auto [place, is_new] = text_ids_.emplace(json, static_cast<uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(std::move(json));
  return place->second;
}

uint32_t NodeTableWriter::add_automaton(std::string table) {
  const auto [place, is_new] = automaton_ids_.emplace(table, static_cast<uint32_t>(automata_.size()));
  if (is_new) automata_.push_back(std::move(table));
  return place->second;
}

uint32_t NodeTableWriter::add_list(WordList list) {
  if (!list.names.empty()) {
    std::vector<size_t> order(list.names.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return list.names[a] < list.names[b]; });
    WordList sorted;
    for (const size_t i : order) {
      sorted.names.push_back(std::move(list.names[i]));
      if (!list.meanings.empty()) sorted.meanings.push_back(list.meanings[i]);
    }
    list = std::move(sorted);
  }
  lists_.push_back(std::move(list));
  return static_cast<uint32_t>(lists_.size() - 1);
}

uint32_t NodeTableWriter::index_of(uint32_t list, std::string_view name) const {
  const auto& names = lists_[list].names;
  return static_cast<uint32_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin());
}

std::optional<NodeTableWriter::Node> NodeTableWriter::find_circle() const {
  enum class Mark : uint8_t { unseen, open, closed };
  std::vector<Mark> marks(nodes_.size());
  struct Step {
    Node node;
    size_t word = 0;
  };
  for (Node start = 0; start < nodes_.size(); ++start) {
    std::vector<Step> path;
    if (marks[start] == Mark::unseen) path.push_back({start});
    while (!path.empty()) {
      Step& step = path.back();
      const auto& words = nodes_[step.node];
      marks[step.node] = Mark::open;
      if (step.word == words.size()) {
        marks[step.node] = Mark::closed;
        path.pop_back();
        continue;
      }
      const Word& word = words[step.word++];
      if (!stays_at_value(word.rule) || marks[word.value] == Mark::closed) continue;
      if (marks[word.value] == Mark::open) return word.value;
      path.push_back({word.value});
    }
  }
  return {};
}

namespace {

// The rules of a program for items or members, and of lists in it, hold for values one level down.
bool leads_to_program(Rule rule) { return rule == Rule::items || rule == Rule::members; }

}  // namespace

// Recursion goes no deeper than `most`, since each step of it is a frame.
struct NodeTableWriter::FrameCount {
  const NodeTableWriter& writer;
  uint32_t most;
  std::map<std::pair<Node, uint32_t>, uint32_t> known = {};
  bool is_exceeded = false;

  uint32_t count(Node node, uint32_t depth, uint32_t above) {
    if (above >= most) is_exceeded = true;
    if (is_exceeded) return 0;
    const auto place = known.find({node, depth});
    if (place != known.end()) {
      is_exceeded |= above + place->second > most;
      return place->second;
    }
    uint32_t deepest = 0;
    for (const Word& word : writer.nodes_[node]) {
      if (leads_to_program(word.rule)) {
        if (depth > 0) deepest = std::max(deepest, count_inside(writer.nodes_[word.value], depth - 1, above + 1));
      } else if (word.operand == Operand::node) {
        deepest = std::max(deepest, count(word.value, depth, above + 1));
      } else if (word.operand == Operand::list) {
        for (const Word& meaning : writer.lists_[word.value].meanings) {
          if (meaning.operand == Operand::node) deepest = std::max(deepest, count(meaning.value, depth, above + 1));
        }
      }
    }
    known[{node, depth}] = deepest + 1;
    return deepest + 1;
  }

  uint32_t count_inside(const std::vector<Word>& program, uint32_t depth, uint32_t above) {
    uint32_t deepest = 0;
    for (const Word& word : program) {
      if (word.operand == Operand::node) deepest = std::max(deepest, count(word.value, depth, above));
      if (word.operand != Operand::list) continue;
      for (const Word& meaning : writer.lists_[word.value].meanings) {
        if (meaning.operand == Operand::node) deepest = std::max(deepest, count(meaning.value, depth, above));
      }
    }
    return deepest;
  }
};

uint32_t NodeTableWriter::frames(Node root, uint32_t depth, uint32_t most) const {
  FrameCount frames{*this, most};
  const uint32_t count = frames.count(root, depth, 0);
  return frames.is_exceeded ? most + 1 : count;
}

// Nodes that only hold another node, as references are, are that node.
NodeTableWriter::Node NodeTableWriter::resolve(Node node) const {
  for (;;) {
    node = node_twins_[node];
    const auto& words = nodes_[node];
    if (words.size() != 1 || words[0].rule != Rule::all) return node;
    node = words[0].value;
  }
}

std::string NodeTableWriter::signature(const std::vector<Word>& words) const {
  std::string text;
  for (const Word& word : words) {
    text += static_cast<char>(word.rule);
    text += static_cast<char>(word.operand);
    const bool is_list = word.operand == Operand::list || word.operand == Operand::listed_name;
    put_u32(text, word.operand == Operand::node ? resolve(word.value) : is_list ? list_twins_[word.value] : word.value);
    put_u32(text, word.index);
  }
  return text;
}

// Bottom up: what is equal once its parts are merged is merged too. Parts are mostly added after what they are part
// of, so going backwards few rounds suffice; merging less than all would be no fault, so their number is bounded.
void NodeTableWriter::merge_equals() {
  node_twins_.resize(nodes_.size());
  list_twins_.resize(lists_.size());
  std::iota(node_twins_.begin(), node_twins_.end(), 0u);
  std::iota(list_twins_.begin(), list_twins_.end(), 0u);
  bool has_changed = true;
  for (int round = 0; has_changed && round < 64; ++round) {
    has_changed = false;
    std::map<std::string, uint32_t> known;
    for (auto list = static_cast<uint32_t>(lists_.size()); list-- > 0;) {
      if (list_twins_[list] != list) continue;
      std::string text = signature(lists_[list].meanings);
      for (const std::string& name : lists_[list].names) text += '"' + name;
      const uint32_t twin = known.emplace(std::move(text), list).first->second;
      has_changed |= twin != list;
      list_twins_[list] = twin;
    }
    known.clear();
    for (auto node = static_cast<uint32_t>(nodes_.size()); node-- > 0;) {
      // References among each other would have twins that lead to themselves; `resolve` passes them over.
      if (node_twins_[node] != node || resolve(node) != node) continue;
      const uint32_t twin = known.emplace(signature(nodes_[node]), node).first->second;
      has_changed |= twin != node;
      node_twins_[node] = twin;
    }
    for (uint32_t& twin : list_twins_) twin = list_twins_[twin];
    for (uint32_t& twin : node_twins_) twin = node_twins_[twin];
  }
}

// What is reached from the root, in the order in which it is reached, and where it will stand.
struct NodeTableWriter::Layout {
  static constexpr uint32_t unseen = 0xFFFFFFFF;

  const NodeTableWriter& writer;
  std::vector<uint32_t> node_places = std::vector<uint32_t>(writer.nodes_.size(), unseen);
  std::vector<uint32_t> list_places = std::vector<uint32_t>(writer.lists_.size(), unseen);
  std::vector<uint32_t> text_places = std::vector<uint32_t>(writer.texts_.size(), unseen);
  std::vector<uint32_t> automaton_places = std::vector<uint32_t>(writer.automata_.size(), unseen);
  std::map<std::string, uint32_t> name_places;
  std::vector<std::pair<Operand, uint32_t>> order;  // nodes and lists
  std::vector<uint32_t> automata;
  std::string pool;
  uint32_t places = 0;

  uint32_t put_name(const std::string& name) {
    const auto [place, is_new] = name_places.emplace(name, static_cast<uint32_t>(pool.size()));
    if (is_new) pool += Json(name).dump();
    return place->second;
  }

  void reach_node(Node node) {
    node = writer.resolve(node);
    if (node_places[node] != unseen) return;
    node_places[node] = places;
    places += static_cast<uint32_t>(writer.nodes_[node].size()) + 1;
    order.emplace_back(Operand::node, node);
  }

  void reach_list(uint32_t list) {
    list = writer.list_twins_[list];
    if (list_places[list] != unseen) return;
    list_places[list] = places;
    places += static_cast<uint32_t>(writer.lists_[list].names.size() + writer.lists_[list].meanings.size()) + 1;
    order.emplace_back(Operand::list, list);
  }

  void reach(const Word& word) {
    switch (word.operand) {
      case Operand::number:
        return;
      case Operand::node:
        return reach_node(word.value);
      case Operand::list:
      case Operand::listed_name:
        return reach_list(word.value);
      case Operand::automaton:
        if (automaton_places[word.value] != unseen) return;
        automaton_places[word.value] = static_cast<uint32_t>(automata.size());
        automata.push_back(word.value);
        return;
      case Operand::text:
        if (text_places[word.value] != unseen) return;
        const std::string& text = writer.texts_[word.value];
        if (text.front() == '"') {
          text_places[word.value] = put_name(Json::parse(text));
          return;
        }
        text_places[word.value] = static_cast<uint32_t>(pool.size());
        pool += text + ' ';
        return;
    }
  }

  explicit Layout(const NodeTableWriter& owner, Node root) : writer(owner) {
    reach_node(root);
    for (size_t i = 0; i < order.size(); ++i) {
      const auto [kind, id] = order[i];
      if (kind == Operand::list) {
        for (const std::string& name : writer.lists_[id].names) put_name(name);
      }
      const auto& words = kind == Operand::node ? writer.nodes_[id] : writer.lists_[id].meanings;
      for (const Word& word : words) reach(word);
    }
  }

  void write(std::string& out, const Word& word) const {
    const auto dfas = static_cast<uint32_t>(automata.size());
    uint32_t operand = word.value;
    if (word.operand == Operand::node) operand = dfas + node_places[writer.resolve(word.value)];
    if (word.operand == Operand::list) operand = dfas + list_places[writer.list_twins_[word.value]];
    if (word.operand == Operand::listed_name) {
      operand = dfas + list_places[writer.list_twins_[word.value]] + 1 + word.index;
    }
    if (word.operand == Operand::text) operand = text_places[word.value];
    if (word.operand == Operand::automaton) operand = automaton_places[word.value];
    put_u32(out, static_cast<uint32_t>(word.rule) | operand << 8);
  }
};

std::string NodeTableWriter::write(Node root) {
  merge_equals();
  const Layout layout(*this, root);
  std::string tables;
  std::string words;
  for (const uint32_t automaton : layout.automata) {
    layout.write(words, {Rule::dfa, Operand::number, static_cast<uint32_t>(tables.size() / Dfa::entry_bytes)});
    tables += automata_[automaton];
  }
  for (const auto& [kind, id] : layout.order) {
    if (kind == Operand::node) {
      for (const Word& word : nodes_[id]) layout.write(words, word);
      put_u32(words, 0);
      continue;
    }
    const WordList& list = lists_[id];
    const size_t count = list.names.empty() ? list.meanings.size() : list.names.size();
    layout.write(words, {Rule::list, Operand::number, static_cast<uint32_t>(count)});
    for (const std::string& name : list.names) {
      layout.write(words, {Rule::name, Operand::number, layout.name_places.at(name)});
    }
    for (const Word& word : list.meanings) layout.write(words, word);
  }
  const size_t most = NodeTable::most - 1;
  if (words.size() / 4 > most || layout.pool.size() > most || tables.size() > most) return {};

  std::string body;
  put_u32(body, static_cast<uint32_t>(words.size() / 4));
  put_u32(body, static_cast<uint32_t>(layout.pool.size()));
  body += words + layout.pool + tables;
  std::string out;
  put_u32(out, NodeTable::magic);
  put_u32(out, text::fnv(text::fnv_start, body));
  return out + body;
}

}  // namespace waymark::plan
