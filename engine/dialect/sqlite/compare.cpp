// The proof between phases: each base row has its partner and agrees with it, and each shadow row
// has its base row. Ranges are exact although every range is another transaction: sync keeps each
// committed pair equal, so a row once proved stays proved.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

// In a rollback journal a reader holds up writers, and a waiting writer all new readers.
constexpr double rollback_slice_ms = 5;
constexpr double wal_slice_ms = 1000;

// A name of the shadow's rowid that no real column takes.
std::string free_rowid_name(const std::vector<std::string>& columns, const Key& key) {
  if (key.is_rowid) return quoted(key.columns.front().new_name);
  for (const char* name : {"rowid", "oid", "_rowid_"}) {
    const bool taken = std::any_of(columns.begin(), columns.end(),
                                   [&](const std::string& c) { return same_name(c, name); });
    if (!taken) return name;
  }
  return "";
}

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

void in_ranges(CompareScript& script, const CompareInput& input, const Texts& t) {
  const Rebuild& r = input.sync.rebuild;
  const std::string shadow = input.published ? r.shadow : r.fresh;
  const std::string old_key = rowid_name(input.sync.base);
  const std::string new_key = free_rowid_name(r.target_columns, r.key);
  const auto range = [](const std::string& alias, const std::string& key) {
    return fmt::format(" AND {a}.{k} > {{position}} AND {a}.{k} <= {{hi}}", "a"_a = alias,
                       "k"_a = key);
  };
  const std::string differing = t.differing + range(r.old_alias, old_key);
  const std::string orphans = t.orphans + range(r.new_alias, new_key);
  script.first = "-9223372036854775808";
  // Rowids of both sides share one axis, so that every row of each side is in one range; it does
  // not matter that partners may stand in two of them.
  script.bound = fmt::format(
      "SELECT max(segue_at), NULL FROM (SELECT segue_at FROM (SELECT {old} AS segue_at FROM {base} "
      "WHERE {old} > {{position}} UNION ALL SELECT {new} FROM {shadow} WHERE {new} > {{position}} "
      "ORDER BY 1) LIMIT {{size}})",
      "old"_a = old_key, "base"_a = quoted(r.base), "new"_a = new_key, "shadow"_a = quoted(shadow));
  script.count =
      fmt::format("SELECT (SELECT count(*) {}) + (SELECT count(*) {})", differing, orphans);
  script.differences = fmt::format(
      "SELECT {ok}, {base}, {shadow} {differing} UNION ALL SELECT {nk}, NULL, {only} {orphans}",
      "ok"_a = t.old_key, "base"_a = row_text(r, true, input.sync.base),
      "shadow"_a = row_text(r, false, input.sync.base), "differing"_a = differing,
      "nk"_a = t.new_key, "only"_a = row_text(r, false, input.sync.base), "orphans"_a = orphans);
}

void whole(CompareScript& script, const CompareInput& input, const Texts& t) {
  const Rebuild& r = input.sync.rebuild;
  script.count =
      fmt::format("SELECT (SELECT count(*) {}) + (SELECT count(*) {})", t.differing, t.orphans);
  script.differences = fmt::format(
      "SELECT {ok}, {base}, {shadow} {differing} UNION ALL SELECT {nk}, NULL, {shadow} {orphans}",
      "ok"_a = t.old_key, "base"_a = row_text(r, true, input.sync.base),
      "shadow"_a = row_text(r, false, input.sync.base), "differing"_a = t.differing,
      "nk"_a = t.new_key, "orphans"_a = t.orphans);
}

}  // namespace

std::string row_text(const Rebuild& r, bool of_base, const model::CatalogTable& base) {
  std::vector<std::string> parts;
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
  const Texts t = texts(input);
  script.table = input.sync.rebuild.base;
  script.begin = "BEGIN";
  script.total = fmt::format("SELECT count(*) FROM {}", quoted(input.sync.rebuild.base));
  const bool walks =
      !rowid_name(input.sync.base).empty() && !input.sync.rebuild.without_rowid &&
      !free_rowid_name(input.sync.rebuild.target_columns, input.sync.rebuild.key).empty();
  if (walks) {
    in_ranges(script, input, t);
  } else {
    whole(script, input, t);
  }
  script.slice_ms = input.wal ? wal_slice_ms : rollback_slice_ms;
  script.size_first = input.wal ? 100'000 : 1'000;
  script.proof =
      input.published ? "every pair agrees by `up` or by `down`" : "every row is its `up`";
  return script;
}

}  // namespace segue::dialect::sqlite
