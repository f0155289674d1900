// Which indexes and constraints stand on the new side, and how they are defined.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/core/own_names.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/foreign_keys.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/new_side_columns.hpp"
#include "engine/dialect/postgres/tables.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::CatalogConstraint;
using model::CatalogIndex;
using model::CatalogTable;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

// "CREATE UNIQUE INDEX i ON s.t USING btree (…) …" → the part after the table's name.
std::string after_table(const std::string& definition) {
  const std::size_t at = definition.find(" USING ");
  if (at == std::string::npos) throw Error(ErrorKind::bug, "an index definition without USING");
  return definition.substr(at);
}

std::string concurrently(const std::string& name, bool unique, const QualifiedName& table,
                         const std::string& rest) {
  return fmt::format("CREATE {}INDEX CONCURRENTLY {} ON {}{}", unique ? "UNIQUE " : "",
                     Identifier(name), table, rest);
}

const CatalogConstraint* constraint_of(const CatalogIndex& index, const CatalogTable& table) {
  return index.constraint.empty() ? nullptr : table.constraint(index.constraint);
}

bool is_shared_only(const model::CreateIndex& index, const TableChange& table) {
  std::set<std::string> logical, read;
  for (const auto& [name, physical] : physical_names(table)) logical.insert(name);
  for (const model::IndexColumnSpec& key : index.columns) {
    if (!key.column.empty()) read.insert(key.column);
    for (const std::string& name : referenced_columns(key.expression.text, table.after, logical)) {
      read.insert(name);
    }
  }
  return is_of_old_columns(read, table);
}

std::string key_text(const model::IndexColumnSpec& key, const TableChange& table) {
  const auto to_physical = [&](const std::string& name) -> std::optional<std::string> {
    for (const ColumnChange& c : table.columns) {
      if (c.fate != ColumnFate::dropped && c.after == name) {
        return Identifier(c.new_physical).quoted();
      }
    }
    return std::nullopt;
  };
  std::string text =
      key.column.empty()
          ? "(" + replace_columns(key.expression.text, table.after, to_physical) + ")"
          : Identifier(physical_of(key.column, table)).quoted();
  if (!key.collate.empty()) text += " COLLATE " + Identifier(key.collate).quoted();
  if (!key.opclass.empty()) {
    text += " " + key.opclass;
    if (!key.opclass_params.empty()) {
      text += fmt::format("({})", fmt::join(key.opclass_params, ", "));
    }
  }
  if (!key.sort.empty()) text += " " + key.sort;
  if (!key.nulls.empty()) text += " NULLS " + key.nulls;
  return text;
}

