#include "tests/cases/golden.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace segue::test {

void check_golden(const std::filesystem::path& file, const std::string& text) {
  std::ifstream in(file);
  std::stringstream found;
  found << in.rdbuf();
  if (found.str() == text && in.is_open()) return;
  // Once a run: a text that differs between two places of one run is a finding.
  static std::set<std::filesystem::path> written;
  if (std::getenv("SEGUE_UPDATE_GOLDEN") != nullptr && written.insert(file).second) {
    std::ofstream(file) << text;
    return;
  }
  INFO(file.string() << " (SEGUE_UPDATE_GOLDEN=1 writes it)");
  CHECK(found.str() == text);
}

}  // namespace segue::test
