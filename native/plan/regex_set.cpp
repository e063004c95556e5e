#include "native/plan/regex_set.hpp"

#include <algorithm>
#include <iterator>

namespace waymark::plan {

void CodeSet::add(uint32_t first, uint32_t last) {
  const auto is_apart = [](const CodeRange& range, uint32_t from) { return range.last + 1 < from; };
  const auto begin = std::lower_bound(ranges_.begin(), ranges_.end(), first, is_apart);
  auto end = begin;
  for (; end != ranges_.end() && end->first <= last + 1; ++end) {
    first = std::min(first, end->first);
    last = std::max(last, end->last);
  }
  ranges_.insert(ranges_.erase(begin, end), {first, last});
}

void CodeSet::add(const CodeSet& other) {
  std::vector<CodeRange> merged;
  merged.reserve(ranges_.size() + other.ranges_.size());
  const auto is_before = [](const CodeRange& a, const CodeRange& b) { return a.first < b.first; };
  std::merge(ranges_.begin(), ranges_.end(), other.ranges_.begin(), other.ranges_.end(), std::back_inserter(merged),
             is_before);
  ranges_.clear();
  for (const CodeRange& range : merged) {
    if (ranges_.empty() || ranges_.back().last + 1 < range.first) ranges_.push_back(range);
    ranges_.back().last = std::max(ranges_.back().last, range.last);
  }
}

CodeSet CodeSet::complement() const {
  CodeSet result;
  uint32_t next = 0;
  for (const CodeRange& range : ranges_) {
    if (range.first > next) result.ranges_.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= last_code_point) result.ranges_.push_back({next, last_code_point});
  return result;
}

CodeSet CodeSet::intersection(const CodeSet& other) const {
  CodeSet outside = complement();
  outside.add(other.complement());
  return outside.complement();
}

bool CodeSet::contains(uint32_t code_point) const {
  const auto ends_before = [](const CodeRange& range, uint32_t code) { return range.last < code; };
  const auto at = std::lower_bound(ranges_.begin(), ranges_.end(), code_point, ends_before);
  return at != ranges_.end() && at->first <= code_point;
}

}  // namespace waymark::plan
