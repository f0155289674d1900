#include "engine/dialect/sqlite/sync_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;

namespace {

std::string parenthesised(const std::string& text) { return fmt::format("({})", text); }

std::string all_of(const std::vector<std::string>& tests) {
  return tests.empty() ? "1" : join(tests, " AND ");
}

std::vector<Derived> bound(std::vector<Derived> all) {
  std::erase_if(all, [](const Derived& derived) { return derived.is_free; });
  return all;
}

std::vector<std::string> equalities(const std::vector<Derived>& all, const std::string& taker,
                                    const std::string& giver) {
  std::vector<std::string> out;
  for (const Derived& derived : all) out.push_back(equals(derived, taker, giver));
  return out;
}

}  // namespace

std::vector<std::string> SyncText::image(const std::string& alias) const {
  if (d_.key.is_mapped()) return {over(*d_.key.up, alias)};
  std::vector<std::string> out;
  for (const KeyColumn& column : d_.key.columns) out.push_back(column_of(alias, column.old_name));
  return out;
}

std::string SyncText::keys_equal(const std::string& a, bool a_is_source,
                                 const std::vector<std::string>& values, bool spelt) const {
  std::vector<std::string> tests;
  for (std::size_t i = 0; i < d_.key.columns.size(); ++i) {
    const KeyColumn& column = d_.key.columns[i];
    const std::string name = column_of(a, a_is_source ? column.old_name : column.new_name);
    std::string test = fmt::format("{} = {}", name, values[i]);
    if (spelt && column.is_spelt) {
      test += fmt::format(" COLLATE BINARY AND typeof({}) = typeof({})", name, values[i]);
    }
    tests.push_back(std::move(test));
  }
  return all_of(tests);
}

std::string SyncText::at_source(const std::string& a, const std::string& b) const {
  std::vector<std::string> values;
  for (const KeyColumn& column : d_.key.columns) values.push_back(column_of(b, column.old_name));
  return keys_equal(a, true, values, false);
}

std::string SyncText::partner(const std::string& a, const std::string& b) const {
  return keys_equal(a, false, image(b), false);
}

std::string SyncText::partner_spelt(const std::string& a, const std::string& b) const {
  return keys_equal(a, false, image(b), true);
}

std::string SyncText::pair() const {
  return fmt::format("{source} AND {target}",
                     "source"_a = at_source(d_.source_alias, "new"),
                     "target"_a = partner(d_.target_alias, d_.source_alias));
}

std::string SyncText::key_changed() const {
  std::vector<std::string> tests;
  for (const KeyColumn& column : d_.key.columns) {
    const std::string before = column_of("old", column.old_name);
    const std::string after = column_of("new", column.old_name);
    tests.push_back(fmt::format("{} IS NOT {}", before, after));
    if (column.is_spelt) {
      tests.back() += fmt::format(" COLLATE BINARY OR typeof({}) <> typeof({})", before, after);
    }
  }
  const std::string all = join(tests, " OR ");
  return tests.size() > 1 || all.find(" OR ") != std::string::npos ? parenthesised(all) : all;
}

// A mapped key is kept lossless on both sides: two keys with one image would share a partner. NULL is
// equal to nothing, so a row with it can have none.
std::string SyncText::lossy_key() const {
  if (d_.key.is_mapped()) {
    const std::string key = column_of(d_.any_alias, d_.key.columns.front().old_name);
    const std::string image = with_arguments(*d_.key.down, [&](const std::string&) {
      return over(*d_.key.up, d_.any_alias);
    });
    return fmt::format("NOT EXISTS (SELECT 1 FROM {source} {x} WHERE {at} AND {key} IS +{image} COLLATE "
                       "BINARY)",
                       "source"_a = quoted(d_.source), "x"_a = d_.any_alias,
                       "at"_a = at_source(d_.any_alias, "new"), "key"_a = key, "image"_a = image);
  }
  std::vector<std::string> tests;
  for (const std::string& name : d_.nullable_keys) {
    tests.push_back(fmt::format("{} IS NULL", column_of("new", name)));
  }
  return join(tests, " OR ");
}

