#include "engine/dialect/postgres/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/own_names.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/bodies.hpp"
#include "engine/dialect/postgres/constraint_text.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/foreign_keys.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/objects.hpp"
#include "engine/dialect/postgres/statistics.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/tables.hpp"
#include "engine/dialect/postgres/trigger_arguments.hpp"
#include "engine/dialect/postgres/types.hpp"
#include "engine/dialect/postgres/user_triggers.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogTable;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

class Refusals {
 public:
  Refusals(const model::Change& change, const PlanInput& input) : change_(change), input_(input) {}

  std::vector<Problem> run() {
    for (const TableChange& table : change_.tables) {
      const CatalogTable* live = input_.catalog.table(table.physical);
      if (live == nullptr || table.fate == TableFate::created) continue;
      table_kind(table, *live);
      dependents(table, *live);
      published_columns(table, *live);
      for (Problem& problem : counting_triggers(table, *live))
        problems_.push_back(std::move(problem));
      incoming_keys(table, *live);
      outgoing_keys(table, *live);
      added_columns(table, *live);
      bound_triggers(table, *live);
      for (Problem& problem : columns_in_arguments(table, *live, where(table)))
        problems_.push_back(std::move(problem));
      if (table.has_sync()) sync_conditions(table, *live);
      for (const ColumnChange& c : widened_columns(table)) {
        if (widens_in_place(c.shape_before.type, c.shape.type)) continue;
        refuse(c.where,
               "{}.{}: from {} to {} writes every row under a lock that blocks everybody: leave "
               "out `strategy: direct`",
               live->name, c.before, c.shape_before.type, c.shape.type);
      }
    }
    version_name();
    for (const auto look :
         {beyond_the_server, taken_markers, objects_of_unfinished, unfit_references}) {
      const std::vector<Problem> found = look(change_, input_);
      problems_.insert(problems_.end(), found.begin(), found.end());
    }
    return std::move(problems_);
  }

 private:
  template <typename... Args>
  void refuse(const SourceLocation& where, fmt::format_string<Args...> format, Args&&... args) {
    problems_.push_back({fmt::format(format, std::forward<Args>(args)...), where});
  }

  SourceLocation where(const TableChange& table) const {
    for (const ColumnChange& c : table.columns) {
      if (c.where.line > 0) return c.where;
    }
    return table.where;
  }

  void table_kind(const TableChange& table, const CatalogTable& live) {
    if (!protected_by("table_kind")) return;
    if (live.kind == 'p' || live.is_partition) {
      refuse(where(table),
             "table {} is partitioned or a partition: changing those is not built yet", live.name);
    } else if (live.has_children || live.has_parent) {
      refuse(where(table),
             "table {} has inheritance children or a parent: changing those is not "
             "built yet",
             live.name);
    } else if (live.kind == 'f') {
      refuse(where(table), "table {} is a foreign table: change it on its own server", live.name);
    }
  }

  static std::set<std::string> leaving(const TableChange& table) {
    std::set<std::string> out;
    for (const ColumnChange& c : table.columns) {
      if (c.fate == ColumnFate::dropped || c.fate == ColumnFate::replaced)
        out.insert(c.old_physical);
    }
    return out;
  }

  // Nothing is ever dropped by CASCADE: what stands on a column that goes is named.
  void dependents(const TableChange& table, const CatalogTable& live) {
    if (!protected_by("dependants")) return;
    const std::set<std::string> gone = leaving(table);
    for (const model::CatalogDependent& d : live.dependents) {
      if (d.kind == "publication" || d.name.starts_with("\"segue\".")) continue;
      if (is_version_view(d.name) || goes_too(d)) continue;
      std::vector<std::string> hit;
      std::set_intersection(d.columns.begin(), d.columns.end(), gone.begin(), gone.end(),
                            std::back_inserter(hit));
      const bool whole = table.fate == TableFate::dropped;
      if (is_carried(d, table, live)) continue;
      if (hit.empty() && !whole) continue;
      refuse(where(table), "{} {} stands on {}: {}", d.kind, d.name,
             whole ? "table " + live.name : live.name + "." + hit.front(),
             is_interim_statistics(d) ? "contract the migration that made it first"
                                      : "drop it first, or change it in an earlier migration");
    }
  }

  static bool is_carried(const model::CatalogDependent& dependent, const TableChange& table,
                         const CatalogTable& live) {
    const auto carried = carried_statistics(table, live);
    return std::find(carried.begin(), carried.end(), &dependent) != carried.end();
  }

