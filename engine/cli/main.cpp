#include <cstdio>

#include "engine/cli/run.hpp"

int main(int argc, char** argv) {
  try {
    return segue::cli::run(argc, argv);
  } catch (...) {
    // Only what happens while an error is reported comes here, such as memory that has run out.
    std::fputs("error: migrate ended unexpectedly\n", stderr);
    return 4;
  }
}
