// Target, shadow and trash texts.
//
// Of constraints the shadow has only those that the base has too, over columns that hold the same
// values: then a write of an old client that the base took cannot fail in the trigger, nor be
// swallowed there by an OR IGNORE of its own statement. Everything else binds at contract, behind
// guards and a scan.

#include "engine/dialect/sqlite/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::ColumnChange;
using model::ColumnFate;

std::string old_name_of(const ColumnChange& column) {
  return column.old_physical.empty() ? column.before : column.old_physical;
}

const ColumnChange* change_of(const model::TableChange& change, const std::string& old_name) {
  for (const ColumnChange& column : change.columns) {
    if (column.fate != ColumnFate::added && same_name(old_name_of(column), old_name))
      return &column;
  }
  return nullptr;
}

bool is_foreign_key(const Clause& clause) { return clause.kind == ClauseKind::foreign_key; }

// Rows that nobody sees any more would still answer to a DELETE of their parent.
void remove_foreign_keys(TableText& table) {
  std::erase_if(table.parts, [](const TablePart& part) {
    return part.clause && part.clause->kind == ClauseKind::foreign_key;
  });
  for (TablePart& part : table.parts) {
    if (part.column) std::erase_if(part.column->clauses, is_foreign_key);
  }
}

class ShapeBuilder {
 public:
  ShapeBuilder(const model::CatalogTable& table, const TableText& base,
               const model::TableChange& change)
      : table_(table), base_(base), change_(change) {
    for (const model::CatalogColumn& column : table.columns) all_.push_back(column.name);
  }

  Shapes run() {
    shapes_.target = base_;
    shapes_.target.parts.clear();
    shapes_.fresh = shapes_.trash = shapes_.target;
    for (const ColumnChange& column : change_.columns) {
      if (column.fate != ColumnFate::dropped) add_column(column);
    }
    for (const TablePart& part : base_.parts) {
      if (part.clause) add_clause(part);
    }
    settle_trailing_space(shapes_.target);
    settle_trailing_space(shapes_.fresh);
    shapes_.trash = base_;
    if (protected_by("trash_without_references")) remove_foreign_keys(shapes_.trash);
    return std::move(shapes_);
  }

 private:
  std::string renamed(const std::string& sql) const {
    return with_renamed_columns(sql, table_.name,
                                [&](const std::string& name) { return name_after(change_, name); });
  }

  const TablePart* part_of(const std::string& name) const {
    for (const TablePart& part : base_.parts) {
      if (part.column && same_name(part.column->name, name)) return &part;
    }
    return nullptr;
  }

  void add_column(const ColumnChange& column) {
    const TablePart* old =
        column.fate == ColumnFate::added ? nullptr : part_of(old_name_of(column));
    TablePart part;
    if (old != nullptr) {
      part = *old;
      part.column = changed_column(*old->column, column);
    } else {
      part.lead = lead_of_added();
      part.column = added_column(column);
    }
    TablePart fresh = part;
    loosen(*fresh.column, old == nullptr ? nullptr : &*old->column, column);
    shapes_.target.parts.push_back(std::move(part));
    shapes_.fresh.parts.push_back(std::move(fresh));
  }

  // A column that joins a list with one column per line gets a line of its own.
  std::string lead_of_added() const {
    const std::string& lead = base_.parts.back().lead;
    const bool blank = lead.find_first_not_of(" \t\r\n") == std::string::npos;
    return blank && !lead.empty() ? lead : " ";
  }

