#pragma once
// Migration files → model::Migration. Strict: an unknown key, a duplicate key, a wrong shape, an
// empty file, two files with one name are each a Problem with file:line:column; all problems of all
// files are collected. What formats.md names but is not built yet is a Problem that says so by
// name. The only user of yaml-cpp and libpg_query. Reads files, writes nothing; any thread, no
// shared state.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/operation.hpp"

namespace segue::parse {

struct ReadOptions {
  /// Which of `up: {postgres:, sqlite:}` is taken, and whose rules texts and names are held to.
  model::DatabaseKind kind = model::DatabaseKind::postgres;
  std::size_t file_bytes_max = 4U << 20U;
  std::size_t nesting_max = 64;
  std::size_t statement_bytes_max = 1U << 20U;
};

struct ReadResult {
  std::vector<model::Migration> migrations;  // in natural order of names; none with problems
  std::vector<Problem> problems;             // in the order of files and lines
};

/// Reads one file's text. `file` is used for messages, for the migration's name (its stem) and for
/// the format (JSON for .json, else YAML). Columns count characters; a SqlText stands where its
/// first character does, behind a quote or in the first line of a block. A text is kept as written,
/// also a leading SELECT of `up` and `down`; only one that ends in a `--` comment gets a line
/// break, since it would swallow what is put behind it.
[[nodiscard]] ReadResult read_migration(const std::string& file, std::string_view text,
                                        const ReadOptions& options);

/// Reads every .yaml, .yml and .json of a folder (`.sql` is refused by name until it is built), in
/// natural order of names: digits compare as numbers, the rest as bytes. A folder that does not
/// exist is a Problem.
[[nodiscard]] ReadResult read_folder(const std::string& directory, const ReadOptions& options);

/// A migration's file as it is now, also one that cannot be read as a migration any more.
struct FileNow {
  std::string file;
  std::string hash;  // "" when it cannot be read at all
};

/// The files of the folder that are called `name`: one, or none.
[[nodiscard]] std::vector<FileNow> files_now(const std::string& directory, const std::string& name);

/// Natural order: "2_b" before "10_a".
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

/// For PostgreSQL: checks with libpg_query that `text` is one expression (a leading SELECT is
/// accepted) and returns a Problem with the exact place if it is not. Sizes and nesting are capped
/// first.
[[nodiscard]] std::vector<Problem> check_postgres_expression(const model::SqlText& text);

}  // namespace segue::parse
