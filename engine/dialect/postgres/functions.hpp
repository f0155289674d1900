#pragma once
// Functions of the author's expressions (protocol-postgres.md 5).

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// CREATE FUNCTION for every `up` and `down` of the change, with its `_raises` twin for `up`.
[[nodiscard]] std::vector<Statement> create_functions(const RenderContext& context);
[[nodiscard]] std::vector<Statement> drop_functions(const model::Change& change);
/// The twin that tells whether `up` raises for a row: for counting and naming rows, never in
/// triggers.
[[nodiscard]] QualifiedName raises_function(const QualifiedName& function);
/// The author's text as one expression over parameters or columns named `name`: the qualifier of
/// the row's own table is dropped, names are quoted, a leading SELECT becomes a subquery.
[[nodiscard]] std::string expression_text(const model::Expression& expression,
                                          const std::string& table, const std::string& target_type);

}  // namespace segue::dialect::postgres
