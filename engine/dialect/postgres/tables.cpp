#include "engine/dialect/postgres/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/carry_over.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/numbering.hpp"
#include "engine/dialect/postgres/probe.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

bool is_added_here(const ColumnChange& column) {
  return column.fate == ColumnFate::added || column.fate == ColumnFate::replaced;
}

// A column that sync fills gets neither default nor constraint yet: NULL means "not written". One
// that nothing fills is final at once.
std::string addition(const ColumnChange& column) {
  std::string text =
      fmt::format("ADD COLUMN {} {}", Identifier(column.new_physical), column.shape.type);
  if (!column.shape.collation.empty()) text += " COLLATE " + column.shape.collation;
  if (column.has_sync()) return text;
  if (column.shape.default_sql) text += " DEFAULT " + *column.shape.default_sql;
  if (!column.shape.nullable) text += " NOT NULL";
  return text;
}

// Whether an earlier link put the marker onto the table already.
bool has_marker(const std::string& table, const RenderContext& context) {
  const model::CatalogTable* found = context.catalog.table(table);
  return found != nullptr && found->column(marker_column) != nullptr;
}

bool marker_remains(const TableChange& table, const RenderContext& context) {
  return !links_on(table.physical, context, SyncMode::absent).empty();
}

std::string constraint_text(const model::ConstraintSpec& c, const RenderContext& context) {
  std::vector<std::string> columns;
  for (const std::string& column : c.columns) columns.push_back(Identifier(column).quoted());
  std::string text = c.name.empty() ? "" : fmt::format("CONSTRAINT {} ", Identifier(c.name));
  switch (c.type) {
    case model::ConstraintType::unique:
      text += fmt::format("UNIQUE {}({})", c.nulls_not_distinct ? "NULLS NOT DISTINCT " : "",
                          fmt::join(columns, ", "));
      break;
    case model::ConstraintType::primary_key:
      text += fmt::format("PRIMARY KEY ({})", fmt::join(columns, ", "));
      break;
    case model::ConstraintType::check:
      text += fmt::format("CHECK ({})", c.check ? c.check->text : "true");
      if (c.no_inherit) text += " NO INHERIT";
      break;
    case model::ConstraintType::foreign_key:
      text += fmt::format("FOREIGN KEY ({}) {}", fmt::join(columns, ", "),
                          references_clause(*c.references, context.catalog.schema));
      break;
    case model::ConstraintType::exclude:
      text +=
          fmt::format("EXCLUDE {}({})",
                      c.exclude_index_method.empty() ? "" : "USING " + c.exclude_index_method + " ",
                      c.exclude_elements);
      if (!c.exclude_predicate.empty()) text += fmt::format(" WHERE ({})", c.exclude_predicate);
      break;
  }
  if (!c.index_include_columns.empty()) {
    std::vector<std::string> include;
    for (const std::string& i : c.index_include_columns) include.push_back(Identifier(i).quoted());
    text += fmt::format(" INCLUDE ({})", fmt::join(include, ", "));
  }
  if (!c.index_storage_parameters.empty())
    text += fmt::format(" WITH ({})", c.index_storage_parameters);
  if (!c.index_tablespace.empty()) {
    text += fmt::format(" USING INDEX TABLESPACE {}", Identifier(c.index_tablespace));
  }
  if (c.deferrable) text += " DEFERRABLE";
  if (c.initially_deferred) text += " INITIALLY DEFERRED";
  return text;
}

std::vector<Statement> comments(const model::CreateTable& create, const QualifiedName& name) {
  std::vector<Statement> out;
  if (create.comment) {
    out.push_back(
        {.sql = fmt::format("COMMENT ON TABLE {} IS {}", name, literal(*create.comment))});
  }
  for (const model::ColumnSpec& column : create.columns) {
    if (!column.comment) continue;
    out.push_back({.sql = fmt::format("COMMENT ON COLUMN {}.{} IS {}", name,
                                      Identifier(column.name), literal(*column.comment))});
  }
  return out;
}

}  // namespace

