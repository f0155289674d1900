#pragma once
// The dual-write probe (protocol-postgres.md 8): in a savepoint that is rolled back, on a
// connection that has not touched the table, one row takes another row's values on one side, and
// the other side must follow. A constraint of the user may forbid that write; then the functions
// are called on a sample of rows instead. An empty table leaves the proof to the catalogue: the
// triggers are there and always fire.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

void probe_old_side(TransactionScript& script, const model::TableChange& table,
                    const RenderContext& context);
void probe_new_side(TransactionScript& script, const model::TableChange& table,
                    const RenderContext& context);

}  // namespace segue::dialect::postgres
