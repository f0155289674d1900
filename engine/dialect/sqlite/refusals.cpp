#include "engine/dialect/sqlite/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/functions.hpp"
#include "engine/dialect/sqlite/objects.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::TableFate;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& n) { return same_name(n, name); });
}

class Refusals {
 public:
  Refusals(const TableWork& work, const PlanInput& input)
      : work_(work), change_(work.change), base_(work.base), input_(input) {}

  std::vector<Problem> run() {
    if (change_.fate == TableFate::created) {
      created();
      return std::move(out_);
    }
    if (base_ == nullptr) {
      refuse(fmt::format("table {} is not in the database", change_.physical));
      return std::move(out_);
    }
    if (base_->kind != 'r') {
      refuse(fmt::format("{} is a {}: change it with `phases:`", base_->name,
                         base_->kind == 'V' ? "virtual table" : "view"));
      return std::move(out_);
    }
    live_neighbours();
    if (change_.is_renamed() && !same_name(change_.after, base_->name) && taken(change_.after)) {
      refuse(fmt::format("rename_table {}: the name {} is taken", base_->name, change_.after));
    }
    referenced();
    constraints();
    if (change_.fate == TableFate::dropped) return std::move(out_);
    columns();
    dropped_indexes();
    dependents();
    if (work_.rebuild) rebuilt();
    return std::move(out_);
  }

 private:
  void refuse(std::string message) { out_.push_back({std::move(message), change_.where}); }
  void refuse(const ColumnChange& column, std::string message) {
    out_.push_back({std::move(message), column.where.line ? column.where : change_.where});
  }

  void created() {
    if (taken(change_.after))
      refuse(fmt::format("create_table {0}: the name {0} is taken", change_.after));
    if (!change_.create) return;
    for (const model::ConstraintSpec& spec : change_.create->constraints) {
      if (spec.type == model::ConstraintType::exclude) {
        refuse(fmt::format("create_table {}: SQLite has no EXCLUDE constraints", change_.after));
      }
    }
    if (!protected_by("new_references")) return;
    visit_references(change_, [this](const model::ReferencesSpec& key, const SourceLocation&) {
      for (const LiveMigration& live : input_.live) {
        for (const model::Change& other : live.plan.changes) parent_is_there(key, other);
      }
      for (const model::Change& other : input_.changes) parent_is_there(key, other);
    });
  }

  // The text of a new table is used at once, by the names that the base has until contract.
  void parent_is_there(const model::ReferencesSpec& key, const model::Change& other) {
    for (const model::TableChange& parent : other.tables) {
      const bool is_it = same_name(key.table, parent.after) || same_name(key.table, parent.before);
      if (parent.fate == TableFate::created || !is_it) continue;
      // By the name that it has until then, the rename itself takes the new table's text along.
      const bool is_by_new_name = parent.is_renamed() && same_name(key.table, parent.after);
      if (parent.fate == TableFate::dropped || is_by_new_name) {
        not_there(key.table, other, parent.fate == TableFate::dropped ? "drops" : "renames");
        continue;
      }
      for (const ColumnChange& c : parent.columns) {
        const bool is_key = contains(key.columns, c.after) || contains(key.columns, c.before);
        if (!is_key || (c.fate == ColumnFate::kept && !c.is_renamed())) continue;
        not_there(key.table + "." + (c.after.empty() ? c.before : c.after), other, "changes");
      }
    }
  }

  void not_there(const std::string& what, const model::Change& other, const char* verb) {
    refuse(
        fmt::format("create_table {}: it refers to {}, which migration {} {}; create it in a "
                    "later migration, when that one is contracted",
                    change_.after, what, other.migration, verb));
  }

  bool taken(const std::string& name) const {
    return std::any_of(input_.catalog.relation_names.begin(), input_.catalog.relation_names.end(),
                       [&](const std::string& n) { return same_name(n, name); });
  }

