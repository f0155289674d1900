#include "engine/core/protection.hpp"

#ifdef SEGUE_TEST_HOOKS
#include <cstddef>
#include <cstdlib>

namespace segue {

bool protected_by(std::string_view name) {
  const char* without = std::getenv("SEGUE_TEST_WITHOUT");
  if (without == nullptr) return true;
  std::string_view rest = without;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma) == name) return false;
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return true;
}

}  // namespace segue
#endif
