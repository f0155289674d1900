// The one main of all test programs. The seed of random tests is printed by Catch and can be given
// back with --rng-seed.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
