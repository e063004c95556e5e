#pragma once

namespace waymark::testing {

// Runs the tests of this program that its arguments choose, as Catch2 does; returns what main returns.
int run_tests(int argc, char** argv);

}  // namespace waymark::testing
