// The proof between phases: each base row has its partner and agrees with it, and each shadow row
// has its base row. Ranges are exact although every range is another transaction: sync keeps each
// committed pair equal, so a row once proved stays proved.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

struct Texts {
  std::string differing;  // FROM … WHERE of base rows that disagree
  std::string orphans;    // FROM … WHERE of shadow rows without a base row
  std::string old_key;
  std::string new_key;
};

std::string key_text(const std::string& alias, const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const std::string& name : names) {
    parts.push_back(fmt::format("quote({})", column_of(alias, name)));
  }
  return join(parts, " || ',' || ");
}

// A mapped key is proved both ways: the join shows that the image is right, this that it is
// lossless.
std::string equal_pair(const CompareInput& input) {
  const Rebuild& r = input.sync.rebuild;
  const std::string same = input.published ? same_pair(input.sync) : exact_pair(input.sync);
  if (!r.key.is_mapped()) return same;
  return fmt::format("({old} IS +{down} COLLATE BINARY AND {same})",
                     "old"_a = column_of(r.old_alias, r.key.columns.front().old_name),
                     "down"_a = over(*r.key.down, r.new_alias), "same"_a = same);
}

Texts texts(const CompareInput& input) {
  const Rebuild& r = input.sync.rebuild;
  const std::string shadow = input.published ? r.shadow : r.fresh;
  const std::string pair = pair_join(input.sync);
  std::vector<std::string> old_names;
  std::vector<std::string> new_names;
  for (const KeyColumn& column : r.key.columns) {
    old_names.push_back(column.old_name);
    new_names.push_back(column.new_name);
  }
  Texts out;
  out.old_key = key_text(r.old_alias, old_names);
  out.new_key = key_text(r.new_alias, new_names);
  out.differing = fmt::format(
      "FROM {base} {o} LEFT JOIN {shadow} {n} ON {pair} WHERE ({n}.{key} IS NULL OR NOT {same})",
      "base"_a = quoted(r.base), "o"_a = r.old_alias, "shadow"_a = quoted(shadow),
      "n"_a = r.new_alias, "pair"_a = pair, "key"_a = quoted(new_names.front()),
      "same"_a = equal_pair(input));
  out.orphans =
      fmt::format("FROM {shadow} {n} WHERE NOT EXISTS (SELECT 1 FROM {base} {o} WHERE {back})",
                  "shadow"_a = quoted(shadow), "n"_a = r.new_alias, "base"_a = quoted(r.base),
                  "o"_a = r.old_alias, "back"_a = orphan_join(input.sync));
  return out;
}

// Keys of both sides share one axis, so that every row of each side is in one range; it does not
// matter that partners may stand in two of them.
struct Axis {
  std::string first;
  std::string bound;
  // Conditions of which one holds for a row in the range; the others hold for none.
  std::vector<std::string> old_ranges;
  std::vector<std::string> new_ranges;
};

std::optional<Axis> rowid_axis(const CompareInput& input, const std::string& shadow) {
  const Rebuild& r = input.sync.rebuild;
  const std::string old_key = rowid_name(input.sync.base);
  const std::string new_key = rowid_name(r);
  if (old_key.empty() || new_key.empty()) return std::nullopt;
  const auto range = [](const std::string& alias, const std::string& key) {
    return fmt::format(" AND {a}.{k} > {{position}} AND {a}.{k} <= {{hi}}", "a"_a = alias,
                       "k"_a = key);
  };
  return Axis{
      .first = "-9223372036854775808",
      .bound = fmt::format(
          "SELECT max(segue_at), NULL FROM (SELECT segue_at FROM (SELECT {old} AS segue_at FROM "
          "{base} WHERE {old} > {{position}} UNION ALL SELECT {new} FROM {shadow} WHERE {new} > "
          "{{position}} ORDER BY 1) LIMIT {{size}})",
          "old"_a = old_key, "base"_a = quoted(r.base), "new"_a = new_key,
          "shadow"_a = quoted(shadow)),
      .old_ranges = {range(r.old_alias, old_key)},
      .new_ranges = {range(r.new_alias, new_key)}};
}

std::string tuple(const std::vector<std::string>& parts) {
  return parts.size() == 1 ? parts.front() : fmt::format("({})", join(parts, ", "));
}

