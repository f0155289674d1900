#include "engine/dialect/sqlite/probe.hpp"

#include <fmt/format.h>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/sync_text.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

// A column whose change the sync must carry: of a pair before a plain copy, and of no UNIQUE, which
// the value of another row would violate.
std::string probed_column(const std::vector<Group>& groups, const Direction& d) {
  for (const bool mapped : {true, false}) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (groups[i].is_copy() == mapped || d.up_sources[i].empty()) continue;
      const std::string& name = d.up_sources[i].front();
      bool free = true;
      for (const SharedUnique& unique : d.uniques) {
        for (const UniqueTerm& term : unique.terms) free = free && !same_name(term.old_name, name);
      }
      for (const KeyColumn& key : d.key.columns) free = free && !same_name(key.old_name, name);
      if (free) return name;
    }
  }
  return "";
}

std::string first_row(const SyncText& t, const std::string& alias) {
  std::vector<std::string> order;
  for (const KeyColumn& key : t.direction().key.columns) {
    order.push_back(column_of(alias, key.old_name));
  }
  return fmt::format("{source} {alias} ORDER BY {order} LIMIT 1",
                     "source"_a = quoted(t.direction().source), "alias"_a = alias,
                     "order"_a = join(order, ", "));
}

// Gives the first row the value of the last one.
std::string borrow_value(const SyncText& t, const std::string& column) {
  const Direction& d = t.direction();
  std::vector<std::string> keys;
  std::vector<std::string> selected;
  std::vector<std::string> backwards;
  for (const KeyColumn& key : d.key.columns) {
    keys.push_back(quoted(key.old_name));
    selected.push_back(column_of(d.any_alias, key.old_name));
    backwards.push_back(column_of(d.any_alias, key.old_name) + " DESC");
  }
  return fmt::format(
      "UPDATE {source} SET {column} = (SELECT {value} FROM {source} {x} ORDER BY {last} LIMIT 1) "
      "WHERE ({keys}) = (SELECT {selected} FROM {first})",
      "source"_a = quoted(d.source), "column"_a = quoted(column),
      "value"_a = column_of(d.any_alias, column), "x"_a = d.any_alias,
      "last"_a = join(backwards, ", "), "keys"_a = join(keys, ", "),
      "selected"_a = join(selected, ", "), "first"_a = first_row(t, d.any_alias));
}

Statement sees(const SyncText& t, const std::string& test, const std::string& message) {
  const Direction& d = t.direction();
  std::vector<std::string> columns;
  std::vector<std::string> first;
  for (const KeyColumn& key : d.key.columns) {
    columns.push_back(column_of(d.source_alias, key.old_name));
    first.push_back(column_of(d.any_alias, key.old_name));
  }
  return {
      .sql = fmt::format(
          "SELECT {key} FROM {source} {s} WHERE ({key}) = (SELECT {first_key} FROM {first}) AND "
          "NOT EXISTS (SELECT 1 FROM {target} {t} WHERE {partner} AND {test})",
          "key"_a = join(columns, ", "), "source"_a = quoted(d.source), "s"_a = d.source_alias,
          "first_key"_a = join(first, ", "), "first"_a = first_row(t, d.any_alias),
          "target"_a = quoted(d.target), "t"_a = d.target_alias,
          "partner"_a = t.partner(d.target_alias, d.source_alias), "test"_a = test),
      .expect = {
          .rule = Expectation::Rule::no_rows, .kind = ErrorKind::check_failed, .message = message}};
}

std::string not_followed(const Direction& d) {
  return fmt::format("{} did not follow a write to {} (key {{0}})", d.target, d.source);
}

void add_probe(std::vector<Statement>& out, const Direction& d, bool one_way) {
  const SyncText t(d);
  const std::string column = probed_column(d.groups, d);
  if (column.empty()) return;
  out.push_back({.sql = borrow_value(t, column)});
  out.push_back(sees(t, one_way ? t.all_exact() : t.all_same(), not_followed(d)));
}

}  // namespace

std::vector<Statement> one_way_probe(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.fresh);
  const SyncText t(d);
  const CopyColumns copy = copy_columns(input);
  std::vector<Statement> out;
  // The shadow is empty: the row that is to be followed comes first.
  out.push_back(
      {.sql = fmt::format("INSERT OR IGNORE INTO {fresh}({columns}) SELECT {values} FROM "
                          "{first}",
                          "fresh"_a = quoted(d.target), "columns"_a = quoted_list(copy.columns),
                          "values"_a = join(copy.values, ", "),
                          "first"_a = first_row(t, d.source_alias))});
  add_probe(out, d, true);
  return out;
}

std::vector<Statement> two_way_probe(const SyncInput& input) {
  std::vector<Statement> out;
  add_probe(out, forward(input, input.rebuild.shadow), false);
  add_probe(out, backward(input), false);
  return out;
}

}  // namespace segue::dialect::sqlite
