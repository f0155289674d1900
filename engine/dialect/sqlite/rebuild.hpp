#pragma once
// A rebuild: one table and its copy in the new shape, described once. Sync, copy, compare, publish,
// guards and swap are all texts over this description (protocol-sqlite.md 3 to 6). Plain data;
// built from the catalogue's base table and the (folded) change alone, so that it is the same each
// time it is rendered as long as the base keeps its text.

#include <optional>
#include <string>
#include <vector>

#include "engine/dialect/sqlite/table_text.hpp"
#include "engine/model/catalog.hpp"
#include "engine/model/change.hpp"

namespace segue::dialect::sqlite {

/// A value of one side, derived from the other.
struct Derived {
  std::string column;            // the column that takes it
  model::Expression expression;  // over the other side; arguments name its physical columns
  bool is_copy = false;          // the value itself, unchanged
  bool check_type = false;       // no affinity: 1 and 1.0 are different values
  /// Nothing is derived back from it: its own side may change it alone, and the pair still agrees.
  bool is_free = false;
};

/// Columns that are synced together (3, rule 3).
struct Group {
  std::vector<Derived> up;            // new columns
  std::vector<Derived> down;          // old columns
  std::vector<std::string> up_reads;  // old columns that `up` reads, in the base's order
  std::vector<std::string> down_reads;
  std::vector<std::string> old_mute;  // read by `up`, but nothing gives them a value back
  std::vector<std::string> new_mute;
  std::string name;  // of its first column, for people

  /// Every column is carried over as it is.
  [[nodiscard]] bool is_copy() const;
};

struct KeyColumn {
  std::string old_name;
  std::string new_name;
  bool is_spelt = false;  // two spellings are equal as a key (NOCASE; no affinity)
};

/// How a row of one side finds its partner.
struct Key {
  std::vector<KeyColumn> columns;
  /// A mapped key has one column and both expressions.
  std::optional<model::Expression> up;
  std::optional<model::Expression> down;
  bool is_rowid = false;      // the key column is another name of the rowid, on both sides
  bool old_is_rowid = false;  // on one of them, for a mapped key
  bool new_is_rowid = false;
  bool is_implicit = false;  // the rowid itself, which no column names

  [[nodiscard]] bool is_mapped() const { return up.has_value(); }
};

struct UniqueTerm {
  std::string old_name;
  std::string new_name;
  std::string collation;
};

/// A UNIQUE that base and shadow both have.
struct SharedUnique {
  std::vector<UniqueTerm> terms;
};

/// A constraint of the new version that binds from contract on.
struct LateConstraint {
  enum class Kind { not_null, check, unique };
  Kind kind = Kind::not_null;
  std::vector<std::string> columns;     // of the new side; check: those that it reads
  std::vector<std::string> collations;  // unique: per column, empty: the column's own
  std::string expression;               // check, over new columns
  std::string predicate;                // of a partial unique index, over new columns
  std::string message;                  // what SQLite says when it is violated
};

/// An index of the base and what becomes of its b-tree.
struct BaseIndex {
  std::string name;
  std::string trash_name;
  std::string trash_sql;  // empty: an autoindex
};

/// An index that the target has, and the index of the shadow whose b-tree it takes.
struct TargetIndex {
  std::string name;
  std::string sql;          // empty: an autoindex
  std::string shadow_name;  // after publish
  std::string shadow_sql;   // CREATE INDEX on the unpublished shadow; empty: an autoindex
  bool kept = false;        // the base has an index row of this name, which stays
  bool has_where = false;
  std::vector<IndexTerm> terms;
};

struct Rebuild {
  std::string base;        // users
  std::string final_name;  // the same, or what the migration renames it to at contract
  std::string version;     // 0007
  std::string fresh;       // segue_new_users
  std::string shadow;      // users__0007
  std::string trash;       // segue_old_users
  std::string old_alias;   // o
  std::string new_alias;   // n
  std::string any_alias;   // x
  std::string base_sql;    // as found
  std::string fresh_sql;
  std::string target_sql;
  std::string trash_sql;
  std::vector<std::string> target_columns;    // visible and stored or computed, in order
  std::vector<std::string> writable_columns;  // of the target: without generated ones
  Key key;
  std::string old_rowid;  // names of implicit rowids that are carried over beside the key
  std::string new_rowid;
  std::vector<Group> groups;
  std::vector<std::string> new_only;  // columns of the shadow that nothing derives
  std::vector<std::string> old_only;
  std::vector<SharedUnique> uniques;
  std::vector<LateConstraint> late;
  std::vector<BaseIndex> base_indexes;
  std::vector<TargetIndex> target_indexes;
  std::vector<std::string> helper_indexes;  // of the shadow only; dropped before the swap
  std::vector<std::string> helper_index_sql;
  std::vector<std::string> lost;  // constraints and indexes that go with dropped columns, for notes
  bool without_rowid = false;
  bool autoincrement = false;
  bool deletes_may_be_ignored = false;  // a DELETE trigger of the base has RAISE(IGNORE)

  /// The alias-free name of the old column's partner, for a column that is carried as it is.
  [[nodiscard]] const Derived* copy_of(const std::string& old_column) const;
};

/// What building found impossible, beside the result.
struct RebuildResult {
  Rebuild rebuild;
  std::vector<Problem> problems;
};

/// `change` must be folded (one TableChange). `version` is the published version's name.
[[nodiscard]] RebuildResult make_rebuild(const model::CatalogTable& base,
                                         const model::TableChange& change,
                                         const std::string& version);

}  // namespace segue::dialect::sqlite
