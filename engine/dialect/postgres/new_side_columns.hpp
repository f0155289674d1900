#pragma once
// Which columns of a table are new, and texts over them. For the files that say which indexes and
// constraints stand on the new side.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/model/change.hpp"

namespace segue::dialect::postgres {

/// Old physical column → new physical column, for those that this migration replaces.
[[nodiscard]] std::map<std::string, std::string> replacements(const model::TableChange& table);
/// One of `columns` is replaced.
template <typename Columns>
[[nodiscard]] bool touches(const Columns& columns,
                           const std::map<std::string, std::string>& replaced) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const std::string& column) { return replaced.contains(column); });
}
[[nodiscard]] bool depends_on_dropped(const std::set<std::string>& columns,
                                      const model::TableChange& table);
/// `text` over columns of `table` with other names.
[[nodiscard]] std::string renamed(const std::string& text, const std::string& table,
                                  const std::map<std::string, std::string>& names);
/// The physical column that a logical name of the new version means.
[[nodiscard]] std::string physical_of(const std::string& logical, const model::TableChange& table);
/// Logical → physical, for every column of the new version.
[[nodiscard]] std::map<std::string, std::string> physical_names(const model::TableChange& table);
/// Logical names as physical ones, quoted and joined by commas.
[[nodiscard]] std::string listed(const std::vector<std::string>& logical,
                                 const model::TableChange& table);
/// Nothing of it is new: it binds whoever writes these columns.
[[nodiscard]] bool is_of_old_columns(const std::set<std::string>& logical,
                                     const model::TableChange& table);

}  // namespace segue::dialect::postgres
