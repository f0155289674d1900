#pragma once
// SQL texts of a map: read as typed, checked for the database that the file is read for. A text
// that ends in a `--` comment gets a line break, so that what is put behind it is not swallowed;
// nothing else is changed, and a leading SELECT stays. Inside of this folder only.

#include <optional>
#include <string>
#include <string_view>

#include "engine/parse/expression_check.hpp"
#include "engine/parse/fields.hpp"

namespace segue::parse {

/// Whether an expression may read as a query. The databases refuse one in defaults and constraints.
enum class LeadingSelect { refused, accepted };

/// An expression; text that is wrong is reported and still returned, since it was given.
[[nodiscard]] std::optional<model::SqlText> read_expression(const Fields& fields,
                                                            std::string_view key, Needed needed,
                                                            LeadingSelect select);

/// `up` or `down` of a column: an expression, or a map from database to expression.
[[nodiscard]] std::optional<model::SqlText> read_mapping(const Fields& fields,
                                                         std::string_view key);

/// `up` or `down` of several columns: a map from column to expression.
[[nodiscard]] model::ColumnExpressions read_mappings(const Fields& fields, std::string_view key);

/// `on_error`; absent: fail.
[[nodiscard]] model::OnError read_on_error(const Fields& fields);

/// One or more statements.
[[nodiscard]] std::optional<model::SqlText> read_statement(const Fields& fields,
                                                           std::string_view key, Needed needed);

/// As read_statement, or a map from database to statements.
[[nodiscard]] std::optional<model::SqlText> read_statement_per_database(const Fields& fields,
                                                                        std::string_view key,
                                                                        Needed needed);

/// A list entry or value that is an expression itself.
[[nodiscard]] std::optional<model::SqlText> read_expression_node(const FileContext& file,
                                                                 const Node& node,
                                                                 const std::string& what,
                                                                 LeadingSelect select);

/// The key `definition`, which together with the shape's prefix is one statement.
[[nodiscard]] std::optional<model::SqlText> read_definition(const Fields& fields,
                                                            const DefinitionShape& shape,
                                                            Needed needed);

/// The name of a type, as typed.
[[nodiscard]] std::string read_type(const Fields& fields, std::string_view key, Needed needed);

/// A part of a statement that has no grammar of its own here (storage parameters): not empty,
/// closed.
[[nodiscard]] std::string read_fragment(const Fields& fields, std::string_view key, Needed needed);

}  // namespace segue::parse
