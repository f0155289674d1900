#pragma once
// Small pieces of SQL that every text of the rebuild is made of: quoted lists, author's expressions
// over an alias, equality and change by stored image (protocol-sqlite.md 3, rules 4 to 6).

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dialect/dialect.hpp"
#include "engine/dialect/sqlite/rebuild.hpp"

namespace segue::dialect::sqlite {

enum class Affinity { text, numeric, integer, real, blob };

[[nodiscard]] Affinity affinity_of(const std::string& declared_type);

/// True when the column stores 1 and 1.0, which are equal, as two values.
[[nodiscard]] bool keeps_types_apart(const std::string& declared_type);
/// True when the new type, written into the table's text, is true for what is stored: the same
/// affinity stores the same bytes. But a key that is INTEGER is the rowid, and any other has an
/// index: a text that says the other thing makes the file unreadable.
[[nodiscard]] bool holds_in_place(const TypeChange& change);

[[nodiscard]] std::string collate_binary();
[[nodiscard]] std::string quoted(const std::string& name);
[[nodiscard]] std::string column_of(const std::string& alias, const std::string& column);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& names);

/// The expression with each argument read from `alias`, in parentheses.
[[nodiscard]] std::string over(const model::Expression& expression, const std::string& alias);

/// The expression with each argument replaced by a text.
[[nodiscard]] std::string with_arguments(
    const model::Expression& expression,
    const std::function<std::string(const std::string& physical)>& text_of);

/// The column read as it is.
[[nodiscard]] model::Expression reading(const std::string& column);

/// Renames columns inside a text of the author (CHECK, index term): `name_of` returns the new name.
[[nodiscard]] std::string with_renamed_columns(
    const std::string& sql, const std::string& table,
    const std::function<std::string(const std::string& name)>& name_of);

/// The columns of `all` that the text refers to.
[[nodiscard]] std::vector<std::string> columns_read(const std::string& sql,
                                                    const std::string& table,
                                                    const std::vector<std::string>& all);

/// (n.c IS +(expr) COLLATE BINARY), by stored image.
[[nodiscard]] std::string equals(const Derived& derived, const std::string& taker_alias,
                                 const std::string& giver_alias);

}  // namespace segue::dialect::sqlite
