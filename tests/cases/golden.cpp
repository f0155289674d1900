#include "tests/cases/golden.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace segue::test {

void check_golden(const std::filesystem::path& file, const std::string& text) {
  std::ifstream in(file);
  std::stringstream found;
  found << in.rdbuf();
  if (found.str() == text && in.is_open()) return;
  if (std::getenv("SEGUE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file) << text;
    return;
  }
  INFO(file.string() << " (SEGUE_UPDATE_GOLDEN=1 writes it)");
  CHECK(found.str() == text);
}

}  // namespace segue::test
