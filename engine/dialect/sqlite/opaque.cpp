#include "engine/dialect/sqlite/opaque.hpp"

#include <fmt/format.h>

#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

const std::vector<model::OpaqueStep>& of_phase(const model::Change& change, model::Phase phase) {
  switch (phase) {
    case model::Phase::expand:
      return change.expand;
    case model::Phase::migrate:
      return change.migrate;
    case model::Phase::contract:
      break;
  }
  return change.contract;
}

TransactionScript statements(const model::SqlText& sql) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  for (std::string& statement : split_statements(sql.text)) {
    script.statements.push_back({.sql = std::move(statement), .lock = "write lock"});
  }
  return script;
}

Statement verified(const model::SqlText& verify) {
  return {.sql = verify.text,
          .expect = {.rule = Expectation::Rule::some_rows,
                     .kind = ErrorKind::check_failed,
                     .message = "the author's `verify` found nothing"}};
}

StandaloneScript standalone(const model::SqlText& sql,
                            const std::optional<model::SqlText>& verify) {
  return {
      .before = schema_pragmas(),
      .statement = {.sql = sql.text, .lock = "that of the statement"},
      .state = {.sql = verify ? fmt::format(
                                    "SELECT CASE WHEN EXISTS ({}) THEN 'done' ELSE 'absent' END",
                                    split_statements(verify->text).front())
                              : "SELECT 'unknown'"},
      .clean_up = {}};
}

WalkScript walk(const model::PhaseBackfill& backfill, const RenderContext& context) {
  const model::CatalogTable* table = context.catalog.table(backfill.table);
  const std::string rowid = table == nullptr ? "" : rowid_name(*table);
  if (rowid.empty()) {
    throw Error(
        ErrorKind::refused,
        fmt::format("backfill of {}: the table is missing or has no rowid to walk by; write the "
                    "UPDATE as a statement",
                    backfill.table));
  }
  std::vector<std::string> set;
  for (const auto& [column, value] : backfill.set) {
    set.push_back(fmt::format("{} = ({})", quoted(column), value.text));
  }
  const std::string where =
      backfill.where_clause ? fmt::format(" AND ({})", backfill.where_clause->text) : std::string();
  WalkScript script = polite_walk();
  script.table = backfill.table;
  script.begin = "BEGIN IMMEDIATE";
  script.first = "-9223372036854775808";
  script.total = fmt::format("SELECT count(*) FROM {}", quoted(backfill.table));
  script.identity = "PRAGMA schema_version";
  script.bound = fmt::format(
      "SELECT max(segue_at), NULL FROM (SELECT {rowid} AS segue_at FROM {table} "
      "WHERE {rowid} > {{position}} ORDER BY {rowid} LIMIT {{size}})",
      "rowid"_a = rowid, "table"_a = quoted(backfill.table));
  script.chunk = {
      {.sql = fmt::format("UPDATE {table} SET {set} WHERE {rowid} > {{position}} AND {rowid} "
                          "<= {{hi}}{where}",
                          "table"_a = quoted(backfill.table), "set"_a = join(set, ", "),
                          "rowid"_a = rowid, "where"_a = where),
       .lock = "write lock for one chunk"}};
  return script;
}

}  // namespace

const model::OpaqueStep& opaque_step(const model::Step& step, const model::Plan& plan) {
  int part = 0;
  for (const model::Change& change : plan.changes) {
    for (const model::OpaqueStep& opaque : of_phase(change, step.phase)) {
      if (++part == step.part) return opaque;
    }
  }
  throw Error(ErrorKind::bug, fmt::format("step {} has no statement", step.id));
}

Script render_opaque(const model::Step& step, const RenderContext& context) {
  const model::OpaqueStep& opaque = opaque_step(step, context.migration().plan);
  if (opaque.backfill) {
    WalkScript script = walk(*opaque.backfill, context);
    if (opaque.verify) {
      script.proof_begin = "BEGIN";
      script.proof = {verified(*opaque.verify)};
    }
    return script;
  }
  if (!opaque.transaction) return standalone(*opaque.sql, opaque.verify);
  TransactionScript script = statements(*opaque.sql);
  if (opaque.verify) script.statements.push_back(verified(*opaque.verify));
  return script;
}

std::vector<Script> inverse_opaque(const model::Step& step, const RenderContext& context) {
  const model::OpaqueStep& opaque = opaque_step(step, context.migration().plan);
  if (!opaque.reverse) return {};
  // What is not upkeep can run in a transaction, and there it runs once.
  if (!opaque.transaction && is_sqlite_upkeep(opaque.reverse->text)) {
    return {standalone(*opaque.reverse, {})};
  }
  return {statements(*opaque.reverse)};
}

}  // namespace segue::dialect::sqlite
