#include "engine/dialect/sqlite/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::CatalogColumn;
using model::ColumnChange;
using model::ColumnFate;

class KeyFinder {
 public:
  KeyFinder(const KeyInput& input, std::vector<Problem>& problems)
      : input_(input), problems_(problems) {}

  Key run() {
    const std::vector<std::string> primary = primary_key();
    if (!primary.empty()) return from_primary_key(primary);
    if (const std::optional<Key> key = from_unique()) return *key;
    if (const std::optional<Key> key = from_rowid()) return *key;
    problem(
        fmt::format("table {0} has no primary key, no UNIQUE over NOT NULL columns and no rowid by "
                    "which its rows could be followed; create a UNIQUE first",
                    input_.base.name));
    return {};
  }

 private:
  void problem(std::string message) {
    problems_.push_back({std::move(message), input_.change.where});
  }

  std::vector<std::string> primary_key() const {
    std::vector<const CatalogColumn*> columns;
    for (const CatalogColumn& column : input_.base.columns) {
      if (column.primary_key > 0) columns.push_back(&column);
    }
    std::sort(columns.begin(), columns.end(), [](const CatalogColumn* a, const CatalogColumn* b) {
      return a->primary_key < b->primary_key;
    });
    std::vector<std::string> names;
    for (const CatalogColumn* column : columns) names.push_back(column->name);
    return names;
  }

  const ColumnChange* change_of(const std::string& old_name) const {
    for (const ColumnChange& column : input_.change.columns) {
      const std::string& name = column.old_physical.empty() ? column.before : column.old_physical;
      if (column.fate != ColumnFate::added && same_name(name, old_name)) return &column;
    }
    return nullptr;
  }

  KeyColumn key_column(const ColumnChange& change, const std::string& old_name) const {
    const CatalogColumn* column = input_.base.column(old_name);
    const bool binary = column->collation.empty() || same_name(column->collation, "binary");
    return {old_name, change.after, !binary || keeps_types_apart(column->type)};
  }

  // No index stands for a key that is another name of the rowid.
  static bool is_rowid(const TableText& text) {
    if (text.without_rowid) return false;
    const std::vector<AutoIndex> indexes = auto_indexes(text);
    return std::none_of(indexes.begin(), indexes.end(),
                        [](const AutoIndex& index) { return index.primary; });
  }

  Key from_primary_key(const std::vector<std::string>& names) {
    Key key;
    for (const std::string& name : names) {
      const ColumnChange* change = change_of(name);
      if (change == nullptr || change->fate == ColumnFate::dropped) {
        problem(fmt::format("column {}.{} belongs to the primary key and cannot be dropped",
                            input_.base.name, name));
        return {};
      }
      key.columns.push_back(key_column(*change, name));
      if (change->fate == ColumnFate::replaced) map(key, *change, names.size());
    }
    key.old_is_rowid = is_rowid(input_.base_text);
    key.new_is_rowid = is_rowid(input_.target_text);
    key.is_rowid = !key.is_mapped() && key.old_is_rowid && key.new_is_rowid;
    return key;
  }

  void map(Key& key, const ColumnChange& change, std::size_t columns) {
    if (columns > 1) {
      problem(
          fmt::format("column {}.{} is one of several in the primary key: changing its values is "
                      "not built yet",
                      input_.base.name, change.before));
      return;
    }
    if (!change.up || !change.down) {
      problem(fmt::format("column {}.{} is the primary key: its change needs both `up` and `down`",
                          input_.base.name, change.before));
      return;
    }
    if (key.columns.front().is_spelt) {
      problem(
          fmt::format("column {}.{} is a primary key with a collation other than BINARY or without "
                      "a type: changing its values is not built yet",
                      input_.base.name, change.before));
    }
    key.up = canonical_up(*change.up, input_.change);
    key.down = canonical_down(*change.down, input_.change);
  }

  std::optional<Key> from_unique() const {
    for (const model::CatalogIndex& index : input_.base.indexes) {
      if (!index.unique || index.partial || index.keys.empty()) continue;
      Key key;
      for (const std::string& name : index.keys) {
        const CatalogColumn* column = name.empty() ? nullptr : input_.base.column(name);
        const ColumnChange* change = column == nullptr ? nullptr : change_of(name);
        const bool fits = change != nullptr && change->fate == ColumnFate::kept &&
                          !column->nullable && !change->shape.nullable;
        if (fits) key.columns.push_back(key_column(*change, name));
      }
      if (key.columns.size() == index.keys.size() && !is_dropped(index.name)) return key;
    }
    return std::nullopt;
  }

  std::optional<Key> from_rowid() const {
    const std::string old_name = free_rowid_name(old_columns(input_.base));
    const std::string new_name = free_rowid_name(new_columns(input_.change));
    if (old_name.empty() || new_name.empty()) return std::nullopt;
    return Key{.columns = {{old_name, new_name}},
               .is_rowid = true,
               .old_is_rowid = true,
               .new_is_rowid = true,
               .is_implicit = true};
  }

  bool is_dropped(const std::string& index) const {
    return std::any_of(input_.change.dropped_indexes.begin(), input_.change.dropped_indexes.end(),
                       [&](const std::string& name) { return same_name(name, index); });
  }

  const KeyInput& input_;
  std::vector<Problem>& problems_;
};

}  // namespace

std::string free_rowid_name(const std::vector<std::string>& columns) {
  for (const char* name : {"rowid", "oid", "_rowid_"}) {
    const bool taken = std::any_of(columns.begin(), columns.end(),
                                   [&](const std::string& c) { return same_name(c, name); });
    if (!taken) return name;
  }
  return "";
}

std::vector<std::string> old_columns(const model::CatalogTable& base) {
  std::vector<std::string> names;
  for (const CatalogColumn& column : base.columns) names.push_back(column.name);
  return names;
}

std::vector<std::string> new_columns(const model::TableChange& change) {
  std::vector<std::string> names;
  for (const ColumnChange& column : change.columns) {
    if (column.fate != ColumnFate::dropped) names.push_back(column.after);
  }
  return names;
}

Key find_key(const KeyInput& input, std::vector<Problem>& problems) {
  return KeyFinder(input, problems).run();
}

}  // namespace segue::dialect::sqlite
