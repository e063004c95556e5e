// Sets of Unicode code points, as patterns name them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace waymark::plan {

inline constexpr uint32_t last_code_point = 0x10FFFF;

struct CodeRange {
  uint32_t first;
  uint32_t last;
  bool operator==(const CodeRange&) const = default;
};

class CodeSet {
 public:
  CodeSet() = default;
  CodeSet(std::initializer_list<CodeRange> ranges) {
    for (const CodeRange& range : ranges) add(range.first, range.last);
  }

  // Adds `first` to `last`, both at most last_code_point.
  void add(uint32_t first, uint32_t last);
  void add(const CodeSet& other);
  CodeSet complement() const;
  CodeSet intersection(const CodeSet& other) const;

  bool contains(uint32_t code_point) const;
  // In order, neither overlapping nor touching.
  const std::vector<CodeRange>& ranges() const& { return ranges_; }
  std::vector<CodeRange> ranges() && { return std::move(ranges_); }
  bool operator==(const CodeSet&) const = default;

 private:
  std::vector<CodeRange> ranges_;
};

}  // namespace waymark::plan