std::string SyncText::raise_lossy_key() const {
  std::vector<std::string> names;
  for (const KeyColumn& column : d_.key.columns) names.push_back(column.old_name);
  return fmt::format("SELECT RAISE(ABORT, {})",
                     literal(fmt::format("segue: this {}.{} has no counterpart in the other version",
                                         d_.source, join(names, ", "))));
}

std::string SyncText::refuse_lossy_key() const {
  return fmt::format("{} WHERE {}", raise_lossy_key(), lossy_key());
}

std::string SyncText::gone() const {
  std::vector<std::string> values;
  for (const KeyColumn& column : d_.key.columns) values.push_back(column_of("old", column.old_name));
  return fmt::format("NOT EXISTS (SELECT 1 FROM {source} {x} WHERE {at})",
                     "source"_a = quoted(d_.source), "x"_a = d_.any_alias,
                     "at"_a = keys_equal(d_.any_alias, true, values, true));
}

std::string SyncText::free() const {
  return fmt::format("NOT EXISTS (SELECT 1 FROM {target} {x} WHERE {partner})",
                     "target"_a = quoted(d_.target), "x"_a = d_.any_alias,
                     "partner"_a = partner(d_.any_alias, "new"));
}

// A key that is only respelt finds its own partner at the new key; that one is not in the way.
std::string SyncText::free_to_move() const {
  const bool spelt = std::any_of(d_.key.columns.begin(), d_.key.columns.end(),
                                 [](const KeyColumn& column) { return column.is_spelt; });
  if (!spelt) return free();
  return fmt::format("NOT EXISTS (SELECT 1 FROM {target} {x} WHERE {partner} AND NOT ({own}))",
                     "target"_a = quoted(d_.target), "x"_a = d_.any_alias,
                     "partner"_a = partner(d_.any_alias, "new"),
                     "own"_a = partner_spelt(d_.any_alias, "old"));
}

std::string SyncText::exact(const Group& group) const {
  return parenthesised(all_of(equalities(group.up, d_.target_alias, d_.source_alias)));
}

std::string SyncText::upward(const Group& group) const {
  return parenthesised(all_of(equalities(bound(group.up), d_.target_alias, d_.source_alias)));
}

std::string SyncText::backward(const Group& group) const {
  return parenthesised(all_of(equalities(bound(group.down), d_.source_alias, d_.target_alias)));
}

std::string SyncText::same(const Group& group) const {
  if (group.is_copy()) return exact(group);
  return fmt::format("({} OR {})", upward(group), backward(group));
}

std::string SyncText::spelling() const {
  std::vector<std::string> tests;
  for (const KeyColumn& column : d_.key.columns) {
    if (!column.is_spelt) continue;
    tests.push_back(fmt::format("{t} IS {s} COLLATE BINARY AND typeof({t}) = typeof({s})",
                                "t"_a = column_of(d_.target_alias, column.new_name),
                                "s"_a = column_of(d_.source_alias, column.old_name)));
  }
  return join(tests, " AND ");
}

std::string SyncText::all_exact() const {
  std::vector<std::string> tests;
  if (const std::string test = spelling(); !test.empty()) tests.push_back(parenthesised(test));
  for (const Group& group : d_.groups) tests.push_back(exact(group));
  return parenthesised(all_of(tests));
}

std::string SyncText::all_same() const {
  std::vector<std::string> tests;
  if (const std::string test = spelling(); !test.empty()) tests.push_back(parenthesised(test));
  for (const Group& group : d_.groups) tests.push_back(same(group));
  return parenthesised(all_of(tests));
}

