#pragma once
// Indexes and constraints: those that stand on a replaced column and are rebuilt on the new one,
// those that the migration adds, and what the swap makes of them. A step's `object` says which:
//   index      "rebuild:<index>" "unique:<column>" "create:<index>" "key:<constraint>"
//   constraint "rebuild:<constraint>" "not_null:<column>" "check:<column>" "references:<column>"
//              "add:<constraint>" "incoming:<table>.<constraint>"

#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// An index or constraint of the new side: how it is called until the swap and after.
struct NewSideObject {
  std::string object;   // as in Step::object
  std::string interim;  // name until the swap
  std::string final_name;
  std::string column;  // physical, for unique, not_null and check
  std::string
      definition;  // index: CREATE … statement; constraint: what follows ADD CONSTRAINT name
  std::string constraint;  // index: the constraint that it will carry after the swap ("" none)
  char constraint_type = ' ';
  std::string tablespace = {};  // index: where it stands; empty: the database's
  std::string referenced = {};  // foreign key: the parent, qualified and quoted
  bool validated = true;        // false: NOT VALID before, and so after
  bool tightening = false;      // binds clients of the old version: contract, not migrate
  std::string on_table = {};    // physical; empty: the step's own. Else a child of it
  bool refers_to_new = false;   // foreign key: the old one stands on a column that goes
  bool deferrable = false;      // index: of the constraint that it will carry
  bool initially_deferred = false;
};

[[nodiscard]] std::vector<NewSideObject> new_side_indexes(const model::TableChange& table,
                                                          const model::Change& change,
                                                          const model::Catalog& catalog);
[[nodiscard]] std::vector<NewSideObject> new_side_constraints(const model::TableChange& table,
                                                              const model::Change& change,
                                                              const model::Catalog& catalog);

/// Exclusion constraints that stand on a column which the change replaces.
[[nodiscard]] std::vector<const model::CatalogConstraint*> excluded_by_replaced(
    const model::TableChange& table, const model::CatalogTable& live);
/// Refuses a table of more than `direct_limit` rows, counted under the lock that is held.
[[nodiscard]] Statement require_tiny(const std::string& table, const RenderContext& context);
/// The same in one transaction, refused when the table has more than `direct_limit` rows.
[[nodiscard]] TransactionScript build_directly(const NewSideObject& index, const std::string& table,
                                               const RenderContext& context);
[[nodiscard]] Script build_index(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script drop_built_index(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script add_constraint(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script drop_constraint(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script validate_constraint(const model::Step& step, const RenderContext& context);
/// drop_index of the migration: concurrently, after the swap.
[[nodiscard]] Script drop_index(const model::Step& step, const RenderContext& context);

}  // namespace segue::dialect::postgres
