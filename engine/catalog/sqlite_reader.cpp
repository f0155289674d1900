// PRAGMA tables say what SQLite itself understood; the texts say the rest: names of constraints,
// CHECK, collations, generated columns, AUTOINCREMENT. Where both speak (types, foreign keys) the
// PRAGMA decides what there is and the text how it is written. A text that is not understood leaves
// its facts out.

#include "engine/catalog/sqlite_reader.hpp"

#include <algorithm>
#include <map>

#include "engine/catalog/rows.hpp"
#include "engine/catalog/sqlite_row_counts.hpp"
#include "engine/catalog/sqlite_texts.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/sqlite/catalog_queries.hpp"
#include "engine/dialect/sqlite/late_view.hpp"
#include "engine/dialect/sqlite/parsed_table.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::catalog {
namespace {

namespace sql = dialect::sqlite;
using dialect::sqlite::ClauseKind;
using dialect::sqlite::parse_table;
using dialect::sqlite::ParsedColumn;
using dialect::sqlite::ParsedConstraint;
using dialect::sqlite::ParsedTable;
using dialect::sqlite::same_name;

// PRAGMA table_xinfo's `hidden`
constexpr std::int64_t hidden_in_virtual_table = 1;
constexpr std::int64_t generated_virtual_column = 2;

struct ForeignKey {
  std::string parent;
  std::vector<std::string> columns;
  std::vector<std::string> parent_columns;  // "" where the text names none
};

std::set<std::string> column_names(const model::CatalogTable& table) {
  std::set<std::string> names;
  for (const model::CatalogColumn& column : table.columns) names.insert(column.name);
  return names;
}

char kind_of(const std::string& type) {
  if (type == "view") return 'v';
  return type == "table" ? 'r' : 'V';  // a virtual table, or one that it keeps its data in
}

model::CatalogTable table_of(const Row& row) {
  model::CatalogTable table;
  table.oid = row.integer("oid");
  table.name = row.text("name");
  table.kind = kind_of(row.text("type"));
  table.sql = row.text("sql");
  table.without_rowid = row.boolean("without_rowid");
  table.strict = row.boolean("strict");
  if (table.kind == 'v') table.definition = table.sql;
  return table;
}

model::CatalogColumn column_of(const Row& row) {
  model::CatalogColumn column;
  column.name = row.text("name");
  column.position = static_cast<int>(row.integer("cid")) + 1;
  column.type = row.text("type");
  column.nullable = !row.boolean("not_null");
  column.default_sql = row.optional_text("default_sql");
  column.primary_key = static_cast<int>(row.integer("primary_key"));
  column.hidden = row.integer("hidden") == hidden_in_virtual_table;
  column.generated_virtual = row.integer("hidden") == generated_virtual_column;
  return column;
}

char constraint_type(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::primary_key:
      return 'p';
    case ClauseKind::not_null:
      return 'n';
    case ClauseKind::unique:
      return 'u';
    case ClauseKind::check:
      return 'c';
    case ClauseKind::foreign_key:
      return 'f';
    case ClauseKind::null:
    case ClauseKind::default_value:
    case ClauseKind::collate:
    case ClauseKind::generated:
    case ClauseKind::name_only:
      return ' ';
  }
  return ' ';
}

// The spelling of the catalogue for names that a text may spell in another case.
std::vector<std::string> in_catalogue_spelling(const std::vector<std::string>& names,
                                               const model::CatalogTable& table) {
  std::vector<std::string> out = names;
  for (std::string& name : out) {
    for (const model::CatalogColumn& column : table.columns) {
      if (same_name(name, column.name)) name = column.name;
    }
  }
  return out;
}

model::CatalogConstraint constraint_of(const ParsedConstraint& text,
                                       const model::CatalogTable& table) {
  model::CatalogConstraint constraint;
  constraint.name = text.name;
  constraint.type = constraint_type(text.kind);
  constraint.definition = text.definition;
  constraint.columns = in_catalogue_spelling(text.columns, table);
  constraint.deferrable = text.deferrable;
  constraint.initially_deferred = text.initially_deferred;
  if (text.kind == ClauseKind::check) {
    const std::set<std::string> read =
        referenced_columns(text.expression, table.name, column_names(table), SqlSyntax::sqlite);
    constraint.columns.assign(read.begin(), read.end());
  }
  return constraint;
}

void add_column_text(const ParsedColumn& text, model::CatalogColumn& column) {
  column.type = text.type;
  for (const ParsedConstraint& constraint : text.constraints) {
    if (constraint.kind == ClauseKind::collate) column.collation = constraint.collation;
    if (constraint.kind == ClauseKind::generated) column.generated = constraint.expression;
  }
}

