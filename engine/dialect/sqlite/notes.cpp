#include "engine/dialect/sqlite/notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ColumnChange;
using model::ColumnFate;

class Notes {
 public:
  Notes(std::vector<model::PlanNote>& notes, const TableWork& work, const PlanInput& input)
      : notes_(notes), work_(work), input_(input) {}

  void run() {
    for (const ColumnChange& column : work_.change.columns) of_column(column);
    if (work_.rebuild) of_rebuild(*work_.rebuild);
    if (work_.change.fate == model::TableFate::dropped) {
      add("reversal", fmt::format("the rows of {} are gone after contract", work_.change.before));
    }
  }

 private:
  void add(const std::string& kind, std::string text) {
    notes_.push_back({kind, std::move(text),
                      work_.change.after.empty() ? work_.change.before : work_.change.after});
  }

  void of_column(const ColumnChange& column) {
    const std::string& table = work_.change.physical;
    const bool direct = !work_.rebuild && work_.change.fate == model::TableFate::changed;
    if (direct && column.fate == ColumnFate::added) {
      add("clients",
          fmt::format("column {0}.{1} is seen by old clients at once: INSERT without a column "
                      "list fails there and SELECT * has one column more (`strategy: rebuild` "
                      "avoids it)",
                      table, column.after));
    }
    if (direct && column.fate == ColumnFate::dropped) {
      add("clients",
          fmt::format("column {}.{} stays visible until contract", table, column.before));
    }
    if (direct && tightens(column)) {
      add("constraints",
          fmt::format("default and constraints of {}.{} bind at contract", table, column.after));
    }
    if (direct && column.unique && column.fate == ColumnFate::kept) {
      add("constraints", fmt::format("until then ON CONFLICT ({}) is an error", column.after));
    }
    if (column.shape.comment != column.shape_before.comment && column.shape.comment) {
      add("sqlite",
          fmt::format("the comment of {}.{} is kept in the journal only", table, column.after));
    }
    const bool mapped =
        column.fate == ColumnFate::replaced && same_name(column.before, column.after);
    if (mapped) {
      add("clients",
          fmt::format("column {}.{} keeps its name and changes its meaning: a statement of "
                      "an old client that comes after contract does not fail, it means "
                      "something else",
                      table, column.after));
    }
  }

  void of_rebuild(const Rebuild& r) {
    add("clients",
        fmt::format("clients of the new version use table {} (ask table_name) until contract, "
                    "and {} afterwards",
                    r.shadow, r.final_name));
    for (const LateConstraint& late : r.late) {
      add("constraints",
          fmt::format("binds at contract only, ON CONFLICT on it is an error until then: "
                      "{}",
                      late.message));
    }
    for (const Group& group : r.groups) {
      for (const std::string& name : group.old_mute) {
        add("clients",
            fmt::format("{}.{} has no `down`: its changes flow to the new version, none come "
                        "back, and rows of new clients have its default",
                        r.base, name));
      }
    }
    for (const std::string& lost : r.lost) {
      add("constraints", fmt::format("goes with a dropped column: {}", lost));
    }
    if (work_.base != nullptr && !work_.base->triggers.empty()) {
      add("sqlite",
          fmt::format("triggers of {} stay on it and fire once per write through either name",
                      r.base));
    }
    if (!r.key.is_rowid && !r.without_rowid && r.old_rowid.empty() && !r.key.old_is_rowid) {
      add("sqlite",
          fmt::format("implicit rowids of {} are not carried over: after contract rows have "
                      "other ones",
                      r.base));
    }
    for (const KeyColumn& key : r.key.columns) {
      const model::CatalogColumn* column = work_.base->column(key.old_name);
      if (!r.key.is_rowid && column != nullptr && column->nullable && !r.without_rowid) {
        add("clients",
            fmt::format("a row with NULL in the key column {}.{} is refused while the migration "
                        "is under way",
                        r.base, key.old_name));
      }
    }
    add("cost",
        "the copy needs room for the table twice and the write-ahead log; dropped data stays "
        "readable in free pages");
  }

  std::vector<model::PlanNote>& notes_;
  const TableWork& work_;
  const PlanInput& input_;
};

}  // namespace

void add_notes(std::vector<model::PlanNote>& notes, const TableWork& work, const PlanInput& input) {
  Notes(notes, work, input).run();
}

}  // namespace segue::dialect::sqlite
