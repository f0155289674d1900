#pragma once
// What is known of PostgreSQL's built-in types without asking a server. Sources: the type-change
// matrix measured on 15 (docs/decisions/0002) and the documentation's list of type aliases.

#include <string>

namespace segue::dialect::postgres {

/// As format_type prints it: aliases replaced, white space normal. User types stay as written.
[[nodiscard]] std::string normal_type(const std::string& type);
/// No rewrite of rows and none of indexes.
[[nodiscard]] bool widens_in_place(const std::string& from, const std::string& to);
/// A literal, a cast of one, or a function known to be stable (`now()`): ADD COLUMN writes no row.
[[nodiscard]] bool is_constant_default(const std::string& sql);
/// The type's `=` means equal bytes, so IS DISTINCT FROM sees every change. Only for built-in
/// types; a column with another collation than the default's is decided by the catalogue.
[[nodiscard]] bool equality_is_bytes(const std::string& type);
/// Values of the type that its btree `=` calls equal may be stored in more than one way.
[[nodiscard]] bool has_representations(const std::string& type);
/// The expression as assignment to a column of the type would store it: rounded, padded, and an
/// error where a string is too long (an explicit cast would cut it).
[[nodiscard]] std::string as_assigned(const std::string& expression, const std::string& type);
/// The type without its modifier.
[[nodiscard]] std::string without_modifier(const std::string& type);

}  // namespace segue::dialect::postgres