  // A column that a publication lists, or that its filter reads, cannot be dropped.
  void published_columns(const TableChange& table, const CatalogTable& live) {
    const std::set<std::string> gone = leaving(table);
    for (const model::CatalogDependent& d : live.dependents) {
      if (d.kind != "publication") continue;
      for (const std::string& column : d.columns) {
        if (!gone.contains(column)) continue;
        refuse(where(table),
               "publication {} names column {}.{} in its column list or row filter: take {} out "
               "of it (ALTER PUBLICATION {} DROP TABLE {}) or name other columns",
               d.name, live.name, column, live.name, d.name, live.qualified());
      }
    }
  }

  // Views that the same migration drops go before the columns.
  bool goes_too(const model::CatalogDependent& dependent) const {
    return std::any_of(change_.objects.begin(), change_.objects.end(), [&](const auto& op) {
      return op.action == model::ObjectAction::drop && goes_with_swap(op) &&
             dependent.name == QualifiedName{input_.catalog.schema, op.name}.quoted();
    });
  }

  bool is_version_view(const std::string& name) const {
    for (const LiveMigration& migration : input_.live) {
      const std::string schema =
          version_schema(input_.catalog.schema, migration.plan.changes.front().version_schema);
      if (name.starts_with(Identifier(schema).quoted() + ".")) return true;
    }
    return std::any_of(
        input_.retained_versions.begin(), input_.retained_versions.end(),
        [&](const RetainedVersion& version) {
          return name.starts_with(
              Identifier(version_schema(input_.catalog.schema, version.version_schema)).quoted() +
              ".");
        });
  }

  // The unique or primary key that a foreign key of another table relies on.
  static std::string key_under(const model::CatalogConstraint& incoming, const CatalogTable& live) {
    for (const model::CatalogConstraint& c : live.constraints) {
      if ((c.type == 'u' || c.type == 'p') && c.index == incoming.index) return c.name;
    }
    return "";
  }

  // A replaced column takes them along (foreign_keys.cpp); one that goes for good cannot.
  void incoming_keys(const TableChange& table, const CatalogTable& live) {
    for (const model::CatalogConstraint& c : live.incoming) {
      if (table.fate == TableFate::dropped) {
        if (!goes_too(c)) refuse_incoming(table, live, c, "drop the foreign key first");
        continue;
      }
      if (table.drops_constraint(key_under(c, live))) {
        refuse_incoming(table, live, c, "it stands on the key that is dropped; drop it first");
        continue;
      }
      for (const ColumnChange& column : table.columns) {
        const bool hit = std::find(c.referenced_columns.begin(), c.referenced_columns.end(),
                                   column.old_physical) != c.referenced_columns.end();
        if (!hit) continue;
        if (column.fate == ColumnFate::dropped) {
          refuse_incoming(table, live, c, "drop the foreign key first");
        } else if (column.fate == ColumnFate::replaced) {
          carried_key(table, live, c);
        }
      }
    }
  }

  void refuse_incoming(const TableChange& table, const CatalogTable& live,
                       const model::CatalogConstraint& key, const std::string& remedy) {
    refuse(where(table), "foreign key {} of {} refers to {}: {}", key.name, key.on_table, live.name,
           remedy);
  }

  bool goes_too(const model::CatalogConstraint& key) const {
    return std::any_of(change_.tables.begin(), change_.tables.end(), [&](const TableChange& t) {
      return t.fate == TableFate::dropped &&
             QualifiedName{input_.catalog.schema, t.physical}.quoted() == key.on_table;
    });
  }

  // The one beside it would refer to a column that goes with the older migration's contract.
  void outgoing_keys(const TableChange& table, const CatalogTable& live) {
    const std::set<std::string> gone = leaving(table);
    for (const model::CatalogConstraint& key : live.constraints) {
      const bool hit =
          key.type == 'f' && std::any_of(key.columns.begin(), key.columns.end(),
                                         [&](const std::string& c) { return gone.contains(c); });
      const auto parent = table_in(input_.catalog.schema, key.referenced_table);
      if (!hit || !parent || is_own_name(key.name)) continue;
      for (const LiveMigration& migration : input_.live) {
        const TableChange* other = changed_table(*parent, migration.plan.changes.front());
        if (other == nullptr) continue;
        for (const std::string& column : key.referenced_columns) {
          if (!leaving(*other).contains(column)) continue;
          refuse(where(table),
                 "foreign key {} of {} refers to {}.{}, which migration {} replaces: contract that "
                 "first",
                 key.name, live.name, *parent, column, migration.plan.name());
        }
      }
    }
  }

