#pragma once
// What the texts of SQLite's triggers, views and indexes say. SQLite keeps no dependencies: the
// texts are the only source, so the answers err on the side of "depends". Pure; any thread.

#include <set>
#include <string>
#include <string_view>

#include "engine/model/catalog.hpp"

namespace segue::catalog {

/// Name, time, events, UPDATE OF and definition of a trigger, from its text; `columns` are those of
/// its table, for depends_on.
[[nodiscard]] model::CatalogTrigger trigger_from_text(std::string_view name, std::string_view sql,
                                                      const std::set<std::string>& columns);

/// True when a token of the text can be the table's name.
[[nodiscard]] bool names_table(std::string_view sql, std::string_view table);

/// The columns among `columns` that the text names, whichever table it means; none when the text
/// has a
/// `*`, which stands for the whole table.
[[nodiscard]] std::set<std::string> named_columns(std::string_view sql,
                                                  const std::set<std::string>& columns);

/// The columns that a CREATE INDEX reads: keys, expressions and predicate.
[[nodiscard]] std::set<std::string> index_columns(std::string_view sql, std::string_view table,
                                                  const std::set<std::string>& columns);

}  // namespace segue::catalog
