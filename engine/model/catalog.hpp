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

/// One entry of an access control list, ready for GRANT.
struct CatalogGrant {
  std::string grantor;
  std::string grantee;        // empty: PUBLIC
  std::string privilege;      // SELECT, UPDATE, …
  bool grantable = false;

  friend bool operator==(const CatalogGrant&, const CatalogGrant&) = default;
};

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
  std::string sequence_options;  // of the owned sequence, as CREATE SEQUENCE and identity take them
  std::string privileges;     // column acl as text, its entries sorted
  std::vector<CatalogGrant> grants;   // the same, taken apart
  std::string options;        // attoptions, statistics target, storage, compression that differ, as text
  int statistics_target = -1; // -1: the default
  char storage = ' ';         // attstorage where it differs from the type's: p e x m
  char compression = ' ';     // attcompression where set: p l
  bool hidden = false;        // SQLite: a hidden column of a virtual table
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
  std::string method;         // btree, gin, …
  std::vector<std::string> included;  // INCLUDE columns
  std::string tablespace;     // empty: the database's; not part of the definition
  std::vector<std::pair<int, int>> statistics_targets;  // (column of the index, target) where set
};

struct CatalogConstraint {
  std::string name;
  char type = 'c';            // pg_constraint.contype: c f p u x n t
  std::string definition;     // pg_get_constraintdef
  bool validated = true;
  bool enforced = true;       // PostgreSQL 18 on: NOT ENFORCED, and then not validated either
  std::vector<std::string> columns;
  std::string referenced_table;       // foreign keys: qualified, quoted
  std::vector<std::string> referenced_columns;
  std::string on_table;       // incoming foreign keys: the child, qualified and quoted
  std::string comment;
  bool deferrable = false;
  bool initially_deferred = false;
  bool inherited = false;     // comes from a parent table or partitioned table
  std::string index;          // the index it stands on; foreign keys: the parent's
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
  bool on_truncate = false;
  bool instead_of = false;
  bool inherited = false;     // the clone of a partitioned table's trigger
  std::set<std::string> columns;      // UPDATE OF
  std::set<std::string> depends_on;   // UPDATE OF and WHEN: what DROP COLUMN would stumble over
  std::string function;       // qualified, quoted
  std::string function_hash;  // sha256 of its definition; drift of ours is seen by it
  std::string function_source;        // its body, for preflight's look at OLD.*, NEW.*
  std::string function_language;
  std::string comment;
};

/// Something that stands on a table or on columns of it. Kinds: view, materialized view, rule, policy,
/// statistics, publication, generated column, partition key, function (SQL bodies, and signatures with
/// the row type), row type column; SQLite also trigger (another table's trigger that names this one).
struct CatalogDependent {
  std::string kind;
  std::string name;           // qualified, quoted; rules and policies: "name" ON "schema"."table"
  std::set<std::string> columns;      // empty: the whole table
  std::string definition;
  std::string owner;
  std::string options;        // views: reloptions; statistics: the target where set
  std::string comment;
};

struct CatalogTable {
  std::int64_t oid = 0;
  std::string schema;
  std::string name;
  char kind = 'r';            // relkind: r p f v m; SQLite: r, v (view), 'V' virtual
  std::string owner;
  std::int64_t file_node = 0;
  std::int64_t estimated_rows = -1;   // reltuples, ANALYZE or span of rowids; -1: unknown
  std::int64_t bytes = 0;
  char persistence = 'p';
  bool is_partition = false;
  bool has_children = false;  // pg_inherits: inheritance children or partitions
  bool has_parent = false;    // pg_inherits: a parent or a partitioned table
  bool row_security = false;
  bool force_row_security = false;
  std::string privileges;     // relacl as text, its entries sorted; empty: default
  std::vector<CatalogGrant> grants;   // the same, taken apart
  std::string options;        // reloptions, those of the TOAST table with "toast." before
  std::string comment;
  char replica_identity = 'd';
  std::vector<std::string> parents;   // qualified, quoted, in the order of INHERITS
  std::vector<std::string> children;
  std::string partition_key;  // pg_get_partkeydef
  std::string partition_bound;
  std::string of_type;        // typed tables: the composite type
  std::string tablespace;     // empty: the database's
  std::string access_method;
  std::string definition;     // views and materialized views: pg_get_viewdef
  std::string sql;            // SQLite: CREATE TABLE text
  bool without_rowid = false; // SQLite
  bool strict = false;        // SQLite
  bool autoincrement = false; // SQLite
  std::vector<CatalogColumn> columns;         // in position order, dropped ones left out
  std::vector<CatalogIndex> indexes;          // by name
  std::vector<CatalogConstraint> constraints;  // by name
  std::vector<CatalogConstraint> incoming;    // foreign keys of other tables that refer to this one;
                                              // those of the table to itself stand in constraints only
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
