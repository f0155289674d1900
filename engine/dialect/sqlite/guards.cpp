// Contract, before the swap: constraints that only the new version has bind everybody from here on,
// by triggers on the shadow; then a scan shows that no row violates them. Only so can the swap put
// the constraint into the table's text without looking at a row.
//
// Guards read the stored row: over NEW, which has no affinity, a CHECK refuses legal values and
// lets illegal ones in.

#include <fmt/format.h>

#include "engine/core/identifier.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

constexpr const char* other = "segue_other";

std::string keys_equal(const GuardTable& g, const std::string& a, const std::string& b) {
  std::vector<std::string> tests;
  for (const std::string& name : g.row)
    tests.push_back(fmt::format("{}.{} = {}.{}", a, name, b, name));
  return join(tests, " AND ");
}

std::string over_alias(const GuardTable& g, const std::string& sql, const std::string& alias) {
  return replace_columns(
      sql, "",
      [&](const std::string& name) -> std::optional<std::string> {
        for (const std::string& column : g.columns) {
          if (same_name(column, name)) return column_of(alias, column);
        }
        return std::nullopt;
      },
      SqlSyntax::sqlite);
}

std::string duplicated(const GuardTable& g, const LateConstraint& late, const std::string& x) {
  std::vector<std::string> tests;
  for (std::size_t i = 0; i < late.columns.size(); ++i) {
    std::string test =
        fmt::format("{} = {}", column_of(other, late.columns[i]), column_of(x, late.columns[i]));
    if (!late.collations[i].empty()) test += " COLLATE " + quoted(late.collations[i]);
    tests.push_back(std::move(test));
  }
  tests.push_back(fmt::format("NOT ({})", keys_equal(g, other, x)));
  if (!late.predicate.empty()) {
    tests.push_back(fmt::format("({})", over_alias(g, late.predicate, other)));
    tests.push_back(fmt::format("({})", over_alias(g, late.predicate, x)));
  }
  return fmt::format("EXISTS (SELECT 1 FROM {table} {other} WHERE {tests})",
                     "table"_a = quoted(g.table), "other"_a = other,
                     "tests"_a = join(tests, " AND "));
}

// A test over the alias that is true of a row that violates the constraint.
std::string violated(const GuardTable& g, const LateConstraint& late, const std::string& x) {
  switch (late.kind) {
    case LateConstraint::Kind::not_null:
      return fmt::format("{} IS NULL", column_of(x, late.columns.front()));
    case LateConstraint::Kind::check:
      return fmt::format("NOT ({})", over_alias(g, late.expression, x));
    case LateConstraint::Kind::unique:
      return duplicated(g, late, x);
  }
  return "0";
}

NamedSql guard_trigger(const GuardTable& g, const LateConstraint& late, const std::string& suffix,
                       const std::string& event) {
  const std::string name = fmt::format("segue_{}_{}", g.table, suffix);
  return {
      name,
      fmt::format("CREATE TRIGGER {name} {event} ON {table} WHEN EXISTS (SELECT 1 FROM {table} {x} "
                  "WHERE {key} AND {violated}) BEGIN\n  SELECT RAISE(ABORT, {message});\nEND",
                  "name"_a = quoted(name), "event"_a = event, "table"_a = quoted(g.table),
                  "x"_a = g.alias, "key"_a = keys_equal(g, g.alias, "new"),
                  "violated"_a = violated(g, late, g.alias), "message"_a = literal(late.message))};
}

}  // namespace

GuardTable guard_table(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  GuardTable out{.table = r.shadow,
                 .alias = r.any_alias,
                 .row = {},
                 .columns = r.target_columns,
                 .late = r.late,
                 .walk = rowid_name(r)};
  for (const KeyColumn& column : r.key.columns) out.row.push_back(quoted(column.new_name));
  return out;
}

std::vector<NamedSql> guard_triggers(const GuardTable& input) {
  std::vector<NamedSql> out;
  int number = 0;
  for (const LateConstraint& late : input.late) {
    ++number;
    out.push_back(guard_trigger(input, late, fmt::format("c{}i", number), "AFTER INSERT"));
    if (late.columns.empty()) continue;
    out.push_back(guard_trigger(input, late, fmt::format("c{}u", number),
                                "AFTER UPDATE OF " + quoted_list(late.columns)));
  }
  return out;
}

TransactionScript guard(const std::vector<GuardTable>& inputs) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  for (const GuardTable& input : inputs) {
    for (const NamedSql& trigger : guard_triggers(input)) {
      script.statements.push_back({.sql = trigger.sql, .lock = "write lock, O(1)"});
    }
  }
  return script;
}

TransactionScript drop_guards(const std::vector<GuardTable>& inputs) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  for (const GuardTable& input : inputs) {
    for (const NamedSql& trigger : guard_triggers(input)) {
      script.statements.push_back(
          {.sql = fmt::format("DROP TRIGGER IF EXISTS {}", quoted(trigger.name))});
    }
  }
  return script;
}

std::string count_violations(const GuardTable& input, const LateConstraint& late) {
  return fmt::format("SELECT count(*) FROM {} {} WHERE {}", quoted(input.table), input.alias,
                     violated(input, late, input.alias));
}

CompareScript scan(const GuardTable& input, bool wal) {
  CompareScript script;
  const std::string table = quoted(input.table);
  script.table = input.table;
  script.begin = "BEGIN";
  script.total = fmt::format("SELECT count(*) FROM {}", table);
  std::string range;
  if (!input.walk.empty()) {
    const std::string& key = input.walk;
    script.first = "-9223372036854775808";
    script.bound = fmt::format(
        "SELECT max(segue_at), NULL FROM (SELECT {key} AS segue_at FROM {table} "
        "WHERE {key} > {{position}} ORDER BY {key} LIMIT {{size}})",
        "key"_a = key, "table"_a = table);
    range = fmt::format(" AND {x}.{key} > {{position}} AND {x}.{key} <= {{hi}}",
                        "x"_a = input.alias, "key"_a = key);
  }
  std::vector<std::string> key;
  for (const std::string& name : input.row) {
    key.push_back(fmt::format("quote({}.{})", input.alias, name));
  }
  std::vector<std::string> counts;
  std::vector<std::string> rows;
  for (const LateConstraint& late : input.late) {
    const std::string from = fmt::format("FROM {} {} WHERE {}{}", table, input.alias,
                                         violated(input, late, input.alias), range);
    counts.push_back(fmt::format("(SELECT count(*) {})", from));
    rows.push_back(fmt::format("SELECT {}, {}, NULL {}", join(key, " || ',' || "),
                               literal(late.message), from));
  }
  script.count = "SELECT " + (counts.empty() ? "0" : join(counts, " + "));
  script.differences = rows.empty() ? "SELECT 1 LIMIT 0" : join(rows, " UNION ALL ");
  script.pace = reading_pace(wal);
  script.proof = "no row violates a constraint of the new version";
  return script;
}

TransactionScript drop_helpers(const std::vector<SyncInput>& inputs) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  for (const SyncInput& input : inputs) {
    for (const std::string& name : input.rebuild.helper_indexes) {
      script.statements.push_back(
          {.sql = fmt::format("DROP INDEX {}", quoted(name)), .lock = "write lock"});
    }
  }
  return script;
}

}  // namespace segue::dialect::sqlite
