// Typed source code from a tracking plan, so that a wrong property fails where it is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/plan/finding.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

struct GeneratedFile {
  std::string path;  // a plain file name: `track.ts`
  std::string text;  // UTF-8, ends in a newline
};

enum class Language : uint8_t { typescript, cpp, python, node, go };

enum class Profile : uint8_t {
  full,       // events with their properties; TypeScript and C++ call the tracker, the others send by themselves
  anonymous,  // stand-alone pings that name the event alone; Python, Node and Go
};

struct GenerateOptions {
  // The module specifier that track.ts takes `plan` from, to pass it to `init`: "./plan.js". Empty: no plan.
  std::string plan_module;
  // The namespace in C++ and the package in Go: letters a-z, digits and _, a letter first. Empty: `tracking` and
  // `track`.
  std::string package;
};

// The same plan and options give the same bytes. What the plan's types cannot say in a language becomes wider there,
// never narrower than the schema, but for members that no schema names: only maps take them. Empty when there is an
// error: a profile that the language does not have, no events, a package name that is none. A plan that read_plan
// took cannot make it fail otherwise. Never throws.
std::vector<GeneratedFile> generate(const PlanDocument& plan, Language language, Profile profile, Findings& findings,
                                    const GenerateOptions& options = {});

}  // namespace waymark::plan