  void carried_key(const TableChange& table, const CatalogTable& live,
                   const model::CatalogConstraint& key) {
    const auto child = table_in(input_.catalog.schema, key.on_table);
    const CatalogTable* found = child ? input_.catalog.table(*child) : nullptr;
    if (found == nullptr) {
      refuse_incoming(table, live, key,
                      "the child is outside of the run's schema, which is not built yet; drop the "
                      "foreign key first");
      return;
    }
    if (found->kind != 'r' || found->is_partition || found->has_parent || found->has_children) {
      refuse_incoming(table, live, key,
                      "the child is partitioned or inherits, which is not built yet; drop the "
                      "foreign key first");
    }
    for (const LiveMigration& migration : input_.live) {
      const auto* other = migration.plan.changes.front().table_after(*child);
      if (other == nullptr) continue;
      for (const std::string& column : key.columns) {
        const bool leaves =
            std::any_of(other->columns.begin(), other->columns.end(), [&](const ColumnChange& c) {
              return c.fate == ColumnFate::replaced && c.old_physical == column;
            });
        if (!leaves) continue;
        refuse_incoming(table, live, key,
                        fmt::format("migration {} replaces its column {}: contract that first",
                                    migration.plan.name(), column));
      }
    }
  }

  void sync_conditions(const TableChange& table, const CatalogTable& live) {
    for (Problem& problem : beside_row_changes(table, live, where(table))) {
      problems_.push_back(std::move(problem));
    }
    const bool column_grants = std::any_of(live.columns.begin(), live.columns.end(),
                                           [](const auto& c) { return !c.privileges.empty(); });
    if (column_grants && live.row_security) {
      refuse(where(table),
             "table {} has both row security and column privileges: a version of it is "
             "not built yet; revoke the column privileges",
             live.name);
    }
    if (live.row_security && input_.catalog.server_version < 150000) {
      refuse(where(table),
             "table {} has row security and the server is older than 15, whose views "
             "cannot honour it",
             live.name);
    }
    for (const ColumnChange& c : table.columns) {
      const model::CatalogColumn* old = live.column(c.old_physical);
      if (c.fate == ColumnFate::replaced && old != nullptr && !old->generated.empty()) {
        refuse(c.where, "column {}.{} is generated: replacing it is not built yet", live.name,
               c.before);
      }
      if (old != nullptr && c.fate == ColumnFate::replaced) foreign_grants(c, *old, live);
      if (c.up) computed_arguments(c, *c.up, live);
      if (c.down) computed_arguments(c, *c.down, live);
    }
  }

  // A BEFORE trigger does not know what the server computes after it (hazard P19).
  void computed_arguments(const ColumnChange& c, const model::Expression& expression,
                          const CatalogTable& live) {
    for (const model::Argument& argument : expression.arguments) {
      const model::CatalogColumn* read = live.column(argument.physical);
      if (read == nullptr || read->generated.empty() || !protected_by("generated_arguments")) {
        continue;
      }
      refuse(c.where,
             "the expression of {}.{} reads the generated column {}, which the trigger that keeps "
             "a pair cannot: write ({}) instead",
             live.name, c.after.empty() ? c.before : c.after, argument.name, read->generated);
    }
  }

  // Privileges are carried to the new column by its owner; what somebody else has granted, only
  // that role can grant again.
  void foreign_grants(const ColumnChange& c, const model::CatalogColumn& old,
                      const CatalogTable& live) {
    for (const model::CatalogGrant& grant : old.grants) {
      if (grant.grantor == live.owner) continue;
      refuse(c.where,
             "column {}.{} has privileges that {} granted, not its owner: the new column could "
             "not have them; revoke them",
             live.name, c.before, grant.grantor);
    }
  }

  // Keys of a new column that would write every row under a lock, or that nothing can build beside
  // it.
  void added_columns(const TableChange& table, const CatalogTable& live) {
    for (const ColumnChange& c : table.columns) {
      if (c.fate != ColumnFate::added) continue;
      if (c.shape.primary_key > 0) {
        refuse(c.where,
               "column {}.{}: a column cannot join the primary key when it is added; add it with "
               "`unique: true`, and change the key by a statement in `phases`",
               live.name, c.after);
      }
      if (!c.shape.generated.empty()) {
        refuse(c.where,
               "column {}.{}: adding a stored generated column writes every row under a lock that "
               "blocks everybody; give the expression as `up`, and a trigger or the programs keep "
               "it after contract",
               live.name, c.after);
      }
    }
  }

  void bound_triggers(const TableChange& table, const CatalogTable& live) {
    for (const BoundTrigger& bound : triggers_in_the_way(table, live)) {
      refuse(where(table),
             "trigger {} of {} names column {} (UPDATE OF or WHEN), which this migration "
             "replaces or drops: drop the trigger first, or create it without the column",
             bound.trigger, live.name, bound.column);
    }
  }

  void version_name() {
    bool known = false;
    for (const LiveMigration& migration : input_.live) {
      known = known || migration.plan.changes.front().version_schema == change_.version_schema;
    }
    if (known) {
      refuse({}, "version name {} is taken by another live migration", change_.version_schema);
    }
  }

  const model::Change& change_;
  const PlanInput& input_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> refusals(const model::Change& change, const PlanInput& input) {
  return Refusals(change, input).run();
}

}  // namespace segue::dialect::postgres
