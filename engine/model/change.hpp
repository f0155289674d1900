#pragma once
// A migration resolved against the version before it: what becomes of every table and column that it
// touches. This is the logical plan: plain data, stored when the migration begins, hashed, and the one
// source from which the dialects derive every statement (ADD COLUMN, sync, backfill, compare, views,
// swap, inverses). Several operations on one table are folded into one TableChange here.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/operation.hpp"
#include "engine/model/version.hpp"

namespace segue::model {

/// A column that an expression reads: by the name in the author's text, and the physical column that
/// holds it.
struct Argument {
  std::string name;
  std::string physical;
  std::string type;

  friend bool operator==(const Argument&, const Argument&) = default;
};

/// What is known of an expression (protocol-postgres.md 5). `weak` needs the weaker proof.
enum class ExpressionClass { immutable, stable, weak };

/// An author's expression over one version of a row.
struct Expression {
  SqlText sql;
  std::vector<Argument> arguments;      // used columns only, in order of name
  ExpressionClass presumed = ExpressionClass::immutable;
  bool is_derived = false;              // a cast that the engine supplied
};

enum class ColumnFate { kept, added, dropped, replaced };

/// One column, from the version before to the version after. A rename is `kept` with two names.
/// kept: old_physical == new_physical. added: new_physical. dropped: old_physical. replaced: both.
struct ColumnChange {
  ColumnFate fate = ColumnFate::kept;
  std::string before;                   // logical names; empty when absent
  std::string after;
  std::string old_physical;
  std::string new_physical;
  ColumnShape shape_before;
  ColumnShape shape;                    // after
  std::optional<Expression> up;
  std::optional<Expression> down;
  OnError on_error = OnError::fail;
  std::optional<CheckSpec> check;       // added by this migration
  std::optional<UniqueSpec> unique;     // added by this migration
  std::optional<ReferencesSpec> references;   // of an added column
  std::string sequence;                 // PostgreSQL: made for an added serial or identity column
  std::string sequence_options;
  std::string strategy;                 // as the author asked; empty: the planner's choice
  std::string reason;                   // why this path was taken, for the plan
  SourceLocation where;

  [[nodiscard]] bool is_renamed() const { return fate == ColumnFate::kept && before != after; }
  /// Kept in place, but a facet of its shape differs or a constraint is added.
  [[nodiscard]] bool is_altered() const;
  /// A value must be moved: a side follows another by `up` or `down`.
  [[nodiscard]] bool has_sync() const { return up.has_value() || down.has_value(); }
  /// PostgreSQL: replaced by a column that has the new name at once. Clients of the base table know
  /// both names.
  [[nodiscard]] bool is_dual() const {
    return fate == ColumnFate::replaced && before != after && new_physical == after;
  }
};

/// A constraint of the table as found that this migration drops.
struct DroppedConstraint {
  std::string name;
  char type = 'c';            // as in CatalogConstraint
  std::string definition;     // the server's own text
  std::string comment;
  bool validated = true;
  bool enforced = true;
  std::string referenced_table;                   // foreign keys: qualified, quoted
  std::vector<std::string> columns;               // physical
  std::vector<std::string> referenced_columns;
  /// Old clients do not miss it: it goes in expand. Otherwise it goes with the swap.
  bool early = false;

  friend bool operator==(const DroppedConstraint&, const DroppedConstraint&) = default;
};

enum class TableFate { created, dropped, changed };

struct TableChange {
  TableFate fate = TableFate::changed;
  std::string before;                   // logical names; empty when absent
  std::string after;
  std::string physical;                 // the base table's name
  std::vector<ColumnChange> columns;    // new version's order, then the dropped ones
  std::optional<CreateTable> create;    // fate created
  std::vector<CreateIndex> created_indexes;
  std::vector<std::string> dropped_indexes;
  std::vector<ConstraintSpec> created_constraints;    // columns by logical name, each with a name
  std::vector<DroppedConstraint> dropped_constraints;
  std::vector<std::pair<std::string, std::string>> renamed_constraints;
  std::optional<SetReplicaIdentity> replica_identity;
  SourceLocation where;

  [[nodiscard]] bool is_renamed() const { return fate == TableFate::changed && before != after; }
  /// Some column is kept up by sync (a pair, a filled new column, a dropped column with `down`).
  [[nodiscard]] bool has_sync() const;
  [[nodiscard]] bool drops_constraint(const std::string& name) const;
  /// Constraints as such change; those of single columns stand in the columns.
  [[nodiscard]] bool changes_constraints() const;
  /// The table has another shape, name or constraint in the new version than in the one before.
  [[nodiscard]] bool differs() const;
};

/// A statement by the author in a phase, with its own reverse.
struct OpaqueStep {
  std::optional<SqlText> sql;
  std::optional<SqlText> reverse;
  std::optional<SqlText> verify;
  bool transaction = true;
  std::optional<PhaseBackfill> backfill;
};

/// The resolved migration.
struct Change {
  std::string migration;
  std::string version_schema;
  std::string file_hash;
  int ordinal = 0;                      // PostgreSQL: stands in physical names and in the marker
  std::vector<TableChange> tables;
  std::vector<ObjectOperation> objects;  // in the order of the file
  std::vector<OpaqueStep> expand, migrate, contract;

  [[nodiscard]] const TableChange* table_after(const std::string& name) const;
};

/// Every foreign key that `table` (a TableChange) gets, with the place where it is written.
template <class Table, class Visitor>
void visit_references(Table& table, const Visitor& visitor) {
  if (table.create) {
    for (auto& column : table.create->columns) {
      if (column.references) visitor(*column.references, column.where);
    }
    for (auto& constraint : table.create->constraints) {
      if (constraint.references) visitor(*constraint.references, constraint.where);
    }
  }
  for (auto& constraint : table.created_constraints) {
    if (constraint.references) visitor(*constraint.references, constraint.where);
  }
  for (auto& column : table.columns) {
    if (column.references) visitor(*column.references, column.where);
  }
}

/// The version that `change` makes of `before`.
[[nodiscard]] Version applied(const Version& before, const Change& change);

}  // namespace segue::model
