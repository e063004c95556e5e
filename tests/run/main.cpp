#include "tests/run/run_tests.hpp"

int main(int argc, char** argv) { return waymark::testing::run_tests(argc, argv); }
