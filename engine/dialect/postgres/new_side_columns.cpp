// Which columns of a table are new, and texts over them.

#include "engine/dialect/postgres/new_side_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/sql_tokens.hpp"

namespace segue::dialect::postgres {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

// Old physical column → new physical column, for those that this migration replaces.
std::map<std::string, std::string> replacements(const TableChange& table) {
  std::map<std::string, std::string> out;
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::replaced) out[c.old_physical] = c.new_physical;
  }
  return out;
}

bool depends_on_dropped(const std::set<std::string>& columns, const TableChange& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnChange& c) {
    return c.fate == ColumnFate::dropped && columns.contains(c.old_physical);
  });
}

std::string renamed(const std::string& text, const std::string& table,
                    const std::map<std::string, std::string>& replaced) {
  return replace_columns(text, table, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = replaced.find(name);
    if (found == replaced.end()) return std::nullopt;
    return Identifier(found->second).quoted();
  });
}

// The physical column that a logical name of the new version means.
std::string physical_of(const std::string& logical, const TableChange& table) {
  for (const ColumnChange& c : table.columns) {
    if (c.fate != ColumnFate::dropped && c.after == logical) return c.new_physical;
  }
  return logical;
}

// Logical → physical, for every column of the new version.
std::map<std::string, std::string> physical_names(const TableChange& table) {
  std::map<std::string, std::string> names;
  for (const ColumnChange& c : table.columns) {
    if (c.fate != ColumnFate::dropped) names[c.after] = c.new_physical;
  }
  return names;
}

std::string listed(const std::vector<std::string>& logical, const TableChange& table) {
  std::vector<std::string> out;
  for (const std::string& name : logical) {
    out.push_back(Identifier(physical_of(name, table)).quoted());
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

// Nothing of it is new: it binds whoever writes these columns.
bool is_of_old_columns(const std::set<std::string>& logical, const TableChange& table) {
  return std::none_of(table.columns.begin(), table.columns.end(), [&](const ColumnChange& c) {
    const bool is_new = c.fate == ColumnFate::added || c.fate == ColumnFate::replaced;
    return is_new && logical.contains(c.after);
  });
}

}  // namespace segue::dialect::postgres
