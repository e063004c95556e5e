// Catch2 2 wants its main in one file; Catch2 3 brings it as a library.
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
