#pragma once
// How a database is named on the command line, by formats.md 2, and what of it may be shown.

#include <string>
#include <string_view>

namespace segue::database {

/// The file that a SQLite URL names: without `sqlite:` or `sqlite://`.
[[nodiscard]] std::string sqlite_path(std::string_view url);

/// The path as a `file:` URI, special characters percent-encoded; `query` is e.g. "mode=ro".
[[nodiscard]] std::string sqlite_uri(std::string_view path, std::string_view query);

/// `text` with everything between double quotes blanked out, if `url` holds a password: libpq
/// quotes pieces of a URL that it could not read, and a password with a bare '@' or space is such a
/// piece.
[[nodiscard]] std::string without_secrets(std::string_view text, std::string_view url);

}  // namespace segue::database
