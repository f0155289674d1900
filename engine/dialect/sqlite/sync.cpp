// The two triggers sets (protocol-sqlite.md 3). What must hold: after each statement of a client, through
// either side, each pair of rows agrees in every group, and no value that only one side knows has changed
// unless the statement changed it.
//
// Bodies read stored rows only; NEW and OLD give keys and tell whether a value changed. NEW has no
// affinity, and triggers that fire earlier may have changed the row.

#include "engine/dialect/sqlite/sync.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/sync_text.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

std::vector<std::string> without_key(std::vector<std::string> names, const Key& key) {
  std::erase_if(names, [&](const std::string& name) {
    return std::any_of(key.columns.begin(), key.columns.end(),
                       [&](const KeyColumn& k) { return same_name(k.old_name, name); });
  });
  return names;
}

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

Group mirrored(const Group& group) {
  return {.up = group.down, .down = group.up, .up_reads = group.down_reads,
          .down_reads = group.up_reads, .old_mute = group.new_mute, .new_mute = group.old_mute,
          .name = group.name};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

std::string update_of(const std::vector<std::string>& columns) {
  return "AFTER UPDATE OF " + quoted_list(columns);
}

std::vector<std::string> with(std::vector<std::string> statements, const std::string& last) {
  statements.push_back(last);
  return statements;
}

std::string unequal_pair(const SyncText& t, const std::string& test) {
  return fmt::format("EXISTS (SELECT 1 FROM {pair} AND NOT {test})", "pair"_a = t.from_pair(),
                     "test"_a = test);
}

std::string delete_partner(const SyncText& t) {
  const std::string target = quoted(t.direction().target);
  return fmt::format("DELETE FROM {target} WHERE {old} AND {gone}", "target"_a = target,
                     "old"_a = t.partner_spelt(target, "old"), "gone"_a = t.gone());
}

// A key with two spellings is set like a value, so that the partner reads as its row does.
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

class OneWay {
 public:
  explicit OneWay(const Direction& direction) : t_(direction), d_(direction) {}

  std::vector<NamedSql> run() const {
    const std::string set = t_.update(with_spelling(t_, t_.key_columns(), t_.columns()),
                                      with_spelling(t_, t_.image(d_.source_alias), t_.values()),
                                      t_.from_source(), t_.where_partner("new"));
    std::vector<NamedSql> out;
    out.push_back(t_.trigger("i", "AFTER INSERT", t_.free(),
                             with(t_.evictions(false), t_.insert())));
    out.push_back(t_.trigger("r", "AFTER INSERT", "NOT " + t_.free(),
                             with(t_.evictions(false), set)));
    for (std::size_t i = 0; i < d_.groups.size(); ++i) add_group(out, i);
    add_key_guard(t_, out);
    std::vector<std::string> body = key_guard(t_);
    append(body, t_.evictions(true));
    append(body, {delete_partner(t_), fmt::format("{} AND {}", t_.insert(), t_.free()), set});
    out.push_back(t_.trigger("k", t_.key_event(), t_.key_changed(), body));
    out.push_back(t_.trigger("d", "AFTER DELETE", "", {delete_partner(t_)}));
    return out;
  }

 private:
  void add_group(std::vector<NamedSql>& out, std::size_t i) const {
    const Group& group = d_.groups[i];
    const std::vector<std::string> sources = without_key(d_.up_sources[i], d_.key);
    if (sources.empty() || group.up.empty()) return;
    std::vector<std::string> columns;
    std::vector<std::string> values;
    for (const Derived& up : group.up) {
      columns.push_back(up.column);
      values.push_back(over(up.expression, d_.source_alias));
    }
    out.push_back(t_.trigger(
        fmt::format("u{}", i + 1), update_of(sources), t_.changed(sources),
        with(t_.evictions_of(group),
             t_.update(columns, values, t_.from_source(), t_.where_partner("new")))));
  }

  SyncText t_;
  const Direction& d_;
};

class TwoWay {
 public:
  explicit TwoWay(const Direction& direction) : t_(direction), d_(direction) {}

  std::vector<NamedSql> run() const {
    std::vector<NamedSql> out;
    std::vector<std::string> insertion = t_.evictions(false);
    append(insertion, t_.refusals({t_.columns(), t_.values(), t_.from_source(), true}));
    insertion.push_back(t_.insert());
    out.push_back(t_.trigger("i", "AFTER INSERT", t_.free(), guarded(insertion, t_.all_same())));
    std::vector<std::string> merging = t_.evictions(false);
    append(merging, t_.refusals({t_.columns(), t_.kept_values(), t_.from_pair()}));
    merging.push_back(merge(spelt_columns(), spelt_values(), ""));
    out.push_back(t_.trigger("r", "AFTER INSERT", unequal_pair(t_, t_.all_settled()),
                             guarded(merging, t_.all_same())));
    for (std::size_t i = 0; i < d_.groups.size(); ++i) add_group(out, i);
    add_key_guard(t_, out);
    out.push_back(t_.trigger("k", t_.key_event(), t_.key_changed(), guarded(move(), t_.all_same())));
    std::vector<std::string> deletion{delete_partner(t_)};
    if (d_.restores_deleted) deletion.push_back(restore());
    out.push_back(t_.trigger("d", "AFTER DELETE", "", deletion));
    return out;
  }

 private:
  std::vector<std::string> guarded(std::vector<std::string> body, const std::string& test) const {
    if (d_.guarded) body.push_back(t_.guard(test));
    return body;
  }

  std::vector<std::string> spelt_columns() const {
    return with_spelling(t_, t_.key_columns(), t_.columns());
  }
  std::vector<std::string> spelt_values() const {
    return with_spelling(t_, t_.image(d_.source_alias), t_.kept_values());
  }

  std::string merge(const std::vector<std::string>& columns, const std::vector<std::string>& values,
                    const std::string& more) const {
    return t_.update(columns, values, t_.from_pair(), t_.where_partner("new") + more);
  }

  // The pair test keeps echoes out. Where a group flows one way only, a change of what nothing gives
  // back is news by itself.
  std::string needs_update(const Group& group, const std::vector<std::string>& sources) const {
    std::vector<std::string> mute;
    std::vector<std::string> rest;
    for (const std::string& name : sources) {
      const bool is_mute = std::any_of(group.old_mute.begin(), group.old_mute.end(),
                                       [&](const std::string& m) { return same_name(m, name); });
      (is_mute ? mute : rest).push_back(name);
    }
    std::vector<std::string> tests;
    if (!mute.empty()) {
      tests.push_back(fmt::format("{} AND {}", t_.changed(mute), unequal_pair(t_, t_.exact(group))));
    }
    if (!rest.empty()) {
      const std::string equal =
          group.is_copy() ? t_.exact(group)
                          : fmt::format("({} OR {})", t_.exact(group), t_.backward(group));
      tests.push_back(fmt::format("{} AND {}", t_.changed(rest), unequal_pair(t_, equal)));
    }
    if (tests.size() == 1) return tests.front();
    return fmt::format("({}) OR ({})", tests[0], tests[1]);
  }

  void add_group(std::vector<NamedSql>& out, std::size_t i) const {
    const Group& group = d_.groups[i];
    const std::vector<std::string> sources = without_key(d_.up_sources[i], d_.key);
    if (sources.empty() || group.up.empty()) return;
    std::vector<std::string> columns;
    std::vector<std::string> values;
    for (const Derived& up : group.up) {
      columns.push_back(up.column);
      values.push_back(over(up.expression, d_.source_alias));
    }
    std::vector<std::string> body = t_.evictions_of(group);
    append(body, t_.refusals({columns, values, t_.from_pair()}));
    body.push_back(t_.update(columns, values, t_.from_source(), t_.where_partner("new")));
    out.push_back(t_.trigger(fmt::format("u{}", i + 1), update_of(sources),
                             needs_update(group, sources), guarded(body, t_.same(group))));
  }

  // The partner moves with its values made equal in the same UPDATE: a key that moved alone would be
  // echoed back with stale values. What follows serves OR REPLACE onto a key that exists.
  std::vector<std::string> move() const {
    const std::string target = quoted(d_.target);
    const std::string source_row = fmt::format("EXISTS (SELECT 1 FROM {})", t_.from_source());
    std::vector<std::string> body = key_guard(t_);
    append(body, t_.evictions(true));
    std::vector<std::string> columns = t_.key_columns();
    std::vector<std::string> values = t_.image(d_.source_alias);
    append(columns, t_.columns());
    append(values, t_.kept_values());
    const std::string from = fmt::format(
        "{source} {s}, {target} {t} WHERE {at} AND {old}", "source"_a = quoted(d_.source),
        "s"_a = d_.source_alias, "target"_a = target, "t"_a = d_.target_alias,
        "at"_a = t_.at_source(d_.source_alias, "new"),
        "old"_a = t_.partner_spelt(d_.target_alias, "old"));
    append(body, t_.refusals({t_.columns(), t_.kept_values(),
                              fmt::format("{} AND {}", from, t_.free_to_move())}));
    body.push_back(t_.update(
        columns, values, from,
        fmt::format("{} AND {} AND {} AND {}", t_.partner_spelt(target, "old"), t_.gone(),
                    t_.free_to_move(), source_row)));
    if (!d_.target_only.empty()) body.push_back(carry_target_only());
    body.push_back(delete_partner(t_));
    append(body, t_.refusals({t_.columns(), t_.values(),
                              fmt::format("{} AND {}", t_.from_source(), t_.free()), true}));
    body.push_back(fmt::format("{} AND {}", t_.insert(), t_.free()));
    append(body, t_.refusals({t_.columns(), t_.kept_values(), t_.from_pair()}));
    body.push_back(merge(spelt_columns(), spelt_values(),
                         " AND " + unequal_pair(t_, t_.all_same())));
    return body;
  }

  std::string carry_target_only() const {
    const std::string target = quoted(d_.target);
    const std::string at_old = fmt::format("{} {} WHERE {}", target, d_.any_alias,
                                           t_.partner_spelt(d_.any_alias, "old"));
    std::vector<std::string> values;
    for (const std::string& name : d_.target_only) values.push_back(column_of(d_.any_alias, name));
    return t_.update(d_.target_only, values, at_old,
                     fmt::format("{} AND {} AND EXISTS (SELECT 1 FROM {})", t_.where_partner("new"),
                                 t_.gone(), at_old));
  }

  // A DELETE trigger of the base may refuse silently (RAISE(IGNORE)); then the row comes back.
  std::string restore() const {
    Direction back = d_;
    std::swap(back.source, back.target);
    std::swap(back.source_alias, back.target_alias);
    for (KeyColumn& column : back.key.columns) std::swap(column.old_name, column.new_name);
    std::swap(back.key.up, back.key.down);
    for (Group& group : back.groups) group = mirrored(group);
    const SyncText t(back);
    std::vector<std::string> names = t.key_columns();
    std::vector<std::string> values = t.image(back.source_alias);
    append(names, t.columns());
    append(values, t.values());
    return fmt::format(
        "INSERT INTO {target}({names}) SELECT {values} FROM {source} {alias} WHERE {at} AND NOT "
        "EXISTS (SELECT 1 FROM {target} {x} WHERE {same})",
        "target"_a = quoted(back.target), "names"_a = quoted_list(names),
        "values"_a = join(values, ", "), "source"_a = quoted(back.source),
        "alias"_a = back.source_alias, "at"_a = t_.partner(back.source_alias, "old"),
        "x"_a = d_.any_alias, "same"_a = t_.at_source(d_.any_alias, "old"));
  }

  SyncText t_;
  const Direction& d_;
};

}  // namespace

