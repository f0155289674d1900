// Backfill walks the heap in block ranges. Invariant: after a committed chunk every row that was in
// its range is filled, or was moved by a writer whose own trigger filled it (sync fires on a
// missing new side); so neither the order of the sweep nor what a re-check skips matters, and a
// read-only residual scan ends it. The new value is computed in place, from the row version that
// the UPDATE has locked, never from an earlier read (hazard P5).

#include "engine/dialect/postgres/movement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/statistics.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/trigger_order.hpp"
#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::ExpressionClass;
using model::OnError;

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

std::vector<Rule> forward_rules(const model::Step& step, const RenderContext& context) {
  std::vector<Rule> rules;
  for (const Group& group : groups_of(table_of(step, context), change_of(context).ordinal)) {
    rules.insert(rules.end(), group.forward.begin(), group.forward.end());
  }
  return rules;
}

// A row is missing a value when the new side is NULL though `up` gives one. A volatile `up` cannot
// be asked twice: there, done means swept once.
std::string missing(const Rule& rule, const std::vector<Rule>& rules, bool guarded) {
  const std::string target = quoted(rule.target);
  if (rule.presumed == ExpressionClass::weak || !protected_by("null_up")) {
    return fmt::format("{} IS NULL", target);
  }
  if (guarded) {
    return fmt::format("({0} IS NULL AND CASE WHEN {1} THEN false ELSE {2} IS NOT NULL END)",
                       target, raises(rule), call(rule, "", rules));
  }
  return fmt::format("({} IS NULL AND {} IS NOT NULL)", target, call(rule, "", rules));
}

std::string any_missing(const std::vector<Rule>& rules, bool guarded) {
  std::vector<std::string> terms;
  for (const Rule& rule : rules) terms.push_back(missing(rule, rules, guarded));
  return fmt::format("({})", fmt::join(terms, " OR "));
}

std::string assignments(const std::vector<Rule>& rules, bool guarded) {
  std::vector<std::string> out;
  for (const Rule& rule : rules) {
    const std::string target = quoted(rule.target);
    std::string value = call(rule, "", rules);
    if (guarded) value = fmt::format("CASE WHEN {} THEN NULL ELSE {} END", raises(rule), value);
    // What one rule filled already, or what only the new side knows after a reverse to expanded,
    // stays.
    if (rules.size() > 1 || guarded) {
      value = fmt::format("CASE WHEN {0} IS NULL THEN {1} ELSE {0} END", target, value);
    }
    out.push_back(fmt::format("{} = {}", target, value));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

constexpr const char* range = "ctid >= '({position},0)'::tid AND ctid < '({hi},0)'::tid";

// The end of a range of blocks. The sweep ends where the table ended when it began: what lies
// behind was written since, by a statement that fired sync or by our own chunks, which would else
// be read again (the residual scan looks at every row in any case). That end is kept as the mark.
constexpr const char* kept_end = "{mark}";
constexpr const char* growing_end = "";

std::string next_range(const QualifiedName& table, const char* end) {
  return fmt::format(R"sql(SELECT CASE WHEN {{position}} >= blocks THEN NULL
            ELSE least({{position}} + {{size}}, blocks) END AS hi, blocks AS mark
FROM (SELECT coalesce(nullif('{1}', '')::bigint, pg_catalog.pg_relation_size({0}::regclass)
             / pg_catalog.current_setting('block_size')::bigint) AS blocks) AS size)sql",
                     literal(table.quoted()), end);
}

std::string estimated_rows(const QualifiedName& table) {
  return fmt::format(
      "SELECT greatest(reltuples, 0)::bigint FROM pg_catalog.pg_class WHERE oid = {}::regclass",
      literal(table.quoted()));
}

// Below the server's deadlock check, which may pick the other one as its victim (hazard P8).
int chunk_lock_timeout_ms(const RenderContext& context) {
  return std::clamp(deadlock_timeout_ms(context) / 2, 1, 500);
}

WalkScript walk(const QualifiedName& table, const RenderContext& context) {
  WalkScript walk{.table = table.plain(), .begin = begin_write(), .first = "0"};
  walk.total = estimated_rows(table);
  walk.identity =
      fmt::format("SELECT pg_catalog.pg_relation_filenode({}::regclass)", literal(table.quoted()));
  walk.bound = next_range(table, kept_end);
  // Data and progress of a chunk are lost together or not at all; the step's own last commit waits.
  walk.before = {{.sql = "SET synchronous_commit = off"}, client_search_path(context)};
  if (protected_by("chunk_yields")) {
    walk.before.push_back(
        {.sql = fmt::format("SET lock_timeout = {}", chunk_lock_timeout_ms(context))});
  }
  walk.after = {{.sql = "SET synchronous_commit = on"},
                {.sql = "SET lock_timeout = 0"},
                {.sql = "SET search_path = pg_catalog"}};
  walk.pace.size_first = 8;
  walk.pace.size_max = 16'384;
  walk.pace.shared = fmt::format(R"sql(SELECT EXISTS (
  SELECT FROM pg_catalog.pg_locks l
  WHERE l.relation = {}::regclass AND l.pid <> pg_catalog.pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND l.mode IN ('RowExclusiveLock', 'RowShareLock')))sql",
                                 literal(table.quoted()));
  return walk;
}

