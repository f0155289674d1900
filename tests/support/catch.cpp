// Catch itself, once for all test programs. The seed of random tests is printed by it and can be
// given back with --rng-seed.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

int run_tests(int argc, char** argv) { return Catch::Session().run(argc, argv); }
