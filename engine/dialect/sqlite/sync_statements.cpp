// Statements and triggers of the sync, made of the predicates in sync_text.cpp.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/sync_text.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;

namespace {

std::string all_of(const std::vector<std::string>& tests) {
  return tests.empty() ? "1" : join(tests, " AND ");
}

}  // namespace

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
  return fmt::format("EXISTS (SELECT 1 FROM {source} {x} WHERE {at})",
                     "source"_a = quoted(d_.source), "x"_a = d_.any_alias,
                     "at"_a = keys_equal(d_.any_alias, true, values, false));
}

std::string SyncText::eviction(const SharedUnique& unique, bool spare_old) const {
  const std::string target = quoted(d_.target);
  std::vector<std::string> values;
  for (const UniqueTerm& term : unique.terms) {
    std::string test =
        fmt::format("{} = {}", quoted(term.new_name), column_of("new", term.old_name));
    if (!term.collation.empty()) test += " COLLATE " + quoted(term.collation);
    values.push_back(std::move(test));
  }
  const std::string old =
      spare_old ? fmt::format(" AND NOT ({})", partner_spelt(target, "old")) : std::string();
  return fmt::format("DELETE FROM {target} WHERE {values} AND NOT ({partner}){old} AND NOT {own}",
                     "target"_a = target, "values"_a = all_of(values),
                     "partner"_a = partner(target, "new"), "old"_a = old, "own"_a = has_own_row());
}

std::vector<std::string> SyncText::evictions(bool spare_old) const {
  std::vector<std::string> out;
  if (!protected_by("eviction")) return out;
  for (const SharedUnique& unique : d_.uniques) out.push_back(eviction(unique, spare_old));
  return out;
}

std::vector<std::string> SyncText::evictions_of(const Group& group) const {
  std::vector<std::string> out;
  if (!protected_by("eviction")) return out;
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

// An inner statement takes over the conflict clause of the client's. Under OR FAIL a constraint of
// the target would end the statement half way: the source row written, the target not. So what the
// target would refuse raises ABORT before. A value is tested only where storing it would leave it
// as it is; affinity could make a legal value of it otherwise.
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
            case Affinity::blob:
              return row.values[i];
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
  if (d_.key_takes_rowid_names && protected_by("rowid_names")) list += ", rowid, oid, _rowid_";
  return "AFTER UPDATE OF " + list;
}

NamedSql SyncText::trigger(const std::string& suffix, const std::string& event,
                           const std::string& when, const std::vector<std::string>& body) const {
  const std::string name = fmt::format("{}_{}", d_.prefix, suffix);
  const std::string condition = when.empty() ? "" : fmt::format(" WHEN {}", when);
  return {name,
          fmt::format("CREATE {temp}TRIGGER {name} {event} ON {source}{when} BEGIN\n  {body};\nEND",
                      "temp"_a = protected_by("main_triggers") ? "" : "TEMP ",
                      "name"_a = quoted(name), "event"_a = event, "source"_a = quoted(d_.source),
                      "when"_a = condition, "body"_a = join(body, ";\n  "))};
}

}  // namespace segue::dialect::sqlite
