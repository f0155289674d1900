#pragma once
// From one format of the journal to the next. A database in the middle of a migration holds the
// older tables, and what they hold is resumed.

#include <string>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::journal {

/// Brings the tables of the format `from` to the next one.
struct Upgrade {
  int from = 0;
  std::vector<std::string> statements;
};

/// Of all formats before format_version, in order: one for each that was ever released.
[[nodiscard]] std::vector<Upgrade> upgrades(database::Kind kind);

/// In the caller's transaction, under the lease's lock: runs those from `found` on and writes down
/// the format reached. Throws the database's errors.
void upgrade(database::Database& database, int found, const std::vector<Upgrade>& upgrades);

}  // namespace segue::journal
