// Contract, before the swap: constraints that only the new version has bind everybody from here on, by
// triggers on the shadow; then a scan shows that no row violates them. Only so can the swap put the
// constraint into the table's text without looking at a row.
//
// Guards read the stored row: over NEW, which has no affinity, a CHECK refuses legal values and lets
// illegal ones in.

#include <fmt/format.h>

#include "engine/core/identifier.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

constexpr const char* other = "segue_other";

std::string keys_equal(const Rebuild& r, const std::string& a, const std::string& b) {
  std::vector<std::string> tests;
  for (const KeyColumn& column : r.key.columns) {
    tests.push_back(fmt::format("{} = {}", column_of(a, column.new_name),
                                column_of(b, column.new_name)));
  }
  return join(tests, " AND ");
}

std::string over_alias(const Rebuild& r, const std::string& sql, const std::string& alias) {
  return replace_columns(
      sql, r.base,
      [&](const std::string& name) -> std::optional<std::string> {
        for (const std::string& column : r.target_columns) {
          if (same_name(column, name)) return column_of(alias, column);
        }
        return std::nullopt;
      },
      SqlSyntax::sqlite);
}

// A test over the alias that is true of a row that violates the constraint.
std::string violated(const Rebuild& r, const LateConstraint& late, const std::string& x) {
  switch (late.kind) {
    case LateConstraint::Kind::not_null:
      return fmt::format("{} IS NULL", column_of(x, late.columns.front()));
    case LateConstraint::Kind::check:
      return fmt::format("NOT ({})", over_alias(r, late.expression, x));
    case LateConstraint::Kind::unique:
      break;
  }
  std::vector<std::string> tests;
  for (std::size_t i = 0; i < late.columns.size(); ++i) {
    std::string test = fmt::format("{} = {}", column_of(other, late.columns[i]),
                                   column_of(x, late.columns[i]));
    if (!late.collations[i].empty()) test += " COLLATE " + quoted(late.collations[i]);
    tests.push_back(std::move(test));
  }
  tests.push_back(fmt::format("NOT ({})", keys_equal(r, other, x)));
  if (!late.predicate.empty()) {
    tests.push_back(fmt::format("({})", over_alias(r, late.predicate, other)));
    tests.push_back(fmt::format("({})", over_alias(r, late.predicate, x)));
  }
  return fmt::format("EXISTS (SELECT 1 FROM {shadow} {other} WHERE {tests})",
                     "shadow"_a = quoted(r.shadow), "other"_a = other,
                     "tests"_a = join(tests, " AND "));
}

NamedSql guard_trigger(const Rebuild& r, const LateConstraint& late, const std::string& suffix,
                       const std::string& event) {
  const std::string name = fmt::format("segue_{}_{}", r.shadow, suffix);
  return {name,
          fmt::format("CREATE TRIGGER {name} {event} ON {shadow} WHEN EXISTS (SELECT 1 FROM {shadow} "
                      "{x} WHERE {key} AND {violated}) BEGIN\n  SELECT RAISE(ABORT, {message});\nEND",
                      "name"_a = quoted(name), "event"_a = event, "shadow"_a = quoted(r.shadow),
                      "x"_a = r.any_alias, "key"_a = keys_equal(r, r.any_alias, "new"),
                      "violated"_a = violated(r, late, r.any_alias),
                      "message"_a = literal(late.message))};
}

}  // namespace

std::vector<NamedSql> guard_triggers(const SyncInput& input) {
  std::vector<NamedSql> out;
  int number = 0;
  for (const LateConstraint& late : input.rebuild.late) {
    ++number;
    out.push_back(
        guard_trigger(input.rebuild, late, fmt::format("c{}i", number), "AFTER INSERT"));
    if (late.columns.empty()) continue;
    out.push_back(guard_trigger(input.rebuild, late, fmt::format("c{}u", number),
                                "AFTER UPDATE OF " + quoted_list(late.columns)));
  }
  return out;
}

TransactionScript guard(const std::vector<SyncInput>& inputs) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  for (const SyncInput& input : inputs) {
    for (const NamedSql& trigger : guard_triggers(input)) {
      script.statements.push_back({.sql = trigger.sql, .lock = "write lock, O(1)"});
    }
  }
  return script;
}

CompareScript scan(const SyncInput& input, bool wal) {
  const Rebuild& r = input.rebuild;
  CompareScript script;
  script.table = r.base;
  script.begin = "BEGIN";
  script.total = fmt::format("SELECT count(*) FROM {}", quoted(r.shadow));
  const std::string n = r.new_alias;
  std::string range;
  if (r.key.is_rowid) {
    const std::string key = quoted(r.key.columns.front().new_name);
    script.first = "-9223372036854775808";
    script.bound = fmt::format("SELECT max(segue_at), NULL FROM (SELECT {key} AS segue_at FROM {shadow} "
                               "WHERE {key} > {{position}} ORDER BY {key} LIMIT {{size}})",
                               "key"_a = key, "shadow"_a = quoted(r.shadow));
    range = fmt::format(" AND {n}.{key} > {{position}} AND {n}.{key} <= {{hi}}", "n"_a = n,
                        "key"_a = key);
  }
  std::vector<std::string> key;
  for (const KeyColumn& column : r.key.columns) {
    key.push_back(fmt::format("quote({})", column_of(n, column.new_name)));
  }
  std::vector<std::string> counts;
  std::vector<std::string> rows;
  for (const LateConstraint& late : r.late) {
    const std::string from = fmt::format("FROM {} {} WHERE {}{}", quoted(r.shadow), n,
                                         violated(r, late, n), range);
    counts.push_back(fmt::format("(SELECT count(*) {})", from));
    rows.push_back(fmt::format("SELECT {}, {}, {} {}", join(key, " || ',' || "),
                               literal(late.message), row_text(r, false, input.base), from));
  }
  script.count = "SELECT " + (counts.empty() ? "0" : join(counts, " + "));
  script.differences = rows.empty() ? "SELECT 1 LIMIT 0" : join(rows, " UNION ALL ");
  script.slice_ms = wal ? 1000 : 5;
  script.size_first = wal ? 100'000 : 1'000;
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