std::string references_clause(const model::ReferencesSpec& r, const std::string& schema) {
  std::vector<std::string> columns;
  for (const std::string& column : r.columns) columns.push_back(Identifier(column).quoted());
  std::string text = fmt::format("REFERENCES {}", QualifiedName{schema, r.table});
  if (!columns.empty()) text += fmt::format(" ({})", fmt::join(columns, ", "));
  if (!r.match_type.empty()) text += " MATCH " + r.match_type;
  if (!r.on_delete.empty()) text += " ON DELETE " + r.on_delete;
  if (!r.on_delete_set_columns.empty()) {
    std::vector<std::string> set;
    for (const std::string& column : r.on_delete_set_columns) {
      set.push_back(Identifier(column).quoted());
    }
    text += fmt::format(" ({})", fmt::join(set, ", "));
  }
  if (!r.on_update.empty()) text += " ON UPDATE " + r.on_update;
  if (r.deferrable) text += " DEFERRABLE";
  if (r.initially_deferred) text += " INITIALLY DEFERRED";
  return text;
}

std::string column_definition(const model::ColumnSpec& column) {
  std::string text = fmt::format("{} {}", Identifier(column.name), column.type);
  if (column.generated && column.generated->expression) {
    text += fmt::format(" GENERATED ALWAYS AS ({}) STORED", column.generated->expression->text);
  }
  if (column.generated && column.generated->is_identity) {
    const std::string& values = column.generated->identity_user_specified_values;
    text += fmt::format(" GENERATED {} AS IDENTITY", values.empty() ? "BY DEFAULT" : values);
    if (!column.generated->identity_sequence_options.empty()) {
      text += fmt::format(" ({})", column.generated->identity_sequence_options);
    }
  }
  if (column.default_value) text += " DEFAULT " + column.default_value->text;
  if (!column.nullable && !column.pk) text += " NOT NULL";
  if (column.unique) text += " UNIQUE";
  if (column.check) {
    if (!column.check->name.empty()) {
      text += fmt::format(" CONSTRAINT {}", Identifier(column.check->name));
    }
    text += fmt::format(" CHECK ({})", column.check->expression.text);
    if (column.check->no_inherit) text += " NO INHERIT";
  }
  return text;
}

// The server takes the lock of a foreign key on its far table, and writers would queue behind it.
void lock_parents(TransactionScript& script, const TableChange& table,
                  const RenderContext& context) {
  std::set<std::string> parents;
  visit_references(table, [&](const model::ReferencesSpec& key, const SourceLocation&) {
    const bool is_there = context.catalog.table(key.table) != nullptr;
    if (is_there && key.table != table.physical) parents.insert(key.table);
  });
  if (!protected_by("parents_of_new_table")) return;
  for (const std::string& parent : parents) {
    lock_referenced(script, relation(parent, context).quoted(), "SHARE ROW EXCLUSIVE");
  }
}

Script create_table(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  const model::CreateTable& create = *table.create;
  TransactionScript script = write_script();
  lock_parents(script, table, context);
  std::vector<std::string> items, key;
  for (const model::ColumnSpec& column : create.columns) {
    std::string item = column_definition(column);
    if (column.references) {
      if (!column.references->name.empty()) {
        item += fmt::format(" CONSTRAINT {}", Identifier(column.references->name));
      }
      item += " " + references_clause(*column.references, context.catalog.schema);
    }
    items.push_back(std::move(item));
    if (column.pk) key.push_back(Identifier(column.name).quoted());
  }
  if (!key.empty()) items.push_back(fmt::format("PRIMARY KEY ({})", fmt::join(key, ", ")));
  for (const model::ConstraintSpec& c : create.constraints)
    items.push_back(constraint_text(c, context));
  const QualifiedName name = relation(table.physical, context);
  script.statements.push_back(author_search_path(context));
  script.statements.push_back(
      {.sql =
           fmt::format("CREATE {}TABLE {} (\n  {}\n){}", create.unlogged ? "UNLOGGED " : "", name,
                       fmt::join(items, ",\n  "),
                       create.partition_by.empty() ? "" : " PARTITION BY " + create.partition_by),
       .lock = "none on other tables; SHARE ROW EXCLUSIVE on tables that it references"});
  append(script.statements, comments(create, name));
  return script;
}

