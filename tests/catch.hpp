// Catch2 in either version: Debian ships 2.13, others 3.
#pragma once

// An exception in a check ends its test case, and need not be caught in each of them: a fifth of all compilation.
#define CATCH_CONFIG_FAST_COMPILE

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
