// One SQL function per expression, its body parsed when it is created: independent of every
// search_path, inlined where it is called, following renames of what it uses. Volatility stays
// VOLATILE on purpose: a function declared stricter than its body is not inlined. One whose result
// depends on settings runs with those of the plan, because clients' settings are not ours (hazard
// P59); it is not inlined.

#include "engine/dialect/postgres/functions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::ColumnChange;
using model::ExpressionClass;

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

bool reads(const model::Expression& expression, const std::string& type) {
  return std::any_of(expression.arguments.begin(), expression.arguments.end(),
                     [&](const model::Argument& a) { return a.type.starts_with(type); });
}

// A volatile default is evaluated as the author's own column default would be: in the client's
// session.
bool is_default(const model::Expression& expression) {
  return expression.is_derived && expression.arguments.empty();
}

// What the text form of a value depends on. The server calls float and interval output immutable.
std::string pinned_settings(const model::Expression& expression) {
  if (is_default(expression) || !protected_by("pinned_settings")) return "";
  std::string out;
  const auto pin = [&](std::string_view setting, std::string_view value) {
    out += fmt::format("\nSET {} = '{}'", setting, value);
  };
  if (expression.presumed != ExpressionClass::immutable) {
    pin("TimeZone", "UTC");
    pin("DateStyle", "ISO, YMD");
  }
  if (reads(expression, "interval")) pin("IntervalStyle", "postgres");
  if (reads(expression, "real") || reads(expression, "double")) pin("extra_float_digits", "1");
  if (reads(expression, "bytea")) pin("bytea_output", "hex");
  return out;
}

Statement function(const QualifiedName& name, const model::Expression& expression,
                   const std::string& table, const std::string& type) {
  return {.sql = fmt::format(
              R"sql(CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS {type}
LANGUAGE sql {parallel}{settings}
BEGIN ATOMIC
  SELECT {text};
END)sql",
              "name"_a = name, "parameters"_a = parameters(expression),
              "type"_a = without_modifier(type), "settings"_a = pinned_settings(expression),
              "parallel"_a = expression.presumed == ExpressionClass::weak ? "PARALLEL UNSAFE"
                                                                          : "PARALLEL SAFE",
              "text"_a = expression_text(expression, table, type))};
}

Statement raises(const QualifiedName& name, const model::Expression& expression) {
  return {.sql =
              fmt::format(R"sql(CREATE OR REPLACE FUNCTION {twin}({parameters}) RETURNS boolean
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

// The server's own answer. What an index can be built on is immutable: the test table has the
// arguments as columns, so no row and no lock is involved. `IS NULL` gives every type an operator
// class.
std::string immutability_test(const model::Expression& expression, const std::string& text,
                              const std::string& type, const std::string& label) {
  return fmt::format(R"sql(  BEGIN
    CREATE TABLE segue.class_test ({columns});
    CREATE INDEX ON segue.class_test ((CAST({text} AS {type}) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || {label};
  END;
)sql",
                     "columns"_a = parameters(expression), "text"_a = text,
                     "type"_a = without_modifier(type), "label"_a = literal(label));
}

// A built-in function's class is known by its name; what is left are the author's own functions.
std::string volatility_test(const QualifiedName& name, const model::Expression& expression,
                            const std::string& label) {
  return fmt::format(
      R"sql(  IF EXISTS (SELECT FROM pg_catalog.pg_depend d
             JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
             WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.refclassid = d.classid
               AND d.objid = {signature}::regprocedure AND p.provolatile = 'v') THEN
    weaker := weaker || {label};
  END IF;
)sql",
      "signature"_a = literal(fmt::format("{}({})", name, types_of(expression))),
      "label"_a = literal(label));
}

// A class weaker than the plan printed would make its proof weaker than it says: stop, with
// everything rolled back.
class ClassTests {
 public:
  void add(const QualifiedName& name, const model::Expression& expression, const std::string& text,
           const std::string& type, const std::string& role) {
    const std::string label = fmt::format("`{}` ({}) ", role, expression.sql.text);
    if (expression.presumed == ExpressionClass::immutable) {
      tests_ += immutability_test(expression, text, type, label);
    }
    if (expression.presumed == ExpressionClass::stable) {
      tests_ += volatility_test(name, expression, label);
    }
  }

  std::vector<Statement> statements() const {
    if (tests_.empty() || !protected_by("expression_class")) return {};
    return {
        {.sql = fmt::format(R"sql(DO $segue_class$
DECLARE weaker text := '';
BEGIN
{}  PERFORM pg_catalog.set_config('segue.weaker', weaker, true);
END
$segue_class$)sql",
                            tests_)},
        {.sql = "SELECT pg_catalog.current_setting('segue.weaker')",
         .expect = {.rule = Expectation::Rule::value,
                    .value = "",
                    .kind = ErrorKind::check_failed,
                    .message = "weaker than the plan presumes: {0}; what it calls is not IMMUTABLE "
                               "(or STABLE) for the server, so no compare could prove it. Declare "
                               "the function that it calls as what it is, or call it by name"}}};
  }

 private:
  std::string tests_;
};

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
  // So that stored and computed values are equal.
  return as_assigned(text, target_type);
}

std::vector<Statement> create_functions(const RenderContext& context) {
  std::vector<Statement> out{author_search_path(context)};
  ClassTests tests;
  const int ordinal = change_of(context).ordinal;
  for (const model::TableChange& table : change_of(context).tables) {
    const auto create = [&](const model::Expression& expression, const ColumnChange& column,
                            const std::string& role, const std::string& of,
                            const std::string& type) {
      const QualifiedName name = expression_function(ordinal, table, column, role);
      out.push_back(function(name, expression, of, type));
      out.push_back(raises(name, expression));
      tests.add(name, expression, expression_text(expression, of, type), type, role);
    };
    for (const ColumnChange& column : table.columns) {
      if (column.up) create(*column.up, column, "up", table_name(table), column.shape.type);
      if (column.down) {
        create(*column.down, column, "down", table.after.empty() ? table.before : table.after,
               column.shape_before.type);
      }
    }
  }
  for (Statement& statement : tests.statements()) out.push_back(std::move(statement));
  out.push_back(own_search_path());
  return out;
}

std::vector<Statement> drop_functions(const model::Change& change) {
  std::vector<Statement> out;
  const auto drop = [&](const QualifiedName& name, const model::Expression& expression) {
    out.push_back(
        {.sql = fmt::format("DROP FUNCTION IF EXISTS {}({})", name, types_of(expression))});
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
