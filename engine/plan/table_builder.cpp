#include "engine/plan/table_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"

namespace segue::plan {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::ColumnShape;
using model::ColumnSpec;
using model::DatabaseKind;
using model::Expression;
using model::SqlText;
using model::TableFate;

// What PostgreSQL calls a type and is one with a sequence.
bool is_serial(const ColumnSpec& spec, const dialect::Dialect& dialect) {
  std::string type = spec.type;
  for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return dialect.kind() == DatabaseKind::postgres && type.find("serial") != std::string::npos;
}

char identity_of(const ColumnSpec& spec, const dialect::Dialect& dialect) {
  if (is_serial(spec, dialect)) return 's';
  if (!spec.generated || !spec.generated->is_identity) return ' ';
  return spec.generated->identity_user_specified_values == "ALWAYS" ? 'a' : 'd';
}

ColumnShape shape_of(const ColumnSpec& spec, const dialect::Dialect& dialect) {
  ColumnShape shape;
  shape.type = dialect.normal_type(spec.type);
  shape.identity = identity_of(spec, dialect);
  shape.nullable = spec.nullable && !spec.pk && shape.identity == ' ';
  if (spec.default_value) shape.default_sql = spec.default_value->text;
  shape.comment = spec.comment;
  shape.primary_key = spec.pk ? 1 : 0;
  if (spec.generated && spec.generated->expression) {
    shape.generated = spec.generated->expression->text;
  }
  return shape;
}

// The arguments of an expression: every column of `row` (name → physical) that its text refers to.
Expression with_arguments(const SqlText& text, const std::string& table,
                          const std::vector<model::Argument>& row) {
  std::set<std::string> names;
  for (const model::Argument& column : row) names.insert(column.name);
  Expression expression{.sql = text, .arguments = {}};
  for (const std::string& name : referenced_columns(text.text, table, names)) {
    const auto column = std::find_if(row.begin(), row.end(),
                                     [&](const model::Argument& a) { return a.name == name; });
    expression.arguments.push_back(*column);
  }
  return expression;
}

}  // namespace

TableBuilder::TableBuilder(const model::VersionTable& before, const BuilderContext& context)
    : context_(&context) {
  change_.before = change_.after = before.name;
  change_.physical = before.physical;
  for (const model::VersionColumn& column : before.columns) {
    change_.columns.push_back({.fate = ColumnFate::kept,
                               .before = column.name,
                               .after = column.name,
                               .old_physical = column.physical,
                               .new_physical = column.physical,
                               .shape_before = column.shape,
                               .shape = column.shape});
  }
}

TableBuilder::TableBuilder(const model::CreateTable& create, const SourceLocation& where,
                           const BuilderContext& context)
    : context_(&context) {
  change_.fate = TableFate::created;
  change_.after = change_.physical = create.name;
  change_.create = create;
  change_.where = where;
  std::set<std::string> seen;
  for (const ColumnSpec& column : create.columns) {
    if (!seen.insert(column.name).second) {
      context.problem(column.where, fmt::format("create_table {}: two columns named {}",
                                                create.name, column.name));
    }
    change_.columns.push_back({.fate = ColumnFate::added,
                               .after = column.name,
                               .new_physical = column.name,
                               .shape = shape_of(column, context.dialect),
                               .where = column.where});
  }
}

ColumnChange* TableBuilder::find(const std::string& after) {
  const auto found = std::find_if(
      change_.columns.begin(), change_.columns.end(),
      [&](const ColumnChange& c) { return c.fate != ColumnFate::dropped && c.after == after; });
  return found == change_.columns.end() ? nullptr : &*found;
}

ColumnChange* TableBuilder::require(const std::string& name, const SourceLocation& where) {
  ColumnChange* column = find(name);
  if (column == nullptr) {
    context_->problem(
        where, fmt::format("table {} has no column {} in the newest version", change_.after, name));
  } else if (!column->where.line) {
    column->where = where;
  }
  return column;
}

