#include "engine/dialect/sqlite/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/indexes.hpp"
#include "engine/dialect/sqlite/opaque.hpp"
#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::ColumnChange;
using model::ColumnFate;
using model::Step;
using model::StepKind;
using model::TableFate;

TransactionScript transaction(std::vector<Statement> statements) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.statements = std::move(statements);
  return script;
}

class View {
 public:
  explicit View(const RenderContext& context)
      : context_(context), plan_(context.migration().plan) {}

  const std::vector<TableWork>& works() {
    if (!read_) works_ = works_of(plan_, context_.catalog);
    read_ = true;
    return works_;
  }

  const TableWork& work_of(const Step& step) {
    for (const TableWork& work : works()) {
      const std::string& name = work.change.after.empty() ? work.change.before : work.change.after;
      if (name == step.table) return work;
    }
    throw Error(ErrorKind::bug, fmt::format("step {} names no table of the plan", step.id));
  }

  std::vector<SyncInput> rebuilt() {
    std::vector<SyncInput> out;
    for (const TableWork& work : works()) {
      if (work.rebuild) out.push_back(work.sync(context_.settings));
    }
    return out;
  }

  std::vector<GuardTable> guards() {
    std::vector<GuardTable> out;
    for (const TableWork& work : works()) {
      if (work.rebuild) {
        out.push_back(guard_table(work.sync(context_.settings)));
      } else if (work.base != nullptr && work.change.fate == TableFate::changed) {
        out.push_back(direct_guards(*work.base, work.change));
      }
    }
    std::erase_if(out, [](const GuardTable& table) { return table.late.empty(); });
    return out;
  }

  bool has_wal() const {
    const auto found = context_.catalog.settings.find("journal_mode");
    return found != context_.catalog.settings.end() && found->second == "wal";
  }

  bool exists(const std::string& name) const {
    return context_.catalog.relation_names.contains(name);
  }

  const RenderContext& context() const { return context_; }
  const model::Plan& plan() const { return plan_; }

 private:
  const RenderContext& context_;
  const model::Plan& plan_;
  std::vector<TableWork> works_;
  bool read_ = false;
};

const ColumnChange& added_by(const Step& step, const TableWork& work) {
  for (const ColumnChange& column : work.change.columns) {
    if (column.fate == ColumnFate::added && column.after == step.object) return column;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} adds no column of the plan", step.id));
}

const model::CreateIndex& index_of(const Step& step, const TableWork& work) {
  for (const model::CreateIndex& index : work.change.created_indexes) {
    if (index.name == step.object) return index;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} builds no index of the plan", step.id));
}

TransactionScript edit(const TextEdit& text_edit) {
  TransactionScript script = transaction({});
  if (text_edit.planned == text_edit.text) return script;
  begin_edits(script.statements);
  add_edit(script.statements, text_edit);
  end_edits(script.statements);
  script.statements.push_back(
      {.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(text_edit.table))});
  script.after = after_edits();
  script.failed = after_failed_edits();
  return script;
}

GateScript gate(View& view) {
  GateScript script;
  const std::string version = version_name(view.plan().changes.back());
  script.offenders = fmt::format("SELECT service, version, seen_at FROM segue_client WHERE version IS NOT "
                                 "{}", literal(version));
  script.message = fmt::format("clients announced another version than {}", version);
  return script;
}

SwapInput swap_input(View& view) {
  SwapInput input;
  input.tables = view.rebuilt();
  input.guards = view.guards();
  for (const TableWork& work : view.works()) {
    if (work.base == nullptr) continue;
    for (const RetainedVersion& retained : view.context().retained_versions) {
      const std::string name = fmt::format("{}__{}", work.change.before, retained.version_schema);
      if (view.exists(name)) input.stale_views.push_back(name);
    }
    if (work.rebuild) continue;
    if (work.change.fate == TableFate::dropped) {
      DroppedTable dropped{work.base->name, {}};
      for (const model::CatalogTrigger& trigger : work.base->triggers) {
        dropped.triggers.push_back(trigger.name);
      }
      input.dropped.push_back(std::move(dropped));
    } else if (work.change.fate == TableFate::changed) {
      const std::string text = tightened_text(work.base->sql, work.change);
      if (text != work.base->sql) input.edits.push_back({work.base->name, work.base->sql, text});
      for (std::string& sql : direct_alters(work.change)) input.alters.push_back(std::move(sql));
    }
  }
  return input;
}

