#pragma once
// Names of what the engine makes beside the user's objects, in the user's schema, and by what the
// server tells the engine's own sessions from those of clients.

#include <string_view>

namespace segue {

/// PostgreSQL: the column by which sync knows which side a row's writer knew. A table has it while
/// an unfinished migration replaces, adds or drops a column of it by sync.
inline constexpr std::string_view own_marker = "_segue";

/// Any object of ours: the marker, or `_segue_` and something. A user's column may be called so,
/// too: what an unfinished migration made is in its plan.
[[nodiscard]] constexpr bool is_own_name(std::string_view name) {
  return name == own_marker || name.starts_with("_segue_");
}

/// PostgreSQL: the first key of every advisory lock that the engine takes.
inline constexpr int own_lock_class = 1397049173;
/// Its second keys. Held shared by whoever works on the lease, exclusively by whoever takes it
/// over.
inline constexpr int lease_lock = 1;
/// Held shared by every session of the engine from its beginning; never exclusively.
inline constexpr int session_lock = 2;

}  // namespace segue
