#pragma once
// Pieces of text that several reports share: amounts for people, indented blocks, aligned columns.
// Pure; any thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue::report {

/// "0 rows", "1 row", "35,000 rows".
[[nodiscard]] std::string count_text(std::int64_t count, std::string_view singular,
                                     std::string_view plural);
/// "35,000".
[[nodiscard]] std::string number_text(std::int64_t number);
/// "12 ms", "3.4 s", "2 min 5 s", "3 h 10 min", "2 d 4 h": two units at most.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// The text with every line after the first indented by `width` spaces; no trailing line break.
[[nodiscard]] std::string hanging(std::string_view text, std::size_t width);

/// Words wrapped at `columns`, every line after the first indented by `indent`. Counts characters,
/// not bytes; a word longer than a line stays whole.
struct Wrap {
  std::size_t indent = 0;
  std::size_t columns = 100;
};
[[nodiscard]] std::string wrapped(std::string_view text, const Wrap& wrap);

/// Number of characters (code points) in UTF-8 text, escape sequences not counted.
[[nodiscard]] std::size_t visible_width(std::string_view text);

/// Rows as left-aligned columns two spaces apart; the last column is not padded. One line per row.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// The text safe for a terminal and for one line: control characters and line breaks as spaces.
[[nodiscard]] std::string one_line(std::string_view text);

/// Names in a row: "a, b and c".
[[nodiscard]] std::string joined_names(const std::vector<std::string>& names);

}  // namespace segue::report
