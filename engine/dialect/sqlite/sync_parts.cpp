#include "engine/dialect/sqlite/sync_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;

Group mirrored(const Group& group) {
  return {.up = group.down,
          .down = group.up,
          .up_reads = group.down_reads,
          .down_reads = group.up_reads,
          .old_mute = group.new_mute,
          .new_mute = group.old_mute,
          .name = group.name};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

std::vector<std::string> with(std::vector<std::string> statements, const std::string& last) {
  statements.push_back(last);
  return statements;
}

std::vector<std::string> without_key(std::vector<std::string> names, const Key& key) {
  std::erase_if(names, [&](const std::string& name) {
    return std::any_of(key.columns.begin(), key.columns.end(),
                       [&](const KeyColumn& k) { return same_name(k.old_name, name); });
  });
  return names;
}

std::string update_of(const std::vector<std::string>& columns) {
  const auto names_rowid = [](const std::string& column) {
    return same_name(column, "rowid") || same_name(column, "oid") || same_name(column, "_rowid_");
  };
  std::vector<std::string> names = columns;
  // SQLite compares the names of the SET list.
  if (std::any_of(columns.begin(), columns.end(), names_rowid)) {
    std::erase_if(names, names_rowid);
    append(names, {"rowid", "oid", "_rowid_"});
  }
  return "AFTER UPDATE OF " + quoted_list(names);
}

std::string delete_partner(const SyncText& t) {
  const std::string target = quoted(t.direction().target);
  return fmt::format("DELETE FROM {target} WHERE {old} AND {gone}", "target"_a = target,
                     "old"_a = t.partner_spelt(target, "old"), "gone"_a = t.gone());
}

std::vector<std::string> with_spelling(const SyncText& t, std::vector<std::string> key,
                                       const std::vector<std::string>& more) {
  const std::vector<KeyColumn>& columns = t.direction().key.columns;
  const bool spelt = std::any_of(columns.begin(), columns.end(),
                                 [](const KeyColumn& column) { return column.is_spelt; });
  if (!spelt) return more;
  append(key, more);
  return key;
}

void add_key_guard(const SyncText& t, std::vector<NamedSql>& out) {
  if (t.lossy_key().empty()) return;
  out.push_back(t.trigger("g", "AFTER INSERT", t.lossy_key(), {t.raise_lossy_key()}));
}

std::vector<std::string> key_guard(const SyncText& t) {
  if (t.lossy_key().empty()) return {};
  return {t.refuse_lossy_key()};
}

}  // namespace segue::dialect::sqlite
