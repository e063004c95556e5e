#include "native/plan/nfa.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace waymark::plan {
namespace {

constexpr uint8_t first_continuation = 0x80;
constexpr uint8_t last_continuation = 0xBF;

// How UTF-8 writes code points in more than one byte (RFC 3629, section 3): the bits of the code point that the
// continuation bytes hold, the lead byte of the code point 0, and the code points that are written so.
struct Form {
  uint32_t bits;
  uint8_t lead;
  uint32_t first;
  uint32_t last;
};
constexpr Form forms[] = {{6, 0xC0, 0x80, 0x7FF}, {12, 0xE0, 0x800, 0xFFFF}, {18, 0xF0, 0x10000, last_code_point}};

// Blocks of one lead byte of which a part is no code point, or none that UTF-8 may write: overlong forms, surrogates,
// what is above 10FFFF. No text has those, so a set that has the rest of the block may as well have them.
struct PartialBlock {
  CodeRange valid;
  CodeRange invalid;
};
constexpr PartialBlock partial_blocks[] = {{{0x800, 0xFFF}, {0, 0x7FF}},
                                           {{0xD000, 0xD7FF}, {0xD800, 0xDFFF}},
                                           {{0x10000, 0x3FFFF}, {0, 0xFFFF}},
                                           {{0x100000, 0x10FFFF}, {0x110000, 0x13FFFF}}};

bool covers(const CodeSet& set, CodeRange range) {
  for (const CodeRange& each : set.ranges()) {
    if (each.first <= range.first && range.last <= each.last) return true;
  }
  return false;
}

// The code points of `set` that `form` writes, with the parts of blocks that do not matter.
CodeSet written_as(const Form& form, const CodeSet& set) {
  CodeSet part = set.intersection({{form.first, form.last}});
  for (const PartialBlock& block : partial_blocks) {
    if (covers(part, block.valid)) part.add(block.invalid.first, block.invalid.last);
  }
  return part;
}

// Whether `set` has all code points that begin with some lead byte.
bool has_whole_block(const CodeSet& set) {
  for (const Form& form : forms) {
    for (const CodeRange& range : written_as(form, set).ranges()) {
      const uint32_t mask = (1u << form.bits) - 1;
      const uint32_t begin = (range.first + mask) & ~mask;
      if (begin + mask <= range.last) return true;
    }
  }
  return false;
}

bool any_set_has_whole_block(const RegexNode& node) {
  if (node.kind == NodeKind::set && has_whole_block(node.set)) return true;
  return std::any_of(node.children.begin(), node.children.end(), any_set_has_whole_block);
}

// Builds from the end to the beginning: each part is made with the state that comes after it.
//
// Where a set has all code points of some lead byte, it need not look at the bytes after that one. Then the pattern is
// `relaxed`: after every code point, and after the text's
// beginning, it passes over continuation bytes, which cannot begin the next. "Any
// character" is one step instead of four states this way, and a count of characters one state each.
class Builder {
 public:
  explicit Builder(bool relaxed) : relaxed_(relaxed) {}

  std::variant<Nfa, RegexError> build(const RegexNode& root) {
    nfa_.match = add({});
    const uint32_t pattern = part(root, nfa_.match);
    nfa_.start = add({.arcs = {}, .next = {pattern}});
    // A match can begin at any byte: none begins inside a code point, because no pattern begins with a continuation
    // byte and no boundary is there.
    nfa_.states[nfa_.start].arcs.push_back({0x00, 0xFF, nfa_.start});
    if (error_) return *std::move(error_);
    return std::move(nfa_);
  }

 private:
  uint32_t add(NfaState state) {
    nfa_.states.push_back(std::move(state));
    return static_cast<uint32_t>(nfa_.states.size() - 1);
  }

  uint32_t part(const RegexNode& node, uint32_t next);
  uint32_t repeat(const RegexNode& node, uint32_t next);
  uint32_t characters(const CodeSet& set, uint32_t next);
  uint32_t after_character(uint32_t next);
  uint32_t block(const std::vector<CodeRange>& ranges, uint32_t bits, uint32_t next);
  std::vector<Arc> arcs(const std::vector<CodeRange>& ranges, uint32_t bits, uint8_t lead, uint32_t next);

