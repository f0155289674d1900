// CREATE TABLE from the operation.

#include <fmt/format.h>

#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

std::string references(const model::ReferencesSpec& spec) {
  std::string out = " REFERENCES " + quoted(spec.table);
  if (!spec.columns.empty()) out += fmt::format("({})", quoted_list(spec.columns));
  if (!spec.on_delete.empty()) out += " ON DELETE " + spec.on_delete;
  if (!spec.on_update.empty()) out += " ON UPDATE " + spec.on_update;
  if (spec.deferrable) {
    out += spec.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
  }
  return out;
}

std::string named(const std::string& name) {
  return name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted(name));
}

std::size_t key_columns(const model::CreateTable& table) {
  std::size_t count = 0;
  for (const model::ColumnSpec& column : table.columns) count += column.pk ? 1U : 0U;
  return count;
}

std::string column(const model::ColumnSpec& spec, bool single_key) {
  ColumnText text;
  text.name_text = quoted(spec.name);
  text.type_lead = spec.type.empty() ? "" : " ";
  text.type = spec.type;
  std::string out = text.text();
  if (spec.pk && single_key) out += " PRIMARY KEY";
  // A key of SQLite that is no INTEGER takes NULL unless it is told not to.
  const bool integer_key = spec.pk && single_key && same_name(spec.type, "integer");
  if ((!spec.nullable || spec.pk) && !integer_key) out += " NOT NULL";
  if (spec.unique) out += " UNIQUE";
  if (spec.default_value) out += " DEFAULT " + default_text(spec.default_value->text);
  if (spec.check) {
    out += fmt::format(" {}CHECK ({})", named(spec.check->name), spec.check->expression.text);
  }
  if (spec.references)
    out += " " + named(spec.references->name) + references(*spec.references).substr(1);
  if (spec.generated && spec.generated->expression) {
    out += fmt::format(" GENERATED ALWAYS AS ({})", spec.generated->expression->text);
  }
  return out;
}

std::string constraint(const model::ConstraintSpec& spec) {
  const std::string columns = quoted_list(spec.columns);
  switch (spec.type) {
    case model::ConstraintType::unique:
      return fmt::format("{}UNIQUE ({})", named(spec.name), columns);
    case model::ConstraintType::primary_key:
      return fmt::format("{}PRIMARY KEY ({})", named(spec.name), columns);
    case model::ConstraintType::check:
      return fmt::format("{}CHECK ({})", named(spec.name), spec.check ? spec.check->text : "1");
    case model::ConstraintType::foreign_key:
      return fmt::format("{}FOREIGN KEY ({}){}", named(spec.name), columns,
                         spec.references ? references(*spec.references) : "");
    case model::ConstraintType::exclude:
      break;
  }
  return "";
}

}  // namespace

std::string create_table_sql(const model::CreateTable& table) {
  const bool single_key = key_columns(table) == 1;
  std::vector<std::string> parts;
  std::vector<std::string> key;
  for (const model::ColumnSpec& spec : table.columns) {
    parts.push_back(column(spec, single_key));
    if (spec.pk) key.push_back(spec.name);
  }
  if (key.size() > 1) parts.push_back(fmt::format("PRIMARY KEY ({})", quoted_list(key)));
  for (const model::ConstraintSpec& spec : table.constraints) {
    const std::string text = constraint(spec);
    if (!text.empty()) parts.push_back(text);
  }
  return fmt::format("CREATE TABLE {table}(\n  {parts}\n)", "table"_a = quoted(table.name),
                     "parts"_a = join(parts, ",\n  "));
}

}  // namespace segue::dialect::sqlite