void add_text(const ParsedTable& text, model::CatalogTable& table) {
  const auto add_all = [&table](const std::vector<ParsedConstraint>& constraints) {
    for (const ParsedConstraint& constraint : constraints) {
      table.autoincrement = table.autoincrement || constraint.autoincrement;
      if (constraint_type(constraint.kind) == ' ') continue;
      table.constraints.push_back(constraint_of(constraint, table));
    }
  };
  for (model::CatalogColumn& column : table.columns) {
    const ParsedColumn* found = text.column(column.name);
    if (found == nullptr) continue;
    add_column_text(*found, column);
  }
  for (const ParsedColumn& column : text.columns) add_all(column.constraints);
  add_all(text.constraints);
}

void add_generated_dependents(model::CatalogTable& table) {
  for (const model::CatalogColumn& column : table.columns) {
    if (column.generated.empty()) continue;
    table.dependents.push_back(
        {.kind = "generated column",
         .name = Identifier(column.name).quoted() + " ON " + table.qualified().quoted(),
         .columns = referenced_columns(column.generated, table.name, column_names(table),
                                       SqlSyntax::sqlite),
         .definition = column.generated});
  }
}

class SqliteReader {
 public:
  explicit SqliteReader(database::Database& database) : database_(database) {
    catalog_.kind = model::DatabaseKind::sqlite;
    catalog_.server_version = database.session().server_version;
  }

  model::Catalog read() {
    read_settings_and_names();
    for_each_row(database_.query(sql::tables_query),
                 [this](const Row& row) { catalog_.tables.push_back(table_of(row)); });
    read_columns();
    read_indexes();
    read_foreign_keys();
    for (model::CatalogTable& table : catalog_.tables) read_text(table);
    resolve_foreign_keys();
    read_triggers();
    read_views();
    read_sqlite_row_counts(database_, catalog_);
    for (model::CatalogTable& table : catalog_.tables) sort(table);
    return std::move(catalog_);
  }

 private:
  model::CatalogTable* find(const std::string& name) {
    for (model::CatalogTable& table : catalog_.tables) {
      if (same_name(table.name, name)) return &table;
    }
    return nullptr;
  }

  template <typename Use>
  void spread(std::string_view query, Use use) {
    for_each_row(database_.query(query), [&](const Row& row) {
      if (model::CatalogTable* table = find(row.text("relation"))) use(*table, row);
    });
  }

  // The names come first: it is the read of sqlite_schema that makes the connection see changes of
  // others.
  void read_settings_and_names() {
    for_each_row(database_.query(sql::names_query),
                 [this](const Row& row) { catalog_.relation_names.insert(row.text("name")); });
    for_each_row(database_.query(sql::settings_query), [this](const Row& row) {
      catalog_.settings[row.text("name")] = row.text("value");
    });
    catalog_.settings["journal_mode"] = database_.query(sql::journal_mode_query).text(0, 0);
    catalog_.schema_version = std::stoll(catalog_.settings.at("schema_version"));
  }

  void read_columns() {
    const auto add = [](model::CatalogTable& table, const Row& row) {
      table.columns.push_back(column_of(row));
    };
    spread(sql::columns_query, add);
    for (model::CatalogTable& table : catalog_.tables) {
      if (!table.columns.empty()) continue;
      for_each_row(columns_of_object(table.name), [&](const Row& row) { add(table, row); });
    }
  }

  // A broken view and a virtual table without its module have no columns to show.
  database::Result columns_of_object(const std::string& name) {
    try {
      return database_.query(sql::object_columns_query, {name});
    } catch (const Error& error) {
      switch (error.kind()) {
        case ErrorKind::bug:
        case ErrorKind::refused:
        case ErrorKind::invalid_input:
        case ErrorKind::drift:
          return {};
        case ErrorKind::lock_timeout:
        case ErrorKind::deadlock:
        case ErrorKind::serialization:
        case ErrorKind::connection_lost:
        case ErrorKind::in_doubt:
        case ErrorKind::resource:
        case ErrorKind::privilege:
        case ErrorKind::conflict:
        case ErrorKind::check_failed:
        case ErrorKind::cancelled:
          throw;
      }
      throw;
    }
  }

  void read_indexes() {
    spread(sql::indexes_query, [](model::CatalogTable& table, const Row& row) {
      model::CatalogIndex index;
      index.name = row.text("name");
      index.definition = row.text("sql");
      index.unique = row.boolean("is_unique");
      index.partial = row.boolean("partial");
      index.primary = row.text("origin") == "pk";
      if (row.text("origin") != "c") index.constraint = row.text("origin");
      index.columns = index_columns(index.definition, table.name, column_names(table));
      table.indexes.push_back(std::move(index));
    });
    spread(sql::index_columns_query, [](model::CatalogTable& table, const Row& row) {
      for (model::CatalogIndex& index : table.indexes) {
        if (index.name != row.text("index_name")) continue;
        index.keys.push_back(row.text("name"));
        index.collations.push_back(row.text("collation"));
        if (!row.text("name").empty()) index.columns.insert(row.text("name"));
      }
    });
  }

