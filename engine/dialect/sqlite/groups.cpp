// Groups. Two columns are in one group when a value of one decides a value of the other, or when a
// constraint that both sides share spans them. A whole-row comparison would be shorter, and wrong:
// it rewrites what only the new side knows whenever an unrelated column changes.
//
// A kept column that an `up` or `down` reads belongs to that group. Were it synced apart, the
// trigger of the pair could run while the other side still holds the kept column's old value, take
// the pair for equal, and let the echo write the wrong direction.

#include "engine/dialect/sqlite/groups.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& n) { return same_name(n, name); });
}

std::string old_name_of(const ColumnChange& column) {
  return column.old_physical.empty() ? column.before : column.old_physical;
}

const ColumnChange* change_of_old(const TableChange& change, const std::string& name) {
  for (const ColumnChange& column : change.columns) {
    if (column.fate != ColumnFate::added && same_name(old_name_of(column), name)) return &column;
  }
  return nullptr;
}

const ColumnChange* change_of_new(const TableChange& change, const std::string& name) {
  for (const ColumnChange& column : change.columns) {
    if (column.fate != ColumnFate::dropped && same_name(column.after, name)) return &column;
  }
  return nullptr;
}

model::Expression canonical(const model::Expression& expression, const std::string& table,
                            const std::function<std::string(const model::Argument&)>& column) {
  model::Expression out = expression;
  out.arguments.clear();
  const auto replace = [&](const std::string& name) -> std::optional<std::string> {
    for (const model::Argument& argument : expression.arguments) {
      if (same_name(argument.name, name)) return quoted(column(argument));
    }
    return std::nullopt;
  };
  out.sql.text = replace_columns(expression.sql.text, table, replace, SqlSyntax::sqlite);
  for (const model::Argument& argument : expression.arguments) {
    const std::string name = column(argument);
    out.arguments.push_back({name, name, argument.type});
  }
  return out;
}

// The changes of one table as nodes; joined where they must be written together.
class Joiner {
 public:
  explicit Joiner(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const std::size_t x = root(a);
    const std::size_t y = root(b);
    parent_[std::max(x, y)] = std::min(x, y);
  }

 private:
  std::vector<std::size_t> parent_;
};

class Builder {
 public:
  explicit Builder(const GroupInput& input)
      : input_(input), columns_(input.change.columns), joiner_(columns_.size()) {}

