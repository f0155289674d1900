// What takes steps back. Each inverse looks at what the schema holds now, so that a reversal that
// was killed goes on where it was.

#include <fmt/format.h>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/objects.hpp"
#include "engine/dialect/sqlite/opaque.hpp"
#include "engine/dialect/sqlite/plan_view.hpp"
#include "engine/dialect/sqlite/render.hpp"
#include "engine/model/object.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;
using model::ColumnChange;
using model::ColumnFate;
using model::Step;
using model::StepKind;
using model::TableFate;

namespace {

// A leftover of a reversal that was cut short is emptied first: its name is needed again.
void add_leftover(std::vector<Script>& out, const Rebuild& r) {
  Leftover leftover{r.trash, {}};
  if (r.without_rowid) {
    for (const KeyColumn& column : r.key.columns) leftover.key.push_back(column.new_name);
  }
  out.push_back(drain(leftover));
  out.push_back(drop_leftover(leftover));
}

std::vector<Script> inverse_publish(PlanView& view) {
  std::vector<Script> out;
  std::vector<SyncInput> published;
  for (const SyncInput& input : view.rebuilt()) {
    if (view.exists(input.rebuild.shadow)) published.push_back(input);
  }
  if (!published.empty()) out.push_back(unpublish(published));
  for (const TableWork& work : view.works()) {
    if (!work.rebuild) continue;
    const Rebuild& r = *work.rebuild;
    if (view.exists(r.shadow) || view.exists(r.trash)) add_leftover(out, r);
  }
  return out;
}

std::vector<Script> inverse_install(const Step& step, PlanView& view) {
  const SyncInput input = view.work_of(step).sync(view.context().settings);
  if (!view.exists(input.rebuild.fresh)) return {};
  Leftover leftover{input.rebuild.fresh, {}};
  if (input.rebuild.without_rowid) {
    for (const KeyColumn& column : input.rebuild.key.columns) {
      leftover.key.push_back(column.new_name);
    }
  }
  return {drop_one_way(input), drain(leftover), drop_leftover(leftover)};
}

std::string found_text(const PlanView& view, const std::string& key) {
  const auto found = view.plan().found.find(key);
  if (found == view.plan().found.end()) {
    throw Error(ErrorKind::bug, fmt::format("the plan does not hold {}", key));
  }
  return found->second;
}

std::vector<Script> inverse_loosen(const Step& step, PlanView& view) {
  const TableWork& work = view.work_of(step);
  const std::string before = found_text(view, "table:" + work.base->name);
  if (work.base->sql == before) return {};
  TransactionScript script = edit({work.base->name, work.base->sql, before});
  std::vector<Statement> checks;
  for (const ColumnChange& column : work.change.columns) {
    if (!loosens(column)) continue;
    checks.push_back(
        {.sql = fmt::format("SELECT 1 FROM {} WHERE {} IS NULL LIMIT 1", quoted(work.base->name),
                            quoted(column.old_physical)),
         .lock = "write lock for one look at the rows",
         .expect = {.rule = Expectation::Rule::no_rows,
                    .kind = ErrorKind::conflict,
                    .message = fmt::format("column {}.{} holds NULL, which the old version refuses",
                                           work.base->name, column.before)}});
  }
  script.statements.insert(script.statements.begin(), checks.begin(), checks.end());
  return {script};
}

// The rows are rewritten: with the old text alone a value would stay in them and show up in a
// column that is added later. DROP COLUMN leaves the text as it was before ADD COLUMN, which the
// edit makes sure of to the byte.
std::vector<Script> inverse_add(const Step& step, PlanView& view) {
  const TableWork& work = view.work_of(step);
  const std::string& table = work.change.physical;
  if (work.base == nullptr || work.base->column(step.object) == nullptr) return {};
  if (!protected_by("drop_rewrites")) {
    return {edit({table, work.base->sql, found_text(view, "table:" + table)})};
  }
  return {transaction(
      {{.sql = fmt::format("ALTER TABLE {} DROP COLUMN {}", quoted(table), quoted(step.object)),
        .lock = "write lock while the table is rewritten"}})};
}

}  // namespace