// PostgreSQL: a column that sync fills gets a name of ours until contract; one that nothing fills
// takes its final name at once if that is free. SQLite: the shadow has the final names.
std::string TableBuilder::physical_for(const std::string& column, bool has_sync) const {
  if (context_->dialect.kind() == DatabaseKind::sqlite) return column;
  const model::CatalogTable* table = context_->catalog.table(change_.physical);
  const bool in_catalog = table != nullptr && table->column(column) != nullptr;
  const bool in_change = std::any_of(
      change_.columns.begin(), change_.columns.end(),
      [&](const ColumnChange& c) { return c.old_physical == column || c.new_physical == column; });
  if (!has_sync && !in_catalog && !in_change) return column;
  const std::string wanted = fmt::format("_segue_{}_{}", context_->ordinal, column);
  std::string name = shortened(wanted);
  for (int i = 1; table != nullptr && table->column(name) != nullptr; ++i) {
    name = shortened(fmt::format("{}_{}", wanted, i));
  }
  return name;
}

// `up` reads the row of the version before: a column that this migration changed is read on its old
// side, under the name that it has at this point of the file.
Expression TableBuilder::over_old_row(const SqlText& text) const {
  std::vector<model::Argument> row;
  for (const ColumnChange& c : change_.columns) {
    const bool has_old_side = !c.old_physical.empty();
    const std::string& name = c.fate == ColumnFate::dropped ? c.before : c.after;
    row.push_back({name, has_old_side ? c.old_physical : c.new_physical,
                   has_old_side ? c.shape_before.type : c.shape.type});
  }
  return with_arguments(text, change_.before.empty() ? change_.after : change_.before, row);
}

Expression TableBuilder::over_new_row(const SqlText& text) const {
  std::vector<model::Argument> row;
  for (const ColumnChange& c : change_.columns) {
    if (c.fate != ColumnFate::dropped) row.push_back({c.after, c.new_physical, c.shape.type});
  }
  return with_arguments(text, change_.after, row);
}

// The sequence is ours until contract, and named through text: no function may depend on it.
void TableBuilder::number_rows(ColumnChange& column, const ColumnSpec& spec) const {
  const std::string wanted = change_.after + "_" + spec.name + "_seq";
  column.sequence = shortened(wanted);
  for (int i = 1; context_->catalog.relation_names.contains(column.sequence); ++i) {
    column.sequence = shortened(wanted + std::to_string(i));
  }
  if (spec.generated) column.sequence_options = spec.generated->identity_sequence_options;
  const std::string quoted = QualifiedName{context_->catalog.schema, column.sequence}.quoted();
  const std::string name = literal(quoted);
  column.up = Expression{
      .sql = {fmt::format("nextval(CAST(CAST({} AS text) AS regclass))", name), column.where},
      .arguments = {},
      .presumed = model::ExpressionClass::weak,
      .is_derived = true};
  if (column.shape.identity == 's') {
    column.shape.default_sql = fmt::format("nextval({}::regclass)", name);
  }
}