// Where nothing gives a source column its value back, an echo leaves it at its default.
std::string SyncText::settled_backward(const Group& group) const {
  const auto index = static_cast<std::size_t>(&group - d_.groups.data());
  std::vector<std::string> tests{backward(group)};
  for (std::size_t i = 0; i < group.old_mute.size(); ++i) {
    tests.push_back(fmt::format("{} IS +({})", column_of(d_.source_alias, group.old_mute[i]),
                                d_.mute_defaults[index][i]));
  }
  return parenthesised(all_of(tests));
}

std::string SyncText::all_settled() const {
  std::vector<std::string> tests;
  if (const std::string test = spelling(); !test.empty()) tests.push_back(parenthesised(test));
  for (const Group& group : d_.groups) {
    tests.push_back(group.old_mute.empty()
                        ? same(group)
                        : fmt::format("({} OR {})", exact(group), settled_backward(group)));
  }
  return parenthesised(all_of(tests));
}

std::string SyncText::changed(const std::vector<std::string>& columns) const {
  std::vector<std::string> tests;
  for (const std::string& name : columns) {
    const std::string before = column_of("old", name);
    const std::string after = column_of("new", name);
    tests.push_back(fmt::format("{before} IS NOT {after} COLLATE BINARY", "before"_a = before,
                                "after"_a = after));
    if (d_.typeless.contains(folded(name))) {
      tests.back() += fmt::format(" OR typeof({}) <> typeof({})", before, after);
    }
  }
  return parenthesised(join(tests, " OR "));
}

std::vector<std::string> SyncText::key_columns() const {
  std::vector<std::string> out;
  for (const KeyColumn& column : d_.key.columns) out.push_back(column.new_name);
  return out;
}

std::vector<std::string> SyncText::columns() const {
  std::vector<std::string> out;
  for (const Group& group : d_.groups) {
    for (const Derived& up : group.up) out.push_back(up.column);
  }
  return out;
}

std::vector<std::string> SyncText::values() const {
  std::vector<std::string> out;
  for (const Group& group : d_.groups) {
    for (const Derived& up : group.up) out.push_back(over(up.expression, d_.source_alias));
  }
  return out;
}

std::vector<std::string> SyncText::kept_values() const {
  std::vector<std::string> out;
  for (const Group& group : d_.groups) {
    // A free column is kept whenever its pair agrees; for the others agreeing upward changes nothing.
    const bool has_free = std::any_of(group.up.begin(), group.up.end(),
                                      [](const Derived& up) { return up.is_free; });
    const std::string agrees =
        has_free && group.old_mute.empty() ? same(group) : settled_backward(group);
    for (const Derived& up : group.up) {
      const std::string value = over(up.expression, d_.source_alias);
      out.push_back(group.is_copy()
                        ? value
                        : fmt::format("CASE WHEN {agrees} THEN {kept} ELSE {value} END",
                                      "agrees"_a = agrees,
                                      "kept"_a = column_of(d_.target_alias, up.column),
                                      "value"_a = value));
    }
  }
  return out;
}

std::string SyncText::has_own_row() const {
  const std::string target = quoted(d_.target);
  std::vector<std::string> values;
  if (d_.key.is_mapped()) {
    values.push_back(over(*d_.key.down, target));
  } else {
    for (const KeyColumn& column : d_.key.columns) {
      values.push_back(column_of(target, column.new_name));
    }
  }
  return fmt::format("EXISTS (SELECT 1 FROM {source} {x} WHERE {at})", "source"_a = quoted(d_.source),
                     "x"_a = d_.any_alias, "at"_a = keys_equal(d_.any_alias, true, values, false));
}

std::string SyncText::eviction(const SharedUnique& unique, bool spare_old) const {
  const std::string target = quoted(d_.target);
  std::vector<std::string> values;
  for (const UniqueTerm& term : unique.terms) {
    std::string test = fmt::format("{} = {}", quoted(term.new_name), column_of("new", term.old_name));
    if (!term.collation.empty()) test += " COLLATE " + quoted(term.collation);
    values.push_back(std::move(test));
  }
  const std::string old =
      spare_old ? fmt::format(" AND NOT ({})", partner_spelt(target, "old")) : std::string();
  return fmt::format(
      "DELETE FROM {target} WHERE {values} AND NOT ({partner}){old} AND NOT {own}",
      "target"_a = target, "values"_a = all_of(values), "partner"_a = partner(target, "new"),
      "old"_a = old, "own"_a = has_own_row());
}