  ColumnText changed_column(const ColumnText& old, const ColumnChange& column) const {
    ColumnText text = old;
    if (!same_name(old.name, column.after)) {
      text.name = column.after;
      text.name_text = quoted(column.after);
    }
    for (Clause& clause : text.clauses) {
      if (clause.kind != ClauseKind::check && clause.kind != ClauseKind::generated) continue;
      clause.text = renamed(clause.text);
      clause.body = renamed(clause.body);
    }
    if (column.shape.type != column.shape_before.type) {
      text.type = column.shape.type;
      text.type_lead = text.type.empty() ? "" : " ";
    }
    if (column.shape.nullable != column.shape_before.nullable) {
      set_nullable(text, column.shape.nullable);
    }
    if (column.shape.default_sql != column.shape_before.default_sql) {
      set_default(text, column.shape.default_sql);
    }
    if (column.check) add_check(text, *column.check);
    if (column.unique) add_unique(text, *column.unique);
    return text;
  }

  // `text` is the target's column; what stays is what the base's column `old` has too.
  void loosen(ColumnText& text, const ColumnText* old, const ColumnChange& column) {
    const bool same_values = column.fate == ColumnFate::kept && old != nullptr;
    std::vector<Clause> stays;
    for (const Clause& clause : text.clauses) {
      const bool in_base = same_values && has_clause(*old, clause);
      switch (clause.kind) {
        case ClauseKind::foreign_key:
          break;
        case ClauseKind::not_null:
          if (in_base || is_key_clause(text) || !protected_by("loose_shadow")) {
            stays.push_back(clause);
          } else {
            add_late_not_null(column);
          }
          break;
        case ClauseKind::check:
          if (!protected_by("loose_shadow")) {
            stays.push_back(clause);
          } else if (in_base && all_kept(columns_read(clause.body, table_.name, new_names()))) {
            stays.push_back(clause);
            tie(columns_read(clause.body, table_.name, new_names()));
          } else {
            add_late_check(clause.body, column.after);
          }
          break;
        case ClauseKind::unique:
          if (in_base || !protected_by("loose_shadow")) stays.push_back(clause);
          break;
        case ClauseKind::primary_key:
        case ClauseKind::name_only:
        case ClauseKind::null:
        case ClauseKind::default_value:
        case ClauseKind::collate:
        case ClauseKind::generated:
          stays.push_back(clause);
          break;
      }
    }
    text.clauses = std::move(stays);
  }

  static bool is_key_clause(const ColumnText& text) {
    return text.clause(ClauseKind::primary_key) != nullptr;
  }

  // The base's clause, with columns renamed, reads the same.
  bool has_clause(const ColumnText& old, const Clause& clause) const {
    return std::any_of(old.clauses.begin(), old.clauses.end(), [&](const Clause& c) {
      return c.kind == clause.kind && (c.text == clause.text || renamed(c.text) == clause.text);
    });
  }

  std::vector<std::string> new_names() const {
    std::vector<std::string> names;
    for (const ColumnChange& column : change_.columns) {
      if (column.fate != ColumnFate::dropped) names.push_back(column.after);
    }
    return names;
  }

  bool all_kept(const std::vector<std::string>& new_columns) const {
    return std::all_of(new_columns.begin(), new_columns.end(), [&](const std::string& name) {
      return std::any_of(change_.columns.begin(), change_.columns.end(),
                         [&](const ColumnChange& c) {
                           return c.fate == ColumnFate::kept && same_name(c.after, name);
                         });
    });
  }

  void tie(const std::vector<std::string>& new_columns) {
    std::vector<std::string> old;
    for (const ColumnChange& c : change_.columns) {
      const bool named =
          std::any_of(new_columns.begin(), new_columns.end(),
                      [&](const std::string& name) { return same_name(c.after, name); });
      if (c.fate == ColumnFate::kept && named) old.push_back(old_name_of(c));
    }
    if (old.size() > 1) shapes_.tied.push_back(std::move(old));
  }

  void add_late_not_null(const ColumnChange& column) {
    shapes_.late.push_back(
        {.kind = LateConstraint::Kind::not_null,
         .columns = {column.after},
         .message = fmt::format("NOT NULL constraint failed: {}.{}", table_.name, column.after)});
  }

