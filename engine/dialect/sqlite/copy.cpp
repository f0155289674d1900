// Migrate: the copy. INSERT OR IGNORE, because a row that the sync brought in the meantime is newer
// than what the chunk would write. Triggers keep everything at or behind the position equal; a key
// that moves behind it is inserted by the trigger, and the residual scan finds whatever a client
// did with triggers disabled.

#include <fmt/format.h>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

std::string insert_from_base(const SyncInput& input, const std::string& where) {
  const CopyColumns copy = copy_columns(input);
  return fmt::format(
      "INSERT OR IGNORE INTO {fresh}({columns}) SELECT {values} FROM {base} {o} WHERE "
      "{where}",
      "fresh"_a = quoted(input.rebuild.fresh), "columns"_a = quoted_list(copy.columns),
      "values"_a = join(copy.values, ", "), "base"_a = quoted(input.rebuild.base),
      "o"_a = input.rebuild.old_alias, "where"_a = where);
}

// Of the rows in one of `ranges`, of which at most one holds.
std::string missing_rows(const SyncInput& input, const std::string& key,
                         const std::vector<std::string>& ranges) {
  const Rebuild& r = input.rebuild;
  std::vector<std::string> parts;
  for (const std::string& range : ranges) {
    parts.push_back(fmt::format(
        "SELECT {key} FROM {base} {o} WHERE {range} AND NOT EXISTS (SELECT 1 FROM {fresh} {n} "
        "WHERE "
        "{join})",
        "key"_a = key, "base"_a = quoted(r.base), "o"_a = r.old_alias, "range"_a = range,
        "fresh"_a = quoted(r.fresh), "n"_a = r.new_alias, "join"_a = pair_join(input)));
  }
  return join(parts, " UNION ALL ") + " LIMIT {limit}";
}

// The end of a chunk: steps over keys and looks at no row.
std::string end_of_chunk(const std::string& base, const std::string& rowid) {
  return fmt::format(
      "coalesce((SELECT {rowid} FROM {base} WHERE {rowid} > {{position}} ORDER BY {rowid} LIMIT 1 "
      "OFFSET {{size}} - 1), (SELECT max({rowid}) FROM {base} WHERE {rowid} > {{position}}))",
      "rowid"_a = rowid, "base"_a = base);
}

void walk_by_rowid(WalkScript& script, const SyncInput& input, const std::string& rowid) {
  const std::string base = quoted(input.rebuild.base);
  const std::string o = input.rebuild.old_alias;
  script.first = "-9223372036854775808";
  script.bound = fmt::format("SELECT {}, NULL", end_of_chunk(base, rowid));
  const std::string range = fmt::format("{o}.{rowid} > {{position}} AND {o}.{rowid} <= {{hi}}",
                                        "o"_a = o, "rowid"_a = rowid);
  script.chunk = {{.sql = insert_from_base(input, range), .lock = "write lock for one chunk"}};
  script.residual = missing_rows(input, fmt::format("{}.{}", o, rowid), {range});
  script.residual_chunk = {
      {.sql = insert_from_base(input, fmt::format("{}.{} IN ({{keys}})", o, rowid))}};
}

std::string tuple(const std::vector<std::string>& parts) {
  return parts.size() == 1 ? parts.front() : fmt::format("({})", join(parts, ", "));
}

// No literal is below every key of any type, so the first chunk has a statement of its own.
void walk_by_key(WalkScript& script, const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  std::vector<std::string> keys;
  std::vector<std::string> nulls;
  std::vector<std::string> plain;
  std::vector<std::string> quotes;
  for (const KeyColumn& column : r.key.columns) {
    keys.push_back(column_of(r.old_alias, column.old_name));
    plain.push_back(quoted(column.old_name));
    nulls.push_back("NULL");
    quotes.push_back(fmt::format("quote({})", quoted(column.old_name)));
  }
  const std::string key = tuple(keys);
  const std::string text = keys.size() == 1
                               ? quotes.front()
                               : fmt::format("'(' || {} || ')'", join(quotes, " || ', ' || "));
  script.first = tuple(nulls);
  script.bound = fmt::format(
      "SELECT {text}, NULL FROM (SELECT {plain} FROM (SELECT * FROM (SELECT {plain} FROM {base} "
      "WHERE {key} > {{position}} ORDER BY {plain} LIMIT {{size}}) UNION ALL SELECT * FROM (SELECT "
      "{plain} FROM {base} WHERE {{position}} IS {nulls} ORDER BY {plain} LIMIT {{size}})) ORDER "
      "BY "
      "{last} LIMIT 1)",
      "text"_a = text, "plain"_a = join(plain, ", "), "base"_a = quoted(r.base),
      "key"_a = tuple(plain), "nulls"_a = tuple(nulls),
      "last"_a = join(plain, " DESC, ") + " DESC");
  const std::vector<std::string> ranges{
      fmt::format("{0} > {{position}} AND {0} <= {{hi}}", key),
      fmt::format("{{position}} IS {} AND {} <= {{hi}}", tuple(nulls), key)};
  for (const std::string& range : ranges) {
    script.chunk.push_back({.sql = insert_from_base(input, range)});
  }
  std::vector<std::string> own;
  for (const std::string& column : keys) own.push_back(fmt::format("quote({})", column));
  script.residual = missing_rows(
      input,
      keys.size() == 1 ? own.front() : fmt::format("'(' || {} || ')'", join(own, " || ', ' || ")),
      ranges);
  const std::string list = keys.size() == 1 ? "({keys})" : "(VALUES {keys})";
  script.residual_chunk = {{.sql = insert_from_base(input, fmt::format("{} IN {}", key, list))}};
}

}  // namespace