void TableBuilder::add_column(const model::AddColumn& op, const SourceLocation& where) {
  if (find(op.column.name) != nullptr) {
    context_->problem(
        where, fmt::format("table {} already has a column {}", change_.after, op.column.name));
    return;
  }
  const ColumnSpec& spec = op.column;
  if (change_.fate == TableFate::created) {
    change_.create->columns.push_back(spec);
    change_.columns.push_back({.fate = ColumnFate::added,
                               .after = spec.name,
                               .new_physical = spec.name,
                               .shape = shape_of(spec, context_->dialect),
                               .where = where});
    return;
  }
  ColumnChange column{.fate = ColumnFate::added, .after = spec.name, .shape = {}, .where = where};
  column.shape = shape_of(spec, context_->dialect);
  column.on_error = op.on_error;
  column.strategy = op.strategy;
  column.check = spec.check;
  column.references = spec.references;
  if (column.references && column.references->name.empty()) {
    column.references->name = shortened(change_.after + "_" + spec.name + "_fkey");
  }
  const bool is_postgres = context_->dialect.kind() == DatabaseKind::postgres;
  if (is_postgres && column.shape.identity != ' ') number_rows(column, spec);
  if (spec.unique) {
    column.unique = model::UniqueSpec{shortened(change_.after + "_" + spec.name + "_key")};
  }
  const bool volatile_default = spec.default_value &&
                                !context_->dialect.is_constant_default(spec.default_value->text) &&
                                protected_by("volatile_default");
  if (op.up) {
    column.up = over_old_row(*op.up);
  } else if (column.up) {
    // numbered
  } else if (volatile_default) {
    column.up = Expression{.sql = *spec.default_value,
                           .arguments = {},
                           .presumed = model::ExpressionClass::weak,
                           .is_derived = true};
  } else if (!column.shape.nullable && !spec.default_value && column.shape.generated.empty()) {
    context_->problem(where,
                      fmt::format("column {}.{} is not nullable and has neither a default nor "
                                  "`up`: existing rows would have no value; give one of them "
                                  "or `nullable: true`",
                                  change_.after, spec.name));
  }
  column.new_physical = physical_for(spec.name, column.has_sync());
  const auto first_dropped =
      std::find_if(change_.columns.begin(), change_.columns.end(),
                   [](const ColumnChange& c) { return c.fate == ColumnFate::dropped; });
  change_.columns.insert(first_dropped, std::move(column));
}

void TableBuilder::drop_column(const model::DropColumn& op, const SourceLocation& where) {
  ColumnChange* column = require(op.column, where);
  if (column == nullptr) return;
  if (column->fate == ColumnFate::added) {
    context_->problem(
        where, fmt::format("column {} is added by the same migration: leave both out", op.column));
    return;
  }
  if (column->fate == ColumnFate::replaced) {
    context_->problem(where, fmt::format("column {} is changed by the same migration: leave the "
                                         "change out, or drop it in a later one",
                                         op.column));
    return;
  }
  ColumnChange dropped = std::move(*column);
  std::erase_if(change_.columns, [&](const ColumnChange& c) { return &c == column; });
  dropped.fate = ColumnFate::dropped;
  dropped.after.clear();
  dropped.new_physical.clear();
  dropped.shape = dropped.shape_before;
  dropped.strategy = op.strategy;
  if (op.down) downs_.push_back({dropped.before, *op.down});
  change_.columns.push_back(std::move(dropped));
}

bool TableBuilder::needs_pair(const ColumnChange& column, const model::AlterColumn& op) const {
  if (op.up || op.down || op.strategy == "pair" || !protected_by("in_place")) return true;
  if (!op.type) return false;
  const std::string type = context_->dialect.normal_type(*op.type);
  if (type == column.shape_before.type) return false;
  if (op.strategy == "direct") return false;
  const dialect::TypeChange change{
      .from = column.shape_before.type, .to = type, .is_key = is_whole_key(column)};
  return !context_->dialect.widens_in_place(change) || is_shown(column);
}

bool TableBuilder::is_whole_key(const ColumnChange& column) const {
  const auto keys =
      std::count_if(change_.columns.begin(), change_.columns.end(),
                    [](const ColumnChange& each) { return each.shape_before.primary_key > 0; });
  return keys == 1 && column.shape_before.primary_key > 0;
}

// A view that shows a column forbids a change of its type. Views of live versions cannot be made
// anew with a cast either: nobody could write through them.
bool TableBuilder::is_shown(const ColumnChange& column) const {
  const model::CatalogTable* table = context_->catalog.table(change_.physical);
  if (table == nullptr) return false;
  return std::any_of(
      table->dependents.begin(), table->dependents.end(), [&](const auto& dependent) {
        const bool is_view = dependent.kind == "view" || dependent.kind == "materialized view";
        return is_view &&
               (dependent.columns.empty() || dependent.columns.contains(column.old_physical));
      });
}