std::string created_index_text(const model::CreateIndex& index, const TableChange& table) {
  std::vector<std::string> keys, include;
  for (const model::IndexColumnSpec& key : index.columns) keys.push_back(key_text(key, table));
  for (const std::string& name : index.include) {
    include.push_back(Identifier(physical_of(name, table)).quoted());
  }
  std::string text = fmt::format(" USING {} ({})", index.method.empty() ? "btree" : index.method,
                                 fmt::join(keys, ", "));
  if (!include.empty()) text += fmt::format(" INCLUDE ({})", fmt::join(include, ", "));
  if (index.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  if (!index.storage_parameters.empty())
    text += fmt::format(" WITH ({})", index.storage_parameters);
  if (index.predicate) {
    text += fmt::format(" WHERE {}",
                        renamed(index.predicate->text, table.after, physical_names(table)));
  }
  return text;
}

bool is_key(const model::ConstraintSpec& c) {
  return c.type == model::ConstraintType::unique || c.type == model::ConstraintType::primary_key;
}

NewSideObject created_key(const model::ConstraintSpec& c, const TableChange& table, int ordinal,
                          const QualifiedName& name) {
  std::string rest = fmt::format(" USING btree ({})", listed(c.columns, table));
  if (!c.index_include_columns.empty()) {
    rest += fmt::format(" INCLUDE ({})", listed(c.index_include_columns, table));
  }
  if (c.nulls_not_distinct) rest += " NULLS NOT DISTINCT";
  if (!c.index_storage_parameters.empty()) {
    rest += fmt::format(" WITH ({})", c.index_storage_parameters);
  }
  const std::string interim = interim_name(ordinal, c.name);
  return {.object = "key:" + c.name,
          .interim = interim,
          .final_name = c.name,
          .definition = concurrently(interim, true, name, rest),
          .constraint = c.name,
          .constraint_type = c.type == model::ConstraintType::unique ? 'u' : 'p',
          .tablespace = c.index_tablespace,
          .tightening = is_of_old_columns({c.columns.begin(), c.columns.end()}, table),
          .deferrable = c.deferrable,
          .initially_deferred = c.initially_deferred};
}

// Under its own name at once, unless one that goes with the swap still has it.
NewSideObject created_constraint(const model::ConstraintSpec& c, const TableChange& table,
                                 int ordinal, const std::string& schema) {
  NewSideObject out{
      .object = "add:" + c.name,
      .interim = table.drops_constraint(c.name) ? interim_name(ordinal, c.name) : c.name,
      .final_name = c.name};
  if (c.type == model::ConstraintType::foreign_key) {
    out.constraint_type = 'f';
    model::ReferencesSpec references = *c.references;
    for (std::string& column : references.on_delete_set_columns)
      column = physical_of(column, table);
    out.definition = fmt::format("FOREIGN KEY ({}) {}", listed(c.columns, table),
                                 references_clause(references, schema));
    out.referenced = QualifiedName{schema, references.table}.quoted();
    out.tightening = is_of_old_columns({c.columns.begin(), c.columns.end()}, table);
    return out;
  }
  const std::map<std::string, std::string> names = physical_names(table);
  std::set<std::string> logical;
  for (const auto& [name, physical] : names) logical.insert(name);
  out.constraint_type = 'c';
  out.definition = fmt::format("CHECK ({}){}", renamed(c.check->text, table.after, names),
                               c.no_inherit ? " NO INHERIT" : "");
  out.tightening =
      is_of_old_columns(referenced_columns(c.check->text, table.after, logical), table);
  return out;
}

NewSideObject column_reference(const ColumnChange& c, int ordinal, const std::string& schema) {
  const std::string& name = c.references->name;
  return {.object = "references:" + c.after,
          .interim = c.has_sync() ? interim_name(ordinal, name) : name,
          .final_name = name,
          .column = c.new_physical,
          .definition = fmt::format("FOREIGN KEY ({}) {}", Identifier(c.new_physical),
                                    references_clause(*c.references, schema)),
          .constraint_type = 'f',
          .referenced = QualifiedName{schema, c.references->table}.quoted(),
          .tightening = c.fate == ColumnFate::kept};
}

// Those of the table as found that a replaced column carries to the new side.
void rebuilt_indexes(const TableChange& table, int ordinal, const CatalogTable& live,
                     std::vector<NewSideObject>& out) {
  const auto replaced = replacements(table);
  for (const CatalogIndex& index : live.indexes) {
    const bool ours = is_own_name(index.name);
    if (ours || !touches(index.columns, replaced) || depends_on_dropped(index.columns, table)) {
      continue;
    }
    const CatalogConstraint* constraint = constraint_of(index, live);
    if (constraint != nullptr && constraint->type == 'x') continue;
    if (constraint != nullptr && table.drops_constraint(constraint->name)) continue;
    const std::string interim = interim_name(ordinal, index.name);
    NewSideObject object{.object = "rebuild:" + index.name,
                         .interim = interim,
                         .final_name = index.name,
                         .definition = concurrently(
                             interim, index.unique, live.qualified(),
                             renamed(after_table(index.definition), table.physical, replaced)),
                         .tablespace = index.tablespace};
    if (constraint != nullptr) {
      object.constraint = constraint->name;
      object.constraint_type = constraint->type;
      object.deferrable = constraint->deferrable;
      object.initially_deferred = constraint->initially_deferred;
    }
    out.push_back(std::move(object));
  }
}

// Nothing makes one of an index that is there, and nothing validates one later.
void rebuilt_exclusions(const TableChange& table, int ordinal, const CatalogTable& live,
                        std::vector<NewSideObject>& out) {
  for (const CatalogConstraint* c : excluded_by_replaced(table, live)) {
    const std::string interim = interim_name(ordinal, c->name);
    out.push_back({.object = "rebuild:" + c->name,
                   .interim = interim,
                   .final_name = c->name,
                   .definition = renamed(c->definition, table.physical, replacements(table)),
                   .constraint_type = 'x',
                   .tablespace = live.index(c->index)->tablespace});
  }
}

void rebuilt_checks(const TableChange& table, int ordinal, const CatalogTable& live,
                    std::vector<NewSideObject>& out) {
  const auto replaced = replacements(table);
  for (const CatalogConstraint& c : live.constraints) {
    const std::set<std::string> columns(c.columns.begin(), c.columns.end());
    const bool ours = is_own_name(c.name);
    if (c.type != 'c' || ours || table.drops_constraint(c.name)) continue;
    if (!touches(columns, replaced) || depends_on_dropped(columns, table)) continue;
    std::string definition = renamed(c.definition, table.physical, replaced);
    if (definition.ends_with(" NOT VALID")) definition.resize(definition.size() - 10);
    out.push_back({.object = "rebuild:" + c.name,
                   .interim = interim_name(ordinal, c.name),
                   .final_name = c.name,
                   .definition = definition,
                   .constraint_type = 'c',
                   .validated = c.validated});
  }
}

NewSideObject column_unique(const ColumnChange& c, int ordinal, const QualifiedName& name) {
  const std::string interim = interim_name(ordinal, c.unique->name);
  return {.object = "unique:" + c.after,
          .interim = interim,
          .final_name = c.unique->name,
          .column = c.new_physical,
          .definition = concurrently(interim, true, name,
                                     fmt::format(" USING btree ({})", Identifier(c.new_physical))),
          .constraint = c.unique->name,
          .constraint_type = 'u',
          .tightening = c.fate == ColumnFate::kept};
}

NewSideObject created_index(const model::CreateIndex& index, const TableChange& table,
                            const QualifiedName& name) {
  return {
      .object = "create:" + index.name,
      .interim = index.name,
      .final_name = index.name,
      .definition = concurrently(index.name, index.unique, name, created_index_text(index, table)),
      .tightening =
          index.unique && is_shared_only(index, table) && table.fate != model::TableFate::created};
}

NewSideObject column_not_null(const ColumnChange& c, int ordinal) {
  return {.object = "not_null:" + c.after,
          .interim = interim_name(ordinal, c.after + "_not_null"),
          .column = c.new_physical,
          .definition = fmt::format("CHECK ({} IS NOT NULL)", Identifier(c.new_physical)),
          .constraint_type = 'n',
          .tightening = c.fate == ColumnFate::kept};
}

NewSideObject column_check(const ColumnChange& c, const TableChange& table, int ordinal) {
  const bool in_place = c.fate == ColumnFate::kept;
  const std::map<std::string, std::string> name{{c.after, c.new_physical}};
  return {
      .object = "check:" + c.after,
      .interim = in_place || !c.has_sync() ? c.check->name : interim_name(ordinal, c.check->name),
      .final_name = c.check->name,
      .column = c.new_physical,
      .definition =
          fmt::format("CHECK ({}){}", renamed(c.check->expression.text, table.after, name),
                      c.check->no_inherit ? " NO INHERIT" : ""),
      .constraint_type = 'c',
      .tightening = in_place};
}

}  // namespace