Leftover leftover_of(const TableWork& work) {
  Leftover out{fmt::format("segue_old_{}", work.change.physical), {}};
  if (work.base != nullptr && work.base->without_rowid) {
    for (const ColumnChange& column : work.change.columns) {
      if (column.shape_before.primary_key > 0) out.key.push_back(column.old_physical);
    }
  }
  return out;
}

// After the swap the base has its new shape, and only names of the change may be used.
TableWork finished_work(const Step& step, View& view) {
  TableWork work;
  for (const model::Change& change : view.plan().changes) {
    for (const model::TableChange& table : change.tables) {
      if (table.physical == step.object) work.change = table;
    }
  }
  work.base = view.context().catalog.table(step.object);
  return work;
}

Script render_migrate(const Step& step, View& view) {
  const model::Settings& settings = view.context().settings;
  switch (step.kind) {
    case StepKind::backfill:
      if (step.part > 0) return render_opaque(step, view.context());
      return backfill(view.work_of(step).sync(settings), settings);
    case StepKind::compare:
      return compare({view.work_of(step).sync(settings), step.phase == model::Phase::contract,
                      view.has_wal()});
    case StepKind::publish: return publish(view.rebuilt());
    default: break;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} is none of SQLite's", step.id));
}

Script render_contract(const Step& step, View& view) {
  switch (step.kind) {
    case StepKind::gate: return gate(view);
    case StepKind::guard: return guard(view.guards());
    case StepKind::scan: {
      const TableWork& work = view.work_of(step);
      return scan(work.rebuild ? guard_table(work.sync(view.context().settings))
                               : direct_guards(*work.base, work.change),
                  view.has_wal());
    }
    case StepKind::drop_index: return drop_helpers({view.work_of(step).sync(view.context().settings)});
    case StepKind::swap: return swap(swap_input(view));
    case StepKind::drain: return drain(leftover_of(finished_work(step, view)));
    case StepKind::cleanup: return drop_leftover(leftover_of(finished_work(step, view)));
    default: break;
  }
  return render_migrate(step, view);
}

}  // namespace

Script render_step(const Step& step, const RenderContext& context) {
  View view(context);
  switch (step.kind) {
    case StepKind::create_table:
      return transaction({{.sql = create_table_sql(*view.work_of(step).change.create),
                           .lock = "write lock, O(1)"}});
    case StepKind::add_column: {
      const TableWork& work = view.work_of(step);
      return transaction({{.sql = add_column_sql(work.change.physical, added_by(step, work)),
                           .lock = "write lock, O(1): the text of the table grows"}});
    }
    case StepKind::install_sync: return install_sync(view.work_of(step).sync(context.settings));
    case StepKind::loosen: {
      const TableWork& work = view.work_of(step);
      return edit({work.base->name, work.base->sql, loosened_text(work.base->sql, work.change)});
    }
    case StepKind::build_index: {
      const TableWork& work = view.work_of(step);
      return transaction({{.sql = create_index_text(index_of(step, work), work.change.physical),
                           .lock = "write lock for the whole build"}});
    }
    case StepKind::run_sql: return render_opaque(step, context);
    default: return render_contract(step, view);
  }
}

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

std::vector<Script> inverse_publish(View& view) {
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

std::vector<Script> inverse_install(const Step& step, View& view) {
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

std::string found_text(const View& view, const std::string& key) {
  const auto found = view.plan().found.find(key);
  if (found == view.plan().found.end()) {
    throw Error(ErrorKind::bug, fmt::format("the plan does not hold {}", key));
  }
  return found->second;
}

std::vector<Script> inverse_loosen(const Step& step, View& view) {
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
         .expect = {.rule = Expectation::Rule::no_rows, .kind = ErrorKind::conflict,
                    .message = fmt::format("column {}.{} holds NULL, which the old version refuses",
                                           work.base->name, column.before)}});
  }
  script.statements.insert(script.statements.begin(), checks.begin(), checks.end());
  return {script};
}

