// The indexes that SQLite makes by itself. Their numbers are computed from the text, because the
// swap must name them before the table that will have them exists.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

// `CREATE TABLE t(x INTEGER PRIMARY KEY DESC)` is no other name of the rowid, by an old accident.
bool is_rowid_alias(const TableText& table, const ColumnText& column, const Clause* clause) {
  if (table.without_rowid || !same_name(column.type, "integer")) return false;
  if (clause == nullptr) return true;
  const std::vector<SqlToken> tokens = tokens_of(clause->text);
  return std::none_of(tokens.begin(), tokens.end(),
                      [](const SqlToken& t) { return same_name(t.text, "desc"); });
}

class AutoIndexes {
 public:
  explicit AutoIndexes(const TableText& table) : table_(table) {}

  std::vector<AutoIndex> run() {
    for (const TablePart& part : table_.parts) {
      if (part.column) add_column(*part.column);
      if (part.clause) add_clause(*part.clause);
    }
    if (late_key_) add({.primary = true, .has_row = false, .terms = {*late_key_}});
    return std::move(out_);
  }

 private:
  void add_column(const ColumnText& column) {
    const IndexTerm term{.column = column.name, .text = column.name_text};
    for (const Clause& clause : column.clauses) {
      if (clause.kind == ClauseKind::unique) add({.terms = {term}});
      if (clause.kind == ClauseKind::primary_key) add_key({term}, column, &clause);
    }
  }

  void add_clause(const TableClause& clause) {
    if (clause.kind == ClauseKind::unique) add({.terms = clause.terms});
    if (clause.kind != ClauseKind::primary_key) return;
    const ColumnText* single =
        clause.terms.size() == 1 ? table_.column(clause.terms.front().column) : nullptr;
    if (single != nullptr) {
      add_key(clause.terms, *single, nullptr);
    } else {
      add({.primary = true, .has_row = !table_.without_rowid, .terms = clause.terms});
    }
  }

  void add_key(const std::vector<IndexTerm>& terms, const ColumnText& column,
               const Clause* clause) {
    if (is_rowid_alias(table_, column, clause)) return;
    // SQLite makes the key of an INTEGER PRIMARY KEY without rowid after everything else.
    if (table_.without_rowid && same_name(column.type, "integer")) {
      late_key_ = terms.front();
      return;
    }
    add({.primary = true, .has_row = !table_.without_rowid, .terms = terms});
  }

  std::string collation_of(const IndexTerm& term) const {
    if (!term.collation.empty()) return folded(term.collation);
    const ColumnText* column = table_.column(term.column);
    const Clause* clause = column == nullptr ? nullptr : column->clause(ClauseKind::collate);
    return clause == nullptr ? "binary" : folded(clause->body);
  }

  std::string words_of(const AutoIndex& index) const {
    std::string out;
    for (const IndexTerm& term : index.terms) {
      out += fmt::format("{} COLLATE {},", folded(term.column), collation_of(term));
    }
    return out;
  }

  void add(AutoIndex index) {
    index.same = words_of(index);
    for (AutoIndex& other : out_) {
      if (other.same != index.same) continue;
      other.primary = other.primary || index.primary;
      return;
    }
    index.number = static_cast<int>(out_.size()) + 1;
    out_.push_back(std::move(index));
  }

  const TableText& table_;
  std::vector<AutoIndex> out_;
  std::optional<IndexTerm> late_key_;
};

}  // namespace

std::vector<AutoIndex> auto_indexes(const TableText& table) { return AutoIndexes(table).run(); }

std::string auto_index_name(const std::string& table, int number) {
  return fmt::format("sqlite_autoindex_{table}_{number}", "table"_a = table, "number"_a = number);
}

}  // namespace segue::dialect::sqlite