std::vector<std::string> SyncText::evictions(bool spare_old) const {
  std::vector<std::string> out;
  for (const SharedUnique& unique : d_.uniques) out.push_back(eviction(unique, spare_old));
  return out;
}

std::vector<std::string> SyncText::evictions_of(const Group& group) const {
  std::vector<std::string> out;
  for (const SharedUnique& unique : d_.uniques) {
    const bool touched =
        std::any_of(unique.terms.begin(), unique.terms.end(), [&](const UniqueTerm& term) {
          return std::any_of(group.up.begin(), group.up.end(), [&](const Derived& up) {
            return same_name(up.column, term.new_name);
          });
        });
    if (touched) out.push_back(eviction(unique, true));
  }
  return out;
}

std::string SyncText::from_source() const {
  return fmt::format("{source} {alias} WHERE {at}", "source"_a = quoted(d_.source),
                     "alias"_a = d_.source_alias, "at"_a = at_source(d_.source_alias, "new"));
}

std::string SyncText::from_pair() const {
  return fmt::format("{source} {s}, {target} {t} WHERE {pair}", "source"_a = quoted(d_.source),
                     "s"_a = d_.source_alias, "target"_a = quoted(d_.target),
                     "t"_a = d_.target_alias, "pair"_a = pair());
}

std::string SyncText::where_partner(const std::string& row) const {
  return partner(quoted(d_.target), row);
}

std::string SyncText::insert() const {
  std::vector<std::string> names = key_columns();
  std::vector<std::string> from = image(d_.source_alias);
  const std::vector<std::string> more = columns();
  const std::vector<std::string> more_values = values();
  names.insert(names.end(), more.begin(), more.end());
  from.insert(from.end(), more_values.begin(), more_values.end());
  return fmt::format("INSERT INTO {target}({names}) SELECT {values} FROM {source}",
                     "target"_a = quoted(d_.target), "names"_a = quoted_list(names),
                     "values"_a = join(from, ", "), "source"_a = from_source());
}

std::string SyncText::update(const std::vector<std::string>& columns,
                             const std::vector<std::string>& values, const std::string& from,
                             const std::string& where) const {
  std::string set;
  if (columns.size() == 1) {
    set = fmt::format("{} = (SELECT {} FROM {})", quoted(columns[0]), values[0], from);
  } else if (d_.has_row_values) {
    set = fmt::format("({}) = (SELECT {} FROM {})", quoted_list(columns), join(values, ", "), from);
  } else {
    std::vector<std::string> each;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      each.push_back(fmt::format("{} = (SELECT {} FROM {})", quoted(columns[i]), values[i], from));
    }
    set = join(each, ", ");
  }
  return fmt::format("UPDATE {target} SET {set} WHERE {where}", "target"_a = quoted(d_.target),
                     "set"_a = set, "where"_a = where);
}

std::string SyncText::guard(const std::string& test) const {
  return fmt::format(
      "SELECT RAISE(ABORT, {message}) FROM {source} {s} WHERE {at} AND NOT EXISTS "
      "(SELECT 1 FROM {target} {t} WHERE {partner} AND {test})",
      "message"_a = literal(fmt::format("segue: {} did not follow {}", d_.target, d_.source)),
      "source"_a = quoted(d_.source), "s"_a = d_.source_alias,
      "at"_a = at_source(d_.source_alias, "new"), "target"_a = quoted(d_.target),
      "t"_a = d_.target_alias, "partner"_a = partner(d_.target_alias, d_.source_alias),
      "test"_a = test);
}

