// Sync from publish on (protocol-sqlite.md 3), both ways by one generator. What must hold: after
// each statement of a client, through either side, each pair of rows agrees in every group, and no
// value that only one side knows has changed unless the statement changed it.
//
// Bodies read stored rows only; NEW and OLD give keys and tell whether a value changed. NEW has no
// affinity, and triggers that fire earlier may have changed the row.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/sync_parts.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

std::string unequal_pair(const SyncText& t, const std::string& test) {
  if (!protected_by("pair_test")) return "1";
  return fmt::format("EXISTS (SELECT 1 FROM {pair} AND NOT {test})", "pair"_a = t.from_pair(),
                     "test"_a = test);
}

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
    out.push_back(
        t_.trigger("k", t_.key_event(), t_.key_changed(), guarded(move(), t_.all_same())));
    std::vector<std::string> deletion{delete_partner(t_)};
    if (d_.restores_deleted) deletion.push_back(restore());
    if (protected_by("delete_sync")) {
      out.push_back(t_.trigger("d", "AFTER DELETE", "", deletion));
    }
    return out;
  }

 private:
  std::vector<std::string> guarded(std::vector<std::string> body, const std::string& test) const {
    if (d_.guarded && protected_by("sync_guard")) body.push_back(t_.guard(test));
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

  // The pair test keeps echoes out. Where a group flows one way only, a change of what nothing
  // gives back is news by itself.
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
      tests.push_back(
          fmt::format("{} AND {}", t_.changed(mute), unequal_pair(t_, t_.exact(group))));
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
      values.push_back(t_.value(up));
    }
    std::vector<std::string> body = t_.evictions_of(group);
    append(body, t_.refusals({columns, values, t_.from_pair()}));
    body.push_back(t_.update(columns, values, t_.from_source(), t_.where_partner("new")));
    out.push_back(t_.trigger(fmt::format("u{}", i + 1), update_of(sources),
                             needs_update(group, sources), guarded(body, t_.same(group))));
  }

  // The partner moves with its values made equal in the same UPDATE: a key that moved alone would
  // be echoed back with stale values. What follows serves OR REPLACE onto a key that exists.
  std::vector<std::string> move() const {
    const std::string target = quoted(d_.target);
    const std::string source_row = fmt::format("EXISTS (SELECT 1 FROM {})", t_.from_source());
    std::vector<std::string> body = key_guard(t_);
    append(body, t_.evictions(true));
    std::vector<std::string> columns = t_.key_columns();
    std::vector<std::string> values = t_.image(d_.source_alias);
    append(columns, t_.columns());
    append(values, t_.kept_values());
    const std::string from =
        fmt::format("{source} {s}, {target} {t} WHERE {at} AND {old}",
                    "source"_a = quoted(d_.source), "s"_a = d_.source_alias, "target"_a = target,
                    "t"_a = d_.target_alias, "at"_a = t_.at_source(d_.source_alias, "new"),
                    "old"_a = t_.partner_spelt(d_.target_alias, "old"));
    append(body, t_.refusals({t_.columns(), t_.kept_values(),
                              fmt::format("{} AND {}", from, t_.free_to_move())}));
    if (protected_by("partner_moves"))
      body.push_back(
          t_.update(columns, values, from,
                    fmt::format("{} AND {} AND {} AND {}", t_.partner_spelt(target, "old"),
                                t_.gone(), t_.free_to_move(), source_row)));
    if (!d_.target_only.empty()) body.push_back(carry_target_only());
    body.push_back(delete_partner(t_));
    append(body, t_.refusals({t_.columns(), t_.values(),
                              fmt::format("{} AND {}", t_.from_source(), t_.free()), true}));
    body.push_back(fmt::format("{} AND {}", t_.insert(), t_.free()));
    append(body, t_.refusals({t_.columns(), t_.kept_values(), t_.from_pair()}));
    body.push_back(
        merge(spelt_columns(), spelt_values(), " AND " + unequal_pair(t_, t_.all_same())));
    return body;
  }

  std::string carry_target_only() const {
    const std::string target = quoted(d_.target);
    const std::string at_old =
        fmt::format("{} {} WHERE {}", target, d_.any_alias, t_.partner_spelt(d_.any_alias, "old"));
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

std::vector<NamedSql> two_way_triggers(const SyncInput& input) {
  const Direction to_shadow = forward(input, input.rebuild.shadow);
  const Direction to_base = backward(input);
  std::vector<NamedSql> out = TwoWay(to_shadow).run();
  const std::vector<NamedSql> back = TwoWay(to_base).run();
  out.insert(out.end(), back.begin(), back.end());
  return out;
}

}  // namespace segue::dialect::sqlite
