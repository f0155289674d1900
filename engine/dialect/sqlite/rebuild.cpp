// Builds the description of a rebuild from the base table and the change.

#include "engine/dialect/sqlite/rebuild.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/indexes.hpp"
#include "engine/dialect/sqlite/keys.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

// An alias must not be the table's own name: `FROM x x WHERE x.id = x.id` reads one row twice.
std::string alias(const std::string& wanted, const std::string& base) {
  return same_name(wanted, base) ? "segue_" + wanted : wanted;
}

void set_names(Rebuild& rebuild, const model::CatalogTable& base, const model::TableChange& change,
               const std::string& version) {
  rebuild.base = base.name;
  rebuild.final_name = change.is_renamed() ? change.after : base.name;
  rebuild.version = version;
  rebuild.shadow = fmt::format("{}__{}", change.after, version);
  // Not by its final name: a client that starts too early would read half a copy.
  rebuild.fresh =
      protected_by("publish_name") ? fmt::format("segue_new_{}", base.name) : rebuild.shadow;
  rebuild.trash = fmt::format("segue_old_{}", base.name);
  rebuild.old_alias = alias("o", base.name);
  rebuild.new_alias = alias("n", base.name);
  rebuild.any_alias = alias("x", base.name);
  rebuild.base_sql = base.sql;
}

void set_texts(Rebuild& rebuild, Shapes& shapes) {
  rebuild.target_sql = shapes.target.text();
  shapes.fresh.name_text = quoted(rebuild.fresh);
  rebuild.fresh_sql = shapes.fresh.text();
  shapes.trash.name_text = quoted(rebuild.trash);
  rebuild.trash_sql = shapes.trash.text();
}

bool ignores_deletes(const model::CatalogTable& base) {
  return std::any_of(base.triggers.begin(), base.triggers.end(), [](const auto& trigger) {
    return trigger.on_delete && folded(trigger.definition).find("ignore") != std::string::npos;
  });
}

void set_columns(Rebuild& rebuild, const model::TableChange& change) {
  for (const model::ColumnChange& column : change.columns) {
    if (column.fate == model::ColumnFate::dropped) continue;
    rebuild.target_columns.push_back(column.after);
    if (column.shape.generated.empty()) rebuild.writable_columns.push_back(column.after);
  }
}

// VACUUM renumbers the rows of a table without any index.
void require_indexes(const Rebuild& rebuild, const model::TableChange& change,
                     std::vector<Problem>& problems) {
  if (!rebuild.key.is_implicit) return;
  if (!rebuild.base_indexes.empty() && !rebuild.target_indexes.empty()) return;
  problems.push_back({fmt::format("table {}: its rows could be followed by their rowids only, and "
                                  "without an index that stays VACUUM renumbers them; create one "
                                  "first",
                                  rebuild.base),
                      change.where});
}

// Where both sides have implicit rowids, a row keeps its own: as one more column that is unique.
void carry_rowids(Rebuild& rebuild, const model::CatalogTable& base,
                  const model::TableChange& change) {
  const Key& key = rebuild.key;
  if (rebuild.without_rowid || key.old_is_rowid || key.new_is_rowid) return;
  const std::string old_rowid = free_rowid_name(old_columns(base));
  const std::string new_rowid = free_rowid_name(new_columns(change));
  if (old_rowid.empty() || new_rowid.empty()) return;
  rebuild.old_rowid = old_rowid;
  rebuild.new_rowid = new_rowid;
  Group group{.up_reads = {old_rowid}, .down_reads = {new_rowid}, .name = old_rowid};
  group.up.push_back({new_rowid, reading(old_rowid), true});
  group.down.push_back({old_rowid, reading(new_rowid), true});
  rebuild.groups.push_back(std::move(group));
  rebuild.uniques.push_back({{{old_rowid, new_rowid, ""}}});
}

}  // namespace

const Derived* Rebuild::copy_of(const std::string& old_column) const {
  for (const Group& group : groups) {
    for (const Derived& up : group.up) {
      const bool copies = up.is_copy && !up.expression.arguments.empty() &&
                          same_name(up.expression.arguments.front().physical, old_column);
      if (copies) return &up;
    }
  }
  return nullptr;
}

RebuildResult make_rebuild(const model::CatalogTable& base, const model::TableChange& change,
                           const std::string& version) {
  RebuildResult result;
  Rebuild& rebuild = result.rebuild;
  set_names(rebuild, base, change, version);
  const std::optional<TableText> text = table_text(base.sql);
  if (!text) {
    result.problems.push_back(
        {fmt::format("table {}: its definition in the schema is not understood; "
                     "change it by hand with `phases:`",
                     base.name),
         change.where});
    return result;
  }
  rebuild.without_rowid = text->without_rowid;
  Shapes shapes = make_shapes(base, *text, change);
  rebuild.late = shapes.late;
  rebuild.lost = shapes.lost;
  set_texts(rebuild, shapes);
  set_columns(rebuild, change);
  rebuild.autoincrement = base.autoincrement;
  rebuild.deletes_may_be_ignored = ignores_deletes(base);
  rebuild.key = find_key({base, *text, shapes.target, change}, result.problems);
  match_indexes(rebuild, base, *text, change, shapes, result.problems);
  for (const SharedUnique& unique : rebuild.uniques) {
    std::vector<std::string> names;
    for (const UniqueTerm& term : unique.terms) names.push_back(term.old_name);
    if (names.size() > 1) shapes.tied.push_back(std::move(names));
  }
  GroupResult groups =
      make_groups({base, change, rebuild.key, shapes.tied, indexed_columns(base, change)});
  rebuild.groups = std::move(groups.groups);
  rebuild.new_only = std::move(groups.new_only);
  rebuild.old_only = std::move(groups.old_only);
  require_indexes(rebuild, change, result.problems);
  carry_rowids(rebuild, base, change);
  return result;
}

}  // namespace segue::dialect::sqlite
