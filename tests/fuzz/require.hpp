// What a fuzz target claims. A claim that does not hold stops the program with its words.
#pragma once

#include <cstdio>
#include <cstdlib>

inline void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::abort();
}
