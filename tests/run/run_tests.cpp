// All of Catch2 that is no template, for every test program.
#define CATCH_CONFIG_RUNNER
#include "tests/run/run_tests.hpp"

#include "tests/catch.hpp"

namespace waymark::testing {

int run_tests(int argc, char** argv) { return Catch::Session().run(argc, argv); }

}  // namespace waymark::testing
