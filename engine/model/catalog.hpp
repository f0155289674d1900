#pragma once
// The live catalogue as the server prints it: what preflight, the planner and the checks look at. Plain
// data, read by engine/catalog in one snapshot. Names are unquoted; definitions are the server's own
// text. Fields that a database does not know stay at their defaults.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/core/identifier.hpp"
#include "engine/model/operation.hpp"

namespace segue::model {

struct CatalogColumn {
  std::string name;
  int position = 0;           // attnum (gaps where columns were dropped); SQLite: cid + 1
  std::string type;           // format_type with typmod; SQLite: the declared type as written
  bool nullable = true;
  std::optional<std::string> default_sql;  // pg_get_expr; SQLite: dflt_value
  std::string collation;      // qualified and quoted; empty: the type's default (SQLite: BINARY)
  bool deterministic_collation = true;
  char identity = ' ';        // 'a' always, 'd' by default
  std::string generated;      // expression of a generated column; empty: none
  bool generated_virtual = false;
  int primary_key = 0;        // place within the primary key, from 1
  std::string comment;
  std::string owned_sequence; // qualified, quoted; serial or identity
  std::string privileges;     // column acl as text
  std::string options;        // attoptions, statistics target, storage, compression that differ, as text
  // PostgreSQL: true when the type's `=` means equal bytes (protocol-postgres.md 4, "Changed").
  bool equality_is_bytes = false;
  bool toastable = false;
};

struct CatalogIndex {
  std::string name;
  std::string definition;     // pg_get_indexdef; SQLite: sql of sqlite_schema, empty for autoindexes
  bool unique = false;
  bool primary = false;
  bool valid = true;
  bool partial = false;
  std::string constraint;     // the constraint that it implements; SQLite: origin 'u' or 'pk'
  std::vector<std::string> keys;      // column names in order, "" for an expression
  std::vector<std::string> collations;  // SQLite: per key
  std::set<std::string> columns;      // every column it depends on, also in expressions and predicate
  std::string comment;
  bool clustered = false;
  bool replica_identity = false;
  bool nulls_not_distinct = false;
};

struct CatalogConstraint {
  std::string name;
  char type = 'c';            // pg_constraint.contype: c f p u x n t
  std::string definition;     // pg_get_constraintdef
  bool validated = true;
  std::vector<std::string> columns;
  std::string referenced_table;       // foreign keys: qualified, quoted
  std::vector<std::string> referenced_columns;
  std::string on_table;       // incoming foreign keys: the child, qualified and quoted
  std::string comment;
  bool deferrable = false;
};

struct CatalogTrigger {
  std::string name;
  std::string definition;     // pg_get_triggerdef; SQLite: sql
  char enabled = 'O';
  bool before = false;
  bool row = true;
  bool on_insert = false;
  bool on_update = false;
  bool on_delete = false;
  std::set<std::string> columns;      // UPDATE OF
  std::string function;       // qualified, quoted
  std::string function_hash;  // sha256 of its definition; drift of ours is seen by it
};

/// Something that stands on a table or on columns of it: view, materialized view, rule, policy,
/// statistics, publication, generated column, function in its body (as far as the catalogue knows).
struct CatalogDependent {
  std::string kind;           // "view", "materialized view", "rule", "policy", "statistics", …
  std::string name;           // qualified, quoted
  std::set<std::string> columns;      // empty: the whole table
  std::string definition;
};

struct CatalogTable {
  std::int64_t oid = 0;
  std::string schema;
  std::string name;
  char kind = 'r';            // relkind: r p f v m; SQLite: r, v (view), 'V' virtual
  std::string owner;
  std::int64_t file_node = 0;
  std::int64_t estimated_rows = -1;   // reltuples, or -1
  std::int64_t bytes = 0;
  char persistence = 'p';
  bool is_partition = false;
  bool has_children = false;  // inheritance
  bool has_parent = false;
  bool row_security = false;
  bool force_row_security = false;
  std::string privileges;     // relacl as text; empty: default
  std::string options;        // reloptions
  std::string comment;
  char replica_identity = 'd';
  std::string sql;            // SQLite: CREATE TABLE text
  bool without_rowid = false; // SQLite
  bool strict = false;        // SQLite
  bool autoincrement = false; // SQLite
  std::vector<CatalogColumn> columns;         // in position order, dropped ones left out
  std::vector<CatalogIndex> indexes;          // by name
  std::vector<CatalogConstraint> constraints;  // by name
  std::vector<CatalogConstraint> incoming;    // foreign keys of other tables that refer to this one
  std::vector<CatalogTrigger> triggers;       // by name; internal ones left out
  std::vector<CatalogDependent> dependents;   // by kind and name

  [[nodiscard]] const CatalogColumn* column(const std::string& name) const;
  [[nodiscard]] const CatalogIndex* index(const std::string& name) const;
  [[nodiscard]] const CatalogConstraint* constraint(const std::string& name) const;
  [[nodiscard]] QualifiedName qualified() const;
};

/// The catalogue of one schema (PostgreSQL) or of the main database (SQLite).
struct Catalog {
  DatabaseKind kind = DatabaseKind::postgres;
  int server_version = 0;
  std::string schema;                      // the run's schema; empty on SQLite
  std::vector<CatalogTable> tables;        // by name; ours (segue…) left out
  std::set<std::string> relation_names;    // every relation, index, sequence and type name of the schema
  std::set<std::string> schemas;           // PostgreSQL
  std::map<std::string, std::string> settings;  // deadlock_timeout_ms, block_size, …
  std::int64_t schema_version = 0;         // SQLite

  [[nodiscard]] const CatalogTable* table(const std::string& name) const;
};

}  // namespace segue::model
