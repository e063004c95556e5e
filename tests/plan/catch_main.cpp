// Catch2 2 wants its main in one file; Catch2 3 ignores the macro and brings its main as a library.
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
