// A page before it has a format: blocks of text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

struct Span {
  std::string text;
  bool is_code = false;
};

using Text = std::vector<Span>;

inline Text plain(std::string_view text) { return {{std::string(text), false}}; }
inline Text code(std::string_view text) { return {{std::string(text), true}}; }
inline Text operator+(Text a, const Text& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Block {
  enum Kind : uint8_t { heading, paragraph, list, table };
  Kind kind = paragraph;
  uint32_t level = 1;                   // of a heading, 1 to 4
  std::string id;                       // of a heading: unique on the page
  Text text;                            // of headings and paragraphs; of a table its caption
  std::vector<Text> items;              // of a list; of a table the heads of its columns
  std::vector<std::vector<Text>> rows;  // of a table, as long as its heads
};

struct Page {
  std::string title;
  std::vector<Block> blocks;

  void heading(uint32_t level, std::string id, Text text) {
    blocks.push_back({Block::heading, level, std::move(id), std::move(text), {}, {}});
  }
  void paragraph(Text text) { blocks.push_back({Block::paragraph, 1, {}, std::move(text), {}, {}}); }
  void list(std::vector<Text> items) { blocks.push_back({Block::list, 1, {}, {}, std::move(items), {}}); }
  void table(Text caption, std::vector<Text> heads, std::vector<std::vector<Text>> rows) {
    blocks.push_back({Block::table, 1, {}, std::move(caption), std::move(heads), std::move(rows)});
  }
};

// What is collected, what never is, and how to turn it off.
void add_disclosure(const PlanDocument& plan, Page& page);
// Events, metrics and experiments one by one.
void add_catalogue(const PlanDocument& plan, Page& page);

std::string to_markdown(const Page& page);
std::string to_html(const Page& page);

}  // namespace waymark::plan
