#pragma once
// The parts of operations that describe columns, constraints and references. Inside of this folder
// only.

#include <string>

#include "engine/parse/fields.hpp"

namespace segue::parse {

[[nodiscard]] model::ColumnSpec read_column(const FileContext& file, const Node& node);
[[nodiscard]] model::ConstraintSpec read_constraint(const FileContext& file, const Node& node);

/// The same from a map that has further keys; `constraint_keys` are those of the constraint.
[[nodiscard]] model::ConstraintSpec read_constraint(const Fields& fields);
[[nodiscard]] const Keys& constraint_keys();

/// `references: {name, table, column, …}` of a column.
[[nodiscard]] std::optional<model::ReferencesSpec> read_column_references(const Fields& column);

/// `check: {name, constraint, no_inherit}` of a column.
[[nodiscard]] std::optional<model::CheckSpec> read_check(const Fields& fields);

}  // namespace segue::parse
