#include "engine/dialect/sqlite/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/objects.hpp"
#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::ColumnChange;

class Questions {
 public:
  Questions(const PlanInput& input, const TableWork& work) : input_(input), work_(work) {}

  std::vector<PreflightQuery> run() {
    if (work_.base == nullptr || work_.change.fate != model::TableFate::changed) return {};
    if (protected_by("compiles")) compiles();
    if (work_.rebuild) {
      keys();
      values();
      new_constraints();
    } else {
      for (const LateConstraint& late : direct_guards(*work_.base, work_.change).late) {
        ask(count_violations(direct_guards(*work_.base, work_.change), late),
            fmt::format("{{count}} rows of {} violate the new constraint: {}", work_.base->name,
                        late.message));
      }
      indexes();
      uniques();
      rewrites();
    }
    return std::move(out_);
  }

 private:
  void ask(std::string sql, std::string message, std::int64_t allowed = 0, bool may_fail = false) {
    out_.push_back({std::move(sql), allowed, std::move(message), work_.change.where, may_fail});
  }

  std::string from_base() const {
    return fmt::format("FROM {} {}", quoted(work_.rebuild->base), work_.rebuild->old_alias);
  }

  // What the application's library alone can run would fail in our statements, at contract at the
  // latest: a function in a CHECK, an index, a generated column or a trigger, or a collation.
  void compiles() {
    const model::CatalogTable& base = *work_.base;
    std::vector<std::string> columns;
    std::vector<std::string> kept;
    for (const model::CatalogColumn& column : base.columns) {
      if (!column.generated.empty()) continue;
      columns.push_back(column.name);
      kept.push_back(fmt::format("{0} = {0}", quoted(column.name)));
    }
    const std::string table = quoted(base.name);
    const std::string list = quoted_list(columns);
    for (const std::string& sql :
         {fmt::format("INSERT INTO {0}({1}) SELECT {1} FROM {0}", table, list),
          fmt::format("UPDATE {} SET {}", table, join(kept, ", ")),
          fmt::format("DELETE FROM {}", table)}) {
      ask("EXPLAIN " + sql,
          fmt::format(
              "a write to {} cannot be run here; if it needs a function or collation of the "
              "application, run Segue as a library inside of it",
              base.name),
          0, true);
    }
  }

  void keys() {
    const Rebuild& r = *work_.rebuild;
    for (const KeyColumn& key : r.key.columns) {
      if (r.key.is_rowid || !protected_by("null_keys")) continue;
      const std::string column = column_of(r.old_alias, key.old_name);
      ask(fmt::format("SELECT count(*) {} WHERE {} IS NULL", from_base(), column),
          fmt::format(
              "{{count}} rows of {} have NULL in the key column {}: give them a value first",
              r.base, key.old_name));
    }
    if (!r.key.is_mapped()) return;
    const std::string key = r.key.columns.front().old_name;
    const std::string image = with_arguments(
        *r.key.down, [&](const std::string&) { return over(*r.key.up, r.old_alias); });
    ask(fmt::format("SELECT count(*), min(quote({key})) {from} WHERE {key} IS NOT +{image} COLLATE "
                    "BINARY",
                    "key"_a = column_of(r.old_alias, key), "from"_a = from_base(),
                    "image"_a = image),
        fmt::format(
            "{{count}} keys {}.{} do not come back from `down`(`up`), for example {{example}}: "
            "normalise them first",
            r.base, key),
        0, true);
  }

  // `up` runs over every row now rather than in a client's write later.
  void values() {
    const Rebuild& r = *work_.rebuild;
    const std::optional<TableText> target = table_text(r.target_sql);
    for (const Group& group : r.groups) {
      for (const Derived& up : group.up) {
        if (up.is_copy) continue;
        const std::string value = over(up.expression, r.old_alias);
        const ColumnText* column = target ? target->column(up.column) : nullptr;
        const bool required = column != nullptr && column->clause(ClauseKind::not_null) != nullptr;
        ask(fmt::format("SELECT count(*) {from} WHERE {value} IS NULL{any}", "from"_a = from_base(),
                        "value"_a = value, "any"_a = required ? "" : " AND 0 = 1"),
            fmt::format("`up` of {}.{} gives NULL for {{count}} rows, and the column is NOT NULL",
                        r.base, up.column),
            0, true);
      }
    }
  }

  void new_constraints() {
    const Rebuild& r = *work_.rebuild;
    for (const LateConstraint& late : r.late) {
      if (late.kind == LateConstraint::Kind::unique) duplicates(late);
    }
  }

  // The value that a column of the new version will have, over the base.
  std::string value_of(const std::string& column) const {
    const Rebuild& r = *work_.rebuild;
    for (const Group& group : r.groups) {
      for (const Derived& up : group.up) {
        if (same_name(up.column, column)) return over(up.expression, r.old_alias);
      }
    }
    for (const KeyColumn& key : r.key.columns) {
      if (!same_name(key.new_name, column)) continue;
      return r.key.is_mapped() ? over(*r.key.up, r.old_alias)
                               : column_of(r.old_alias, key.old_name);
    }
    return "NULL";
  }

