#include "engine/dialect/sqlite/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/clone_probe.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/direct_build.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/indexes.hpp"
#include "engine/dialect/sqlite/late_view.hpp"
#include "engine/dialect/sqlite/objects.hpp"
#include "engine/dialect/sqlite/opaque.hpp"
#include "engine/dialect/sqlite/plan_view.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::ColumnChange;
using model::ColumnFate;
using model::Step;
using model::StepKind;
using model::TableFate;

const ColumnChange& added_by(const Step& step, const TableWork& work) {
  for (const ColumnChange& column : work.change.columns) {
    if (column.fate == ColumnFate::added && column.after == step.object) return column;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} adds no column of the plan", step.id));
}

model::CreateIndex index_of(const Step& step, const TableWork& work) {
  for (const model::CreateIndex& index : work.change.created_indexes) {
    if (index.name == step.object) return index;
  }
  for (const model::CreateIndex& index : indexes_of_contract(work.base, work.change)) {
    if (index.name == step.object) return index;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} builds no index of the plan", step.id));
}

GateScript gate(PlanView& view) {
  GateScript script;
  // A heartbeat comes every two seconds; the row of a client that was killed stays.
  script.offenders = fmt::format(
      "SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ({}) AND seen_at > "
      "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds')",
      fmt::join(model::names_that_stay(view.context().live, view.context().current), ", "));
  script.message = fmt::format("clients announced an older version than {}",
                               version_name(view.plan().changes.back()));
  return script;
}

SwapInput swap_input(PlanView& view) {
  SwapInput input;
  for (const model::ObjectOperation& op : objects_of(view.plan().changes)) {
    if (op.action == model::ObjectAction::drop)
      input.dropped_objects.push_back(drop_object_sql(op));
  }
  input.tables = view.rebuilt();
  input.guards = view.guards();
  // Versions before are given up by this swap, whatever table it is about.
  for (const model::CatalogTable& table : view.context().catalog.tables) {
    if (is_late_view(table)) input.stale_views.push_back(table.name);
  }
  for (const TableWork& work : view.works()) {
    if (work.base == nullptr) continue;
    if (work.rebuild) {
      if (work.change.is_renamed()) input.alters.push_back(rename_table_sql(work.change));
      continue;
    }
    if (work.change.fate == TableFate::dropped) {
      const std::string text = without_foreign_keys(work.base->sql);
      if (!text.empty()) input.edits.push_back({work.base->name, work.base->sql, text});
      DroppedTable dropped{work.base->name, {}};
      for (const model::CatalogTrigger& trigger : work.base->triggers) {
        dropped.triggers.push_back(trigger.name);
      }
      input.dropped.push_back(std::move(dropped));
    } else if (work.change.fate == TableFate::changed) {
      TextEdit edit = tightening(*work.base, work.change);
      if (edit.text != edit.planned) input.edits.push_back(std::move(edit));
      for (std::string& sql : direct_alters(work.change)) input.alters.push_back(std::move(sql));
    }
  }
  return input;
}

TransactionScript probed_install(const Step& step, PlanView& view) {
  const SyncInput input = view.work_of(step).sync(view.context().settings);
  TransactionScript script = install_sync(input);
  if (protected_by("clone_probe")) {
    script.clone_probe = clone_probe(
        input, direct_build(view.works(), view.context().catalog, objects_of(view.plan().changes))
                   .before.texts);
  }
  return script;
}

TransactionScript checked_swap(PlanView& view) {
  TransactionScript script = swap(swap_input(view));
  if (protected_by("direct_facts")) {
    script.direct_build =
        direct_build(view.works(), view.context().catalog, objects_of(view.plan().changes));
  }
  return script;
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
TableWork finished_work(const Step& step, PlanView& view) {
  TableWork work;
  for (const model::Change& change : view.plan().changes) {
    for (const model::TableChange& table : change.tables) {
      if (table.physical == step.object) work.change = table;
    }
  }
  work.base = view.context().catalog.table(step.object);
  if (work.base == nullptr) work.base = view.context().catalog.table(work.change.after);
  return work;
}

Script render_migrate(const Step& step, PlanView& view) {
  const model::Settings& settings = view.context().settings;
  switch (step.kind) {
    case StepKind::backfill:
      if (step.part > 0) return render_opaque(step, view.context());
      return backfill(view.work_of(step).sync(settings), settings, view.has_wal());
    case StepKind::compare:
      return compare({view.work_of(step).sync(settings), step.phase == model::Phase::contract,
                      view.has_wal()});
    case StepKind::publish:
      return publish(view.rebuilt());
    default:
      break;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} is none of SQLite's", step.id));
}

Script render_contract(const Step& step, PlanView& view) {
  switch (step.kind) {
    case StepKind::gate:
      return gate(view);
    case StepKind::refuse:
      // A table cannot refuse its readers here; old names go with the swap.
      return transaction({});
    case StepKind::soak: {
      GateScript script = gate(view);
      script.watch_ms = view.context().settings.soak_ms;
      script.to_the_end = true;
      return script;
    }
    case StepKind::guard:
      return guard(view.guards());
    case StepKind::scan: {
      const TableWork& work = view.work_of(step);
      return scan(work.rebuild ? guard_table(work.sync(view.context().settings))
                               : direct_guards(*work.base, work.change),
                  view.has_wal());
    }
    case StepKind::drop_index:
      return drop_helpers({view.work_of(step).sync(view.context().settings)});
    case StepKind::swap:
      return checked_swap(view);
    case StepKind::drain:
      return drain(leftover_of(finished_work(step, view)));
    case StepKind::cleanup:
      return drop_leftover(leftover_of(finished_work(step, view)));
    default:
      break;
  }
  return render_migrate(step, view);
}

}  // namespace

Script render_step(const Step& step, const RenderContext& context) {
  PlanView view(context);
  switch (step.kind) {
    case StepKind::create_table:
      return transaction({{.sql = create_table_sql(*view.work_of(step).change.create),
                           .lock = "write lock, O(1)"}});
    case StepKind::create_object:
      return create_object(step, context);
    case StepKind::add_column: {
      const TableWork& work = view.work_of(step);
      return transaction({{.sql = add_column_sql(work.change.physical, added_by(step, work)),
                           .lock = "write lock, O(1): the text of the table grows"}});
    }
    case StepKind::install_sync:
      return probed_install(step, view);
    case StepKind::loosen: {
      const TableWork& work = view.work_of(step);
      return edit({work.base->name, work.base->sql, loosened_text(work.base->sql, work.change)});
    }
    case StepKind::build_index: {
      const TableWork& work = view.work_of(step);
      return transaction({{.sql = create_index_text(index_of(step, work), work.change.physical),
                           .lock = "write lock for the whole build"}});
    }
    case StepKind::run_sql:
      return render_opaque(step, context);
    default:
      return render_contract(step, view);
  }
}

}  // namespace segue::dialect::sqlite
