#pragma once
// One file as read_migration and read_folder both need it. Inside of this folder only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parse/migration_reader.hpp"

namespace segue::parse {

struct FileResult {
  std::optional<model::Migration> migration;  // only without problems
  std::string version_schema;                 // also with problems, if it could be read
  SourceLocation version_where;               // the key's value, else the file
  std::vector<Problem> problems;
};

[[nodiscard]] FileResult read_file_text(const std::string& file, std::string_view text,
                                        const ReadOptions& options);

/// The file's name without folder and extension.
[[nodiscard]] std::string stem_of(const std::string& file);

/// `.yaml` in lower case; empty if there is none.
[[nodiscard]] std::string extension_of(const std::string& file);

/// The path for messages: bytes that are no UTF-8 become '?', since reports are JSON.
[[nodiscard]] std::string printable(std::string_view path);

}  // namespace segue::parse