// Of slices that only read: a snapshot holds up VACUUM.
PaceSettings reading_pace(const RenderContext& context) {
  PaceSettings pace;
  pace.size_first = 100'000;
  pace.size_max = PaceSettings::unlimited;
  pace.target_alone_ms = pace.target_shared_ms = context.settings.compare_slice_ms;
  return pace;
}

// A pair without `down` flows forward only: once its version was served, the new side may hold what
// its own clients wrote, and nothing of that can be derived from the old side. While the version is
// not served (after a reversal to expanded) the sweep has filled what was missing, which can be
// asked.
enum class Proof { whole, filled, none };

Proof proof_of(const Group& group, const RenderContext& context) {
  const LiveMigration& migration = context.migration();
  if (!group.backward.empty() || !migration.plan.found.contains(published_once))
    return Proof::whole;
  return migration.state == model::MigrationState::migrating ? Proof::filled : Proof::none;
}

enum class Sameness { by_image, by_equality };

std::string differs_by(const Rule& rule, Sameness sameness, const std::string& physical,
                       const RenderContext& context) {
  const bool bytes = bytes_column(physical, rule.target, context);
  // By the type's own operator, wherever it lives (citext's is in no search path of ours).
  if (sameness == Sameness::by_equality && !bytes && has_representations(rule.target_type)) {
    return fmt::format("NOT pg_catalog.record_eq(ROW({}), ROW({}))", quoted(rule.target),
                       call(rule, ""));
  }
  return differs(quoted(rule.target), call(rule, ""), bytes);
}

// The pair agrees: the new side is up(old), or the old side is down(new). A weak `up` is asked
// again only where it left nothing: otherwise it is enough that the new side is filled.
std::string group_agrees(const Group& group, const std::string& physical, Sameness sameness,
                         const RenderContext& context) {
  const auto all_equal = [&](const std::vector<Rule>& rules) {
    std::vector<std::string> terms;
    for (const Rule& rule : rules) {
      if (rule.presumed == ExpressionClass::weak) {
        terms.push_back(fmt::format("CASE WHEN {0} IS NULL THEN {1} IS NULL ELSE true END",
                                    quoted(rule.target), call(rule, "")));
        continue;
      }
      std::string equal = fmt::format("NOT ({})", differs_by(rule, sameness, physical, context));
      if (proof_of(group, context) == Proof::filled) {
        equal = fmt::format("({} IS NOT NULL OR {})", quoted(rule.target), equal);
      }
      if (rule.on_error == OnError::leave) {
        equal = fmt::format("CASE WHEN {} THEN {} IS NULL ELSE {} END", raises(rule),
                            quoted(rule.target), equal);
      }
      terms.push_back(equal);
    }
    return fmt::format("({})", fmt::join(terms, " AND "));
  };
  if (group.forward.empty() || proof_of(group, context) == Proof::none) return "true";
  if (group.backward.empty()) return all_equal(group.forward);
  return fmt::format("({} OR {})", all_equal(group.forward), all_equal(group.backward));
}

std::string sides(const Group& group, bool old_side) {
  std::vector<std::string> out;
  for (const std::string& column : old_side ? group.olds : group.news) {
    out.push_back(quoted(column));
  }
  return out.empty() ? "NULL" : fmt::format("ROW({})::text", fmt::join(out, ", "));
}

std::string key_text(const model::CatalogTable* table) {
  std::vector<std::string> keys;
  if (table != nullptr) {
    for (const model::CatalogColumn& c : table->columns) {
      if (c.primary_key > 0) keys.push_back(quoted(c.name));
    }
  }
  return keys.empty() ? "ctid::text" : fmt::format("ROW({})::text", fmt::join(keys, ", "));
}

}  // namespace

