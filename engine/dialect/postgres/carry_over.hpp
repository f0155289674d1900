#pragma once
// What definitions do not say and a replaced column or a rebuilt index must still have: statistics
// targets, storage, options, comments, CLUSTER, replica identity.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Facts of `old` for the column that replaces it; `type` is the new column's.
[[nodiscard]] std::vector<Statement> column_facts(const QualifiedName& table,
                                                  const std::string& physical,
                                                  const std::string& type,
                                                  const model::CatalogColumn& old);
/// The privileges that `old` has of its own, for column `name` of a table or view.
[[nodiscard]] std::vector<Statement> column_grants(const QualifiedName& relation,
                                                   const std::string& name,
                                                   const model::CatalogColumn& old);
/// Facts of `old` for the index `name` that was built in its place.
[[nodiscard]] std::vector<Statement> index_facts(const QualifiedName& table,
                                                 const QualifiedName& name,
                                                 const model::CatalogIndex& old);

}  // namespace segue::dialect::postgres