  bool relaxed_;
  Nfa nfa_;
  uint32_t visits_ = 0;
  std::map<uint32_t, uint32_t> passing_;         // see after_character
  std::map<std::vector<Arc>, uint32_t> blocks_;  // states that read continuation bytes, by what they do
  std::optional<RegexError> error_;
};

uint32_t Builder::part(const RegexNode& node, uint32_t next) {
  if (error_) return next;
  if (++visits_ > regex_nfa_states || nfa_.states.size() > regex_nfa_states) {
    error_ = RegexError{
        "the pattern is too large once its repetitions are written out; lower the numbers, or bound the length with "
        "`maxLength`",
        node.position};
    return next;
  }
  switch (node.kind) {
    case NodeKind::set:
      return characters(node.set, next);
    case NodeKind::sequence:
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) next = part(*child, next);
      return next;
    case NodeKind::choice: {
      NfaState fork;
      for (const RegexNode& child : node.children) fork.next.push_back(part(child, next));
      return add(std::move(fork));
    }
    case NodeKind::repeat:
      return repeat(node, next);
    case NodeKind::text_begin:
      return add({.condition = Condition::text_begin, .arcs = {}, .next = {after_character(next)}});
    case NodeKind::text_end:
      return add({.condition = Condition::text_end, .arcs = {}, .next = {next}});
    case NodeKind::word_boundary:
      return add({.condition = Condition::word_boundary, .arcs = {}, .next = {next}});
    case NodeKind::not_word_boundary:
      return add({.condition = Condition::not_word_boundary, .arcs = {}, .next = {next}});
  }
  return next;
}

uint32_t Builder::repeat(const RegexNode& node, uint32_t next) {
  const RegexNode& body = node.children.front();
  if (node.most == unbounded) {
    const uint32_t loop = add({.arcs = {}, .next = {next}});
    const uint32_t begin = part(body, loop);
    nfa_.states[loop].next.push_back(begin);
    next = loop;
  } else {
    const uint32_t end = next;
    for (uint32_t i = node.least; i < node.most && !error_; ++i)
      next = add({.arcs = {}, .next = {part(body, next), end}});
  }
  for (uint32_t i = 0; i < node.least && !error_; ++i) next = part(body, next);
  return next;
}

// The state in which a code point, or the beginning of the text, was read and `next` follows.
uint32_t Builder::after_character(uint32_t next) {
  if (!relaxed_) return next;
  const auto [known, is_new] = passing_.try_emplace(next, 0);
  if (is_new) {
    const uint32_t state = add({.arcs = {}, .next = {next}});
    nfa_.states[state].arcs.push_back({first_continuation, last_continuation, state});
    known->second = state;
  }
  return known->second;
}

uint32_t Builder::characters(const CodeSet& set, uint32_t next) {
  const uint32_t after = after_character(next);
  NfaState state;
  for (const CodeRange& range : set.intersection({{0, 0x7F}}).ranges()) {
    state.arcs.push_back({static_cast<uint8_t>(range.first), static_cast<uint8_t>(range.last), after});
  }
  for (const Form& form : forms) {
    const std::vector<Arc> more = arcs(written_as(form, set).ranges(), form.bits, form.lead, after);
    state.arcs.insert(state.arcs.end(), more.begin(), more.end());
  }
  if (relaxed_) {  // bytes that no text has go with their neighbours
    for (Arc& arc : state.arcs) {
      if (arc.first == 0xC2) arc.first = 0xC0;
      if (arc.last == 0xF4) arc.last = 0xFF;
    }
  }
  return add(std::move(state));
}

// The state that reads the continuation bytes, which hold `bits` bits, of the numbers in `ranges`.
uint32_t Builder::block(const std::vector<CodeRange>& ranges, uint32_t bits, uint32_t next) {
  const bool is_whole = ranges.front() == CodeRange{0, (1u << bits) - 1};
  if (bits == 0 || (relaxed_ && is_whole)) return next;
  std::vector<Arc> made = arcs(ranges, bits - 6, first_continuation, next);
  const auto [known, is_new] = blocks_.try_emplace(std::move(made), 0);
  if (is_new) known->second = add({.arcs = known->first, .next = {}});
  return known->second;
}

// The arcs for the numbers in `ranges`: a byte, `lead` and the number's upper bits, then those that hold the lower
// `bits`.
std::vector<Arc> Builder::arcs(const std::vector<CodeRange>& ranges, uint32_t bits, uint8_t lead, uint32_t next) {
  std::vector<Arc> result;
  const uint32_t mask = (1u << bits) - 1;
  const auto put = [&](uint32_t upper, uint32_t target) {
    const auto byte = static_cast<uint8_t>(lead + upper);
    if (!result.empty() && result.back().target == target && result.back().last + 1 == byte) {
      result.back().last = byte;
    } else {
      result.push_back({byte, byte, target});
    }
  };
  if (ranges.empty()) return result;
  size_t i = 0;
  for (uint32_t upper = ranges.front().first >> bits; upper <= ranges.back().last >> bits; ++upper) {
    const uint32_t begin = upper << bits;
    while (ranges[i].last < begin) ++i;
    std::vector<CodeRange> lower;
    for (size_t k = i; k < ranges.size() && ranges[k].first <= begin + mask; ++k) {
      lower.push_back({std::max(ranges[k].first, begin) & mask, std::min(ranges[k].last, begin + mask) & mask});
    }
    if (!lower.empty()) put(upper, block(lower, bits, next));
  }
  return result;
}

}  // namespace

std::variant<Nfa, RegexError> build_nfa(const RegexNode& root) {
  return Builder(any_set_has_whole_block(root)).build(root);
}

}  // namespace waymark::plan
