// A plan for people: the catalogue of its events, and what it tells those who are measured.
#pragma once

#include <cstdint>
#include <string>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

enum class DocsFormat : uint8_t {
  markdown,  // GitHub Flavored Markdown
  html,      // one page without scripts and without anything from elsewhere
};

// The page. Every text of the plan stands in it as text: nothing in a plan can become markup. Never throws.
std::string plan_docs(const PlanDocument& plan, DocsFormat format);

}  // namespace waymark::plan
