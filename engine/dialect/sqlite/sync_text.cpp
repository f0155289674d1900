#include "engine/dialect/sqlite/sync_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
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
  return fmt::format("{source} AND {target}", "source"_a = at_source(d_.source_alias, "new"),
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

// A mapped key is kept lossless on both sides: two keys with one image would share a partner. NULL
// is equal to nothing, so a row with it can have none.
std::string SyncText::lossy_key() const {
  if (d_.key.is_mapped()) {
    const std::string key = column_of(d_.any_alias, d_.key.columns.front().old_name);
    const std::string image = with_arguments(
        *d_.key.down, [&](const std::string&) { return over(*d_.key.up, d_.any_alias); });
    return fmt::format(
        "NOT EXISTS (SELECT 1 FROM {source} {x} WHERE {at} AND {key} IS +{image} COLLATE "
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
  return fmt::format(
      "SELECT RAISE(ABORT, {})",
      literal(fmt::format("segue: this {}.{} has no counterpart in the other version", d_.source,
                          join(names, ", "))));
}

std::string SyncText::refuse_lossy_key() const {
  return fmt::format("{} WHERE {}", raise_lossy_key(), lossy_key());
}

std::string SyncText::gone() const {
  std::vector<std::string> values;
  for (const KeyColumn& column : d_.key.columns)
    values.push_back(column_of("old", column.old_name));
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
    tests.push_back(fmt::format("{before} IS NOT {after}{binary}", "before"_a = before,
                                "after"_a = after, "binary"_a = collate_binary()));
    if (d_.typeless.contains(folded(name)) && protected_by("typeof")) {
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

// Of the stored row: NEW has no affinity, and a trigger that fired earlier may have changed the
// row.
std::string SyncText::value(const Derived& up) const {
  return over(up.expression, protected_by("stored_row") ? d_.source_alias : "new");
}

std::vector<std::string> SyncText::kept_values() const {
  std::vector<std::string> out;
  for (const Group& group : d_.groups) {
    // A free column is kept whenever its pair agrees; for the others agreeing upward changes
    // nothing.
    const bool has_free =
        std::any_of(group.up.begin(), group.up.end(), [](const Derived& up) { return up.is_free; });
    const std::string agrees =
        has_free && group.old_mute.empty() ? same(group) : settled_backward(group);
    for (const Derived& up : group.up) {
      const std::string value = over(up.expression, d_.source_alias);
      out.push_back(
          group.is_copy()
              ? value
              : fmt::format("CASE WHEN {agrees} THEN {kept} ELSE {value} END", "agrees"_a = agrees,
                            "kept"_a = column_of(d_.target_alias, up.column), "value"_a = value));
    }
  }
  return out;
}

}  // namespace segue::dialect::sqlite
