#pragma once
// Texts of new migration files. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

namespace segue::cli {

/// Operations that have a template, in the order of the help.
[[nodiscard]] std::vector<std::string> template_operations();

/// A complete, valid file with one example per operation; names in it are to be replaced.
[[nodiscard]] std::string migration_template(const std::vector<std::string>& operations);

/// The stem for a new file: `name` with the next number of the folder in front, as wide as the
/// highest there ("0008_name"), "0001_" in an empty one; `name` itself if it starts with a number
/// and '_'. `stems` are the names of files and folders that are there.
[[nodiscard]] std::string next_stem(std::string_view name, const std::vector<std::string>& stems);

}  // namespace segue::cli
