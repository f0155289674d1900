#pragma once
// Names of what the engine makes beside the user's objects, in the user's schema.

#include <string_view>

namespace segue {

/// Any object of ours: its marker `_segue`, or `_segue_` and something.
[[nodiscard]] constexpr bool is_own_name(std::string_view name) {
  return name == "_segue" || name.starts_with("_segue_");
}

}  // namespace segue
