// Which indexes and constraints stand on the new side, and how they are defined.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
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

// Old physical column → new physical column, for those that this migration replaces.
std::map<std::string, std::string> replacements(const TableChange& table) {
  std::map<std::string, std::string> out;
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::replaced) out[c.old_physical] = c.new_physical;
  }
  return out;
}

bool touches(const std::set<std::string>& columns,
             const std::map<std::string, std::string>& replaced) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const std::string& c) { return replaced.contains(c); });
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

// The physical column that a logical name of the new version means.
std::string physical_of(const std::string& logical, const TableChange& table) {
  for (const ColumnChange& c : table.columns) {
    if (c.fate != ColumnFate::dropped && c.after == logical) return c.new_physical;
  }
  return logical;
}

bool is_shared_only(const model::CreateIndex& index, const TableChange& table) {
  return std::all_of(index.columns.begin(), index.columns.end(), [&](const auto& key) {
    const auto c =
        std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& change) {
          return change.fate != ColumnFate::dropped && change.after == key.column;
        });
    return c == table.columns.end() || c->fate == ColumnFate::kept;
  });
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
    std::map<std::string, std::string> names;
    for (const ColumnChange& c : table.columns) {
      if (c.fate != ColumnFate::dropped) names[c.after] = c.new_physical;
    }
    text += fmt::format(" WHERE {}", renamed(index.predicate->text, table.after, names));
  }
  return text;
}

NewSideObject added_reference(const ColumnChange& c, int ordinal, const std::string& schema) {
  const std::string& name = c.references->name;
  return {.object = "references:" + c.after,
          .interim = c.has_sync() ? interim_name(ordinal, name) : name,
          .final_name = name,
          .column = c.new_physical,
          .definition = fmt::format("FOREIGN KEY ({}) {}", Identifier(c.new_physical),
                                    references_clause(*c.references, schema)),
          .constraint_type = 'f',
          .referenced = QualifiedName{schema, c.references->table}.quoted()};
}

}  // namespace

std::vector<NewSideObject> new_side_indexes(const TableChange& table, int ordinal,
                                            const model::Catalog& catalog) {
  std::vector<NewSideObject> out;
  const CatalogTable* live = catalog.table(table.physical);
  const QualifiedName name{catalog.schema, table.physical};
  const auto replaced = replacements(table);
  if (live != nullptr) {
    for (const CatalogIndex& index : live->indexes) {
      const bool ours = index.name.starts_with("_segue_");
      if (ours || !touches(index.columns, replaced) || depends_on_dropped(index.columns, table)) {
        continue;
      }
      const CatalogConstraint* constraint = constraint_of(index, *live);
      const std::string interim = interim_name(ordinal, index.name);
      out.push_back({.object = "rebuild:" + index.name,
                     .interim = interim,
                     .final_name = index.name,
                     .definition = concurrently(
                         interim, index.unique, name,
                         renamed(after_table(index.definition), table.physical, replaced)),
                     .constraint = constraint == nullptr ? "" : constraint->name,
                     .constraint_type = constraint == nullptr ? ' ' : constraint->type,
                     .tablespace = index.tablespace});
    }
  }
  for (const ColumnChange& c : table.columns) {
    if (!c.unique || c.fate == ColumnFate::dropped || table.fate != model::TableFate::changed)
      continue;
    const std::string interim = interim_name(ordinal, c.unique->name);
    out.push_back(
        {.object = "unique:" + c.after,
         .interim = interim,
         .final_name = c.unique->name,
         .column = c.new_physical,
         .definition = concurrently(interim, true, name,
                                    fmt::format(" USING btree ({})", Identifier(c.new_physical))),
         .constraint = c.unique->name,
         .constraint_type = 'u',
         .tightening = c.fate == ColumnFate::kept});
  }
  for (const model::CreateIndex& index : table.created_indexes) {
    out.push_back({.object = "create:" + index.name,
                   .interim = index.name,
                   .final_name = index.name,
                   .definition = concurrently(index.name, index.unique, name,
                                              created_index_text(index, table)),
                   .tightening = index.unique && is_shared_only(index, table) &&
                                 table.fate != model::TableFate::created});
  }
  return out;
}

std::vector<NewSideObject> new_side_constraints(const TableChange& table, int ordinal,
                                                const model::Catalog& catalog) {
  std::vector<NewSideObject> out;
  if (table.fate != model::TableFate::changed) return out;
  const CatalogTable* live = catalog.table(table.physical);
  const auto replaced = replacements(table);
  if (live != nullptr) {
    for (const CatalogConstraint& c : live->constraints) {
      const std::set<std::string> columns(c.columns.begin(), c.columns.end());
      const bool kind = c.type == 'c' || c.type == 'f';
      const bool ours = c.name.starts_with("_segue_");
      if (!kind || ours || !touches(columns, replaced) || depends_on_dropped(columns, table))
        continue;
      std::string definition = c.definition;
      if (c.type == 'f') {
        const std::size_t at = definition.find(" REFERENCES ");
        definition =
            renamed(definition.substr(0, at), table.physical, replaced) + definition.substr(at);
      } else {
        definition = renamed(definition, table.physical, replaced);
      }
      if (definition.ends_with(" NOT VALID")) definition.resize(definition.size() - 10);
      out.push_back({.object = "rebuild:" + c.name,
                     .interim = interim_name(ordinal, c.name),
                     .final_name = c.name,
                     .definition = definition,
                     .constraint_type = c.type,
                     .referenced = c.referenced_table,
                     .validated = c.validated});
    }
  }
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::dropped) continue;
    const bool in_place = c.fate == ColumnFate::kept;
    const bool new_strict =
        !c.shape.nullable && (c.has_sync() || (in_place && c.shape_before.nullable));
    if (new_strict) {
      out.push_back(
          {.object = "not_null:" + c.after,
           .interim = interim_name(ordinal, c.after + "_not_null"),
           .column = c.new_physical,
           .definition = fmt::format("CHECK ({} IS NOT NULL)", Identifier(c.new_physical)),
           .constraint_type = 'n',
           .tightening = in_place});
    }
    if (c.check) {
      const std::map<std::string, std::string> name{{c.after, c.new_physical}};
      out.push_back({.object = "check:" + c.after,
                     .interim = in_place || !c.has_sync() ? c.check->name
                                                          : interim_name(ordinal, c.check->name),
                     .final_name = c.check->name,
                     .column = c.new_physical,
                     .definition = fmt::format("CHECK ({}){}",
                                               renamed(c.check->expression.text, table.after, name),
                                               c.check->no_inherit ? " NO INHERIT" : ""),
                     .constraint_type = 'c',
                     .tightening = in_place});
    }
    if (c.references) out.push_back(added_reference(c, ordinal, catalog.schema));
  }
  return out;
}

}  // namespace segue::dialect::postgres
