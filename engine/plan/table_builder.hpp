#pragma once
// Folds the operations of one migration on one table, in file order, into a TableChange. Internal
// to engine/plan.

#include <functional>
#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"
#include "engine/model/change.hpp"

namespace segue::plan {

/// Where problems go, and what naming needs.
struct BuilderContext {
  const dialect::Dialect& dialect;
  const model::Catalog& catalog;
  int ordinal = 0;
  std::vector<Problem>* problems = nullptr;

  void problem(const SourceLocation& where, std::string message) const {
    problems->push_back({std::move(message), where});
  }
};

class TableBuilder {
 public:
  /// Starts from the table as the version before the migration shows it.
  TableBuilder(const model::VersionTable& before, const BuilderContext& context);
  /// Starts a table that this migration creates.
  TableBuilder(const model::CreateTable& create, const SourceLocation& where,
               const BuilderContext& context);

  void add_column(const model::AddColumn& op, const SourceLocation& where);
  void drop_column(const model::DropColumn& op, const SourceLocation& where);
  void rename_column(const model::RenameColumn& op, const SourceLocation& where);
  void alter_column(const model::AlterColumn& op, const SourceLocation& where);
  void create_index(const model::CreateIndex& op, const SourceLocation& where);
  void drop_index(const std::string& name);
  void create_constraint(const model::CreateConstraint& op, const SourceLocation& where);
  void drop_constraint(const model::DropConstraint& op, const SourceLocation& where);
  void rename_constraint(const model::RenameConstraint& op, const SourceLocation& where);
  void set_replica_identity(const model::SetReplicaIdentity& op, const SourceLocation& where);
  void rename(const std::string& to) { change_.after = to; }
  void drop(const SourceLocation& where);

  /// Resolves every `down` against the final shape and orders the columns.
  [[nodiscard]] model::TableChange finish();

  [[nodiscard]] const model::TableChange& change() const { return change_; }

 private:
  model::ColumnChange* find(const std::string& after);
  model::ColumnChange* require(const std::string& name, const SourceLocation& where);
  std::string physical_for(const std::string& column, bool has_sync) const;
  model::Expression over_old_row(const model::SqlText& text) const;
  model::Expression over_new_row(const model::SqlText& text) const;
  void number_rows(model::ColumnChange& column, const model::ColumnSpec& spec) const;
  void apply_facets(model::ColumnChange& column, const model::AlterColumn& op);
  void replace_column(model::ColumnChange& column, const model::AlterColumn& op);
  std::optional<std::string> dual_obstacle(const model::ColumnChange& column,
                                           const model::RenameColumn& op) const;
  void double_column(model::ColumnChange& column, const model::RenameColumn& op);
  struct PairRequest {
    model::ColumnExpressions up;
    model::ColumnExpressions down;
    model::OnError on_error = model::OnError::fail;
  };
  void pair_columns(const PairRequest& request, const SourceLocation& where);
  [[nodiscard]] std::string unfit_as_identity(const model::CatalogTable& live,
                                              const model::CatalogIndex& index) const;
  const model::CatalogConstraint* require_constraint(const std::string& name,
                                                     const SourceLocation& where) const;
  void make_key(const model::ConstraintSpec& spec, const SourceLocation& where);
  std::string name_of_physical(const std::string& physical) const;
  bool needs_pair(const model::ColumnChange& column, const model::AlterColumn& op) const;
  bool is_whole_key(const model::ColumnChange& column) const;
  bool is_shown(const model::ColumnChange& column) const;

  // By the column's old name: places shift when later operations add and drop columns.
  struct PendingDown {
    std::string before;
    model::SqlText text;
    bool derived = false;
  };

  const BuilderContext* context_;
  model::TableChange change_;
  std::vector<PendingDown> downs_;
};

}  // namespace segue::plan
