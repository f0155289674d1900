// The operations on constraints. Which path each takes is decided here: a constraint whose columns
// get a pair binds the new side only; one that old clients would not miss goes in expand; any other
// waits for the swap.

#include <fmt/format.h>

#include <algorithm>

#include "engine/plan/table_builder.hpp"

namespace segue::plan {
namespace {

using model::CatalogConstraint;
using model::ColumnChange;
using model::ColumnFate;
using model::ConstraintType;
using model::TableFate;

// A CHECK only refuses, and so does a foreign key without actions. What an old client uses must
// stay for it: an index that its ON CONFLICT infers, a cascade that it relies on.
bool only_refuses(const CatalogConstraint& constraint) {
  if (constraint.type == 'c') return true;
  if (constraint.type != 'f') return false;
  const auto acts = [&](std::string_view event) {
    for (const std::string_view action : {" CASCADE", " SET "}) {
      if (constraint.definition.find(std::string(event) + std::string(action)) !=
          std::string::npos) {
        return true;
      }
    }
    return false;
  };
  return !acts("ON DELETE") && !acts("ON UPDATE");
}

model::DroppedConstraint as_found(const CatalogConstraint& c) {
  return {.name = c.name,
          .type = c.type,
          .definition = c.definition,
          .comment = c.comment,
          .validated = c.validated,
          .enforced = c.enforced,
          .referenced_table = c.referenced_table,
          .columns = c.columns,
          .referenced_columns = c.referenced_columns};
}

}  // namespace

const CatalogConstraint* TableBuilder::require_constraint(const std::string& name,
                                                          const SourceLocation& where) const {
  const model::CatalogTable* table = context_->catalog.table(change_.physical);
  const CatalogConstraint* found = table == nullptr ? nullptr : table->constraint(name);
  if (found == nullptr || name.starts_with("_segue_")) {
    context_->problem(where, fmt::format("table {} has no constraint {}{}", change_.after, name,
                                         change_.fate == TableFate::created
                                             ? ": it is created by the same migration"
                                             : " (one that an unfinished migration adds is there "
                                               "after its contract)"));
    return nullptr;
  }
  if (change_.drops_constraint(name)) {
    context_->problem(where, fmt::format("constraint {} of {} is dropped by the same migration",
                                         name, change_.after));
    return nullptr;
  }
  for (const std::string& physical : found->columns) {
    const bool known =
        std::any_of(change_.columns.begin(), change_.columns.end(),
                    [&](const ColumnChange& c) { return c.old_physical == physical; });
    if (known) continue;
    context_->problem(where, fmt::format("constraint {} of {} stands on column {}, which an "
                                         "unfinished migration replaces or drops: contract that "
                                         "first",
                                         name, change_.after, physical));
    return nullptr;
  }
  return found;
}

// A pair for each column that has an expression; the others stay as they are.
void TableBuilder::pair_columns(const PairRequest& request, const SourceLocation& where) {
  std::vector<std::string> columns;
  for (const auto* expressions : {&request.up, &request.down}) {
    for (const auto& [column, text] : *expressions) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end())
        columns.push_back(column);
    }
  }
  const auto text_of = [](const model::ColumnExpressions& of,
                          const std::string& column) -> std::optional<model::SqlText> {
    for (const auto& [name, text] : of) {
      if (name == column) return text;
    }
    return std::nullopt;
  };
  for (const std::string& column : columns) {
    model::AlterColumn alter;
    alter.table = change_.after;
    alter.column = column;
    alter.up = text_of(request.up, column);
    alter.down = text_of(request.down, column);
    alter.on_error = request.on_error;
    alter_column(alter, where);
  }
}

void TableBuilder::create_constraint(const model::CreateConstraint& op,
                                     const SourceLocation& where) {
  const model::ConstraintSpec& spec = op.constraint;
  if (change_.fate == TableFate::created) {
    context_->problem(where, fmt::format("table {} is created by the same migration: give it the "
                                         "constraint there",
                                         change_.after));
    return;
  }
  const model::CatalogTable* live = context_->catalog.table(change_.physical);
  const bool taken =
      (live != nullptr && live->constraint(spec.name) != nullptr &&
       !change_.drops_constraint(spec.name)) ||
      std::any_of(change_.created_constraints.begin(), change_.created_constraints.end(),
                  [&](const auto& c) { return c.name == spec.name; });
  if (taken) {
    context_->problem(where, fmt::format("create_constraint: table {} already has a constraint {}",
                                         change_.after, spec.name));
    return;
  }
  bool known = true;
  for (const auto* names : {&spec.columns, &spec.index_include_columns}) {
    for (const std::string& name : *names) known = require(name, where) != nullptr && known;
  }
  if (!known) return;
  pair_columns({op.up, op.down, op.on_error}, where);
  if (spec.type == ConstraintType::primary_key) make_key(spec, where);
  change_.created_constraints.push_back(spec);
}

