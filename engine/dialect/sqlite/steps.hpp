#pragma once
// Scripts of the steps of a rebuild (protocol-sqlite.md 3 to 6). Each is a function from the
// description to text. Internal to engine/dialect/sqlite.

#include <string>
#include <vector>

#include "engine/dialect/script.hpp"
#include "engine/dialect/sqlite/sync.hpp"
#include "engine/model/settings.hpp"

namespace segue::dialect::sqlite {

/// The name under which the base's rowid can be read; empty for WITHOUT ROWID, or when real columns
/// shadow all three names.
[[nodiscard]] std::string rowid_name(const model::CatalogTable& table);

/// The same for the shadow.
[[nodiscard]] std::string rowid_name(const Rebuild& rebuild);

/// What every transaction that changes the schema needs before it begins.
[[nodiscard]] std::vector<Statement> schema_pragmas();

// expand
/// The empty shadow, its indexes and the one-way triggers.
[[nodiscard]] std::vector<Statement> create_shadow(const SyncInput& input);
[[nodiscard]] TransactionScript install_sync(const SyncInput& input);

// migrate
/// What every walk on SQLite has: short holds and gaps in which waiters, who poll, get the lock.
/// Source of the figures: protocol-sqlite.md 4; tests/bench/bench_writers measures them.
[[nodiscard]] WalkScript polite_walk();

/// Of slices that only read. With a rollback journal a reader holds up writers, and a waiting
/// writer all new readers.
[[nodiscard]] PaceSettings reading_pace(bool wal);

/// All rows at once, for a table that nobody else uses.
[[nodiscard]] std::string copy_whole(const SyncInput& input);
/// `wal`: how long its residual scan may read at once.
[[nodiscard]] WalkScript backfill(const SyncInput& input, const model::Settings& settings,
                                  bool wal);
/// `published`: which name the shadow has and which equality must hold. `wal`: how long a slice may
/// read.
struct CompareInput {
  SyncInput sync;
  bool published = false;
  bool wal = false;
};
[[nodiscard]] CompareScript compare(const CompareInput& input);
/// (key, old, new) of all rows that disagree, as one query.
[[nodiscard]] std::string whole_differences(const CompareInput& input);
[[nodiscard]] TransactionScript publish(const std::vector<SyncInput>& inputs);

// contract
/// A table whose new constraints are guarded until the swap: the shadow, or the base on a direct
/// path.
struct GuardTable {
  std::string table;
  std::string alias;
  std::vector<std::string> row;      // quoted names by which a row is found again
  std::vector<std::string> columns;  // of the new version
  std::vector<LateConstraint> late;
  std::string walk;  // a name of the rowid, to look at the rows in ranges; empty: at all at once
};
[[nodiscard]] GuardTable guard_table(const SyncInput& input);
[[nodiscard]] std::vector<NamedSql> guard_triggers(const GuardTable& input);
[[nodiscard]] TransactionScript guard(const std::vector<GuardTable>& inputs);
/// Rows that a constraint of the new version refuses.
[[nodiscard]] CompareScript scan(const GuardTable& input, bool wal);
[[nodiscard]] TransactionScript drop_guards(const std::vector<GuardTable>& inputs);
/// Number of rows that violate one constraint, as a query.
[[nodiscard]] std::string count_violations(const GuardTable& input, const LateConstraint& late);
[[nodiscard]] TransactionScript drop_helpers(const std::vector<SyncInput>& inputs);
/// An automatic index under the name that the new text gives it, and the index that has its b-tree.
struct MovedIndex {
  std::string name;
  std::string from;
  std::vector<IndexTerm> terms;
};
/// The text of a table, put in place of another in sqlite_schema.
struct TextEdit {
  std::string table;
  std::string planned;
  std::string text;
  std::vector<MovedIndex> indexes = {};
  std::vector<std::string> key = {};  // tells rows apart; needed where indexes move
  bool key_is_implicit = false;       // a name of the rowid
};
/// The writable_schema statements around edits; the caller adds what must happen between.
void begin_edits(std::vector<Statement>& out);
void add_edit(std::vector<Statement>& out, const TextEdit& edit);
void end_edits(std::vector<Statement>& out);
[[nodiscard]] std::vector<Statement> after_edits();
[[nodiscard]] std::vector<Statement> after_failed_edits();

struct DroppedTable {
  std::string table;
  std::vector<std::string> triggers;
};

/// Everything that contract cannot take back, in one transaction.
struct SwapInput {
  std::vector<SyncInput> tables;             // rebuilt
  std::vector<GuardTable> guards;            // of all tables
  std::vector<std::string> dropped_objects;  // statements
  std::vector<std::string> stale_views;      // of versions before, which the swap takes away
  std::vector<DroppedTable> dropped;
  std::vector<TextEdit> edits;
  std::vector<std::string> alters;  // DROP INDEX, DROP COLUMN, RENAME COLUMN, RENAME TO
};
[[nodiscard]] TransactionScript swap(const SwapInput& input);
/// View and triggers over the base that stand under the version's name after the swap.
[[nodiscard]] std::vector<NamedSql> late_view(const SyncInput& input);

// what is left
struct Leftover {
  std::string table;
  std::vector<std::string> key;  // of a WITHOUT ROWID table; empty: by rowid
};
[[nodiscard]] WalkScript drain(const Leftover& leftover);
[[nodiscard]] TransactionScript drop_leftover(const Leftover& leftover);

// inverses
[[nodiscard]] TransactionScript drop_one_way(const SyncInput& input);
/// Takes the version back: new clients fail at once, and an empty shadow follows the base again.
[[nodiscard]] TransactionScript unpublish(const std::vector<SyncInput>& inputs);

}  // namespace segue::dialect::sqlite