  void add_late_check(const std::string& expression, const std::string& name) {
    shapes_.late.push_back({.kind = LateConstraint::Kind::check,
                            .columns = columns_read(expression, table_.name, new_names()),
                            .expression = expression,
                            .message = fmt::format("CHECK constraint failed: {}", name)});
  }

  bool reads_dropped(const std::vector<std::string>& old_columns) const {
    return std::any_of(old_columns.begin(), old_columns.end(),
                       [&](const std::string& name) { return name_after(change_, name).empty(); });
  }

  std::vector<std::string> old_columns_of(const TableClause& clause) const {
    if (clause.kind == ClauseKind::check) return columns_read(clause.body, table_.name, all_);
    std::vector<std::string> names;
    for (const IndexTerm& term : clause.terms) names.push_back(term.column);
    return names;
  }

  void add_clause(const TablePart& part) {
    const std::vector<std::string> reads = old_columns_of(*part.clause);
    if (reads_dropped(reads)) {
      shapes_.lost.push_back(part.clause->text);
      return;
    }
    TablePart target = part;
    target.clause->text = renamed(part.clause->text);
    target.clause->body = renamed(part.clause->body);
    for (IndexTerm& term : target.clause->terms) {
      if (!term.column.empty()) term.column = name_after(change_, term.column);
    }
    const bool same_values = std::all_of(reads.begin(), reads.end(), [&](const std::string& name) {
      return is_kept(change_, name);
    });
    switch (part.clause->kind) {
      case ClauseKind::foreign_key:
        break;
      case ClauseKind::primary_key:
        shapes_.fresh.parts.push_back(target);
        break;
      case ClauseKind::unique:
        if (same_values) keep_tied(target, reads);
        break;
      case ClauseKind::check:
        if (same_values) {
          keep_tied(target, reads);
        } else {
          add_late_check(target.clause->body, target.clause->text);
        }
        break;
      case ClauseKind::name_only:
      case ClauseKind::not_null:
      case ClauseKind::null:
      case ClauseKind::default_value:
      case ClauseKind::collate:
      case ClauseKind::generated:
        break;  // of the table there is a name alone at most
    }
    shapes_.target.parts.push_back(std::move(target));
  }

  void keep_tied(const TablePart& part, const std::vector<std::string>& old_columns) {
    shapes_.fresh.parts.push_back(part);
    if (old_columns.size() > 1) shapes_.tied.push_back(old_columns);
  }

  // The space before the closing parenthesis belongs to the list, not to its last member.
  void settle_trailing_space(TableText& table) const {
    const auto blank = [](const std::string& text) {
      return text.find_first_not_of(" \t\r\n") == std::string::npos;
    };
    for (TablePart& part : table.parts) {
      if (blank(part.trail)) part.trail.clear();
    }
    const std::string& closing = base_.parts.back().trail;
    if (table.parts.back().trail.empty()) table.parts.back().trail = blank(closing) ? closing : "";
  }

  const model::CatalogTable& table_;
  const TableText& base_;
  const model::TableChange& change_;
  std::vector<std::string> all_;
  Shapes shapes_;
};

}  // namespace

Shapes make_shapes(const model::CatalogTable& table, const TableText& base,
                   const model::TableChange& change) {
  return ShapeBuilder(table, base, change).run();
}

std::string without_foreign_keys(const std::string& sql) {
  std::optional<TableText> table = table_text(sql);
  if (!table) return "";
  remove_foreign_keys(*table);
  const std::string text = table->text();
  return text == sql ? "" : text;
}

std::string name_after(const model::TableChange& change, const std::string& old_name) {
  const ColumnChange* column = change_of(change, old_name);
  return column == nullptr || column->fate == ColumnFate::dropped ? "" : column->after;
}

bool is_kept(const model::TableChange& change, const std::string& old_name) {
  const ColumnChange* column = change_of(change, old_name);
  return column != nullptr && column->fate == ColumnFate::kept;
}

}  // namespace segue::dialect::sqlite
