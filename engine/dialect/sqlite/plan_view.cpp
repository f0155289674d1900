#include "engine/dialect/sqlite/plan_view.hpp"

#include <fmt/format.h>

#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {

TransactionScript transaction(std::vector<Statement> statements) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.statements = std::move(statements);
  return script;
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

const std::vector<TableWork>& PlanView::works() {
  if (!read_) works_ = works_of(plan_, context_.catalog);
  read_ = true;
  return works_;
}

const TableWork& PlanView::work_of(const model::Step& step) {
  for (const TableWork& work : works()) {
    const std::string& name = work.change.after.empty() ? work.change.before : work.change.after;
    if (name == step.table) return work;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} names no table of the plan", step.id));
}

std::vector<SyncInput> PlanView::rebuilt() {
  std::vector<SyncInput> out;
  for (const TableWork& work : works()) {
    if (work.rebuild) out.push_back(work.sync(context_.settings));
  }
  return out;
}

std::vector<GuardTable> PlanView::guards() {
  std::vector<GuardTable> out;
  for (const TableWork& work : works()) {
    if (work.rebuild) {
      out.push_back(guard_table(work.sync(context_.settings)));
    } else if (work.base != nullptr && work.change.fate == model::TableFate::changed) {
      out.push_back(direct_guards(*work.base, work.change));
    }
  }
  std::erase_if(out, [](const GuardTable& table) { return table.late.empty(); });
  return out;
}

bool PlanView::has_wal() const {
  const auto found = context_.catalog.settings.find("journal_mode");
  return found != context_.catalog.settings.end() && found->second == "wal";
}

bool PlanView::exists(const std::string& name) const {
  return context_.as_done || context_.catalog.relation_names.contains(name);
}

}  // namespace segue::dialect::sqlite
