#pragma once
// PL/pgSQL of the sync triggers, without the functions and triggers around it.

#include <string>
#include <vector>

#include "engine/dialect/postgres/sync.hpp"

namespace segue::dialect::postgres {

struct SyncText {
  std::string body;
  std::vector<std::string> variables;  // that it declares beside those which every body has
};

struct SyncBody {
  SyncText insert;               // uses the variable `version`: the marker of the row
  SyncText update;               // uses old_changed and new_changed
  std::string update_condition;  // WHEN: something that a rule reads or writes changed
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
