#pragma once
// Each protection against a hazard has a name. A build for tests (SEGUE_TEST_HOOKS) can take out some
// of them with SEGUE_TEST_WITHOUT=<name>,…; tests/removals.txt lists the test that then must fail. In a
// release build `protected_by` is constant true.

#include <string_view>

namespace segue {

#ifdef SEGUE_TEST_HOOKS
/// False when the environment takes the named protection out.
[[nodiscard]] bool protected_by(std::string_view name);
#else
[[nodiscard]] constexpr bool protected_by(std::string_view) { return true; }
#endif

}  // namespace segue