Script drop_created_table(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  if (context.catalog.table(table.physical) == nullptr) return write_script();
  TransactionScript script = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
  script.statements.push_back(
      {.sql = fmt::format("DROP TABLE {}", relation(table.physical, context))});
  return script;
}

Script add_columns(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  const QualifiedName name = relation(table.physical, context);
  TransactionScript script = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
  std::vector<std::string> additions;
  for (const ColumnChange& column : table.columns) {
    if (is_added_here(column)) additions.push_back(addition(column));
  }
  if (table.has_sync() && !has_marker(table.physical, context)) {
    additions.push_back(fmt::format("ADD COLUMN {} smallint", Identifier(marker_column)));
  }
  for (const ColumnChange& column : table.columns) {
    if (!column.sequence.empty()) script.statements.push_back(create_sequence(column, context));
  }
  if (!additions.empty()) {
    script.statements.push_back(author_search_path(context));
    script.statements.push_back(
        {.sql = fmt::format("ALTER TABLE {}\n  {}", name, fmt::join(additions, ",\n  ")),
         .lock = "ACCESS EXCLUSIVE, catalogue only"});
    script.statements.push_back(own_search_path());
  }
  for (const ColumnChange& column : table.columns) {
    if (is_added_here(column) && !column.has_sync() && column.shape.comment) {
      script.statements.push_back(
          {.sql = fmt::format("COMMENT ON COLUMN {}.{} IS {}", name,
                              Identifier(column.new_physical), literal(*column.shape.comment))});
    }
  }
  const model::CatalogTable* live = context.catalog.table(table.physical);
  for (const ColumnChange& column : table.columns) {
    if (column.fate != ColumnFate::replaced || live == nullptr) continue;
    const model::CatalogColumn* old = live->column(column.old_physical);
    if (old == nullptr) continue;
    append(script.statements, column_facts(name, column.new_physical, column.shape.type, *old));
    append(script.statements, column_grants(name, column.new_physical, *old));
  }
  if (table.has_sync()) {
    append(script.statements,
           sync_statements(table.physical, links_on(table.physical, context, SyncMode::one_way),
                           context));
    probe_old_side(script, table, context);
  }
  return script;
}

Script remove_columns(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  const QualifiedName name = relation(table.physical, context);
  TransactionScript script = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
  const model::CatalogTable* live = context.catalog.table(table.physical);
  if (table.has_sync()) {
    append(script.statements,
           sync_statements(table.physical, links_on(table.physical, context, SyncMode::absent),
                           context));
  }
  std::vector<std::string> drops;
  for (const ColumnChange& column : table.columns) {
    const bool present = live == nullptr || live->column(column.new_physical) != nullptr;
    if (is_added_here(column) && present) {
      drops.push_back(fmt::format("DROP COLUMN {}", Identifier(column.new_physical)));
    }
  }
  if (table.has_sync() && has_marker(table.physical, context) && !marker_remains(table, context)) {
    drops.push_back(fmt::format("DROP COLUMN {}", Identifier(marker_column)));
  }
  if (!drops.empty()) {
    script.statements.push_back(
        {.sql = fmt::format("ALTER TABLE {}\n  {}", name, fmt::join(drops, ",\n  "))});
  }
  for (const ColumnChange& column : table.columns) {
    if (column.sequence.empty()) continue;
    script.statements.push_back(
        {.sql = fmt::format("DROP SEQUENCE IF EXISTS {}", relation(column.sequence, context))});
  }
  return script;
}

}  // namespace segue::dialect::postgres
