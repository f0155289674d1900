#include "engine/dialect/sqlite/direct.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

constexpr const char* at_contract = "at_contract";

// SQLite refuses DROP COLUMN for what any index, constraint, trigger or view mentions.
bool can_drop(const model::CatalogTable& table, const std::string& name) {
  const model::CatalogColumn* column = table.column(name);
  if (column == nullptr || column->primary_key > 0) return false;
  for (const model::CatalogIndex& index : table.indexes) {
    if (index.columns.contains(name)) return false;
  }
  for (const model::CatalogConstraint& constraint : table.constraints) {
    const bool named = std::find(constraint.columns.begin(), constraint.columns.end(), name) !=
                       constraint.columns.end();
    if (named && constraint.type != 'n') return false;
  }
  for (const model::CatalogColumn& other : table.columns) {
    if (!columns_read(other.generated, table.name, {name}).empty()) return false;
  }
  return true;
}

std::string forecast_words(const model::CatalogTable& table, Rate rate) {
  return table.estimated_rows < 0 ? "number of rows unknown"
                                  : fmt::format("{} ms", forecast_ms(table, rate));
}

std::string reason_of_added(const ColumnChange& column, const model::CatalogTable& table,
                            const model::Settings& settings) {
  if (column.up) return fmt::format("column {} is filled by `up`", column.after);
  if (column.unique)
    return fmt::format("ALTER TABLE cannot add the UNIQUE column {}", column.after);
  if (column.strategy == "rebuild") return fmt::format("column {} asks for it", column.after);
  if (column.check && !fits(table, Rate::add_check, settings)) {
    return fmt::format("ADD COLUMN {} with a CHECK reads every row under the write lock",
                       column.after);
  }
  return "";
}

std::string reason_of_dropped(const ColumnChange& column, const model::CatalogTable& table,
                              const model::Settings& settings) {
  if (column.down) return fmt::format("column {} is kept up by `down`", column.before);
  if (column.strategy == "rebuild") return fmt::format("column {} asks for it", column.before);
  if (!can_drop(table, column.old_physical)) {
    return fmt::format("SQLite does not drop column {}, which others mention", column.before);
  }
  if (!fits(table, Rate::drop_column, settings)) {
    return fmt::format("DROP COLUMN {} rewrites the table under the write lock ({})", column.before,
                       forecast_words(table, Rate::drop_column));
  }
  return "";
}

std::string reason_of(const ColumnChange& column, const model::CatalogTable& table,
                      const model::Settings& settings) {
  switch (column.fate) {
    case ColumnFate::added:
      return reason_of_added(column, table, settings);
    case ColumnFate::dropped:
      return reason_of_dropped(column, table, settings);
    case ColumnFate::replaced:
      return fmt::format("the values of column {} change", column.after);
    case ColumnFate::kept:
      break;
  }
  if (column.strategy == "rebuild") return fmt::format("column {} asks for it", column.after);
  if (column.is_renamed() && column.strategy != at_contract) {
    return fmt::format("column {} has two names until contract", column.before);
  }
  if (column.unique && !fits(table, Rate::create_index, settings)) {
    return fmt::format("UNIQUE of column {} needs an index, built under the write lock ({})",
                       column.after, forecast_words(table, Rate::create_index));
  }
  return "";
}

template <typename Edit>
std::string edited(const std::string& sql, const TableChange& change, const Edit& edit) {
  std::optional<TableText> text = table_text(sql);
  if (!text) return sql;
  for (TablePart& part : text->parts) {
    if (!part.column) continue;
    for (const ColumnChange& column : change.columns) {
      const bool same =
          column.fate == ColumnFate::kept && same_name(column.old_physical, part.column->name);
      if (same) edit(*part.column, column);
    }
  }
  return text->text();
}

bool has_check(const ColumnText& text, const ColumnText& wanted) {
  return std::any_of(text.clauses.begin(), text.clauses.end(), [&](const Clause& clause) {
    return clause.text == wanted.clauses.back().text;
  });
}

}  // namespace

bool fits(const model::CatalogTable& table, Rate rate, const model::Settings& settings) {
  return table.estimated_rows >= 0 && forecast_ms(table, rate) <= settings.sqlite_direct_budget_ms;
}

