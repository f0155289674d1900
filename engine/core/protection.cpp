#include "engine/core/protection.hpp"

#ifdef SEGUE_TEST_HOOKS
#include <cstdlib>

namespace segue {

bool protected_by(std::string_view name) {
  const char* without = std::getenv("SEGUE_TEST_WITHOUT");
  return without == nullptr || name != without;
}

}  // namespace segue
#endif
