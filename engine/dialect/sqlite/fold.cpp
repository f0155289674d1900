// Composition: `up` of the later change reads the version between, so each column that it names is
// replaced by what the earlier change says it is, in parentheses; `down` the other way round.

#include "engine/dialect/sqlite/fold.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::Expression;
using model::TableChange;
using model::TableFate;

const std::string& old_name_of(const ColumnChange& column) {
  return column.old_physical.empty() ? column.before : column.old_physical;
}

// A literal that stands for a column that nothing fills.
Expression constant(const std::optional<std::string>& sql) {
  return {.sql = {sql ? *sql : "NULL", {}}, .arguments = {}};
}

class Composer {
 public:
  Composer(const TableChange& first, const TableChange& second, std::vector<Problem>& problems)
      : first_(first), second_(second), problems_(problems) {}

  TableChange run() {
    TableChange out = second_;
    out.before = first_.before;
    out.physical = first_.physical;
    out.columns.clear();
    for (const ColumnChange& later : second_.columns) {
      if (later.fate != ColumnFate::dropped) out.columns.push_back(surviving(later));
    }
    for (const ColumnChange& later : second_.columns) {
      if (later.fate == ColumnFate::dropped) add_dropped(out, later);
    }
    for (const ColumnChange& earlier : first_.columns) {
      if (earlier.fate != ColumnFate::dropped) continue;
      ColumnChange column = earlier;
      column.down = down_through(earlier);
      out.columns.push_back(std::move(column));
    }
    compose_indexes(out);
    return out;
  }

 private:
  const ColumnChange* earlier_of(const ColumnChange& later) const {
    return find_after(first_, later.before);
  }

  static const ColumnChange* find_after(const TableChange& change, const std::string& name) {
    const auto found =
        std::find_if(change.columns.begin(), change.columns.end(), [&](const ColumnChange& c) {
          return c.fate != ColumnFate::dropped && same_name(c.after, name);
        });
    return found == change.columns.end() ? nullptr : &*found;
  }

  static const ColumnChange* find_before(const TableChange& change, const std::string& name) {
    const auto found =
        std::find_if(change.columns.begin(), change.columns.end(), [&](const ColumnChange& c) {
          return c.fate != ColumnFate::added && same_name(c.before, name);
        });
    return found == change.columns.end() ? nullptr : &*found;
  }

  // What a column of the version between is, over the base.
  Expression over_base(const std::string& middle) const {
    const ColumnChange* column = find_after(first_, middle);
    if (column == nullptr) return constant(std::nullopt);
    if (column->up) return canonical_up(*column->up, first_);
    if (column->fate == ColumnFate::kept) return reading(old_name_of(*column));
    return constant(column->shape.default_sql);
  }

  // And over the newest version.
  Expression over_newest(const std::string& middle) const {
    const ColumnChange* column = find_before(second_, middle);
    if (column == nullptr) return constant(std::nullopt);
    if (column->down) return canonical_down(*column->down, second_);
    if (column->fate == ColumnFate::kept) return reading(column->after);
    problems_.push_back(
        {fmt::format(
             "column {} is read by `down` of an earlier migration and dropped without `down` "
             "by a later one: contract the earlier one first",
             middle),
         column->where});
    return constant(std::nullopt);
  }

  template <typename OfColumn>
  static Expression substituted(const Expression& outer, const OfColumn& of_column) {
    Expression out = outer;
    out.arguments.clear();
    out.sql.text = with_arguments(outer, [&](const std::string& name) {
      const Expression inner = of_column(name);
      for (const model::Argument& argument : inner.arguments) {
        const bool known =
            std::any_of(out.arguments.begin(), out.arguments.end(),
                        [&](const auto& a) { return a.physical == argument.physical; });
        if (!known) out.arguments.push_back(argument);
      }
      return fmt::format("({})", inner.sql.text);
    });
    return out;
  }

