#include "engine/dialect/postgres/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/drift.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/trigger_order.hpp"

namespace segue::dialect::postgres {
namespace {

using model::ExpressionClass;
using model::TableChange;

constexpr int sampled_rows = 100;

struct Side {
  std::set<std::string> written;   // columns that take another row's values
  std::vector<std::string> wrong;  // what must be false of the row afterwards
};

std::string differs_from(const Rule& rule, const std::string& physical,
                         const RenderContext& context) {
  return differs(Identifier(rule.target).quoted(), call(rule, ""),
                 bytes_column(physical, rule.target, context));
}

std::string guarded(const Rule& rule) {
  return fmt::format("CASE WHEN {} THEN NULL ELSE {} END", raises(rule), call(rule, ""));
}

bool has_row_changes(const TableChange& table, const RenderContext& context) {
  return trigger_order(context.catalog.table(table.physical)).has_first;
}

// What the user's triggers make of the trial write is theirs: then the sides agree in the other
// direction.
std::string and_neither(const std::string& differs, const std::vector<Rule>& other,
                        const TableChange& table, const RenderContext& context) {
  if (!has_row_changes(table, context) || other.empty()) return differs;
  std::vector<std::string> terms;
  for (const Rule& rule : other) terms.push_back(differs_from(rule, table.physical, context));
  return fmt::format("({}) AND ({})", differs, fmt::join(terms, " OR "));
}

// Nobody writes an identity column that is GENERATED ALWAYS, but to a fresh value of its sequence.
bool may_be_written(const std::set<std::string>& columns, const std::string& physical,
                    const RenderContext& context) {
  const model::CatalogTable* table = context.catalog.table(physical);
  return table == nullptr ||
         std::none_of(columns.begin(), columns.end(), [&](const std::string& name) {
           const model::CatalogColumn* column = table->column(name);
           return column != nullptr && column->identity == 'a';
         });
}

// A write that changes nothing shows nothing, so the other row is one that differs. RETURNING shows
// the row after every BEFORE trigger.
std::string probe_text(const QualifiedName& table, const std::string& physical, const Side& side,
                       const RenderContext& context) {
  std::vector<std::string> columns, values, sets, changed;
  for (const std::string& column : side.written) {
    const Identifier c(column);
    const std::string value = fmt::format("_segue_v{}", sets.size() + 1);
    columns.push_back(c.quoted());
    values.push_back(fmt::format("other.{} AS {}", c, value));
    sets.push_back(fmt::format("{} = source.{}", c, value));
    changed.push_back(differs("one." + c.quoted(), "other." + c.quoted(),
                              bytes_column(physical, column, context)));
  }
  return fmt::format(
      R"sql(WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, {columns} FROM ONLY {table} LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, {values}
    FROM one, (SELECT {columns} FROM ONLY {table} LIMIT {rows}) AS other
    WHERE ({changed}) LIMIT 1)
UPDATE ONLY {table} AS t SET {sets}
FROM source WHERE t.ctid = source._segue_at
RETURNING ({wrong})::text)sql",
      fmt::arg("columns", fmt::join(columns, ", ")), fmt::arg("table", table),
      fmt::arg("values", fmt::join(values, ", ")), fmt::arg("rows", sampled_rows),
      fmt::arg("changed", fmt::join(changed, " OR ")), fmt::arg("sets", fmt::join(sets, ", ")),
      fmt::arg("wrong", fmt::join(side.wrong, " OR ")));
}

void add_probe(TransactionScript& script, const TableChange& table, const Side& side,
               const std::string& failure, const RenderContext& context) {
  if (side.wrong.empty() || side.written.empty()) return;
  if (!may_be_written(side.written, table.physical, context)) return;
  const QualifiedName name = relation(table.physical, context);
  script.probe.push_back(
      {.sql = probe_text(name, table.physical, side, context),
       .expect = {.rule = Expectation::Rule::value,
                  .value = "false",
                  .kind = ErrorKind::check_failed,
                  .message = fmt::format("probe of {}: {}", name.plain(), failure)}});
}

// Calls that fail only for values that `up` refuses are no failure of sync.
void add_sample(TransactionScript& script, const QualifiedName& table,
                const std::vector<std::string>& calls) {
  if (calls.empty()) return;
  std::vector<std::string> counts;
  for (const std::string& one : calls) counts.push_back(fmt::format("count({})", one));
  script.probe_fallback.push_back(
      {.sql = fmt::format("SELECT {} FROM (SELECT * FROM ONLY {} LIMIT {}) AS sample",
                          fmt::join(counts, ", "), table, sampled_rows)});
}

// Once per script and table.
void prepare(TransactionScript& script, const TableChange& table, const RenderContext& context) {
  script.fresh_connection = true;
  if (script.probe_settings.empty()) {
    script.probes_each = true;
    // Deferred events that stay pending would make later DDL fail with 55006; and the user's
    // triggers run under our lock.
    script.probe_settings = {
        {.sql = "SET CONSTRAINTS ALL IMMEDIATE"},
        {.sql = fmt::format("SET LOCAL statement_timeout = {}", context.settings.lock_budget_ms)},
        client_search_path(context, true)};
  }
  for (Statement& statement : trigger_drift(table, context)) {
    const bool known = std::any_of(script.probe.begin(), script.probe.end(),
                                   [&](const Statement& s) { return s.sql == statement.sql; });
    if (!known) script.probe.push_back(std::move(statement));
  }
}

}  // namespace

void probe_old_side(TransactionScript& script, const TableChange& table,
                    const RenderContext& context) {
  prepare(script, table, context);
  std::vector<std::string> calls;
  for (const Group& group : groups_of(table, change_of(context).ordinal)) {
    Side side;
    for (const Rule& rule : group.forward) {
      for (const std::string& argument : rule.arguments) {
        if (group.olds.empty() || group.olds.contains(argument)) side.written.insert(argument);
      }
      if (rule.presumed == ExpressionClass::weak) continue;
      const std::string differs =
          and_neither(differs_from(rule, table.physical, context), group.backward, table, context);
      side.wrong.push_back(fmt::format("({}) AND NOT {}", differs, raises(rule)));
      calls.push_back(guarded(rule));
    }
    add_probe(script, table, side, "the new side did not follow a write through the old one",
              context);
  }
  add_sample(script, relation(table.physical, context), calls);
}

void probe_new_side(TransactionScript& script, const TableChange& table,
                    const RenderContext& context) {
  prepare(script, table, context);
  std::vector<std::string> calls;
  for (const Group& group : groups_of(table, change_of(context).ordinal)) {
    Side side{.written = group.news};
    for (const Rule& rule : group.backward) {
      if (rule.presumed == ExpressionClass::weak) continue;
      const bool may_fail = rule.on_error == model::OnError::leave && protected_by("left_by_probe");
      calls.push_back(may_fail ? guarded(rule) : call(rule, ""));
      const bool may_be_changed = group.forward.empty() && has_row_changes(table, context);
      if (may_be_changed) continue;
      const std::string differs =
          and_neither(differs_from(rule, table.physical, context), group.forward, table, context);
      side.wrong.push_back(
          may_fail ? fmt::format("CASE WHEN {} THEN false ELSE {} END", raises(rule), differs)
                   : differs);
    }
    add_probe(script, table, side, "the old side did not follow a write through the new one",
              context);
  }
  add_sample(script, relation(table.physical, context), calls);
}

}  // namespace segue::dialect::postgres
