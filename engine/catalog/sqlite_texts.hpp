#pragma once
// What the texts of SQLite's triggers, views and indexes say. SQLite keeps no dependencies: the
// texts are the only source, so the answers err on the side of "depends". Pure; any thread.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/sql_tokens.hpp"
#include "engine/model/catalog.hpp"

namespace segue::catalog {

/// A text and what it consists of, taken apart once however often it is asked. Borrows the text.
struct SchemaText {
  SchemaText(std::string_view text);  // NOLINT(google-explicit-constructor)
  SchemaText(const std::string& text) : SchemaText(std::string_view(text)) {}  // NOLINT
  SchemaText(const char* text) : SchemaText(std::string_view(text)) {}         // NOLINT

  std::string_view sql;
  std::vector<SqlToken> tokens;  // without white space and comments
};

/// Name, time, events, UPDATE OF and definition of a trigger, from its text; `columns` are those of
/// its table, for depends_on.
[[nodiscard]] model::CatalogTrigger trigger_from_text(std::string_view name, const SchemaText& text,
                                                      const std::set<std::string>& columns);

/// True when a token of the text can be the table's name.
[[nodiscard]] bool names_table(const SchemaText& text, std::string_view table);

/// The columns among `columns` that the text names, whichever table it means; none when the text
/// has a `*`, which stands for the whole table.
[[nodiscard]] std::set<std::string> named_columns(const SchemaText& text,
                                                  const std::set<std::string>& columns);

/// The columns that a CREATE INDEX reads: keys, expressions and predicate.
[[nodiscard]] std::set<std::string> index_columns(std::string_view sql, std::string_view table,
                                                  const std::set<std::string>& columns);

}  // namespace segue::catalog