  std::optional<Expression> up_through(const ColumnChange& later) const {
    if (!later.up) return std::nullopt;
    // The later change names its own old side by the physical name; the version between by
    // `before`.
    return substituted(canonical_up(*later.up, second_), [&](const std::string& physical) {
      for (const ColumnChange& column : second_.columns) {
        if (column.fate != ColumnFate::added && same_name(old_name_of(column), physical)) {
          return over_base(column.before);
        }
      }
      return over_base(physical);
    });
  }

  std::optional<Expression> down_through(const ColumnChange& earlier) const {
    if (!earlier.down) return std::nullopt;
    return substituted(canonical_down(*earlier.down, first_),
                       [&](const std::string& middle) { return over_newest(middle); });
  }

  ColumnChange surviving(const ColumnChange& later) const {
    ColumnChange out = later;
    out.up = up_through(later);
    if (later.down) out.down = canonical_down(*later.down, second_);
    if (later.fate == ColumnFate::added) return out;
    const ColumnChange* earlier = earlier_of(later);
    if (earlier == nullptr) return out;
    out.before = earlier->before;
    out.old_physical = earlier->old_physical;
    out.shape_before = earlier->shape_before;
    if (earlier->fate != ColumnFate::kept) {
      out.fate = earlier->fate;
      if (!later.up && earlier->up) out.up = canonical_up(*earlier->up, first_);
      out.down = down_through(*earlier);
    }
    out.check = later.check ? later.check : earlier->check;
    out.unique = later.unique ? later.unique : earlier->unique;
    if (later.check && earlier->check) {
      out.check->expression.text = fmt::format("({}) AND ({})", earlier->check->expression.text,
                                               later.check->expression.text);
    }
    return out;
  }

  void add_dropped(TableChange& out, const ColumnChange& later) const {
    const ColumnChange* earlier = earlier_of(later);
    if (earlier == nullptr || earlier->fate == ColumnFate::added) return;
    ColumnChange column = later;
    column.before = earlier->before;
    column.old_physical = earlier->old_physical;
    column.shape_before = column.shape = earlier->shape_before;
    if (earlier->fate == ColumnFate::replaced) {
      column.down = down_through(*earlier);
    } else if (later.down) {
      column.down = canonical_down(*later.down, second_);
    }
    out.columns.push_back(std::move(column));
  }

  void compose_indexes(TableChange& out) const {
    for (const std::string& name : first_.dropped_indexes) out.dropped_indexes.push_back(name);
    std::vector<model::CreateIndex> created;
    for (model::CreateIndex index : first_.created_indexes) {
      const auto dropped =
          std::find(out.dropped_indexes.begin(), out.dropped_indexes.end(), index.name);
      if (dropped != out.dropped_indexes.end()) {
        out.dropped_indexes.erase(dropped);
        continue;
      }
      for (model::IndexColumnSpec& key : index.columns) {
        const ColumnChange* column = find_before(second_, key.column);
        if (column != nullptr && column->fate != ColumnFate::dropped) key.column = column->after;
      }
      created.push_back(std::move(index));
    }
    out.created_indexes.insert(out.created_indexes.begin(), created.begin(), created.end());
  }

  const TableChange& first_;
  const TableChange& second_;
  std::vector<Problem>& problems_;
};

}  // namespace

std::vector<TableChange> folded_changes(const std::vector<model::Change>& changes,
                                        std::vector<Problem>& problems) {
  std::vector<TableChange> out;
  for (const model::Change& change : changes) {
    for (const TableChange& table : change.tables) {
      const auto earlier = std::find_if(out.begin(), out.end(), [&](const TableChange& t) {
        return t.fate == TableFate::changed && table.fate == TableFate::changed &&
               t.after == table.before;
      });
      if (earlier == out.end()) {
        out.push_back(table);
      } else {
        *earlier = Composer(*earlier, table, problems).run();
      }
    }
  }
  return out;
}

}  // namespace segue::dialect::sqlite
