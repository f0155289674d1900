#include "engine/dialect/postgres/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"

namespace segue::dialect::postgres {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 25> aliases{
    {{"int", "integer"},
     {"int4", "integer"},
     {"int8", "bigint"},
     {"int2", "smallint"},
     {"bool", "boolean"},
     {"varchar", "character varying"},
     {"char varying", "character varying"},
     {"char", "character"},
     {"bpchar", "character"},
     {"decimal", "numeric"},
     {"dec", "numeric"},
     {"float8", "double precision"},
     {"float", "double precision"},
     {"float4", "real"},
     {"timestamptz", "timestamp with time zone"},
     {"timestamp", "timestamp without time zone"},
     {"timetz", "time with time zone"},
     {"time", "time without time zone"},
     {"varbit", "bit varying"},
     {"serial", "integer"},
     {"bigserial", "bigint"},
     {"smallserial", "smallint"},
     {"serial2", "smallint"},
     {"serial4", "integer"},
     {"serial8", "bigint"}}};

// A type split into name, modifier "(…)" and what follows it ("with time zone", "[]").
struct Parts {
  std::string name;
  std::string modifier;
  std::string array;
};

std::string squeezed(const std::string& text) {
  std::string out;
  for (const SqlToken& token : sql_tokens(text)) {
    if (token.kind == SqlTokenKind::comment) continue;
    if (token.kind == SqlTokenKind::space) {
      if (!out.empty() && out.back() != ' ' && out.back() != '(' && out.back() != ',') out += ' ';
      continue;
    }
    const bool tight = token.text == "(" || token.text == ")" || token.text == "," ||
                       token.text == "[" || token.text == "]";
    if (tight && !out.empty() && out.back() == ' ') out.pop_back();
    out += token.kind == SqlTokenKind::identifier ? token.name() : token.text;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Parts parts_of(const std::string& type) {
  Parts parts{.name = squeezed(type)};
  while (parts.name.ends_with(']')) {
    const std::size_t open = parts.name.rfind('[');
    if (open == std::string::npos) break;
    parts.array += "[]";
    parts.name.erase(open);
  }
  const std::size_t open = parts.name.find('(');
  const std::size_t close = parts.name.find(')');
  if (open != std::string::npos && close != std::string::npos) {
    parts.modifier = parts.name.substr(open, close - open + 1);
    parts.name = parts.name.substr(0, open) + parts.name.substr(close + 1);
  }
  return parts;
}

std::vector<int> numbers_of(const std::string& modifier) {
  std::vector<int> out;
  for (const SqlToken& token : sql_tokens(modifier)) {
    if (token.kind == SqlTokenKind::number) out.push_back(std::stoi(token.text));
  }
  return out;
}

bool limit_grows(const Parts& from, const Parts& to) {
  if (to.modifier.empty()) return true;
  if (from.modifier.empty()) return false;
  return numbers_of(to.modifier).at(0) >= numbers_of(from.modifier).at(0);
}

bool numeric_widens(const Parts& from, const Parts& to) {
  if (to.modifier.empty()) return true;
  if (from.modifier.empty()) return false;
  std::vector<int> a = numbers_of(from.modifier);
  std::vector<int> b = numbers_of(to.modifier);
  a.resize(2);
  b.resize(2);
  return b[0] >= a[0] && a[1] == b[1];
}

}  // namespace

std::string without_modifier(const std::string& type) {
  Parts parts = parts_of(normal_type(type));
  return parts.name + parts.array;
}

std::string normal_type(const std::string& type) {
  Parts parts = parts_of(type);
  for (const auto& [alias, name] : aliases) {
    if (parts.name == alias) {
      parts.name = name;
      break;
    }
  }
  if (parts.name == "character" && parts.modifier.empty()) parts.modifier = "(1)";
  if (parts.name == "numeric" && numbers_of(parts.modifier).size() == 1) {
    parts.modifier.insert(parts.modifier.size() - 1, ",0");
  }
  // "timestamp(3) with time zone": the modifier stands after the first word.
  const std::size_t space = parts.name.find(' ');
  const bool is_time = parts.name.starts_with("time");
  if (!parts.modifier.empty() && is_time && space != std::string::npos) {
    return parts.name.substr(0, space) + parts.modifier + parts.name.substr(space) + parts.array;
  }
  return parts.name + parts.modifier + parts.array;
}

bool widens_in_place(const std::string& from_type, const std::string& to_type) {
  const Parts from = parts_of(normal_type(from_type));
  const Parts to = parts_of(normal_type(to_type));
  if (from.array != to.array) return false;
  if (from.name == "character varying") {
    return (to.name == "text" && to.modifier.empty()) ||
           (to.name == "character varying" && limit_grows(from, to));
  }
  if (from.name == "text") return to.name == "character varying" && to.modifier.empty();
  if (from.name == "numeric" && to.name == "numeric") return numeric_widens(from, to);
  if (from.name == "bit varying" && to.name == "bit varying") return limit_grows(from, to);
  if (from.name == "cidr" && to.name == "inet") return true;
  return false;
}

bool is_constant_default(const std::string& sql) {
  // now() and its kin are stable: evaluated once for the ALTER (measured on 15: no rewrite).
  static const std::set<std::string> stable{
      "now",          "current_timestamp",     "current_date",       "localtimestamp",
      "current_user", "transaction_timestamp", "statement_timestamp"};
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != SqlTokenKind::identifier &&
        tokens[i].kind != SqlTokenKind::quoted_identifier) {
      continue;
    }
    std::size_t next = i + 1;
    while (next < tokens.size() && tokens[next].kind == SqlTokenKind::space) ++next;
    const bool is_call = next < tokens.size() && tokens[next].text == "(";
    const bool is_type = i >= 1 && tokens[i - 1].text == "::";
    if (is_call && !is_type && !stable.contains(tokens[i].name())) return false;
  }
  return true;
}

