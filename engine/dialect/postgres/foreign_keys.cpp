// A replaced column of a key takes the foreign keys that refer to it along: beside the one that
// refers to the old column there is one that refers to the new, until the swap drops the first and
// gives its name to the second. Both are checked meanwhile, so a child's row has its parent on
// either side; where an action runs for both, the second finds nothing left to do.

#include "engine/dialect/postgres/foreign_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/core/identifier.hpp"
#include "engine/core/own_names.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/new_side_columns.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogConstraint;
using model::CatalogTable;
using model::TableChange;
using Names = std::map<std::string, std::string>;

// Behind the parenthesis that closes the second list: actions, deferrability.
std::string after_lists(const std::string& definition) {
  int lists = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < definition.size(); ++i) {
    if (definition[i] == '"') quoted = !quoted;
    if (!quoted && definition[i] == ')' && ++lists == 2) return definition.substr(i + 1);
  }
  throw Error(ErrorKind::bug, "a foreign key's definition without two lists: " + definition);
}

std::string mapped(const std::vector<std::string>& columns, const Names& names) {
  std::vector<std::string> out;
  for (const std::string& column : columns) {
    const auto found = names.find(column);
    out.push_back(Identifier(found == names.end() ? column : found->second).quoted());
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

// A list of SET NULL (…) names columns of the child.
std::string definition_of(const CatalogConstraint& key, const std::string& child,
                          const Names& child_names, const Names& parent_names) {
  std::string rest = renamed(after_lists(key.definition), child, child_names);
  if (rest.ends_with(" NOT VALID")) rest.resize(rest.size() - 10);
  return fmt::format("FOREIGN KEY ({}) REFERENCES {}({}){}", mapped(key.columns, child_names),
                     key.referenced_table, mapped(key.referenced_columns, parent_names), rest);
}

}  // namespace

const TableChange* changed_table(const std::string& physical, const model::Change& change) {
  for (const TableChange& table : change.tables) {
    if (table.fate == model::TableFate::changed && table.physical == physical) return &table;
  }
  return nullptr;
}

std::optional<std::string> table_in(const std::string& schema, const std::string& quoted) {
  const std::string prefix = Identifier(schema).quoted() + ".";
  if (!quoted.starts_with(prefix)) return std::nullopt;
  std::string name;
  for (std::size_t i = prefix.size() + 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '"') ++i;
    name += quoted[i];
  }
  return name;
}

std::vector<NewSideObject> rebuilt_foreign_keys(const TableChange& table,
                                                const model::Change& change,
                                                const CatalogTable& live) {
  std::vector<NewSideObject> out;
  const Names own = replacements(table);
  for (const CatalogConstraint& key : live.constraints) {
    const std::set<std::string> columns(key.columns.begin(), key.columns.end());
    const bool ours = is_own_name(key.name);
    if (key.type != 'f' || ours || table.drops_constraint(key.name)) continue;
    if (depends_on_dropped(columns, table)) continue;
    const auto parent_name = table_in(live.schema, key.referenced_table);
    const TableChange* parent = parent_name ? changed_table(*parent_name, change) : nullptr;
    const Names referred = parent == nullptr ? Names{} : replacements(*parent);
    const bool refers_to_new = touches(key.referenced_columns, referred);
    if (!touches(key.columns, own) && !refers_to_new) continue;
    out.push_back({.object = "rebuild:" + key.name,
                   .interim = interim_name(change.ordinal, key.name),
                   .final_name = key.name,
                   .definition = definition_of(key, table.physical, own, referred),
                   .constraint_type = 'f',
                   .referenced = key.referenced_table,
                   .validated = key.validated,
                   .refers_to_new = refers_to_new});
  }
  for (const CatalogConstraint& key : live.incoming) {
    const auto child = table_in(live.schema, key.on_table);
    const bool ours = is_own_name(key.name);
    if (!child || ours || changed_table(*child, change) != nullptr) continue;
    if (!touches(key.referenced_columns, own)) continue;
    out.push_back({.object = fmt::format("incoming:{}.{}", *child, key.name),
                   .interim = interim_name(change.ordinal, key.name),
                   .final_name = key.name,
                   .definition = definition_of(key, *child, {}, own),
                   .constraint_type = 'f',
                   .referenced = key.referenced_table,
                   .validated = key.validated,
                   .on_table = *child,
                   .refers_to_new = true});
  }
  return out;
}

}  // namespace segue::dialect::postgres