std::vector<const CatalogConstraint*> excluded_by_replaced(const TableChange& table,
                                                           const CatalogTable& live) {
  const auto replaced = replacements(table);
  std::vector<const CatalogConstraint*> out;
  for (const CatalogConstraint& c : live.constraints) {
    const CatalogIndex* index = c.type == 'x' ? live.index(c.index) : nullptr;
    if (index == nullptr || is_own_name(c.name) || table.drops_constraint(c.name)) {
      continue;
    }
    if (touches(index->columns, replaced) && !depends_on_dropped(index->columns, table)) {
      out.push_back(&c);
    }
  }
  return out;
}

std::vector<NewSideObject> new_side_indexes(const TableChange& table, const model::Change& change,
                                            const model::Catalog& catalog) {
  const int ordinal = change.ordinal;
  std::vector<NewSideObject> out;
  const CatalogTable* live = catalog.table(table.physical);
  const QualifiedName name{catalog.schema, table.physical};
  if (live != nullptr) rebuilt_indexes(table, ordinal, *live, out);
  if (table.fate == model::TableFate::changed) {
    for (const ColumnChange& c : table.columns) {
      if (c.unique && c.fate != ColumnFate::dropped) out.push_back(column_unique(c, ordinal, name));
    }
  }
  for (const model::CreateIndex& index : table.created_indexes) {
    out.push_back(created_index(index, table, name));
  }
  for (const model::ConstraintSpec& c : table.created_constraints) {
    if (is_key(c)) out.push_back(created_key(c, table, ordinal, name));
  }
  return out;
}

std::vector<NewSideObject> new_side_constraints(const TableChange& table,
                                                const model::Change& change,
                                                const model::Catalog& catalog) {
  const int ordinal = change.ordinal;
  std::vector<NewSideObject> out;
  if (table.fate != model::TableFate::changed) return out;
  const CatalogTable* live = catalog.table(table.physical);
  if (live != nullptr) {
    rebuilt_checks(table, ordinal, *live, out);
    rebuilt_exclusions(table, ordinal, *live, out);
    for (NewSideObject& key : rebuilt_foreign_keys(table, change, *live)) {
      out.push_back(std::move(key));
    }
  }
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::dropped) continue;
    const bool was_loose = c.fate == ColumnFate::kept && c.shape_before.nullable;
    if (!c.shape.nullable && (c.has_sync() || was_loose)) {
      out.push_back(column_not_null(c, ordinal));
    }
    if (c.check) out.push_back(column_check(c, table, ordinal));
    if (c.references) out.push_back(column_reference(c, ordinal, catalog.schema));
  }
  for (const model::ConstraintSpec& c : table.created_constraints) {
    if (!is_key(c)) out.push_back(created_constraint(c, table, ordinal, catalog.schema));
  }
  return out;
}

}  // namespace segue::dialect::postgres
