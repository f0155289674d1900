#pragma once
// Which triggers of ours a table with sync has, and under which names. BEFORE triggers fire by
// name, by unsigned bytes. Where the user has none that changes rows, one of ours per event is
// enough; else one fires before all of his and one after (protocol-postgres.md 4).

#include <string>
#include <vector>

#include "engine/model/catalog.hpp"

namespace segue::dialect::postgres {

struct TriggerOrder {
  bool has_first = false;
  std::string first_insert, first_update;
  std::string insert, update;
};

/// Once sync is installed its triggers say which form it has, whatever the user has made or dropped
/// since. `table` may be null: no trigger of the user.
[[nodiscard]] TriggerOrder trigger_order(const model::CatalogTable* table);

/// Triggers of the user that may change a row before it is written.
[[nodiscard]] std::vector<const model::CatalogTrigger*> row_changing_triggers(
    const model::CatalogTable& table);

/// Those of them that sync, as `order` has it, does not lie around.
[[nodiscard]] std::vector<const model::CatalogTrigger*> misplaced_triggers(
    const model::CatalogTable& table, const TriggerOrder& order);
/// Names of the user's triggers that may change or swallow a row that an UPDATE writes, "a or b";
/// "" for none, or no table.
[[nodiscard]] std::string row_changers(const model::CatalogTable* table);

}  // namespace segue::dialect::postgres
