// What the plan tells beside its steps, by the catalogue: what clients notice, and what a reversal
// leaves.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/bodies.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/objects.hpp"
#include "engine/dialect/postgres/preflight.hpp"
#include "engine/dialect/postgres/tables.hpp"
#include "engine/dialect/postgres/trigger_arguments.hpp"
#include "engine/dialect/postgres/user_triggers.hpp"

namespace segue::dialect::postgres {

using model::CatalogTable;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

namespace {

// The probe and the backfill write rows like any client: what fires for them is named.
void trigger_notes(const TableChange& table, const PlanInput& input,
                   std::vector<model::PlanNote>& out) {
  const model::CatalogTable* live = input.catalog.table(table.physical);
  if (live == nullptr || !table.has_sync()) return;
  std::vector<std::string> firing;
  for (const model::CatalogTrigger& trigger : live->triggers) {
    if (is_our_trigger(trigger.name) || trigger.enabled == 'D' || trigger.enabled == 'R') continue;
    if (trigger.on_update && trigger.columns.empty()) firing.push_back(trigger.name);
    for (const ColumnChange& c : table.columns) {
      if (c.fate != ColumnFate::replaced || !trigger.columns.contains(c.old_physical)) continue;
      out.push_back({"triggers",
                     fmt::format("trigger {} is on UPDATE OF {}: from publish on it fires for the "
                                 "new column too, and after contract for that alone",
                                 trigger.name, c.before),
                     table.after});
    }
  }
  if (firing.empty()) return;
  out.push_back({"triggers",
                 fmt::format("the probe (rolled back; what it does outside of the database, and "
                             "sequence values, stay; where a trigger raises, it proves nothing) "
                             "and the backfill fire the table's own triggers: {}",
                             fmt::join(firing, ", ")),
                 table.after});
}

void constraint_notes(const TableChange& table, std::vector<model::PlanNote>& out) {
  for (const model::DroppedConstraint& c : table.dropped_constraints) {
    if (c.early) {
      out.push_back({"reversal",
                     fmt::format("constraint {} of {} goes in expand; reversing restores it after "
                                 "checking the rows",
                                 c.name, table.before),
                     table.after});
    } else if (!table.has_sync()) {
      out.push_back(
          {"clients",
           fmt::format("constraint {} of {} goes at contract, because clients of the old "
                       "version use it: until then it binds the new version too; `up` and "
                       "`down` give that a column without it",
                       c.name, table.before),
           table.after});
    }
  }
  if (table.replica_identity) {
    out.push_back({"subscribers",
                   fmt::format("the replica identity of {} changes at contract", table.after),
                   table.after});
  }
}

// The base table is not only looked at by column lists.
void addition_notes(const TableChange& table, std::vector<model::PlanNote>& out) {
  if (table.fate != TableFate::changed) return;
  std::vector<std::string> added;
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::added || c.fate == ColumnFate::replaced) {
      added.push_back(c.new_physical);
    }
  }
  if (table.has_sync()) added.emplace_back(marker_column);
  if (added.empty()) return;
  out.push_back({"clients",
                 fmt::format("from expand on the base table {} also has {}: SELECT * of base "
                             "clients shows more, a prepared one fails once (0A000), and COPY into "
                             "it without a column list fails (22P04)",
                             table.before, fmt::join(added, ", ")),
                 table.after});
}

void dual_notes(const TableChange& table, std::vector<model::PlanNote>& out) {
  for (const ColumnChange& c : table.columns) {
    if (!c.is_dual()) continue;
    out.push_back({"clients",
                   fmt::format("from publish until contract clients of the base table {0} may use "
                               "{1} or {2}; a row inserted with both gets {2}. The gate cannot "
                               "tell which name a client of the base uses: contract wants "
                               "`--accept-old-clients` while any is at work",
                               table.before, c.before, c.after),
                   table.after});
  }
}

// The index of the new side is immediate until contract puts the constraint over it (hazard P12).
void deferrable_notes(const TableChange& table, const CatalogTable* live,
                      std::vector<model::PlanNote>& out) {
  if (live == nullptr || !protected_by("deferrable_note")) return;
  for (const model::CatalogConstraint& key : live->constraints) {
    if (!key.deferrable || (key.type != 'u' && key.type != 'p')) continue;
    const bool is_rebuilt =
        std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnChange& c) {
          return c.fate == ColumnFate::replaced && std::find(key.columns.begin(), key.columns.end(),
                                                             c.old_physical) != key.columns.end();
        });
    if (!is_rebuilt) continue;
    out.push_back({"clients",
                   fmt::format("from its build until contract {} of {} is checked row by row on "
                               "the new side: a statement that passes through duplicates fails "
                               "with 23505",
                               key.name, table.before),
                   table.after});
  }
}

}  // namespace

std::vector<model::PlanNote> notes(const model::Change& change, const PlanInput& input) {
  std::vector<model::PlanNote> out;
  object_notes(change, out);
  for (const TableChange& table : change.tables) {
    if (const model::CatalogTable* live = input.catalog.table(table.physical)) {
      for (model::PlanNote& note : whole_row_notes(table, *live)) out.push_back(std::move(note));
      for (model::PlanNote& note : row_change_notes(table, *live)) out.push_back(std::move(note));
      for (model::PlanNote& note : argument_notes(table, *live)) out.push_back(std::move(note));
    }
    for (const std::string& column : loosened_columns(table)) {
      out.push_back({"reversal",
                     fmt::format("{}.{} accepts NULL until contract; reversing restores NOT "
                                 "NULL after checking the rows",
                                 table.before, column),
                     table.after});
    }
    addition_notes(table, out);
    dual_notes(table, out);
    constraint_notes(table, out);
    for (const ColumnChange& c : widened_columns(table)) {
      out.push_back({"clients",
                     fmt::format("{}.{} widens to {} in place: prepared statements of base "
                                 "clients that return it fail once (0A000); `strategy: pair` "
                                 "avoids even that",
                                 table.before, c.before, c.shape.type),
                     table.after});
      out.push_back({"reversal",
                     fmt::format("reversing narrows {}.{} again only if the table is small "
                                 "and every value fits",
                                 table.before, c.before),
                     table.after});
    }
    trigger_notes(table, input, out);
    bool moved = false;
    for (const ColumnChange& c : table.columns) {
      moved = moved || c.fate == ColumnFate::replaced;
      if (c.up && !c.down && c.fate == ColumnFate::replaced) {
        out.push_back({"clients",
                       fmt::format("{}.{} has no `down`: writes of the new version do not reach "
                                   "clients of the old one",
                                   table.after, c.after),
                       table.after});
      }
      if (c.fate == ColumnFate::dropped && !c.down) {
        out.push_back({"clients",
                       fmt::format("{}.{} has no `down`: rows written by the new version show "
                                   "its default or NULL to old clients",
                                   table.before, c.before),
                       table.after});
      }
    }
    if (moved && protected_by("positional_note")) {
      out.push_back({"clients",
                     fmt::format("at contract the replaced column of {} comes last in the base "
                                 "table: INSERT without a column list in base clients would "
                                 "store values in the wrong columns",
                                 table.after),
                     table.after});
    }
    deferrable_notes(table, input.catalog.table(table.physical), out);
    if (table.fate == TableFate::created) {
      out.push_back(
          {"reversal",
           fmt::format("reversing drops table {} with the rows written meanwhile", table.after),
           table.after});
    }
  }
  return out;
}

}  // namespace segue::dialect::postgres
