// What the machine itself says of telemetry or continuous integration is kept from the tests.
#include "tests/client/without_switches.hpp"
#include "tests/run/run_tests.hpp"

int main(int argc, char** argv) {
  waymark::testing::remove_switches();
  return waymark::testing::run_tests(argc, argv);
}