// The rows are rewritten: with the old text alone a value would stay in them and show up in a column
// that is added later. DROP COLUMN leaves the text as it was before ADD COLUMN, which the edit makes
// sure of to the byte.
std::vector<Script> inverse_add(const Step& step, View& view) {
  const TableWork& work = view.work_of(step);
  const std::string& table = work.change.physical;
  if (work.base == nullptr || work.base->column(step.object) == nullptr) return {};
  return {transaction({{.sql = fmt::format("ALTER TABLE {} DROP COLUMN {}", quoted(table),
                                           quoted(step.object)),
                        .lock = "write lock while the table is rewritten"}})};
}

}  // namespace

std::vector<Script> inverse_of(const Step& step, const RenderContext& context) {
  View view(context);
  switch (step.kind) {
    case StepKind::create_table: {
      const std::string& name = view.work_of(step).change.physical;
      if (!view.exists(name)) return {};
      Leftover leftover{name, {}};
      return {drop_leftover(leftover)};
    }
    case StepKind::add_column: return inverse_add(step, view);
    case StepKind::install_sync: return inverse_install(step, view);
    case StepKind::loosen: return inverse_loosen(step, view);
    case StepKind::run_sql: return inverse_opaque(step, context);
    case StepKind::build_index:
      return {transaction({{.sql = fmt::format("DROP INDEX IF EXISTS {}", quoted(step.object)),
                            .lock = "write lock"}})};
    case StepKind::publish: return inverse_publish(view);
    case StepKind::guard: return {drop_guards(view.guards())};
    case StepKind::drop_index: {
      std::vector<Statement> statements;
      for (const std::string& sql : view.work_of(step).rebuild->helper_index_sql) {
        statements.push_back({.sql = sql, .lock = "write lock for the whole build"});
      }
      return {transaction(std::move(statements))};
    }
    default: return {};
  }
}

std::vector<std::pair<std::string, std::string>> losses(const RenderContext& context) {
  View view(context);
  std::vector<std::pair<std::string, std::string>> out;
  for (const TableWork& work : view.works()) {
    const std::string& name = work.change.after;
    if (work.rebuild) {
      for (auto& loss : lost_values(work.sync(context.settings))) out.push_back(std::move(loss));
    } else if (work.change.fate == TableFate::created && view.exists(work.change.physical)) {
      out.emplace_back(name, fmt::format("SELECT count(*) FROM {}", quoted(work.change.physical)));
    } else if (work.base != nullptr) {
      for (const ColumnChange& column : work.change.columns) {
        if (column.fate != ColumnFate::added || work.base->column(column.after) == nullptr) continue;
        out.emplace_back(fmt::format("{}.{}", name, column.after),
                         fmt::format("SELECT count(*) FROM {} WHERE {} IS NOT ({})",
                                     quoted(work.base->name), quoted(column.after),
                                     column.shape.default_sql.value_or("NULL")));
      }
    }
  }
  return out;
}

std::vector<Statement> drift(const RenderContext& context) {
  View view(context);
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
  std::vector<Statement> out;
  for (const NamedSql& trigger : expected) {
    out.push_back({.sql = fmt::format("SELECT {message} WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_schema "
                                      "WHERE type = 'trigger' AND name = {name} AND sql IS {sql})",
                                      "message"_a = literal(fmt::format("trigger {} is gone or changed",
                                                                        trigger.name)),
                                      "name"_a = literal(trigger.name), "sql"_a = literal(trigger.sql)),
                   .expect = {.rule = Expectation::Rule::no_rows, .kind = ErrorKind::drift,
                              .message = "{0}"}});
  }
  return out;
}

}  // namespace segue::dialect::sqlite
