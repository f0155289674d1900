#include "engine/dialect/postgres/statistics.hpp"

#include <fmt/format.h>

#include "engine/core/own_names.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/new_side_columns.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogDependent;
using model::CatalogTable;
using model::TableChange;

// "CREATE STATISTICS s.n (kinds) ON a, b FROM s.t" → " (kinds) ON a, b".
std::string kinds_and_columns(const std::string& definition) {
  const std::size_t before = std::string_view("CREATE STATISTICS ").size();
  std::size_t from = std::string::npos;
  for (const SqlToken& token : sql_tokens(std::string_view(definition).substr(before))) {
    if (token.is_name() || token.text == ".") continue;
    from = before + token.offset;
    break;
  }
  const std::size_t to = definition.rfind(" FROM ");
  if (to == std::string::npos || from > to) {
    throw Error(ErrorKind::bug, "a definition of statistics without FROM");
  }
  return definition.substr(from, to - from);
}

// "s"."n" → both parts, unquoted.
QualifiedName taken_apart(const std::string& quoted) {
  std::vector<std::string> names;
  for (const SqlToken& token : sql_tokens(quoted)) {
    if (token.is_name()) names.push_back(token.name());
  }
  return {names.at(0), names.at(1)};
}

QualifiedName interim_of(const CatalogDependent& statistics, const RenderContext& context) {
  const QualifiedName name = taken_apart(statistics.name);
  return {name.schema, interim_name(change_of(context).ordinal, name.name)};
}

std::vector<const CatalogDependent*> carried(const TableChange& table,
                                             const RenderContext& context) {
  const CatalogTable* live = context.catalog.table(table.physical);
  if (live == nullptr) return {};
  return carried_statistics(table, *live);
}

}  // namespace

std::vector<const CatalogDependent*> carried_statistics(const TableChange& table,
                                                        const CatalogTable& live) {
  std::vector<const CatalogDependent*> out;
  if (table.fate != model::TableFate::changed) return out;
  const auto replaced = replacements(table);
  for (const CatalogDependent& d : live.dependents) {
    if (d.kind != "statistics" || !touches(d.columns, replaced)) continue;
    if (depends_on_dropped(d.columns, table)) continue;
    if (is_interim_statistics(d)) continue;
    out.push_back(&d);
  }
  return out;
}

bool is_interim_statistics(const CatalogDependent& dependent) {
  return dependent.kind == "statistics" && is_own_name(taken_apart(dependent.name).name);
}

std::set<std::string> schemas_of_statistics(const model::Change& change,
                                            const model::Catalog& catalog) {
  std::set<std::string> out;
  for (const TableChange& table : change.tables) {
    const CatalogTable* live = catalog.table(table.physical);
    if (live == nullptr) continue;
    for (const CatalogDependent* d : carried_statistics(table, *live)) {
      out.insert(taken_apart(d->name).schema);
    }
  }
  return out;
}

std::vector<Statement> create_statistics(const TableChange& table, const RenderContext& context) {
  std::vector<Statement> out;
  const auto all = carried(table, context);
  if (all.empty()) return out;
  out.push_back(author_search_path(context));
  for (const CatalogDependent* d : all) {
    const QualifiedName name = interim_of(*d, context);
    out.push_back({.sql = fmt::format("CREATE STATISTICS IF NOT EXISTS {}{} FROM {}", name,
                                      renamed(kinds_and_columns(d->definition), table.physical,
                                              replacements(table)),
                                      relation(table.physical, context)),
                   .lock = "SHARE UPDATE EXCLUSIVE"});
    if (!d->options.empty()) {
      out.push_back(
          {.sql = fmt::format("ALTER STATISTICS {} SET STATISTICS {}", name, d->options)});
    }
  }
  out.push_back(own_search_path());
  return out;
}

std::vector<Statement> drop_statistics(const TableChange& table, const RenderContext& context) {
  std::vector<Statement> out;
  for (const CatalogDependent* d : carried(table, context)) {
    out.push_back({.sql = fmt::format("DROP STATISTICS IF EXISTS {}", interim_of(*d, context))});
  }
  return out;
}

std::vector<Statement> name_statistics(const TableChange& table, const RenderContext& context) {
  const CatalogTable* live = context.catalog.table(table.physical);
  std::vector<Statement> out;
  for (const CatalogDependent* d : carried(table, context)) {
    const QualifiedName name = taken_apart(d->name);
    out.push_back({.sql = fmt::format("ALTER STATISTICS {} RENAME TO {}", interim_of(*d, context),
                                      Identifier(name.name))});
    if (!d->comment.empty()) {
      out.push_back(
          {.sql = fmt::format("COMMENT ON STATISTICS {} IS {}", name, literal(d->comment))});
    }
    if (d->owner != live->owner) {
      out.push_back(
          {.sql = fmt::format("ALTER STATISTICS {} OWNER TO {}", name, Identifier(d->owner))});
    }
  }
  return out;
}

}  // namespace segue::dialect::postgres