void TableBuilder::apply_facets(ColumnChange& column, const model::AlterColumn& op) {
  if (op.type) column.shape.type = context_->dialect.normal_type(*op.type);
  if (op.nullable) column.shape.nullable = *op.nullable;
  if (op.default_value) {
    column.shape.default_sql =
        *op.default_value ? std::optional<std::string>((*op.default_value)->text) : std::nullopt;
  }
  if (op.comment) column.shape.comment = *op.comment;
  if (op.check) column.check = op.check;
  if (op.unique) column.unique = op.unique;
  if (op.references) {
    column.references = op.references;
    if (column.references->name.empty()) {
      column.references->name = shortened(change_.after + "_" + column.after + "_fkey");
    }
  }
  if (!op.strategy.empty()) column.strategy = op.strategy;
}

void TableBuilder::replace_column(ColumnChange& column, const model::AlterColumn& op) {
  const std::string old_type = column.shape_before.type;
  const std::string quoted = Identifier(column.after).quoted();
  const SqlText cast_up{fmt::format("CAST({} AS {})", quoted, column.shape.type), column.where};
  const SqlText cast_down{fmt::format("CAST({} AS {})", quoted, old_type), column.where};
  const bool same_type = column.shape.type == old_type;
  column.fate = ColumnFate::replaced;
  column.on_error = op.on_error;
  column.up = over_old_row(op.up ? *op.up : (same_type ? SqlText{quoted, column.where} : cast_up));
  column.up->is_derived = !op.up;
  column.new_physical = physical_for(column.after, true);
  if (op.down) {
    downs_.push_back({column.before, *op.down});
  } else if (!op.up) {
    downs_.push_back({column.before, same_type ? SqlText{quoted, column.where} : cast_down, true});
  }
}

void TableBuilder::alter_column(const model::AlterColumn& op, const SourceLocation& where) {
  ColumnChange* column = require(op.column, where);
  if (column == nullptr) return;
  if (change_.fate == TableFate::created || column->fate == ColumnFate::added) {
    context_->problem(where,
                      fmt::format("column {}.{} is created by the same migration: say it there",
                                  change_.after, op.column));
    return;
  }
  const bool wants_pair = needs_pair(*column, op);
  if (column->fate == ColumnFate::replaced && wants_pair) {
    context_->problem(where,
                      fmt::format("column {}.{} is already replaced by this migration: join the "
                                  "two alter_column, or put the second into a later migration",
                                  change_.after, op.column));
    return;
  }
  if (!column->shape_before.generated.empty()) {
    context_->problem(where, fmt::format("column {}.{} is a generated column: altering one is not "
                                         "built yet",
                                         change_.after, op.column));
    return;
  }
  apply_facets(*column, op);
  if (wants_pair) replace_column(*column, op);
}

void TableBuilder::create_index(const model::CreateIndex& op, const SourceLocation& where) {
  for (const model::IndexColumnSpec& key : op.columns) {
    if (!key.column.empty()) static_cast<void>(require(key.column, where));
  }
  for (const std::string& name : op.include) static_cast<void>(require(name, where));
  change_.created_indexes.push_back(op);
}

void TableBuilder::drop_index(const std::string& name) { change_.dropped_indexes.push_back(name); }

void TableBuilder::drop(const SourceLocation& where) {
  change_.fate = TableFate::dropped;
  change_.after.clear();
  change_.where = where;
}

model::TableChange TableBuilder::finish() {
  for (const PendingDown& pending : downs_) {
    const auto column =
        std::find_if(change_.columns.begin(), change_.columns.end(),
                     [&](const ColumnChange& c) { return c.before == pending.before; });
    column->down = over_new_row(pending.text);
    column->down->is_derived = pending.derived;
  }
  return std::move(change_);
}

}  // namespace segue::plan
