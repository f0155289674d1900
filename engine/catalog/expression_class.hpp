#pragma once
// The presumed class of the author's expressions (protocol-postgres.md 5): what the catalogue knows
// of the functions that they call. Read-only. SQLite refuses what is not immutable, in its dialect.

#include "engine/database/database.hpp"
#include "engine/model/change.hpp"

namespace segue::catalog {

/// Sets Expression::presumed of every `up` and `down`: weak when the text holds a subquery or calls
/// a volatile function, stable when it calls a stable one or has to do with dates (their casts
/// depend on settings), else immutable. A name with several functions counts as the most volatile
/// of those that take as many arguments. Expand asks the server itself and stops at an expression
/// that is weaker.
void presume_classes(database::Database& database, model::Change& change,
                     const std::string& schema);

}  // namespace segue::catalog
