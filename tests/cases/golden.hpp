#pragma once
// Expected texts beside a case. SEGUE_UPDATE_GOLDEN=1 writes what is there now; look at the
// difference before you commit it.

#include <filesystem>
#include <string>

namespace segue::test {

/// Fails the running test when the file's text is another; writes the file when asked to.
void check_golden(const std::filesystem::path& file, const std::string& text);

}  // namespace segue::test