std::int64_t forecast_ms(const model::CatalogTable& table, Rate rate) {
  return table.estimated_rows * 1000 / static_cast<std::int64_t>(rate);
}

std::string reason_to_rebuild(const model::CatalogTable& table, const TableChange& change,
                              const model::Settings& settings) {
  for (const ColumnChange& column : change.columns) {
    const std::string reason = reason_of(column, table, settings);
    if (!reason.empty()) return reason;
  }
  return "";
}

bool loosens(const ColumnChange& column) {
  return column.fate == ColumnFate::kept && column.shape.nullable && !column.shape_before.nullable;
}

bool tightens(const ColumnChange& column) {
  return column.fate == ColumnFate::kept &&
         ((!column.shape.nullable && column.shape_before.nullable) || column.check ||
          column.unique || column.shape.default_sql != column.shape_before.default_sql ||
          column.shape.type != column.shape_before.type);
}

std::string loosened_text(const std::string& sql, const TableChange& change) {
  return edited(sql, change, [](ColumnText& text, const ColumnChange& column) {
    if (loosens(column)) set_nullable(text, true);
  });
}

std::string tightened_text(const std::string& sql, const TableChange& change) {
  return edited(sql, change, [](ColumnText& text, const ColumnChange& column) {
    if (!column.shape.nullable && column.shape_before.nullable) set_nullable(text, false);
    if (column.shape.default_sql != column.shape_before.default_sql) {
      set_default(text, column.shape.default_sql);
    }
    if (column.shape.type != column.shape_before.type) {
      text.type = column.shape.type;
      text.type_lead = text.type.empty() ? "" : " ";
    }
    if (column.check) {
      ColumnText wanted;
      add_check(wanted, *column.check);
      if (!has_check(text, wanted)) add_check(text, *column.check);
    }
    if (column.unique) add_unique(text, *column.unique);
  });
}

std::string add_column_sql(const std::string& table, const ColumnChange& column) {
  return fmt::format("ALTER TABLE {} ADD COLUMN {}", quoted(table), added_column(column).text());
}

GuardTable direct_guards(const model::CatalogTable& table, const TableChange& change) {
  GuardTable out{.table = table.name, .alias = same_name(table.name, "x") ? "segue_x" : "x"};
  const std::string rowid = rowid_name(table);
  out.walk = rowid;
  if (!rowid.empty()) out.row.push_back(rowid);
  for (const model::CatalogColumn& column : table.columns) {
    out.columns.push_back(column.name);
    if (rowid.empty() && column.primary_key > 0) out.row.push_back(quoted(column.name));
  }
  for (const ColumnChange& column : change.columns) {
    if (column.fate != ColumnFate::kept) continue;
    const std::string& name = column.old_physical;
    if (!column.shape.nullable && column.shape_before.nullable) {
      out.late.push_back(
          {.kind = LateConstraint::Kind::not_null,
           .columns = {name},
           .message = fmt::format("NOT NULL constraint failed: {}.{}", table.name, name)});
    }
    if (column.check) {
      const std::string& sql = column.check->expression.text;
      out.late.push_back(
          {.kind = LateConstraint::Kind::check,
           .columns = columns_read(sql, table.name, out.columns),
           .expression = sql,
           .message = fmt::format("CHECK constraint failed: {}", column.check->name)});
    }
  }
  return out;
}

std::vector<std::string> direct_alters(const TableChange& change) {
  std::vector<std::string> out;
  const std::string table = quoted(change.physical);
  for (const std::string& index : change.dropped_indexes) {
    out.push_back(fmt::format("DROP INDEX IF EXISTS {}", quoted(index)));
  }
  for (const ColumnChange& column : change.columns) {
    if (column.fate == ColumnFate::dropped) {
      out.push_back(
          fmt::format("ALTER TABLE {} DROP COLUMN {}", table, quoted(column.old_physical)));
    } else if (column.is_renamed()) {
      out.push_back(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", table,
                                quoted(column.old_physical), quoted(column.after)));
    }
  }
  if (change.is_renamed()) out.push_back(rename_table_sql(change));
  return out;
}

std::string rename_table_sql(const TableChange& change) {
  return fmt::format("ALTER TABLE {} RENAME TO {}", quoted(change.physical), quoted(change.after));
}

}  // namespace segue::dialect::sqlite
