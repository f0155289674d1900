#pragma once
// Sync of a rebuild: the triggers that keep base and shadow in step. One generator writes both
// ways; a Direction says which side is written by the client and which one follows. Pure texts; any
// thread.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/dialect/sqlite/rebuild.hpp"

namespace segue::dialect::sqlite {

/// An object of the schema and the text that makes it.
struct NamedSql {
  std::string name;
  std::string sql;
};

/// A constraint of the target that the source does not enforce.
struct TargetRule {
  std::string column;  // NOT NULL
  std::string check;   // or this, over `columns`
  std::vector<std::string> columns;
  std::string message;
};

/// One way of the sync: `source` is written, `target` follows.
struct Direction {
  std::string source;
  std::string target;
  std::string source_alias;
  std::string target_alias;
  std::string any_alias;
  std::string prefix;  // of trigger names
  Key key;             // columns and mapping seen from the source: old = source
  std::vector<std::string>
      nullable_keys;  // source key columns that may hold NULL, which has no partner
  bool key_takes_rowid_names = false;  // the source's key is another name of its rowid
  std::vector<Group> groups;           // up: source → target
  std::vector<std::string> target_only;
  std::vector<SharedUnique> uniques;                 // old_name: of the source
  std::vector<std::vector<std::string>> up_sources;  // per group, what UPDATE OF lists
  std::vector<std::vector<std::string>>
      mute_defaults;               // per group and old_mute, its default's text
  std::set<std::string> typeless;  // source columns, folded, in which 1 and 1.0 are two values
  bool guarded = false;            // the client must not see success when the target did not follow
  std::vector<TargetRule>
      rules;  // tested before a write, so that an outer OR FAIL cannot stop there
  std::map<std::string, std::string> target_types;     // folded name → declared type
  std::map<std::string, std::string> target_defaults;  // folded name → default's text
  bool restores_deleted = false;
  bool has_row_values = true;  // sqlite.clients >= 3.15
};

struct SyncInput {
  const Rebuild& rebuild;
  const model::CatalogTable& base;
  int clients = 3024000;  // the oldest library that compiles the triggers
};

[[nodiscard]] Direction forward(const SyncInput& input, const std::string& shadow_name);
[[nodiscard]] Direction backward(const SyncInput& input);

/// Base → unpublished shadow, until publish.
[[nodiscard]] std::vector<NamedSql> one_way_triggers(const SyncInput& input);
/// Both sets, from publish on.
[[nodiscard]] std::vector<NamedSql> two_way_triggers(const SyncInput& input);

/// Predicates over a pair, by aliases of the rebuild, without parentheses around the whole.
/// Before publish: the shadow is exactly what `up` says.
[[nodiscard]] std::string exact_pair(const SyncInput& input);
/// After it: each group is equal one way or the other.
[[nodiscard]] std::string same_pair(const SyncInput& input);
/// The join of a base row with its shadow row.
[[nodiscard]] std::string pair_join(const SyncInput& input);

/// The same, from the shadow's side: uses an index of the base.
[[nodiscard]] std::string orphan_join(const SyncInput& input);
/// All values of a row as one text, for reports.
[[nodiscard]] std::string row_text(const Rebuild& rebuild, bool of_base,
                                   const model::CatalogTable& base);

/// What a reversal loses: per new column the query that counts rows whose value does not come back.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> lost_values(const SyncInput& input);

/// The columns that an INSERT into the shadow gives values to, and their values over the base's
/// alias.
struct CopyColumns {
  std::vector<std::string> columns;
  std::vector<std::string> values;
};
[[nodiscard]] CopyColumns copy_columns(const SyncInput& input);

}  // namespace segue::dialect::sqlite