// The columns of a primary key hold no NULL.
void TableBuilder::make_key(const model::ConstraintSpec& spec, const SourceLocation& where) {
  const model::CatalogTable* live = context_->catalog.table(change_.physical);
  const auto key = live == nullptr ? nullptr : [&]() -> const CatalogConstraint* {
    for (const CatalogConstraint& c : live->constraints) {
      if (c.type == 'p' && !change_.drops_constraint(c.name)) return &c;
    }
    return nullptr;
  }();
  if (key != nullptr) {
    context_->problem(where, fmt::format("table {} has the primary key {}: drop that in the same "
                                         "migration, before this",
                                         change_.after, key->name));
  }
  int place = 0;
  for (const std::string& name : spec.columns) {
    ColumnChange* column = find(name);
    column->shape.nullable = false;
    column->shape.primary_key = ++place;
  }
}

void TableBuilder::drop_constraint(const model::DropConstraint& op, const SourceLocation& where) {
  const CatalogConstraint* found = require_constraint(op.name, where);
  if (found == nullptr) return;
  if (found->type == 't' || found->inherited) {
    context_->problem(
        where,
        fmt::format("constraint {} of {} cannot be dropped here: it {}", op.name, change_.after,
                    found->inherited ? "comes from a parent table" : "is a constraint trigger"));
    return;
  }
  PairRequest pairs{op.up, op.down, op.on_error};
  for (auto* expressions : {&pairs.up, &pairs.down}) {
    for (auto& [column, text] : *expressions) {
      if (!column.empty()) continue;
      if (found->columns.size() != 1) {
        context_->problem(where, fmt::format("constraint {} of {} stands on {} columns: say "
                                             "drop_multicolumn_constraint, with an expression for "
                                             "each",
                                             op.name, change_.after, found->columns.size()));
        return;
      }
      column = name_of_physical(found->columns.front());
    }
  }
  const bool has_pair = !pairs.up.empty() || !pairs.down.empty();
  if (found->type == 'n' && !has_pair) {
    model::AlterColumn loosen;
    loosen.table = change_.after;
    loosen.column = name_of_physical(found->columns.front());
    loosen.nullable = true;
    alter_column(loosen, where);
    return;
  }
  change_.dropped_constraints.push_back(as_found(*found));
  change_.dropped_constraints.back().early = !has_pair && only_refuses(*found);
  pair_columns(pairs, where);
}

// Under its name in the newest version, of a column that the table had before.
std::string TableBuilder::name_of_physical(const std::string& physical) const {
  for (const ColumnChange& c : change_.columns) {
    if (c.old_physical == physical) return c.fate == ColumnFate::dropped ? c.before : c.after;
  }
  return physical;
}

void TableBuilder::rename_constraint(const model::RenameConstraint& op,
                                     const SourceLocation& where) {
  const model::CatalogTable* live = context_->catalog.table(change_.physical);
  if (live != nullptr && live->constraint(op.to) != nullptr && !change_.drops_constraint(op.to)) {
    context_->problem(where, fmt::format("rename_constraint: table {} already has a constraint {}",
                                         change_.after, op.to));
    return;
  }
  for (model::ConstraintSpec& created : change_.created_constraints) {
    if (created.name != op.from) continue;
    created.name = op.to;
    return;
  }
  if (require_constraint(op.from, where) == nullptr) return;
  change_.renamed_constraints.emplace_back(op.from, op.to);
}

// As the server asks it at REPLICA IDENTITY USING INDEX, after this migration; empty: fit.
std::string TableBuilder::unfit_as_identity(const model::CatalogTable& live,
                                            const model::CatalogIndex& index) const {
  if (!index.unique) return "is not unique";
  if (index.partial) return "has a predicate";
  const CatalogConstraint* constraint = live.constraint(index.constraint);
  if (constraint != nullptr && constraint->definition.find(" DEFERRABLE") != std::string::npos)
    return "is deferrable";
  for (const std::string& key : index.keys) {
    if (key.empty()) return "has an expression";
    const model::CatalogColumn* column = live.column(key);
    const bool tightened = std::any_of(
        change_.columns.begin(), change_.columns.end(),
        [&](const ColumnChange& c) { return c.old_physical == key && !c.shape.nullable; });
    if (column != nullptr && column->nullable && !tightened)
      return fmt::format("has column {}, which may be NULL", key);
  }
  return "";
}

void TableBuilder::set_replica_identity(const model::SetReplicaIdentity& op,
                                        const SourceLocation& where) {
  const model::CatalogTable* live = context_->catalog.table(change_.physical);
  if (op.identity == model::ReplicaIdentity::index) {
    const bool created = std::any_of(change_.created_indexes.begin(), change_.created_indexes.end(),
                                     [&](const auto& index) { return index.name == op.index; });
    if (!created && (live == nullptr || live->index(op.index) == nullptr)) {
      context_->problem(where, fmt::format("set_replica_identity: table {} has no index {}",
                                           change_.after, op.index));
      return;
    }
    const std::string unfit = created ? "" : unfit_as_identity(*live, *live->index(op.index));
    if (!unfit.empty()) {
      context_->problem(where, fmt::format("set_replica_identity: index {} {}; the server takes a "
                                           "unique one, of all rows, over columns that are NOT "
                                           "NULL and not deferrable",
                                           op.index, unfit));
      return;
    }
  }
  change_.replica_identity = op;
}

}  // namespace segue::plan
