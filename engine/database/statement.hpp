#pragma once
// What the adapters must know of a statement's text: its first word, and whether it is the only
// one.

#include <string>
#include <string_view>

namespace segue::database {

/// The first word in upper case, past white space and comments; "" when there is none.
[[nodiscard]] std::string first_word(std::string_view sql);

/// True for white space, comments and semicolons only.
[[nodiscard]] bool is_empty_statement(std::string_view sql);

/// COMMIT, END, and the two halves of a prepared transaction: when the connection ends while one of
/// them runs, nobody knows whether it took effect.
[[nodiscard]] bool is_commit(std::string_view sql);

/// True when a second statement follows a semicolon (not inside a body BEGIN ATOMIC … END).
[[nodiscard]] bool has_second_statement(std::string_view sql);

}  // namespace segue::database
