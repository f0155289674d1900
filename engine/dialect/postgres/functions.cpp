// One SQL function per expression, its body parsed when it is created: independent of every search_path,
// inlined where it is called, following renames of what it uses. Volatility stays VOLATILE on purpose: a
// function declared stricter than its body is not inlined.

#include "engine/dialect/postgres/functions.hpp"

#include <fmt/format.h>

#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::ColumnChange;

// ATOMIC bodies take no parameter without a name; types without modifiers.
std::string parameters(const model::Expression& expression) {
  std::vector<std::string> out;
  for (const model::Argument& argument : expression.arguments) {
    out.push_back(fmt::format("{} {}", Identifier(argument.name), without_modifier(argument.type)));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string types_of(const model::Expression& expression) {
  std::vector<std::string> out;
  for (const model::Argument& argument : expression.arguments) {
    out.push_back(without_modifier(argument.type));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string names_of(const model::Expression& expression) {
  std::vector<std::string> out;
  for (const model::Argument& argument : expression.arguments) {
    out.push_back(Identifier(argument.name).quoted());
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

Statement function(const QualifiedName& name, const model::Expression& expression,
                   const std::string& table, const std::string& type) {
  return {.sql = fmt::format(R"sql(CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS {type}
LANGUAGE sql {parallel}
BEGIN ATOMIC
  SELECT {text};
END)sql",
                             "name"_a = name, "parameters"_a = parameters(expression),
                             "type"_a = without_modifier(type),
                             "parallel"_a = expression.presumed == model::ExpressionClass::weak
                                                ? "PARALLEL UNSAFE"
                                                : "PARALLEL SAFE",
                             "text"_a = expression_text(expression, table, type))};
}

Statement raises(const QualifiedName& name, const model::Expression& expression) {
  return {.sql = fmt::format(R"sql(CREATE OR REPLACE FUNCTION {twin}({parameters}) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM {name}({names});
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$)sql",
                             "twin"_a = raises_function(name), "parameters"_a = parameters(expression),
                             "name"_a = name, "names"_a = names_of(expression))};
}

std::string table_name(const model::TableChange& table) {
  return table.before.empty() ? table.after : table.before;
}

}  // namespace

QualifiedName raises_function(const QualifiedName& function) {
  return {function.schema, shortened(function.name + "_raises")};
}

std::string expression_text(const model::Expression& expression, const std::string& table,
                            const std::string& target_type) {
  std::string text = replace_columns(
      expression.sql.text, table, [&](const std::string& name) -> std::optional<std::string> {
        for (const model::Argument& argument : expression.arguments) {
          if (argument.name == name) return Identifier(name).quoted();
        }
        return std::nullopt;
      });
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == ';')) {
    text.pop_back();
  }
  // A comment at the end must not swallow what follows.
  if (text.find("--") != std::string::npos) text += '\n';
  // Precision applies as it would on assignment, so that stored and computed values are equal.
  if (target_type.find('(') != std::string::npos && cast_is_assignment(target_type)) {
    return fmt::format("CAST(({}) AS {})", text, target_type);
  }
  return fmt::format("({})", text);
}

std::vector<Statement> create_functions(const RenderContext& context) {
  std::vector<Statement> out{author_search_path(context)};
  for (const model::TableChange& table : change_of(context).tables) {
    const int ordinal = change_of(context).ordinal;
    for (const ColumnChange& column : table.columns) {
      if (column.up) {
        const QualifiedName name = expression_function(ordinal, table, column, "up");
        out.push_back(function(name, *column.up, table_name(table), column.shape.type));
        out.push_back(raises(name, *column.up));
      }
      if (column.down) {
        const QualifiedName name = expression_function(ordinal, table, column, "down");
        out.push_back(function(name, *column.down, table.after.empty() ? table.before : table.after,
                               column.shape_before.type));
        out.push_back(raises(name, *column.down));
      }
    }
  }
  out.push_back(own_search_path());
  return out;
}

std::vector<Statement> drop_functions(const model::Change& change) {
  std::vector<Statement> out;
  const auto drop = [&](const QualifiedName& name, const model::Expression& expression) {
    out.push_back({.sql = fmt::format("DROP FUNCTION IF EXISTS {}({})", name, types_of(expression))});
  };
  out.push_back({.sql = fmt::format("SET LOCAL search_path = pg_catalog")});
  for (const model::TableChange& table : change.tables) {
    for (const ColumnChange& column : table.columns) {
      if (column.up) {
        const QualifiedName name = expression_function(change.ordinal, table, column, "up");
        drop(raises_function(name), *column.up);
        drop(name, *column.up);
      }
      if (column.down) {
        const QualifiedName name = expression_function(change.ordinal, table, column, "down");
        drop(raises_function(name), *column.down);
        drop(name, *column.down);
      }
    }
  }
  return out;
}

}  // namespace segue::dialect::postgres