  GroupResult run() {
    join_by_expressions();
    join_by_constraints();
    join_the_rest();
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (takes_part(i)) members[joiner_.root(i)].push_back(i);
    }
    for (const auto& [root, group] : members) add(group);
    return std::move(result_);
  }

 private:
  bool is_generated(std::size_t i) const {
    return !columns_[i].shape.generated.empty() || !columns_[i].shape_before.generated.empty();
  }

  bool is_key(std::size_t i) const {
    const ColumnChange& column = columns_[i];
    return std::any_of(
        input_.key.columns.begin(), input_.key.columns.end(), [&](const KeyColumn& k) {
          return (column.fate != ColumnFate::added && same_name(k.old_name, old_name_of(column))) ||
                 (column.fate != ColumnFate::dropped && same_name(k.new_name, column.after));
        });
  }

  bool takes_part(std::size_t i) const { return !is_key(i) && !is_generated(i); }

  std::optional<std::size_t> index_of(const ColumnChange* column) const {
    if (column == nullptr) return std::nullopt;
    return static_cast<std::size_t>(column - columns_.data());
  }

  void join_by_expressions() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!takes_part(i)) continue;
      if (columns_[i].up) {
        for (const std::string& name : reads_of_up(i)) tie(i, change_of_old(input_.change, name));
      }
      if (columns_[i].down) {
        const model::Expression down = canonical_down(*columns_[i].down, input_.change);
        for (const auto& a : down.arguments) tie(i, change_of_new(input_.change, a.physical));
      }
    }
  }

  void tie(std::size_t i, const ColumnChange* other) {
    const std::optional<std::size_t> j = index_of(other);
    if (j && takes_part(*j)) joiner_.join(i, *j);
  }

  std::vector<std::string> reads_of_up(std::size_t i) const {
    std::vector<std::string> names;
    const model::Expression up = canonical_up(*columns_[i].up, input_.change);
    for (const model::Argument& a : up.arguments) names.push_back(a.physical);
    return stored_sources(names, input_.base);
  }

  void join_by_constraints() {
    for (const std::vector<std::string>& names : input_.tied) {
      std::optional<std::size_t> first;
      for (const std::string& name : names) {
        const std::optional<std::size_t> i = index_of(change_of_old(input_.change, name));
        if (!i || !takes_part(*i)) continue;
        if (first) joiner_.join(*first, *i);
        first = first ? first : i;
      }
    }
  }

  // Unchanged columns that no index has and nothing else ties share one trigger.
  void join_the_rest() {
    std::map<std::size_t, int> sizes;
    for (std::size_t i = 0; i < columns_.size(); ++i) ++sizes[joiner_.root(i)];
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const ColumnChange& column = columns_[i];
      const bool plain = column.fate == ColumnFate::kept && takes_part(i) && !column.has_sync() &&
                         sizes[joiner_.root(i)] == 1 &&
                         !contains(input_.indexed, old_name_of(column));
      if (!plain) continue;
      if (first) joiner_.join(*first, i);
      first = first ? first : i;
    }
  }

  void add(const std::vector<std::size_t>& members) {
    Group group;
    for (const std::size_t i : members) add_member(group, columns_[i]);
    if (group.up.empty() && group.down.empty()) {
      for (const std::size_t i : members) {
        const ColumnChange& c = columns_[i];
        if (c.fate != ColumnFate::dropped) result_.new_only.push_back(c.after);
        if (c.fate != ColumnFate::added) result_.old_only.push_back(old_name_of(c));
      }
      return;
    }
    add_reads(group, members);
    result_.groups.push_back(std::move(group));
  }

  void add_member(Group& group, const ColumnChange& column) {
    const bool new_typeless = keeps_types_apart(column.shape.type);
    const bool old_typeless = keeps_types_apart(column.shape_before.type);
    if (group.name.empty()) group.name = column.after.empty() ? column.before : column.after;
    if (column.fate == ColumnFate::kept) {
      group.up.push_back({column.after, reading(old_name_of(column)), true, new_typeless});
      group.down.push_back({old_name_of(column), reading(column.after), true, old_typeless});
      return;
    }
    if (column.up) {
      group.up.push_back(
          {column.after, canonical_up(*column.up, input_.change), false, new_typeless});
    }
    if (column.down) {
      group.down.push_back(
          {old_name_of(column), canonical_down(*column.down, input_.change), false, old_typeless});
    }
  }

  void add_reads(Group& group, const std::vector<std::size_t>& members) {
    for (const Derived& up : group.up) {
      for (const auto& a : up.expression.arguments) {
        if (!contains(group.up_reads, a.physical)) group.up_reads.push_back(a.physical);
      }
    }
    for (const Derived& down : group.down) {
      for (const auto& a : down.expression.arguments) {
        if (!contains(group.down_reads, a.physical)) group.down_reads.push_back(a.physical);
      }
    }
    for (Derived& up : group.up) up.is_free = !contains(group.down_reads, up.column);
    for (Derived& down : group.down) down.is_free = !contains(group.up_reads, down.column);
    for (const std::size_t i : members) {
      const ColumnChange& c = columns_[i];
      const bool has_old = c.fate == ColumnFate::dropped || c.fate == ColumnFate::replaced;
      const bool has_new = c.fate == ColumnFate::added || c.fate == ColumnFate::replaced;
      if (has_old && !c.down) group.old_mute.push_back(old_name_of(c));
      if (has_new && !c.up) group.new_mute.push_back(c.after);
    }
  }

  const GroupInput& input_;
  const std::vector<ColumnChange>& columns_;
  Joiner joiner_;
  GroupResult result_;
};

}  // namespace

bool Group::is_copy() const {
  const auto copies = [](const std::vector<Derived>& all) {
    return std::all_of(all.begin(), all.end(), [](const Derived& d) { return d.is_copy; });
  };
  return up.size() == down.size() && copies(up) && copies(down);
}

model::Expression canonical_up(const model::Expression& up, const model::TableChange& change) {
  return canonical(up, change.before, [](const model::Argument& a) { return a.physical; });
}

model::Expression canonical_down(const model::Expression& down, const model::TableChange& change) {
  return canonical(down, change.after, [&](const model::Argument& a) {
    const ColumnChange* column = change_of_new(change, a.name);
    return column == nullptr ? a.physical : column->after;
  });
}

std::vector<std::string> stored_sources(const std::vector<std::string>& columns,
                                        const model::CatalogTable& base) {
  std::vector<std::string> all;
  for (const model::CatalogColumn& column : base.columns) all.push_back(column.name);
  std::vector<std::string> out;
  for (const std::string& name : columns) {
    const model::CatalogColumn* column = base.column(name);
    std::vector<std::string> sources{name};
    if (column != nullptr && !column->generated.empty()) {
      sources = stored_sources(columns_read(column->generated, base.name, all), base);
    }
    for (const std::string& source : sources) {
      if (!contains(out, source)) out.push_back(source);
    }
  }
  return out;
}

GroupResult make_groups(const GroupInput& input) { return Builder(input).run(); }

}  // namespace segue::dialect::sqlite
