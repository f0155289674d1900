#pragma once
// The phrases of which both trigger sets are made ($GONE, $FREE, $EVICT, $SET … of
// protocol-sqlite.md 3.1), over one Direction. Internal to the sync files.

#include <string>
#include <vector>

#include "engine/dialect/sqlite/sync.hpp"

namespace segue::dialect::sqlite {

class SyncText {
 public:
  explicit SyncText(const Direction& direction) : d_(direction) {}

  [[nodiscard]] const Direction& direction() const { return d_; }

  /// The partner's key, computed from a row of the source.
  [[nodiscard]] std::vector<std::string> image(const std::string& alias) const;
  /// source row `a` has the key of the row `b` (new, old, another alias).
  [[nodiscard]] std::string at_source(const std::string& a, const std::string& b) const;
  /// target row `a` is the partner of the source row `b`; by spelling: exactly so spelt.
  [[nodiscard]] std::string partner(const std::string& a, const std::string& b) const;
  [[nodiscard]] std::string partner_spelt(const std::string& a, const std::string& b) const;
  [[nodiscard]] std::string pair() const;  // both rows stored, by new
  [[nodiscard]] std::string key_changed() const;

  /// True of a stored source row at new whose key has no counterpart; empty when every key has one.
  [[nodiscard]] std::string lossy_key() const;
  [[nodiscard]] std::string refuse_lossy_key() const;  // a statement
  [[nodiscard]] std::string raise_lossy_key() const;

  [[nodiscard]] std::string gone() const;
  [[nodiscard]] std::string free() const;
  [[nodiscard]] std::string free_to_move() const;

  /// Equality of a group. exact: the target is `up` in every column. upward: in those from which
  /// something is derived back; backward: the source is `down` in those. same: one of these two.
  [[nodiscard]] std::string exact(const Group& group) const;
  [[nodiscard]] std::string upward(const Group& group) const;
  [[nodiscard]] std::string backward(const Group& group) const;
  [[nodiscard]] std::string same(const Group& group) const;
  [[nodiscard]] std::string all_exact() const;
  [[nodiscard]] std::string all_same() const;
  /// As all_same, and where a group flows one way only its source must still be as an echo leaves
  /// it.
  [[nodiscard]] std::string all_settled() const;
  [[nodiscard]] std::string changed(const std::vector<std::string>& columns) const;

  [[nodiscard]] std::vector<std::string> columns() const;  // target columns that sync writes
  [[nodiscard]] std::vector<std::string> values() const;   // `up` over the source alias
  [[nodiscard]] std::string value(const Derived& up) const;
  [[nodiscard]] std::vector<std::string> kept_values() const;  // unless the pair agrees backward
  [[nodiscard]] std::vector<std::string> key_columns() const;

  /// Deletes partners that OR REPLACE evicted without a trigger; `spare_old`: not the row's own old
  /// one.
  [[nodiscard]] std::vector<std::string> evictions(bool spare_old) const;
  [[nodiscard]] std::vector<std::string> evictions_of(const Group& group) const;

  /// Row of the target from the stored source row at new.
  [[nodiscard]] std::string insert() const;
  /// UPDATE target SET (columns) = (SELECT values FROM from) WHERE where.
  [[nodiscard]] std::string update(const std::vector<std::string>& columns,
                                   const std::vector<std::string>& values, const std::string& from,
                                   const std::string& where) const;
  [[nodiscard]] std::string from_source() const;  // users o WHERE o.id = new.id
  [[nodiscard]] std::string from_pair() const;
  [[nodiscard]] std::string where_partner(const std::string& row) const;

  /// A row that is to be written, for the tests of the target's rules: its values by column, where
  /// they come from (FROM … WHERE …), and whether the columns beside them have their defaults (a
  /// new row).
  struct Written {
    std::vector<std::string> columns;
    std::vector<std::string> values;
    std::string from;
    bool is_new = false;
  };
  /// RAISE(ABORT) where the target would refuse the row.
  [[nodiscard]] std::vector<std::string> refusals(const Written& row) const;

  /// RAISE(ABORT) unless the pair at new satisfies `test`.
  [[nodiscard]] std::string guard(const std::string& test) const;

  [[nodiscard]] NamedSql trigger(const std::string& suffix, const std::string& event,
                                 const std::string& when,
                                 const std::vector<std::string>& body) const;
  [[nodiscard]] std::string key_event() const;  // AFTER UPDATE OF id, rowid, …

 private:
  [[nodiscard]] std::string keys_equal(const std::string& a, bool a_is_source,
                                       const std::vector<std::string>& values, bool spelt) const;
  [[nodiscard]] std::string settled_backward(const Group& group) const;
  [[nodiscard]] std::string spelling() const;
  [[nodiscard]] std::string broken_check(const TargetRule& rule, const Written& row) const;
  [[nodiscard]] std::string eviction(const SharedUnique& unique, bool spare_old) const;
  [[nodiscard]] std::string has_own_row() const;

  const Direction& d_;
};

}  // namespace segue::dialect::sqlite
