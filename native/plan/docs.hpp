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

struct DisclosureOptions {
  std::string plan_file;     // the plan's place, as readers of the README find it
  std::string source;        // of the program, an address; empty: not said
  bool is_anonymous = true;  // its profile
};

// The section on telemetry for the README of a command line tool with the client library: what is collected, what never
// is, how to turn it off, where the source is. As safe as the page.
std::string program_disclosure(const PlanDocument& plan, const DisclosureOptions& options, DocsFormat format);

}  // namespace waymark::plan