// An inner statement takes over the conflict clause of the client's. Under OR FAIL a constraint of the
// target would end the statement half way: the source row written, the target not. So what the target
// would refuse raises ABORT before. A value is tested only where storing it would leave it as it is;
// affinity could make a legal value of it otherwise.
std::string SyncText::broken_check(const TargetRule& rule, const Written& row) const {
  std::vector<std::string> stable;
  const std::string check = replace_columns(
      rule.check, d_.target,
      [&](const std::string& name) -> std::optional<std::string> {
        const auto type = d_.target_types.find(folded(name));
        if (type == d_.target_types.end()) return std::nullopt;
        for (std::size_t i = 0; i < row.columns.size(); ++i) {
          if (!same_name(row.columns[i], name)) continue;
          switch (affinity_of(type->second)) {
            case Affinity::text:
              stable.push_back(fmt::format("typeof({}) = 'text'", row.values[i]));
              return fmt::format("CAST({} AS TEXT)", row.values[i]);
            case Affinity::numeric:
            case Affinity::integer:
              stable.push_back(fmt::format("typeof({}) = 'integer'", row.values[i]));
              return fmt::format("CAST({} AS INTEGER)", row.values[i]);
            case Affinity::real:
              stable.push_back(fmt::format("typeof({}) = 'real'", row.values[i]));
              return fmt::format("CAST({} AS REAL)", row.values[i]);
            case Affinity::blob: return row.values[i];
          }
        }
        if (!row.is_new) return column_of(d_.target_alias, name);
        const auto initial = d_.target_defaults.find(folded(name));
        return initial == d_.target_defaults.end() ? "NULL" : fmt::format("({})", initial->second);
      },
      SqlSyntax::sqlite);
  stable.push_back(fmt::format("NOT ({})", check));
  return all_of(stable);
}

std::vector<std::string> SyncText::refusals(const Written& row) const {
  std::vector<std::string> out;
  const auto value_of = [&](const std::string& name) -> const std::string* {
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
      if (same_name(row.columns[i], name)) return &row.values[i];
    }
    return nullptr;
  };
  for (const TargetRule& rule : d_.rules) {
    std::string broken;
    if (!rule.column.empty()) {
      const std::string* value = value_of(rule.column);
      if (value != nullptr) broken = fmt::format("{} IS NULL", *value);
    } else if (std::any_of(rule.columns.begin(), rule.columns.end(),
                           [&](const std::string& name) { return value_of(name) != nullptr; })) {
      broken = broken_check(rule, row);
    }
    if (broken.empty()) continue;
    out.push_back(fmt::format("SELECT RAISE(ABORT, {message}) FROM {from} AND {broken}",
                              "message"_a = literal(rule.message), "from"_a = row.from,
                              "broken"_a = broken));
  }
  return out;
}

std::string SyncText::key_event() const {
  std::vector<std::string> names;
  for (const KeyColumn& column : d_.key.columns) names.push_back(column.old_name);
  std::string list = quoted_list(names);
  // SQLite compares the names of the SET list: `SET rowid = 5` does not fire UPDATE OF id.
  if (d_.key_takes_rowid_names) list += ", rowid, oid, _rowid_";
  return "AFTER UPDATE OF " + list;
}

NamedSql SyncText::trigger(const std::string& suffix, const std::string& event,
                           const std::string& when, const std::vector<std::string>& body) const {
  const std::string name = fmt::format("{}_{}", d_.prefix, suffix);
  const std::string condition = when.empty() ? "" : fmt::format(" WHEN {}", when);
  return {name, fmt::format("CREATE TRIGGER {name} {event} ON {source}{when} BEGIN\n  {body};\nEND",
                            "name"_a = quoted(name), "event"_a = event,
                            "source"_a = quoted(d_.source), "when"_a = condition,
                            "body"_a = join(body, ";\n  "))};
}

}  // namespace segue::dialect::sqlite
