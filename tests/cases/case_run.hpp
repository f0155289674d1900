#pragma once
// Runs one case on one database and checks, as it goes, what the case suite promises. Uses Catch2's
// macros; call it from within a section.

#include "tests/cases/case_folder.hpp"

namespace segue::test {

void run_case(const CaseFolder& folder, database::Kind kind);

}  // namespace segue::test
