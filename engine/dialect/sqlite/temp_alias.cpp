#include "engine/dialect/sqlite/temp_alias.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/keys.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::CatalogColumn;

std::vector<std::string> key_of(const model::CatalogTable& table) {
  std::vector<std::string> key;
  for (const CatalogColumn& column : table.columns) {
    if (column.primary_key > 0) key.push_back(column.name);
  }
  if (!key.empty()) return key;
  for (const model::CatalogIndex& index : table.indexes) {
    const bool names_rows =
        index.unique && !index.partial && !index.keys.empty() &&
        std::all_of(index.keys.begin(), index.keys.end(), [&](const std::string& name) {
          const CatalogColumn* column = name.empty() ? nullptr : table.column(name);
          return column != nullptr && !column->nullable;
        });
    if (names_rows) return index.keys;
  }
  return {};
}

// A view has no rowids: where no key tells rows apart, one of those that look alike is meant.
std::string row_at_old(const model::CatalogTable& table) {
  std::vector<std::string> tests;
  for (const std::string& name : key_of(table)) {
    tests.push_back(fmt::format("{} = {}", quoted(name), column_of("old", name)));
  }
  if (!tests.empty()) return join(tests, " AND ");
  for (const CatalogColumn& column : table.columns) {
    tests.push_back(fmt::format("{} IS {}", quoted(column.name), column_of("old", column.name)));
  }
  return fmt::format("{rowid} = (SELECT {rowid} FROM {table} WHERE {tests} LIMIT 1)",
                     "rowid"_a = free_rowid_name(old_columns(table)),
                     "table"_a = quoted(table.name), "tests"_a = join(tests, " AND "));
}

}  // namespace

std::vector<std::string> temp_alias(const std::string& name, const model::CatalogTable& target) {
  std::vector<std::string> written;
  std::vector<std::string> values;
  std::vector<std::string> assigned;
  for (const CatalogColumn& column : target.columns) {
    if (!column.generated.empty()) continue;
    written.push_back(column.name);
    values.push_back(column_of("new", column.name));
    assigned.push_back(fmt::format("{} = {}", quoted(column.name), values.back()));
  }
  // A trigger that names the alias itself would swallow the write without an error (hazard S18).
  const std::string table = quoted(protected_by("alias_forwards") ? target.name : name);
  const std::string at_old = row_at_old(target);
  const auto trigger = [&](const char* suffix, const char* event, const std::string& body) {
    return fmt::format("CREATE TEMP TRIGGER {} INSTEAD OF {} ON {} BEGIN {}; END",
                       quoted(fmt::format("segue_alias_{}_{}", name, suffix)), event, quoted(name),
                       body);
  };
  return {fmt::format("CREATE TEMP VIEW {} AS SELECT {} FROM main.{}", quoted(name),
                      quoted_list(old_columns(target)), quoted(target.name)),
          trigger("i", "INSERT",
                  fmt::format("INSERT INTO {}({}) VALUES ({})", table, quoted_list(written),
                              join(values, ", "))),
          trigger("u", "UPDATE",
                  fmt::format("UPDATE {} SET {} WHERE {}", table, join(assigned, ", "), at_old)),
          trigger("d", "DELETE", fmt::format("DELETE FROM {} WHERE {}", table, at_old))};
}

}  // namespace segue::dialect::sqlite
