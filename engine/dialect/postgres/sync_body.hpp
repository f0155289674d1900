#pragma once
// PL/pgSQL of the sync triggers, without the functions and triggers around it.

#include <string>
#include <vector>

#include "engine/dialect/postgres/sync.hpp"

namespace segue::dialect::postgres {

struct SyncBody {
  std::string insert;  // uses the variable `version`: the marker of the row
  std::string update;
  std::vector<std::string> settled;  // names of the booleans that `update` declares for itself
  std::string update_condition;      // WHEN: something that a rule reads or writes changed
};

/// Beside BEFORE triggers of the user: what fires before all of them, and what fires after.
struct OrderedBodies {
  SyncBody first;
  SyncBody last;
};

[[nodiscard]] OrderedBodies ordered_bodies(const std::string& table, const std::vector<Link>& links,
                                           const RenderContext& context);
[[nodiscard]] SyncBody sync_body(const std::string& table, const std::vector<Link>& links,
                                 const RenderContext& context);

}  // namespace segue::dialect::postgres
