#pragma once
// What a migration file asks for, as read: one struct per operation, nothing looked up or derived.
// Plain data; the planner resolves it against the newest version.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "segue/error.hpp"
#include "segue/states.hpp"

namespace segue::model {

/// Which database a migration is read for.
using segue::DatabaseKind;

/// An expression or statement by the author, taken literally, with its place in the file.
struct SqlText {
  std::string text;
  SourceLocation where;

  friend bool operator==(const SqlText&, const SqlText&) = default;
};

/// What happens to a row for which `up` raises or the new side's constraint fails.
enum class OnError { fail, leave };

struct CheckSpec {
  std::string name;
  SqlText expression;
  bool no_inherit = false;
};

struct UniqueSpec {
  std::string name;
};

struct ReferencesSpec {
  std::string name;
  std::string table;
  std::vector<std::string> columns;
  std::string on_delete;  // as written, upper case; empty: default
  std::string on_update;
  std::string match_type;
  bool deferrable = false;
  bool initially_deferred = false;
  std::vector<std::string> on_delete_set_columns;
};

struct GeneratedSpec {
  std::optional<SqlText> expression;
  bool is_identity = false;
  std::string identity_user_specified_values;  // ALWAYS or BY DEFAULT
  std::string identity_sequence_options;
};

/// A column in create_table and add_column. `nullable` is false when absent, as in pgroll's files.
struct ColumnSpec {
  std::string name;
  std::string type;
  bool nullable = false;
  bool pk = false;
  bool unique = false;
  std::optional<SqlText> default_value;
  std::optional<std::string> comment;
  std::optional<CheckSpec> check;
  std::optional<ReferencesSpec> references;
  std::optional<GeneratedSpec> generated;
  SourceLocation where;
};

enum class ConstraintType { unique, check, primary_key, foreign_key, exclude };

/// A constraint of a table, in create_table and create_constraint.
struct ConstraintSpec {
  std::string name;
  ConstraintType type = ConstraintType::check;
  std::vector<std::string> columns;
  std::optional<SqlText> check;
  bool deferrable = false;
  bool initially_deferred = false;
  bool nulls_not_distinct = false;
  bool no_inherit = false;
  std::optional<ReferencesSpec> references;
  std::string exclude_index_method;
  std::string exclude_elements;
  std::string exclude_predicate;
  std::string index_tablespace;
  std::string index_storage_parameters;
  std::vector<std::string> index_include_columns;
  SourceLocation where;
};

struct CreateTable {
  std::string name;
  std::vector<ColumnSpec> columns;
  std::vector<ConstraintSpec> constraints;
  std::optional<std::string> comment;
  bool unlogged = false;
  std::string partition_by;  // what follows PARTITION BY
};

struct DropTable {
  std::string name;
};

struct RenameTable {
  std::string from;
  std::string to;
};

struct AddColumn {
  std::string table;
  ColumnSpec column;
  std::optional<SqlText> up;
  OnError on_error = OnError::fail;
  std::string strategy;
};

struct DropColumn {
  std::string table;
  std::string column;
  std::optional<SqlText> down;
  std::string strategy;
};

struct RenameColumn {
  std::string table;
  std::string from;
  std::string to;
  /// Both names stand on the base table until contract.
  bool dual = false;
  std::string strategy;
};

/// Any of the facets may be given. `default_value` and `comment` hold an inner nullopt for YAML
/// null, which drops the default or the comment.
struct AlterColumn {
  std::string table;
  std::string column;
  std::optional<std::string> type;
  std::optional<bool> nullable;
  std::optional<std::optional<SqlText>> default_value;
  std::optional<std::optional<std::string>> comment;
  std::optional<CheckSpec> check;
  std::optional<UniqueSpec> unique;
  std::optional<ReferencesSpec> references;
  std::optional<SqlText> up;
  std::optional<SqlText> down;
  OnError on_error = OnError::fail;
  std::string strategy;
};

/// Expressions by column, in the order of the file.
using ColumnExpressions = std::vector<std::pair<std::string, SqlText>>;

/// Columns with an expression get a pair, and the constraint binds the new side only.
struct CreateConstraint {
  std::string table;
  ConstraintSpec constraint;
  ColumnExpressions up;
  ColumnExpressions down;
  OnError on_error = OnError::fail;
};

/// Also drop_multicolumn_constraint. Without expressions the constraint goes for both versions;
/// with them its columns get a pair whose new side is free of it. An expression without a column
/// belongs to the constraint's only one.
struct DropConstraint {
  std::string table;
  std::string name;
  ColumnExpressions up;
  ColumnExpressions down;
  OnError on_error = OnError::fail;
};

struct RenameConstraint {
  std::string table;
  std::string from;
  std::string to;
};

enum class ReplicaIdentity { standard, full, nothing, index };

struct SetReplicaIdentity {
  std::string table;
  ReplicaIdentity identity = ReplicaIdentity::standard;
  std::string index;
};

struct IndexColumnSpec {
  std::string column;  // exactly one of column and expression is set
  SqlText expression;
  std::string collate;
  std::string sort;   // ASC, DESC or empty
  std::string nulls;  // FIRST, LAST or empty
  std::string opclass;
  std::vector<std::string> opclass_params;
};

struct CreateIndex {
  std::string name;
  std::string table;
  std::vector<IndexColumnSpec> columns;
  bool unique = false;
  bool nulls_not_distinct = false;
  std::vector<std::string> include;
  std::string method;
  std::optional<SqlText> predicate;
  std::string storage_parameters;
  SourceLocation where;
};

struct DropIndex {
  std::string name;
};

/// Statements that the engine does not derive anything from. `up` runs in expand, or in contract
/// when `on_complete`; `down` undoes it.
struct RawSql {
  SqlText up;
  std::optional<SqlText> down;
  bool on_complete = false;
};

struct PhaseBackfill {
  std::string table;
  std::vector<std::pair<std::string, SqlText>> set;
  std::optional<SqlText> where_clause;
};

/// One entry of an explicit `phases:` list: a statement or a backfill.
struct PhaseStep {
  std::optional<SqlText> sql;
  std::optional<SqlText> reverse;
  std::optional<SqlText> verify;
  bool transaction = true;
  std::optional<PhaseBackfill> backfill;
  SourceLocation where;
};

struct Phases {
  std::vector<PhaseStep> expand;
  std::vector<PhaseStep> migrate;
  std::vector<PhaseStep> contract;
};

enum class ObjectKind { enumeration, domain, sequence, function, view, materialized_view, trigger };
enum class ObjectAction { create, add_value, drop };

/// An operation on an object as a whole. `definition` is what follows the name in CREATE: the query
/// of a view, the type of a domain, the options of a sequence; of a function or a trigger it is the
/// whole statement.
struct ObjectOperation {
  ObjectAction action = ObjectAction::create;
  ObjectKind kind = ObjectKind::view;
  std::string name;
  std::string table;      // of a trigger
  std::string arguments;  // types of a function's arguments, which belong to its name
  SqlText definition;
  std::vector<std::string> values;  // of an enum; the one that add_value adds
  std::string before;               // add_value: the neighbour; both empty: at the end
  std::string after;
  SourceLocation where;
};

using OperationBody =
    std::variant<CreateTable, DropTable, RenameTable, AddColumn, DropColumn, RenameColumn,
                 AlterColumn, CreateIndex, DropIndex, CreateConstraint, DropConstraint,
                 RenameConstraint, SetReplicaIdentity, ObjectOperation, RawSql, Phases>;

struct Operation {
  OperationBody body;
  SourceLocation where;
};

/// The operation's name in files: `add_column`.
[[nodiscard]] std::string_view name_of(const OperationBody& body);

/// One migration file, as read.
struct Migration {
  std::string name;            // the file's stem
  std::string version_schema;  // the published version's name; the stem by default
  std::string file;            // path for messages
  std::string hash;            // file_hash of its text
  std::vector<Operation> operations;
};

}  // namespace segue::model