Script backfill(const model::Step& step, const RenderContext& context) {
  const QualifiedName table = relation(table_of(step, context).physical, context);
  const std::vector<Rule> rules = forward_rules(step, context);
  WalkScript script = walk(table, context);
  std::vector<Rule> repeatable;
  std::vector<std::string> empty, failing;
  for (const Rule& rule : rules) {
    if (rule.presumed != ExpressionClass::weak) {
      repeatable.push_back(rule);
      empty.push_back(fmt::format("{} IS NULL", quoted(rule.target)));
      failing.push_back(fmt::format("({} IS NULL AND {})", quoted(rule.target), raises(rule)));
    }
    script.leave_failing = script.leave_failing || rule.on_error == OnError::leave;
  }
  const auto chunk = [&](bool guarded) {
    return Statement{
        .sql = fmt::format("UPDATE ONLY {} SET {}\nWHERE {} AND {}", table,
                           assignments(rules, guarded), range, any_missing(rules, guarded)),
        .lock = "ROW EXCLUSIVE; the rows of the range"};
  };
  script.chunk = {chunk(false)};
  script.swallowers = row_changers(context.catalog.table(table.name));
  if (!repeatable.empty()) {
    script.chunk_guarded = {chunk(true)};
    script.residual = fmt::format(
        "SELECT count(*) FILTER (WHERE {0}), count(*) FILTER (WHERE {1}),\n"
        "  min({2}) FILTER (WHERE {1})\nFROM ONLY {3} WHERE {4} AND ({5})",
        any_missing(repeatable, true), fmt::join(failing, " OR "),
        key_text(context.catalog.table(table.name)), table, range, fmt::join(empty, " OR "));
    script.residual_pace = reading_pace(context);
    script.may_come_last = true;
  }
  return script;
}

std::vector<Rule> left_rules(const model::TableChange& table, int ordinal) {
  std::vector<Rule> out;
  for (const Group& group : groups_of(table, ordinal)) {
    for (const Rule& rule : group.forward) {
      if (rule.on_error == OnError::leave && rule.presumed != ExpressionClass::weak)
        out.push_back(rule);
    }
  }
  return out;
}

Script scan_left_rows(const model::Step& step, const RenderContext& context) {
  const model::TableChange& change = table_of(step, context);
  const QualifiedName table = relation(change.physical, context);
  std::vector<std::string> left;
  for (const Rule& rule : left_rules(change, change_of(context).ordinal)) {
    left.push_back(fmt::format("({} IS NULL AND {})", quoted(rule.target), raises(rule)));
  }
  TransactionScript script = write_script();
  script.statements.push_back(
      {.sql =
           fmt::format("SELECT count(*), min({}) FROM ONLY {} WHERE {} HAVING count(*) > 0",
                       key_text(context.catalog.table(table.name)), table, fmt::join(left, " OR ")),
       .lock = "ACCESS SHARE",
       .expect = {
           .rule = Expectation::Rule::no_rows,
           .kind = ErrorKind::refused,
           .message = fmt::format("{{0}} rows of {} have no new value, because `up` fails for "
                                  "them: correct them before contract",
                                  table.plain())}});
  return script;
}

std::vector<std::pair<std::string, std::string>> left_questions(const RenderContext& context) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const model::TableChange& change : change_of(context).tables) {
    const QualifiedName table = relation(change.physical, context);
    for (const Rule& rule : left_rules(change, change_of(context).ordinal)) {
      std::string column = rule.target;
      for (const model::ColumnChange& c : change.columns) {
        if (c.new_physical == rule.target) column = c.after;
      }
      out.emplace_back(fmt::format("{}.{}", change.after, column),
                       fmt::format("SELECT count(*) FROM ONLY {} WHERE {} IS NULL AND {}", table,
                                   quoted(rule.target), raises(rule)));
    }
  }
  return out;
}

Statement author_verify(const model::SqlText& verify) {
  return {.sql = verify.text,
          .expect = {.rule = Expectation::Rule::some_rows,
                     .kind = ErrorKind::check_failed,
                     .message = "the file's `verify` found no row"}};
}