// A table without rowids, whose key is the same on both sides. No literal is below every key of any
// type, so the first range has a condition of its own.
Axis key_axis(const Rebuild& r, const std::string& shadow) {
  std::vector<std::string> names;
  std::vector<std::string> old_names;
  std::vector<std::string> new_names;
  std::vector<std::string> old_keys;
  std::vector<std::string> new_keys;
  std::vector<std::string> nulls;
  std::vector<std::string> quotes;
  for (const KeyColumn& column : r.key.columns) {
    names.push_back(fmt::format("segue_{}", names.size()));
    old_names.push_back(quoted(column.old_name));
    new_names.push_back(quoted(column.new_name));
    old_keys.push_back(column_of(r.old_alias, column.old_name));
    new_keys.push_back(column_of(r.new_alias, column.new_name));
    nulls.push_back("NULL");
    quotes.push_back(fmt::format("quote({})", names.back()));
  }
  const std::string none = tuple(nulls);
  const auto side = [&](const std::string& table, const std::vector<std::string>& columns,
                        const std::string& where) {
    std::vector<std::string> named;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      named.push_back(fmt::format("{} AS {}", columns[i], names[i]));
    }
    return fmt::format("SELECT * FROM (SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {{size}})",
                       join(named, ", "), quoted(table), where, join(columns, ", "));
  };
  const auto sides = [&](const std::string& old_where, const std::string& new_where) {
    return side(r.base, old_names, old_where) + " UNION ALL " + side(shadow, new_names, new_where);
  };
  const auto ranges = [&](const std::vector<std::string>& keys) {
    return std::vector<std::string>{
        fmt::format(" AND {0} > {{position}} AND {0} <= {{hi}}", tuple(keys)),
        fmt::format(" AND {{position}} IS {} AND {} <= {{hi}}", none, tuple(keys))};
  };
  const std::string unbounded = "{position} IS " + none;
  const std::string text = quotes.size() == 1
                               ? quotes.front()
                               : fmt::format("'(' || {} || ')'", join(quotes, " || ', ' || "));
  return {
      .first = none,
      .bound = fmt::format(
          "SELECT {text}, NULL FROM (SELECT * FROM ({after} UNION ALL {all}) ORDER BY {names} "
          "LIMIT {{size}}) ORDER BY {last} DESC LIMIT 1",
          "text"_a = text,
          "after"_a = sides(tuple(old_names) + " > {position}", tuple(new_names) + " > {position}"),
          "all"_a = sides(unbounded, unbounded), "names"_a = join(names, ", "),
          "last"_a = join(names, " DESC, ")),
      .old_ranges = ranges(old_keys),
      .new_ranges = ranges(new_keys)};
}

// Nothing but a mapped key without rowids on a side: no axis is shared then, and all is one range.
Axis axis_of(const CompareInput& input) {
  const Rebuild& r = input.sync.rebuild;
  const std::string shadow = input.published ? r.shadow : r.fresh;
  if (!protected_by("compare_ranges")) return {.old_ranges = {""}, .new_ranges = {""}};
  if (std::optional<Axis> axis = rowid_axis(input, shadow)) return *std::move(axis);
  if (!r.key.is_mapped()) return key_axis(r, shadow);
  return {.old_ranges = {""}, .new_ranges = {""}};
}

void add_queries(CompareScript& script, const CompareInput& input, const Axis& axis) {
  const Rebuild& r = input.sync.rebuild;
  const Texts t = texts(input);
  const std::string base = row_text(r, true, input.sync.base);
  const std::string shadow = row_text(r, false, input.sync.base);
  std::vector<std::string> counts;
  std::vector<std::string> totals;
  std::vector<std::string> rows;
  for (const std::string& range : axis.old_ranges) {
    totals.push_back(fmt::format("(SELECT count(*) FROM {} {} WHERE true{})", quoted(r.base),
                                 r.old_alias, range));
    counts.push_back(fmt::format("(SELECT count(*) {}{})", t.differing, range));
    rows.push_back(
        fmt::format("SELECT {}, {}, {} {}{}", t.old_key, base, shadow, t.differing, range));
  }
  for (const std::string& range : axis.new_ranges) {
    counts.push_back(fmt::format("(SELECT count(*) {}{})", t.orphans, range));
    rows.push_back(fmt::format("SELECT {}, NULL, {} {}{}", t.new_key, shadow, t.orphans, range));
  }
  script.count = fmt::format("SELECT {}, {}", join(counts, " + "), join(totals, " + "));
  script.differences = join(rows, " UNION ALL ");
}

}  // namespace

std::string whole_differences(const CompareInput& input) {
  CompareScript script;
  add_queries(script, input, {.old_ranges = {""}, .new_ranges = {""}});
  return script.differences;
}

std::string row_text(const Rebuild& r, bool of_base, const model::CatalogTable& base) {
  std::vector<std::string> parts;
  if (!r.old_rowid.empty()) {
    parts.push_back(of_base ? column_of(r.old_alias, r.old_rowid)
                            : column_of(r.new_alias, r.new_rowid));
  }
  if (of_base) {
    for (const model::CatalogColumn& column : base.columns) {
      parts.push_back(fmt::format("quote({})", column_of(r.old_alias, column.name)));
    }
  } else {
    for (const std::string& name : r.target_columns) {
      parts.push_back(fmt::format("quote({})", column_of(r.new_alias, name)));
    }
  }
  return join(parts, " || ', ' || ");
}

CompareScript compare(const CompareInput& input) {
  CompareScript script;
  const Axis axis = axis_of(input);
  script.table = input.sync.rebuild.base;
  script.begin = "BEGIN";
  script.total = fmt::format("SELECT count(*) FROM {}", quoted(input.sync.rebuild.base));
  script.first = axis.first;
  script.bound = axis.bound;
  add_queries(script, input, axis);
  script.pace = reading_pace(input.wal);
  script.proof = "whole";
  return script;
}

}  // namespace segue::dialect::sqlite
