// A rebuild seen from the side that is written.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/sync_parts.hpp"

namespace segue::dialect::sqlite {
namespace {

std::string default_of(const model::CatalogTable& base, const std::string& column) {
  const model::CatalogColumn* found = base.column(column);
  return found == nullptr || !found->default_sql ? "NULL" : *found->default_sql;
}

std::string default_in(const Rebuild& rebuild, const std::string& column) {
  const std::optional<TableText> text = table_text(rebuild.fresh_sql);
  const ColumnText* found = text ? text->column(column) : nullptr;
  const Clause* clause = found == nullptr ? nullptr : found->clause(ClauseKind::default_value);
  return clause == nullptr ? "NULL" : clause->body;
}

std::set<std::string> typeless_in(const Rebuild& rebuild) {
  std::set<std::string> out;
  const std::optional<TableText> text = table_text(rebuild.fresh_sql);
  if (!text) return out;
  for (const TablePart& part : text->parts) {
    if (part.column && keeps_types_apart(part.column->type)) out.insert(folded(part.column->name));
  }
  return out;
}

// What the base refuses and the shadow does not.
void add_rules(Direction& d, const SyncInput& input) {
  const std::optional<TableText> base = table_text(input.rebuild.base_sql);
  const std::optional<TableText> fresh = table_text(input.rebuild.fresh_sql);
  if (!base || !fresh) return;
  const auto has_text = [](const std::vector<Clause>& clauses, const std::string& text) {
    return std::any_of(clauses.begin(), clauses.end(),
                       [&](const Clause& clause) { return clause.text == text; });
  };
  std::vector<std::string> all;
  for (const model::CatalogColumn& column : input.base.columns) {
    all.push_back(column.name);
    d.target_types[folded(column.name)] = column.type;
    if (column.default_sql) d.target_defaults[folded(column.name)] = *column.default_sql;
  }
  const auto add_check = [&](const std::string& check, const std::string& name) {
    d.rules.push_back({"", check, columns_read(check, input.base.name, all),
                       fmt::format("CHECK constraint failed: {}", name)});
  };
  for (const TablePart& part : base->parts) {
    if (part.clause && part.clause->kind == ClauseKind::check) {
      const bool shared = std::any_of(fresh->parts.begin(), fresh->parts.end(), [&](const auto& p) {
        return p.clause && p.clause->text == part.clause->text;
      });
      if (!shared) add_check(part.clause->body, input.base.name);
    }
    if (!part.column) continue;
    const ColumnText* partner = nullptr;
    const Derived* copy = input.rebuild.copy_of(part.column->name);
    if (copy != nullptr) partner = fresh->column(copy->column);
    for (const Clause& clause : part.column->clauses) {
      if (partner != nullptr && has_text(partner->clauses, clause.text)) continue;
      if (clause.kind == ClauseKind::not_null) {
        d.rules.push_back(
            {part.column->name,
             "",
             {},
             fmt::format("NOT NULL constraint failed: {}.{}", input.base.name, part.column->name)});
      }
      if (clause.kind == ClauseKind::check) add_check(clause.body, part.column->name);
    }
  }
}

}  // namespace

Direction forward(const SyncInput& input, const std::string& shadow_name) {
  const Rebuild& r = input.rebuild;
  Direction d{.source = r.base,
              .target = shadow_name,
              .source_alias = r.old_alias,
              .target_alias = r.new_alias,
              .any_alias = r.any_alias,
              .prefix = fmt::format("segue_{}", r.base),
              .key = r.key,
              .groups = r.groups,
              .target_only = r.new_only,
              .uniques = r.uniques};
  d.key_takes_rowid_names = r.key.is_rowid || r.key.old_is_rowid;
  for (const Group& group : r.groups) {
    append(d.target_only, group.new_mute);
    d.up_sources.push_back(stored_sources(group.up_reads, input.base));
    std::vector<std::string> defaults;
    for (const std::string& name : group.old_mute) defaults.push_back(default_of(input.base, name));
    d.mute_defaults.push_back(std::move(defaults));
  }
  if (!r.key.is_rowid && !r.key.is_mapped() && !r.without_rowid) {
    for (const KeyColumn& key : r.key.columns) {
      const model::CatalogColumn* column = input.base.column(key.old_name);
      if (column != nullptr && column->nullable) d.nullable_keys.push_back(key.old_name);
    }
  }
  for (const model::CatalogColumn& column : input.base.columns) {
    if (keeps_types_apart(column.type)) d.typeless.insert(folded(column.name));
  }
  d.has_row_values = input.clients >= 3015000;
  return d;
}

Direction backward(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  Direction d{.source = r.shadow,
              .target = r.base,
              .source_alias = r.new_alias,
              .target_alias = r.old_alias,
              .any_alias = r.any_alias,
              .prefix = fmt::format("segue_{}", r.shadow),
              .key = r.key,
              .target_only = r.old_only,
              .guarded = true,
              .restores_deleted = r.deletes_may_be_ignored};
  for (KeyColumn& column : d.key.columns) std::swap(column.old_name, column.new_name);
  std::swap(d.key.up, d.key.down);
  d.key_takes_rowid_names = r.key.is_rowid || r.key.new_is_rowid;
  for (const Group& group : r.groups) {
    d.groups.push_back(mirrored(group));
    append(d.target_only, group.old_mute);
    d.up_sources.push_back(group.down_reads);
    std::vector<std::string> defaults;
    for (const std::string& name : group.new_mute) defaults.push_back(default_in(r, name));
    d.mute_defaults.push_back(std::move(defaults));
  }
  for (const SharedUnique& unique : r.uniques) {
    SharedUnique turned = unique;
    for (UniqueTerm& term : turned.terms) std::swap(term.old_name, term.new_name);
    d.uniques.push_back(std::move(turned));
  }
  d.typeless = typeless_in(r);
  for (const std::string& name : forward(input, r.shadow).nullable_keys) {
    for (const KeyColumn& key : r.key.columns) {
      if (key.old_name == name) d.nullable_keys.push_back(key.new_name);
    }
  }
  add_rules(d, input);
  d.has_row_values = input.clients >= 3015000;
  return d;
}

}  // namespace segue::dialect::sqlite
