#pragma once
// What a step of a plan is rendered from: the plan's tables with the catalogue as it is now.
// Internal.

#include <string>
#include <vector>

#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {

/// A transaction of statements with the pragmas that schema changes need.
[[nodiscard]] TransactionScript transaction(std::vector<Statement> statements);
/// One table's text put in place of another; an empty transaction when they are equal.
[[nodiscard]] TransactionScript edit(const TextEdit& text_edit);

class PlanView {
 public:
  explicit PlanView(const RenderContext& context)
      : context_(context), plan_(context.migration().plan) {}

  const std::vector<TableWork>& works();
  const TableWork& work_of(const model::Step& step);
  std::vector<SyncInput> rebuilt();
  /// Tables that have constraints to guard.
  std::vector<GuardTable> guards();

  [[nodiscard]] bool has_wal() const;
  /// The database has an object of this name now.
  [[nodiscard]] bool exists(const std::string& name) const;
  [[nodiscard]] const RenderContext& context() const { return context_; }
  [[nodiscard]] const model::Plan& plan() const { return plan_; }

 private:
  const RenderContext& context_;
  const model::Plan& plan_;
  std::vector<TableWork> works_;
  bool read_ = false;
};

}  // namespace segue::dialect::sqlite
