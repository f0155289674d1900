#include "engine/journal/upgrade.hpp"

#include "engine/journal/journal_sql.hpp"

namespace segue::journal {

// Format 1 is the first.
std::vector<Upgrade> upgrades(database::Kind) { return {}; }

void upgrade(database::Database& database, int found, const std::vector<Upgrade>& upgrades) {
  for (const Upgrade& step : upgrades) {
    if (step.from < found) continue;
    for (const std::string& statement : step.statements) database.query(statement);
    database.query(journal_sql("UPDATE {segue}format SET version = $1", database.kind()),
                   {std::int64_t{step.from} + 1});
  }
}

}  // namespace segue::journal
