#include "engine/dialect/postgres/subscribers.hpp"

#include <fmt/format.h>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/tables.hpp"

namespace segue::dialect::postgres {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

constexpr int postgres_15 = 150000;  // column lists, FOR TABLES IN SCHEMA

constexpr const char* how_to_accept = "then give --accept-subscribers \"reason\"";

PreflightQuery question(std::string sql, std::string message, const model::Settings& settings) {
  return {.sql = std::move(sql),
          .message = std::move(message),
          .where = {},
          .note = "subscribers",
          .refuses = settings.accept_subscribers.empty(),
          .accepted = settings.accept_subscribers};
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

// What a subscriber's table needs before expand's first row.
std::string additions(const TableChange& table, const QualifiedName& name) {
  std::vector<std::string> columns;
  for (const ColumnChange& c : table.columns) {
    if (c.fate != ColumnFate::added && c.fate != ColumnFate::replaced) continue;
    columns.push_back(fmt::format("ADD COLUMN {} {}", Identifier(c.new_physical), c.shape.type));
  }
  if (table.has_sync()) {
    columns.push_back(fmt::format("ADD COLUMN {} smallint", Identifier(marker_column)));
  }
  return columns.empty() ? "" : fmt::format("ALTER TABLE {} {}", name, joined(columns));
}

// And at the moment of the swap.
std::string renames(const TableChange& table, const QualifiedName& name) {
  std::vector<std::string> drops, out;
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::replaced || c.fate == ColumnFate::dropped) {
      drops.push_back(fmt::format("DROP COLUMN {}", Identifier(c.old_physical)));
    }
    if (c.fate == ColumnFate::dropped || c.new_physical == c.after) continue;
    out.push_back(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", name,
                              Identifier(c.new_physical), Identifier(c.after)));
  }
  if (table.has_sync()) drops.push_back(fmt::format("DROP COLUMN {}", Identifier(marker_column)));
  if (!drops.empty()) {
    out.insert(out.begin(), fmt::format("ALTER TABLE {} {}", name, joined(drops)));
  }
  if (table.is_renamed()) {
    out.push_back(fmt::format("ALTER TABLE {} RENAME TO {}", name, Identifier(table.after)));
  }
  return fmt::format("{}", fmt::join(out, "; "));
}

std::string creation(const TableChange& table, const QualifiedName& name) {
  std::vector<std::string> columns;
  for (const model::ColumnSpec& column : table.create->columns) {
    columns.push_back(column_definition(column));
  }
  return fmt::format("CREATE TABLE {} ({})", name, joined(columns));
}

// With a column list only those columns are carried, and none of ours is in it.
std::string carriers_of(const QualifiedName& table, const PlanInput& input) {
  const bool lists = input.catalog.server_version >= postgres_15;
  const std::string in_schema = fmt::format(
      R"sql(
    OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace AS s
      JOIN pg_catalog.pg_namespace AS n ON n.oid = s.pnnspid
      WHERE s.pnpubid = p.oid AND n.nspname = {}))sql",
      literal(table.schema));
  return fmt::format(
      R"sql(SELECT count(*), string_agg(pg_catalog.quote_ident(p.pubname), ', ')
FROM pg_catalog.pg_publication AS p
WHERE p.puballtables
    OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel AS r
      WHERE r.prpubid = p.oid AND r.prrelid = pg_catalog.to_regclass({}){}){})sql",
      literal(table.quoted()), lists ? " AND r.prattrs IS NULL" : "", lists ? in_schema : "");
}

}  // namespace

std::vector<PreflightQuery> subscribers_of_everything(const model::Settings& settings) {
  if (!protected_by("subscribers")) return {};
  return {
      question(R"sql(SELECT count(*), string_agg(pg_catalog.quote_ident(pubname), ', ')
FROM pg_catalog.pg_publication WHERE puballtables)sql",
               fmt::format("publication {{example}} carries all tables, those of the journal "
                           "too: a subscriber without them stops at the first row; create "
                           "them there first ({{journal}}), {}",
                           how_to_accept),
               settings),
      question(R"sql(SELECT count(*), string_agg(pg_catalog.quote_ident(slot_name) || ' (' || plugin
  || ')', ', ')
FROM pg_catalog.pg_replication_slots
WHERE slot_type = 'logical' AND active AND database = current_database()
  AND plugin <> 'pgoutput')sql",
               fmt::format("logical slot {{example}} is being read: its reader sees rows of "
                           "the journal and new columns; see that it copes, {}",
                           how_to_accept),
               settings)};
}

std::vector<PreflightQuery> subscriber_questions(const model::Change& change,
                                                 const PlanInput& input) {
  std::vector<PreflightQuery> out = subscribers_of_everything(input.settings);
  if (!protected_by("subscribers")) return out;
  for (const TableChange& table : change.tables) {
    if (table.fate == TableFate::dropped) continue;
    const QualifiedName name{input.catalog.schema, table.physical};
    const bool created = table.fate == TableFate::created && table.create.has_value();
    const std::string first = created ? creation(table, name) : additions(table, name);
    const std::string later = created ? "" : renames(table, name);
    if (first.empty() && later.empty()) continue;
    std::string message = fmt::format(
        "publication {{example}} carries {}: a subscriber stops at the first row that does not "
        "fit its own table;",
        name.plain());
    if (!first.empty()) message += fmt::format(" there before this: {};", first);
    if (!later.empty()) message += fmt::format(" there with contract: {};", later);
    out.push_back(
        question(carriers_of(name, input), message + " " + how_to_accept, input.settings));
    out.back().where = table.where;
  }
  return out;
}

}  // namespace segue::dialect::postgres