  void duplicates(const LateConstraint& late) {
    if (!late.predicate.empty()) return;
    std::vector<std::string> values;
    std::vector<std::string> present;
    for (std::size_t i = 0; i < late.columns.size(); ++i) {
      std::string value = value_of(late.columns[i]);
      present.push_back(value + " IS NOT NULL");
      if (!late.collations[i].empty()) value += " COLLATE " + quoted(late.collations[i]);
      values.push_back(std::move(value));
    }
    ask(fmt::format(
            "SELECT count(*) FROM (SELECT 1 {from} WHERE {present} GROUP BY {values} HAVING "
            "count(*) > 1)",
            "from"_a = from_base(), "present"_a = join(present, " AND "),
            "values"_a = join(values, ", ")),
        fmt::format("{{count}} values of {} would occur more than once: {}", work_.rebuild->base,
                    late.message),
        0, true);
  }

  std::int64_t rows_within_budget(Rate rate) const {
    return static_cast<std::int64_t>(rate) * input_.settings.sqlite_direct_budget_ms / 1000;
  }

  // The path was chosen by an estimate, and ANALYZE may have been long ago.
  void rewrites() {
    const model::CatalogTable& base = *work_.base;
    const auto count = [&](const ColumnChange& column, Rate rate, const char* what) {
      ask(fmt::format("SELECT count(*) FROM {}", quoted(base.name)),
          fmt::format(
              "{} {}.{} over {{count}} rows would hold the write lock longer than "
              "sqlite.direct_budget: run ANALYZE, or give the operation `strategy: rebuild`",
              what, base.name, column.after.empty() ? column.before : column.after),
          rows_within_budget(rate));
    };
    for (const ColumnChange& column : work_.change.columns) {
      if (column.fate == model::ColumnFate::dropped)
        count(column, Rate::drop_column, "DROP COLUMN");
      if (column.fate == model::ColumnFate::added && column.check) {
        count(column, Rate::add_check, "ADD COLUMN with a CHECK:");
      }
    }
  }

  void indexes() {
    const model::CatalogTable& base = *work_.base;
    for (const model::CreateIndex& index : work_.change.created_indexes) {
      const std::int64_t limit = rows_within_budget(Rate::create_index);
      ask(fmt::format("SELECT count(*) FROM {}", quoted(base.name)),
          fmt::format(
              "create_index {}: building it over {{count}} rows would hold the write lock longer "
              "than sqlite.direct_budget; grafted indexes are not built yet",
              index.name),
          limit);
      if (!index.unique || index.predicate) continue;
      std::vector<std::string> terms;
      std::vector<std::string> present;
      for (const model::IndexColumnSpec& column : index.columns) {
        std::string term = column.column.empty() ? fmt::format("({})", column.expression.text)
                                                 : quoted(column.column);
        present.push_back(term + " IS NOT NULL");
        if (!column.collate.empty()) term += " COLLATE " + quoted(column.collate);
        terms.push_back(std::move(term));
      }
      ask(fmt::format(
              "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1)",
              quoted(base.name), join(present, " AND "), join(terms, ", ")),
          fmt::format("create_index {}: {{count}} values occur more than once", index.name));
    }
  }

  void uniques() {
    const model::CatalogTable& base = *work_.base;
    for (const model::CreateIndex& index : built_for_unique(base, work_.change)) {
      const std::string& name = index.columns.front().column;
      ask(fmt::format("SELECT count(*) FROM {}", quoted(base.name)),
          fmt::format(
              "UNIQUE {}.{}: building its index over {{count}} rows would hold the write lock "
              "longer than sqlite.direct_budget: run ANALYZE, or give the operation `strategy: "
              "rebuild`",
              base.name, name),
          rows_within_budget(Rate::create_index));
      ask(fmt::format("SELECT count(*), min(quote({column})) FROM (SELECT {column} FROM {table} "
                      "WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1)",
                      "column"_a = quoted(name), "table"_a = quoted(base.name)),
          fmt::format("{{count}} values of {}.{} occur more than once, for example {{example}}",
                      base.name, name));
    }
  }

  const PlanInput& input_;
  const TableWork& work_;
  std::vector<PreflightQuery> out_;
};

}  // namespace

std::vector<PreflightQuery> preflight_queries(const PlanInput& input, const model::Plan& plan) {
  std::vector<PreflightQuery> out;
  for (const TableWork& work : works_of(plan, input.catalog)) {
    for (PreflightQuery& query : Questions(input, work).run()) out.push_back(std::move(query));
  }
  for (PreflightQuery& query : object_questions(objects_of(plan.changes))) {
    out.push_back(std::move(query));
  }
  return out;
}

}  // namespace segue::dialect::sqlite
