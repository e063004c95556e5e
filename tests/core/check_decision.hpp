// Checks a decision by the names of its parts, so that a failure can be read.
#pragma once

#include "core/verdict.hpp"
#include "tests/catch.hpp"

namespace waymark::testing {

inline void check_decision(Decision decision, Verdict verdict, Reason reason) {
  CHECK(name_of(decision.verdict()) == name_of(verdict));
  CHECK(name_of(decision.reason()) == name_of(reason));
}

}  // namespace waymark::testing