Direction forward(const SyncInput& input, const std::string& shadow_name) {
  const Rebuild& r = input.rebuild;
  Direction d{.source = r.base, .target = shadow_name, .source_alias = r.old_alias,
              .target_alias = r.new_alias, .any_alias = r.any_alias,
              .prefix = fmt::format("segue_{}", r.base), .key = r.key, .groups = r.groups,
              .target_only = r.new_only, .uniques = r.uniques};
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

namespace {

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
    if (part.clause && part.clause->kind == TableClauseKind::check) {
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
        d.rules.push_back({part.column->name, "", {},
                           fmt::format("NOT NULL constraint failed: {}.{}", input.base.name,
                                       part.column->name)});
      }
      if (clause.kind == ClauseKind::check) add_check(clause.body, part.column->name);
    }
  }
}

}  // namespace

Direction backward(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  Direction d{.source = r.shadow, .target = r.base, .source_alias = r.new_alias,
              .target_alias = r.old_alias, .any_alias = r.any_alias,
              .prefix = fmt::format("segue_{}", r.shadow), .key = r.key, .target_only = r.old_only,
              .guarded = true, .restores_deleted = r.deletes_may_be_ignored};
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

std::vector<NamedSql> one_way_triggers(const SyncInput& input) {
  return OneWay(forward(input, input.rebuild.fresh)).run();
}

std::vector<NamedSql> two_way_triggers(const SyncInput& input) {
  const Direction to_shadow = forward(input, input.rebuild.shadow);
  const Direction to_base = backward(input);
  std::vector<NamedSql> out = TwoWay(to_shadow).run();
  const std::vector<NamedSql> back = TwoWay(to_base).run();
  out.insert(out.end(), back.begin(), back.end());
  return out;
}

std::string exact_pair(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.fresh);
  return SyncText(d).all_exact();
}

std::string same_pair(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.shadow);
  return SyncText(d).all_same();
}

std::string pair_join(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.shadow);
  return SyncText(d).partner(d.target_alias, d.source_alias);
}

std::string orphan_join(const SyncInput& input) {
  const Direction d = backward(input);
  return SyncText(d).partner(d.target_alias, d.source_alias);
}

CopyColumns copy_columns(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.fresh);
  const SyncText t(d);
  CopyColumns out{t.key_columns(), t.image(d.source_alias)};
  append(out.columns, t.columns());
  append(out.values, t.values());
  return out;
}

}  // namespace segue::dialect::sqlite
