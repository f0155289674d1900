#pragma once
// Sync on PostgreSQL (protocol-postgres.md 4). For each table there is one INSERT and one UPDATE
// trigger, whatever the number of pairs and of stacked migrations. Their text is a function of the
// chain: which migrations touch the table, in which order, each one-way or two-way.
//
// Invariant: after any committed write, for each group of each two-way link, new = up(old) or
// old = down(new); for each one-way link new = up(old) wherever the row was written since install.

#include <set>
#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// `target := function(arguments)`; physical columns.
struct Rule {
  std::string target;
  std::string target_type;
  QualifiedName function;
  std::vector<std::string> arguments;
  model::ExpressionClass presumed = model::ExpressionClass::immutable;
  model::OnError on_error = model::OnError::fail;
  /// The target is numbered by a sequence: a row without a value of its own gets one, whatever the
  /// version through which it comes.
  bool numbered = false;
  /// The source is a column that clients of the base table know by its name, too: what they insert
  /// there counts.
  bool public_source = false;
};

/// Columns that are tied by `up` and `down`: `olds` exist for versions before, `news` from this one
/// on.
struct Group {
  std::set<std::string> olds;
  std::set<std::string> news;
  std::vector<Rule> forward;
  std::vector<Rule> backward;
};

/// What one migration ties together on a table.
struct Link {
  int ordinal = 0;
  bool two_way = false;
  std::string migration;
  std::vector<Group> groups;
};

/// The groups of one change of a table.
[[nodiscard]] std::vector<Group> groups_of(const model::TableChange& table, int ordinal);

enum class SyncMode { absent, one_way, two_way };

/// All links on a physical table, oldest first. The current migration counts as `current`, the
/// others by their state.
[[nodiscard]] std::vector<Link> links_on(const std::string& physical, const RenderContext& context,
                                         SyncMode current);

/// Functions and triggers for these links; drops them when there are none. `table` is the physical
/// table.
[[nodiscard]] std::vector<Statement> sync_statements(const std::string& table,
                                                     const std::vector<Link>& links,
                                                     const RenderContext& context);

/// Queries that return one row when a sync function is not what these links say.
[[nodiscard]] std::vector<std::string> changed_functions(const std::string& table,
                                                         const std::vector<Link>& links,
                                                         const RenderContext& context);

/// SQL text of a rule's call with each argument prefixed ("NEW.", "t."). Arguments that another
/// rule of `nested` computes are replaced by that rule's call: for reads of a row that nothing has
/// filled yet.
[[nodiscard]] std::string call(const Rule& rule, const std::string& prefix,
                               const std::vector<Rule>& nested = {});

/// SQL text, true where the rule's function raises for this row.
[[nodiscard]] std::string raises(const Rule& rule);

/// `a` and `b` differ by image.
[[nodiscard]] std::string differs(const std::string& a, const std::string& b,
                                  bool equality_is_bytes);

/// Whether IS DISTINCT FROM sees every change of this physical column.
[[nodiscard]] bool bytes_column(const std::string& table, const std::string& column,
                                const RenderContext& context);

}  // namespace segue::dialect::postgres