bool equality_is_bytes(const std::string& type) {
  static const std::set<std::string> types{"smallint",
                                           "integer",
                                           "bigint",
                                           "boolean",
                                           "date",
                                           "timestamp without time zone",
                                           "timestamp with time zone",
                                           "time without time zone",
                                           "uuid",
                                           "bytea",
                                           "text",
                                           "character varying",
                                           "oid"};
  return types.contains(without_modifier(type));
}

bool has_representations(const std::string& type) {
  static const std::set<std::string> types{"numeric",
                                           "real",
                                           "double precision",
                                           "citext",
                                           "jsonb",
                                           "interval",
                                           "character",
                                           "text",
                                           "character varying",
                                           "time with time zone",
                                           "tsvector",
                                           "inet",
                                           "cidr"};
  std::string name = without_modifier(type);
  while (name.ends_with("[]")) name.resize(name.size() - 2);
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos) name.erase(0, dot + 1);
  return types.contains(without_modifier(name));
}

// Of strings only the functions that assignment itself calls tell an assignment from a cast; their
// last argument says that it is none. A string's modifier counts four bytes of header.
std::string as_assigned(const std::string& expression, const std::string& type) {
  const Parts parts = parts_of(normal_type(type));
  const bool is_string = parts.name == "character" || parts.name == "character varying";
  const bool is_bits = parts.name == "bit" || parts.name == "bit varying";
  const bool has_fields = parts.name.starts_with("interval ");
  if (parts.modifier.empty() && !has_fields) return fmt::format("({})", expression);
  if (!is_string && !is_bits) return fmt::format("CAST(({}) AS {})", expression, type);
  if (!parts.array.empty() || !protected_by("assigned_values")) {
    return fmt::format("({})", expression);
  }
  const int length = numbers_of(parts.modifier).at(0);
  if (is_bits) {
    return fmt::format("pg_catalog.{}(({}), {}, false)", parts.name == "bit" ? "\"bit\"" : "varbit",
                       expression, length);
  }
  return fmt::format("pg_catalog.{0}(CAST(({1}) AS pg_catalog.{0}), {2}, false)",
                     parts.name == "character" ? "bpchar" : "\"varchar\"", expression, length + 4);
}

}  // namespace segue::dialect::postgres