Script author_backfill(const model::OpaqueStep& part, const RenderContext& context) {
  const model::Version version = model::newest_version(context.catalog, context.live);
  const model::VersionTable* logical = version.table(part.backfill->table);
  const QualifiedName table =
      relation(logical == nullptr ? part.backfill->table : logical->physical, context);
  WalkScript script = walk(table, context);
  std::vector<std::string> sets;
  for (const auto& [column, value] : part.backfill->set) {
    sets.push_back(fmt::format("{} = ({})", Identifier(column), value.text));
  }
  const std::string filter = part.backfill->where_clause
                                 ? fmt::format(" AND ({})", part.backfill->where_clause->text)
                                 : "";
  script.chunk = {author_search_path(context),
                  {.sql = fmt::format("UPDATE ONLY {} SET {}\nWHERE {}{}", table,
                                      fmt::join(sets, ", "), range, filter)}};
  // No sync covers these columns: what a client moves behind the end is reached only by going on.
  // Without a condition that our own row versions do not meet, that would not come to an end.
  if (part.backfill->where_clause) script.bound = next_range(table, growing_end);
  if (part.verify) {
    script.proof_begin = begin_read;
    script.proof = {author_search_path(context), author_verify(*part.verify)};
  }
  return script;
}

Script analyze(const model::Step& step, const RenderContext& context) {
  TransactionScript script = write_script();
  script.statements = create_statistics(table_of(step, context), context);
  script.statements.push_back(
      {.sql = fmt::format("ANALYZE {}", relation(table_of(step, context).physical, context)),
       .lock = "SHARE UPDATE EXCLUSIVE"});
  return script;
}

Script compare(const model::Step& step, const RenderContext& context) {
  const model::TableChange& change = table_of(step, context);
  const QualifiedName table = relation(change.physical, context);
  std::vector<std::string> wrong, equal, olds, news;
  bool weak = false, free = false;
  for (const Group& group : groups_of(change, change_of(context).ordinal)) {
    wrong.push_back("NOT " + group_agrees(group, change.physical, Sameness::by_image, context));
    equal.push_back(group_agrees(group, change.physical, Sameness::by_equality, context));
    olds.push_back(sides(group, true));
    news.push_back(sides(group, false));
    for (const Rule& rule : group.forward) weak = weak || rule.presumed == ExpressionClass::weak;
    free = free || proof_of(group, context) != Proof::whole;
  }
  const std::string differing = fmt::format("({})", fmt::join(wrong, " OR "));
  CompareScript script{.table = table.plain(), .begin = begin_read, .first = "0"};
  script.total = estimated_rows(table);
  script.bound = next_range(table, growing_end);
  script.count = fmt::format("SELECT count(*) FILTER (WHERE {}), count(*) FROM ONLY {} WHERE {}",
                             differing, table, range);
  const std::string same = fmt::format("({})", fmt::join(equal, " AND "));
  script.representation = fmt::format("SELECT count(*) FROM ONLY {} WHERE {} AND {} AND {}", table,
                                      range, differing, same);
  script.differences = fmt::format(
      "SELECT {}, concat_ws(' ', {}), concat_ws(' ', {}), {} FROM ONLY {} WHERE {} AND {} "
      "ORDER BY 4 LIMIT 10",
      key_text(context.catalog.table(table.name)), fmt::join(olds, ", "), fmt::join(news, ", "),
      same, table, range, differing);
  script.pace = reading_pace(context);
  script.proof = weak   ? "weaker: no row unmigrated, and old = down(new) where down is given"
                 : free ? "weaker: the new version may write what no `down` takes back"
                        : "whole";
  return script;
}

// Before publish no snapshot may be older than the last chunk: a transaction that began before
// would read rows without the new side through a fresh view (hazard P30). Prepared transactions
// hold no snapshot; VACUUM's and catalog horizons do not read rows.
Script horizon(const RenderContext& context) {
  WaitScript script;
  script.before = {{.sql = "SELECT pg_catalog.pg_current_xact_id()::text::bigint & 4294967295",
                    .capture = "horizon"}};
  script.holders =
      R"sql(SELECT pid::text, coalesce(usename, ''), coalesce(application_name, ''), kind FROM (
  SELECT a.pid, a.usename, a.application_name, 'session' AS kind, a.backend_xmin AS held
  FROM pg_catalog.pg_stat_activity a
  WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
    AND (a.datname = current_database() OR a.backend_type = 'walsender')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)
  UNION ALL
  SELECT s.active_pid, NULL, s.slot_name::text, 'replication slot', s.xmin
  FROM pg_catalog.pg_replication_slots s WHERE s.xmin IS NOT NULL) AS holder
WHERE age(held) > age('{horizon}'::xid))sql";
  script.waiting_for = "snapshots older than the backfill to end";
  script.limit_ms = context.settings.horizon_limit_ms;
  return script;
}

}  // namespace segue::dialect::postgres