  // One shadow per table, and no rebuild over what a contract is still to change.
  void live_neighbours() {
    for (const LiveMigration& live : input_.live) {
      const model::Plan& plan = live.plan;
      const auto has = [&](model::StepKind kind, const std::string& object) {
        return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const model::Step& step) {
          return step.kind == kind && (object.empty() || step.object == object);
        });
      };
      const bool shadow = has(model::StepKind::install_sync, base_->name);
      const bool later = work_.rebuild && touches(plan) && has(model::StepKind::swap, "");
      if (!shadow && !later) continue;
      refuse(fmt::format("table {} is being changed by migration {}: contract {} first",
                         change_.before, plan.name(), plan.name()));
    }
  }

  bool touches(const model::Plan& plan) const {
    for (const model::Change& change : plan.changes) {
      for (const model::TableChange& table : change.tables) {
        if (same_name(table.physical, base_->name)) return true;
      }
    }
    return false;
  }

  void constraints() {
    if (!change_.changes_constraints()) return;
    refuse(
        fmt::format("table {}: operations on constraints are not built for SQLite; say `check` or "
                    "`unique` of alter_column, or a statement in `phases`",
                    base_->name));
  }

  // A key that others refer to keeps its name and values; a dropped table has no children.
  void referenced() {
    for (const model::CatalogConstraint& child : base_->incoming) {
      if (change_.fate == TableFate::dropped) {
        if (!dropped_too(child.on_table)) {
          refuse(fmt::format("table {} is referenced by {}: drop that foreign key first",
                             base_->name, child.on_table));
        }
        continue;
      }
      std::vector<std::string> keys = child.referenced_columns;
      if (keys.empty()) {
        for (const model::CatalogColumn& c : base_->columns) {
          if (c.primary_key > 0) keys.push_back(c.name);
        }
      }
      for (const std::string& key : keys) {
        const std::string after = name_after(change_, key);
        if (is_kept(change_, key) && same_name(after, key)) continue;
        refuse(
            fmt::format("column {}.{} is referenced by a foreign key of {}: changing a referenced "
                        "key together with its children is not built yet",
                        base_->name, key, child.on_table));
      }
    }
  }

  void dropped_indexes() {
    for (const std::string& name : change_.dropped_indexes) {
      const model::CatalogIndex* index = base_->index(name);
      if (index == nullptr || !index->definition.empty()) continue;
      refuse(
          fmt::format("drop_index {}: it belongs to a {} in the text of table {}, and dropping "
                      "that is not built yet",
                      name, index->primary ? "PRIMARY KEY" : "UNIQUE", base_->name));
    }
  }

  bool dropped_too(const std::string& quoted_table) const {
    for (const model::Change& change : input_.changes) {
      for (const model::TableChange& table : change.tables) {
        if (table.fate == TableFate::dropped && quoted(table.physical) == quoted_table) return true;
      }
    }
    return false;
  }

  void columns() {
    for (const ColumnChange& column : change_.columns) {
      if (column.fate == ColumnFate::added && column.shape.primary_key > 0) {
        refuse(column,
               fmt::format("column {}.{} cannot join the primary key of a table that exists",
                           base_->name, column.after));
      }
      if (column.references) {
        refuse(column,
               fmt::format("column {}.{}: `references` on a table that exists is not "
                           "built for SQLite; leave it out, and add the key by a statement in "
                           "`phases`",
                           base_->name, column.after));
      }
      if (column.fate == ColumnFate::added && column.shape.identity != ' ') {
        refuse(column,
               fmt::format("column {}.{}: SQLite numbers rows only by an INTEGER PRIMARY KEY",
                           base_->name, column.after));
      }
      if (column.on_error == model::OnError::leave) {
        refuse(
            column,
            fmt::format("column {}.{}: on_error: leave cannot hold on SQLite, where an error in a "
                        "trigger ends the client's own statement; let `up` ask first (CASE WHEN "
                        "json_valid(x) THEN ...)",
                        base_->name, column.after));
      }
      expressions(column);
      values_for_old_rows(column);
      type_in_place(column);
      foreign_key(column);
    }
  }

  void expressions(const ColumnChange& column) {
    for (const auto* expression : {&column.up, &column.down}) {
      if (!*expression) continue;
      const char* which = expression == &column.up ? "up" : "down";
      for (const std::string& problem :
           problems_of_expression((*expression)->sql.text, input_.settings.sqlite_clients)) {
        refuse(column, fmt::format("`{}` of {}.{}: {}", which, base_->name,
                                   column.after.empty() ? column.before : column.after, problem));
      }
    }
    if (!column.up) return;
    for (const model::Argument& argument : column.up->arguments) {
      if (base_->column(argument.physical) != nullptr) continue;
      refuse(column, fmt::format("`up` of {}.{} reads {}, which the base table does not have",
                                 base_->name, column.after, argument.name));
    }
  }

  // A new client writes no value for what it does not see.
  void values_for_old_rows(const ColumnChange& column) {
    const bool gone = column.fate == ColumnFate::dropped || column.fate == ColumnFate::replaced;
    if (!gone || column.down) return;
    const ColumnChange& c = column;
    if (!c.shape_before.nullable && !c.shape_before.default_sql) {
      refuse(column,
             fmt::format("column {}.{} is NOT NULL without a default: rows of the new version "
                         "would have no value for it; give `down`",
                         base_->name, c.before));
    } else if (c.up && c.shape_before.default_sql &&
               !problems_of_expression(*c.shape_before.default_sql, input_.settings.sqlite_clients)
                    .empty()) {
      refuse(column, fmt::format("column {}.{} has a default that is no constant; give `down`",
                                 base_->name, c.before));
    }
  }

  // `strategy: direct` is not believed.
  void type_in_place(const ColumnChange& column) {
    if (column.fate != ColumnFate::kept) return;
    const auto keys = std::count_if(base_->columns.begin(), base_->columns.end(),
                                    [](const auto& each) { return each.primary_key > 0; });
    const TypeChange type{.from = column.shape_before.type,
                          .to = column.shape.type,
                          .is_key = keys == 1 && column.shape_before.primary_key > 0};
    if (holds_in_place(type)) return;
    refuse(column, fmt::format("column {}.{} cannot become {} in place: what is stored would not "
                               "fit the table's text; leave `strategy` out",
                               base_->name, column.before, column.shape.type));
  }

  void foreign_key(const ColumnChange& column) {
    if (column.fate != ColumnFate::replaced) return;
    for (const model::CatalogConstraint& constraint : base_->constraints) {
      if (constraint.type == 'f' && contains(constraint.columns, column.old_physical)) {
        refuse(column,
               fmt::format("column {}.{} has a foreign key: changing its values is not built "
                           "yet",
                           base_->name, column.before));
      }
    }
  }

  // Names that are gone after contract break what mentions them. Tokens are looked at, not grammar:
  // a refusal too many is repaired by a person, a broken view by nobody.
  void dependents() {
    if (!protected_by("dependents")) return;
    std::vector<std::string> gone;
    for (const ColumnChange& column : change_.columns) {
      if (column.fate == ColumnFate::added) continue;
      const bool stays =
          std::any_of(change_.columns.begin(), change_.columns.end(), [&](const auto& c) {
            return c.fate != ColumnFate::dropped && same_name(c.after, column.old_physical);
          });
      if (!stays && !renamed_by_alter(column)) gone.push_back(column.old_physical);
    }
    const Objects objects = objects_of(input_.changes);
    for (const model::CatalogTrigger& trigger : base_->triggers) {
      if (is_dropped(objects, model::ObjectKind::trigger, trigger.name)) continue;
      mentions("trigger", trigger.name, trigger.definition, gone);
    }
    for (const model::CatalogDependent& dependent : base_->dependents) {
      const auto kind =
          dependent.kind == "view" ? model::ObjectKind::view : model::ObjectKind::trigger;
      if (is_dropped(objects, kind, name_in(dependent.name))) continue;
      mentions(dependent.kind, dependent.name, dependent.definition, gone);
    }
  }

  bool renamed_by_alter(const ColumnChange& column) const {
    return !work_.rebuild && column.is_renamed();
  }

  void mentions(const std::string& kind, const std::string& name, const std::string& definition,
                const std::vector<std::string>& gone) {
    for (const SqlToken& token : tokens_of(definition)) {
      const bool word =
          token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::quoted_identifier;
      if (!word || !contains(gone, name_in(token.text))) continue;
      refuse(fmt::format(
          "{} {} mentions {}.{}, which is gone after contract: drop it first and create "
          "it again afterwards",
          kind, name, base_->name, name_in(token.text)));
      return;
    }
  }

  void rebuilt() {
    const Rebuild& r = *work_.rebuild;
    for (const std::string& name : {r.fresh, r.shadow, r.trash}) {
      if (taken(name))
        refuse(fmt::format("the name {} is taken: rename or drop that object", name));
    }
    unique_on_mapped_columns();
  }

  // An OR REPLACE of an old client deletes a row without a trigger; the partner of that row can be
  // found by the value only where both sides hold the same value.
  void unique_on_mapped_columns() {
    for (const model::CatalogIndex& index : base_->indexes) {
      if (!index.unique || index.primary) continue;
      for (const std::string& name : index.columns) {
        const bool key = work_.rebuild->key.is_mapped() &&
                         same_name(work_.rebuild->key.columns.front().old_name, name);
        if (is_kept(change_, name) && !key) continue;
        refuse(fmt::format(
            "column {}.{} is UNIQUE ({}): changing or dropping it is not built yet; drop "
            "the UNIQUE first",
            base_->name, name, index.name));
      }
    }
  }

  const TableWork& work_;
  const model::TableChange& change_;
  const model::CatalogTable* base_;
  const PlanInput& input_;
  std::vector<Problem> out_;
};

}  // namespace

std::vector<Problem> refusals_of(const TableWork& work, const PlanInput& input) {
  return Refusals(work, input).run();
}

}  // namespace segue::dialect::sqlite
