#include "engine/dialect/postgres/trigger_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

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

namespace {

// What stands in the catalogue in front of our own name; nullopt when none of the last two is
// there.
std::optional<std::string> installed_lead(const CatalogTable& table) {
  for (const CatalogTrigger& trigger : table.triggers) {
    for (const std::string_view ours : {insert_trigger, update_trigger}) {
      if (trigger.name.ends_with(ours)) {
        return trigger.name.substr(0, trigger.name.size() - ours.size());
      }
    }
  }
  return std::nullopt;
}

// A name that begins with another one sorts after it.
std::string lead_behind(const CatalogTable& table) {
  std::string lead;
  for (const CatalogTrigger* trigger : row_changing_triggers(table)) {
    if (trigger->name > lead + insert_trigger) lead = trigger->name;
  }
  return lead;
}

}  // namespace

TriggerOrder trigger_order(const CatalogTable* table) {
  TriggerOrder out{.has_first = false,
                   .first_insert = first_insert_trigger,
                   .first_update = first_update_trigger,
                   .insert = insert_trigger,
                   .update = update_trigger};
  if (table == nullptr) return out;
  const std::optional<std::string> installed = installed_lead(*table);
  const std::string lead = installed                         ? *installed
                           : protected_by("before_triggers") ? lead_behind(*table)
                                                             : "";
  out.insert = lead + insert_trigger;
  out.update = lead + update_trigger;
  out.has_first =
      std::any_of(table->triggers.begin(), table->triggers.end(), [](const CatalogTrigger& t) {
        return t.name == first_insert_trigger || t.name == first_update_trigger;
      });
  if (!installed && protected_by("before_triggers")) {
    out.has_first = out.has_first || !row_changing_triggers(*table).empty();
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

std::string row_changers(const model::CatalogTable* table) {
  std::vector<std::string> names;
  if (table != nullptr) {
    for (const model::CatalogTrigger* trigger : row_changing_triggers(*table)) {
      if (trigger->on_update) names.push_back(trigger->name);
    }
  }
  return fmt::format("{}", fmt::join(names, " or "));
}

}  // namespace segue::dialect::postgres
