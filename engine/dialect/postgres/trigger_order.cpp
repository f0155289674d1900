#include "engine/dialect/postgres/trigger_order.hpp"

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"

namespace segue::dialect::postgres {

using model::CatalogTable;
using model::CatalogTrigger;

std::vector<const CatalogTrigger*> row_changing_triggers(const CatalogTable& table) {
  std::vector<const CatalogTrigger*> out;
  for (const CatalogTrigger& trigger : table.triggers) {
    if (is_our_trigger(trigger.name) || !trigger.row || !trigger.before) continue;
    if (trigger.on_insert || trigger.on_update) out.push_back(&trigger);
  }
  return out;
}

TriggerOrder trigger_order(const CatalogTable* table) {
  TriggerOrder out{.has_first = false,
                   .first_insert = first_insert_trigger,
                   .first_update = first_update_trigger,
                   .insert = insert_trigger,
                   .update = update_trigger};
  if (table == nullptr) return out;
  for (const CatalogTrigger& trigger : table->triggers) {
    if (!trigger.name.ends_with(insert_trigger)) continue;
    const std::string lead =
        trigger.name.substr(0, trigger.name.size() - std::string(insert_trigger).size());
    out.insert = lead + insert_trigger;
    out.update = lead + update_trigger;
    out.has_first =
        std::any_of(table->triggers.begin(), table->triggers.end(),
                    [](const CatalogTrigger& t) { return t.name == first_insert_trigger; });
    return out;
  }
  if (!protected_by("before_triggers")) return out;
  // A name that begins with another one sorts after it.
  for (const CatalogTrigger* trigger : row_changing_triggers(*table)) {
    out.has_first = true;
    if (trigger->name < out.insert) continue;
    out.insert = trigger->name + insert_trigger;
    out.update = trigger->name + update_trigger;
  }
  return out;
}

std::vector<const CatalogTrigger*> misplaced_triggers(const CatalogTable& table,
                                                      const TriggerOrder& order) {
  std::vector<const CatalogTrigger*> out;
  for (const CatalogTrigger* trigger : row_changing_triggers(table)) {
    const bool lies_between =
        order.has_first && order.first_update < trigger->name && trigger->name < order.insert;
    if (!lies_between || order.update.size() > max_name_bytes) out.push_back(trigger);
  }
  return out;
}

}  // namespace segue::dialect::postgres