  void read_foreign_keys() {
    std::string last;
    spread(sql::foreign_keys_query, [&](model::CatalogTable& table, const Row& row) {
      const std::string key = table.name + '\0' + row.text("id");
      std::vector<ForeignKey>& keys = foreign_keys_[table.name];
      if (key != last) keys.push_back({.parent = row.text("parent")});
      last = key;
      keys.back().columns.push_back(row.text("child_column"));
      keys.back().parent_columns.push_back(row.text("parent_column"));
    });
  }

  void read_text(model::CatalogTable& table) {
    if (table.kind != 'r') return;
    if (const std::optional<ParsedTable> text = parse_table(table.sql)) add_text(*text, table);
    add_generated_dependents(table);
  }

  // Foreign keys in the order of the text; those without a text still count.
  void resolve_foreign_keys() {
    for (model::CatalogTable& table : catalog_.tables) {
      std::vector<ForeignKey>& keys = foreign_keys_[table.name];
      std::size_t next = 0;
      for (model::CatalogConstraint& constraint : table.constraints) {
        if (constraint.type == 'f' && next < keys.size()) resolve(keys[next++], constraint);
      }
      for (; next < keys.size(); ++next) {
        table.constraints.push_back({.type = 'f'});
        resolve(keys[next], table.constraints.back());
      }
      add_incoming(table);
    }
  }

  void resolve(const ForeignKey& key, model::CatalogConstraint& constraint) {
    const model::CatalogTable* parent = find(key.parent);
    constraint.columns = key.columns;
    constraint.referenced_table =
        Identifier(parent == nullptr ? key.parent : parent->name).quoted();
    constraint.referenced_columns = key.parent_columns;
    if (parent == nullptr) return;
    if (key.parent_columns.front().empty()) constraint.referenced_columns = primary_key(*parent);
    constraint.referenced_columns = in_catalogue_spelling(constraint.referenced_columns, *parent);
  }

  static std::vector<std::string> primary_key(const model::CatalogTable& table) {
    std::map<int, std::string> keys;
    for (const model::CatalogColumn& column : table.columns) {
      if (column.primary_key > 0) keys[column.primary_key] = column.name;
    }
    std::vector<std::string> names;
    for (const auto& [place, name] : keys) names.push_back(name);
    return names;
  }

  void add_incoming(const model::CatalogTable& child) {
    for (const model::CatalogConstraint& constraint : child.constraints) {
      if (constraint.type != 'f') continue;
      for (model::CatalogTable& parent : catalog_.tables) {
        const bool is_parent = Identifier(parent.name).quoted() == constraint.referenced_table;
        if (!is_parent || &parent == &child) continue;
        parent.incoming.push_back(constraint);
        parent.incoming.back().on_table = child.qualified().quoted();
      }
    }
  }

  // Triggers of a table, and those of others whose text names it. What an earlier contract left of
  // its version stands in nobody's way: the next one takes it away.
  void read_triggers() {
    for_each_row(database_.query(sql::triggers_query), [this](const Row& row) {
      const SchemaText text(row.text("sql"));
      for (model::CatalogTable& table : catalog_.tables) {
        const std::set<std::string> columns = column_names(table);
        if (same_name(table.name, row.text("relation"))) {
          table.triggers.push_back(trigger_from_text(row.text("name"), text, columns));
        } else if (!dialect::sqlite::is_trigger_of_late_view(row.text("name")) &&
                   names_table(text, table.name)) {
          add_dependent("trigger", row.text("name"), text, table);
        }
      }
    });
  }

  void read_views() {
    for (const model::CatalogTable& view : catalog_.tables) {
      if (view.kind != 'v' || dialect::sqlite::is_late_view(view)) continue;
      const SchemaText text(view.sql);
      for (model::CatalogTable& table : catalog_.tables) {
        if (&table == &view || !names_table(text, table.name)) continue;
        add_dependent("view", view.name, text, table);
      }
    }
  }

  static void add_dependent(const std::string& kind, const std::string& name,
                            const SchemaText& text, model::CatalogTable& table) {
    table.dependents.push_back({.kind = kind,
                                .name = Identifier(name).quoted(),
                                .columns = named_columns(text, column_names(table)),
                                .definition = std::string(text.sql)});
  }

  // Constraints without a name stay in the order of the text.
  static void sort(model::CatalogTable& table) {
    std::stable_sort(table.constraints.begin(), table.constraints.end(),
                     [](const auto& a, const auto& b) { return a.name < b.name; });
    std::stable_sort(table.dependents.begin(), table.dependents.end(),
                     [](const auto& a, const auto& b) {
                       return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
                     });
  }

  database::Database& database_;
  model::Catalog catalog_;
  std::map<std::string, std::vector<ForeignKey>> foreign_keys_;
};

}  // namespace

model::Catalog read_sqlite_catalog(database::Database& database) {
  return SqliteReader(database).read();
}

}  // namespace segue::catalog
