#include "engine/dialect/sqlite/expressions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;

// The rules of "Datatypes in SQLite", 3.1, in their order.
Affinity affinity_of(const std::string& declared_type) {
  const std::string type = folded(declared_type);
  const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (has("int")) return Affinity::integer;
  if (has("char") || has("clob") || has("text")) return Affinity::text;
  if (type.empty() || has("blob")) return Affinity::blob;
  if (has("real") || has("floa") || has("doub")) return Affinity::real;
  return Affinity::numeric;
}

bool keeps_types_apart(const std::string& declared_type) {
  return affinity_of(declared_type) == Affinity::blob || same_name(declared_type, "any");
}

// Another collation would take a change of case for none.
std::string collate_binary() { return protected_by("collate_binary") ? " COLLATE BINARY" : ""; }

bool holds_in_place(const TypeChange& change) {
  const bool moves_key =
      change.is_key && same_name(change.from, "integer") != same_name(change.to, "integer");
  return !moves_key && affinity_of(change.from) == affinity_of(change.to) &&
         keeps_types_apart(change.from) == keeps_types_apart(change.to);
}

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

std::string column_of(const std::string& alias, const std::string& column) {
  return fmt::format("{alias}.{column}", "alias"_a = alias, "column"_a = Identifier(column));
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(quoted(name));
  return join(out, ", ");
}

std::string with_arguments(const model::Expression& expression,
                           const std::function<std::string(const std::string& physical)>& text_of) {
  const auto replace = [&](const std::string& name) -> std::optional<std::string> {
    for (const model::Argument& argument : expression.arguments) {
      if (same_name(argument.name, name)) return text_of(argument.physical);
    }
    return std::nullopt;
  };
  return fmt::format("({})", replace_columns(expression.sql.text, "", replace, SqlSyntax::sqlite));
}

std::string over(const model::Expression& expression, const std::string& alias) {
  return with_arguments(expression,
                        [&](const std::string& physical) { return column_of(alias, physical); });
}

model::Expression reading(const std::string& column) {
  return {.sql = {quoted(column), {}}, .arguments = {{column, column, ""}}};
}

std::string with_renamed_columns(
    const std::string& sql, const std::string& table,
    const std::function<std::string(const std::string& name)>& name_of) {
  return replace_columns(
      sql, table,
      [&](const std::string& name) -> std::optional<std::string> {
        const std::string renamed = name_of(name);
        if (renamed.empty() || same_name(renamed, name)) return std::nullopt;
        return quoted(renamed);
      },
      SqlSyntax::sqlite);
}

std::vector<std::string> columns_read(const std::string& sql, const std::string& table,
                                      const std::vector<std::string>& all) {
  const std::set<std::string> found = referenced_columns(
      sql, table, std::set<std::string>(all.begin(), all.end()), SqlSyntax::sqlite);
  std::vector<std::string> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const std::string& name) { return found.contains(name); });
  return out;
}

std::string equals(const Derived& derived, const std::string& taker_alias,
                   const std::string& giver_alias) {
  const std::string taker = column_of(taker_alias, derived.column);
  const std::string giver =
      derived.is_copy ? column_of(giver_alias, derived.expression.arguments.front().physical)
                      : "+" + over(derived.expression, giver_alias);
  const std::string value = derived.is_copy ? giver : over(derived.expression, giver_alias);
  std::string out = fmt::format("{taker} IS {giver}{binary}", "taker"_a = taker, "giver"_a = giver,
                                "binary"_a = collate_binary());
  if (derived.check_type && protected_by("typeof")) {
    out +=
        fmt::format(" AND typeof({taker}) = typeof({value})", "taker"_a = taker, "value"_a = value);
  }
  return out;
}

}  // namespace segue::dialect::sqlite
