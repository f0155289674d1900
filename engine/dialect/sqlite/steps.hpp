#pragma once
// Scripts of the steps of a rebuild (protocol-sqlite.md 3 to 6). Each is a function from the description
// to text. Internal to engine/dialect/sqlite.

#include <string>
#include <vector>

#include "engine/dialect/script.hpp"
#include "engine/dialect/sqlite/sync.hpp"
#include "engine/model/settings.hpp"

namespace segue::dialect::sqlite {

/// The name under which the base's rowid can be read; empty for WITHOUT ROWID, or when real columns
/// shadow all three names.
[[nodiscard]] std::string rowid_name(const model::CatalogTable& table);

/// What every transaction that changes the schema needs before it begins.
[[nodiscard]] std::vector<Statement> schema_pragmas();

// expand
[[nodiscard]] TransactionScript install_sync(const SyncInput& input);

// migrate
[[nodiscard]] WalkScript backfill(const SyncInput& input, const model::Settings& settings);
/// `published`: which name the shadow has and which equality must hold. `wal`: how long a slice may read.
struct CompareInput {
  SyncInput sync;
  bool published = false;
  bool wal = false;
};
[[nodiscard]] CompareScript compare(const CompareInput& input);
[[nodiscard]] TransactionScript publish(const std::vector<SyncInput>& inputs);

// contract
[[nodiscard]] std::vector<NamedSql> guard_triggers(const SyncInput& input);
[[nodiscard]] TransactionScript guard(const std::vector<SyncInput>& inputs);
/// Rows that a constraint of the new version refuses.
[[nodiscard]] CompareScript scan(const SyncInput& input, bool wal);
[[nodiscard]] TransactionScript drop_helpers(const std::vector<SyncInput>& inputs);
struct SwapInput {
  std::vector<SyncInput> tables;
  std::vector<std::string> stale_views;  // of versions before, which the swap takes away
};
[[nodiscard]] TransactionScript swap(const SwapInput& input);
/// View and triggers over the base that stand under the version's name after the swap.
[[nodiscard]] std::vector<NamedSql> late_view(const SyncInput& input);

// what is left
struct Leftover {
  std::string table;
  std::vector<std::string> key;        // of a WITHOUT ROWID table; empty: by rowid
};
[[nodiscard]] WalkScript drain(const Leftover& leftover);
[[nodiscard]] TransactionScript drop_leftover(const Leftover& leftover);

// inverses
[[nodiscard]] TransactionScript drop_one_way(const SyncInput& input);
/// Takes the version back: new clients fail at once, and an empty shadow follows the base again.
[[nodiscard]] TransactionScript unpublish(const std::vector<SyncInput>& inputs);
[[nodiscard]] TransactionScript drop_guards(const std::vector<SyncInput>& inputs);

}  // namespace segue::dialect::sqlite