std::string copy_whole(const SyncInput& input) { return insert_from_base(input, "true"); }

WalkScript polite_walk() {
  WalkScript script;
  script.pace.size_min = 5;
  script.pace.target_alone_ms = 5;
  script.pace.target_shared_ms = 1;
  script.pace.pause_alone_ms = 1.2;
  // A waiting client looks after 1, 3, 8, 18, 33 and 53 ms: a share of the lock below a third keeps
  // most from looking more than twice (decision 0351).
  script.pace.pause_shared_ms = 2.5;
  script.pace.commits = "PRAGMA data_version";
  return script;
}

PaceSettings reading_pace(bool wal) {
  PaceSettings pace;
  pace.size_max = PaceSettings::unlimited;
  pace.size_first = 100'000;
  pace.target_alone_ms = pace.target_shared_ms = 1000;
  if (wal) return pace;
  pace.size_first = 1'000;
  pace.target_alone_ms = 5;
  pace.target_shared_ms = 1;
  pace.pause_alone_ms = 1.2;
  pace.pause_shared_ms = 6;
  pace.long_pause_ms = 6;
  pace.commits = "PRAGMA data_version";
  return pace;
}

WalkScript backfill(const SyncInput& input, const model::Settings& settings, bool wal) {
  WalkScript script = polite_walk();
  script.table = input.rebuild.base;
  script.begin = "BEGIN IMMEDIATE";
  script.total = fmt::format("SELECT count(*) FROM {}", quoted(input.rebuild.base));
  script.identity = "PRAGMA schema_version";
  const std::string rowid = rowid_name(input.base);
  if (rowid.empty()) {
    walk_by_key(script, input);
  } else {
    walk_by_rowid(script, input, rowid);
    if (!input.rebuild.key.is_rowid) {
      // A restored dump renumbers implicit rowids: then another row has the key found at the
      // position.
      std::vector<std::string> quotes;
      for (const KeyColumn& column : input.rebuild.key.columns) {
        quotes.push_back(fmt::format("quote({})", quoted(column.old_name)));
      }
      const std::string mark = join(quotes, " || ',' || ");
      script.bound = fmt::format(
          "SELECT segue_at, (SELECT {mark} FROM {base} WHERE {rowid} = segue_at) FROM (SELECT "
          "{end} AS segue_at)",
          "mark"_a = mark, "base"_a = quoted(input.rebuild.base), "rowid"_a = rowid,
          "end"_a = end_of_chunk(quoted(input.rebuild.base), rowid));
      script.mark =
          fmt::format("SELECT {mark} FROM {base} WHERE {rowid} = {{position}}", "mark"_a = mark,
                      "base"_a = quoted(input.rebuild.base), "rowid"_a = rowid);
      script.restart = {{.sql = fmt::format("DELETE FROM {}", quoted(input.rebuild.fresh))}};
    }
  }
  if (!settings.sqlite_polite_gaps) script.pace.pause_alone_ms = 0;
  script.residual_pace = reading_pace(wal);
  script.pace.long_pause_ms = settings.sqlite_polite_gaps ? 6 : 1.2;
  script.identity_is_hint = true;
  script.user_triggers = false;
  // Outside of the write lock; with automatic checkpoints a writer would pay for ours. The lock was
  // held for about this long when the log has grown by 1,000 pages.
  script.between = {{.sql = "PRAGMA wal_checkpoint(PASSIVE)"}};
  script.between_held_ms = 30;
  script.wal_limit = settings.sqlite_wal_limit;
  return script;
}

}  // namespace segue::dialect::sqlite