std::vector<Script> inverse_of(const Step& step, const RenderContext& context) {
  PlanView view(context);
  switch (step.kind) {
    case StepKind::create_table: {
      const std::string& name = view.work_of(step).change.physical;
      if (!view.exists(name)) return {};
      Leftover leftover{name, {}};
      return {drop_leftover(leftover)};
    }
    case StepKind::create_object:
      return take_back_object(step, context);
    case StepKind::add_column:
      return inverse_add(step, view);
    case StepKind::install_sync:
      return inverse_install(step, view);
    case StepKind::loosen:
      return inverse_loosen(step, view);
    case StepKind::run_sql:
      return inverse_opaque(step, context);
    case StepKind::build_index:
      return {transaction({{.sql = fmt::format("DROP INDEX IF EXISTS {}", quoted(step.object)),
                            .lock = "write lock"}})};
    case StepKind::publish:
      return inverse_publish(view);
    case StepKind::guard:
      return {drop_guards(view.guards())};
    case StepKind::drop_index: {
      std::vector<Statement> statements;
      for (const std::string& sql : view.work_of(step).rebuild->helper_index_sql) {
        statements.push_back({.sql = sql, .lock = "write lock for the whole build"});
      }
      return {transaction(std::move(statements))};
    }
    default:
      return {};
  }
}

std::vector<std::pair<std::string, std::string>> losses(const RenderContext& context) {
  PlanView view(context);
  std::vector<std::pair<std::string, std::string>> out;
  for (const TableWork& work : view.works()) {
    const std::string& name = work.change.after;
    if (work.rebuild) {
      for (auto& loss : lost_values(work.sync(context.settings))) out.push_back(std::move(loss));
    } else if (work.change.fate == TableFate::created && view.exists(work.change.physical)) {
      out.emplace_back(name, fmt::format("SELECT count(*) FROM {}", quoted(work.change.physical)));
    } else if (work.base != nullptr) {
      for (const ColumnChange& column : work.change.columns) {
        if (column.fate != ColumnFate::added || work.base->column(column.after) == nullptr)
          continue;
        out.emplace_back(
            fmt::format("{}.{}", name, column.after),
            fmt::format("SELECT count(*) FROM {} WHERE {} IS NOT ({})", quoted(work.base->name),
                        quoted(column.after), column.shape.default_sql.value_or("NULL")));
      }
    }
  }
  return out;
}

namespace {

std::vector<Statement> missing_objects(const RenderContext& context) {
  std::vector<Statement> out;
  const model::MigrationState state = context.migration().state;
  if (state == model::MigrationState::expanding || state == model::MigrationState::reversing) {
    return out;
  }
  for (const model::ObjectOperation& op : objects_of(context.migration().plan.changes)) {
    if (op.action != model::ObjectAction::create) continue;
    out.push_back(
        {.sql = fmt::format("SELECT {} WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_schema "
                            "WHERE type = {} AND name = {} COLLATE NOCASE)",
                            literal(model::described(op)),
                            literal(std::string(model::words_of(op.kind))), literal(op.name)),
         .expect = {.rule = Expectation::Rule::no_rows,
                    .kind = ErrorKind::drift,
                    .message = "{0} is gone"}});
  }
  return out;
}

}  // namespace

std::vector<Statement> drift(const RenderContext& context) {
  PlanView view(context);
  std::vector<NamedSql> expected;
  for (const SyncInput& input : view.rebuilt()) {
    std::vector<NamedSql> triggers;
    if (view.exists(input.rebuild.shadow)) {
      triggers = two_way_triggers(input);
    } else if (view.exists(input.rebuild.fresh)) {
      triggers = one_way_triggers(input);
    }
    expected.insert(expected.end(), triggers.begin(), triggers.end());
  }
  std::vector<Statement> out = missing_objects(context);
  for (const NamedSql& trigger : expected) {
    out.push_back(
        {.sql = fmt::format(
             "SELECT {message} WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_schema "
             "WHERE type = 'trigger' AND name = {name} AND sql IS {sql})",
             "message"_a = literal(fmt::format("trigger {} is gone or changed", trigger.name)),
             "name"_a = literal(trigger.name), "sql"_a = literal(trigger.sql)),
         .expect = {
             .rule = Expectation::Rule::no_rows, .kind = ErrorKind::drift, .message = "{0}"}});
  }
  return out;
}

}  // namespace segue::dialect::sqlite
