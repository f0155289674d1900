#pragma once
// Runs one case on one database and checks, as it goes, what the case suite promises. Uses Catch2's
// macros; call it from within a section.

#include "tests/cases/case_backend.hpp"
#include "tests/cases/case_folder.hpp"

namespace segue::test {

void run_case(const Case& each, JournalMode journal);

}  // namespace segue::test
