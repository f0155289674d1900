#include "engine/model/object.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/sql_tokens.hpp"

namespace segue::model {
namespace {

struct OperationName {
  ObjectAction action;
  ObjectKind kind;
  std::string_view name;
};

constexpr OperationName operation_names[] = {
    {ObjectAction::create, ObjectKind::enumeration, "create_enum"},
    {ObjectAction::add_value, ObjectKind::enumeration, "add_enum_value"},
    {ObjectAction::drop, ObjectKind::enumeration, "drop_enum"},
    {ObjectAction::create, ObjectKind::domain, "create_domain"},
    {ObjectAction::drop, ObjectKind::domain, "drop_domain"},
    {ObjectAction::create, ObjectKind::sequence, "create_sequence"},
    {ObjectAction::drop, ObjectKind::sequence, "drop_sequence"},
    {ObjectAction::create, ObjectKind::function, "create_function"},
    {ObjectAction::drop, ObjectKind::function, "drop_function"},
    {ObjectAction::create, ObjectKind::view, "create_view"},
    {ObjectAction::drop, ObjectKind::view, "drop_view"},
    {ObjectAction::create, ObjectKind::materialized_view, "create_materialized_view"},
    {ObjectAction::drop, ObjectKind::materialized_view, "drop_materialized_view"},
    {ObjectAction::create, ObjectKind::trigger, "create_trigger"},
    {ObjectAction::drop, ObjectKind::trigger, "drop_trigger"},
};

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// `*` is a list of columns behind one of these, else a product.
bool lists_columns_behind(const std::string& before) {
  const std::string word = folded(before);
  return word == "select" || word == "." || word == "," || word == "distinct" || word == "all" ||
         word == ")";
}

// The text within the quotes of 'x', $$x$$ and $tag$x$tag$.
std::string_view body_of(std::string_view string) {
  const char quote = string.front();
  const std::size_t from = string.find(quote == '$' ? '$' : '\'', quote == '$' ? 1 : 0);
  if (from == std::string_view::npos) return {};
  const std::size_t tag = from + 1;
  const std::size_t end = quote == '$' ? tag : 1;
  return string.size() < tag + end ? std::string_view{}
                                   : string.substr(tag, string.size() - tag - end);
}

}  // namespace

std::string_view name_of(ObjectAction action, ObjectKind kind) {
  for (const OperationName& each : operation_names) {
    if (each.action == action && each.kind == kind) return each.name;
  }
  throw Error(ErrorKind::bug, "an operation on an object that has no name");
}

std::string_view name_of(const ObjectOperation& op) { return name_of(op.action, op.kind); }

std::string_view words_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::enumeration:
      return "type";
    case ObjectKind::domain:
      return "domain";
    case ObjectKind::sequence:
      return "sequence";
    case ObjectKind::function:
      return "function";
    case ObjectKind::view:
      return "view";
    case ObjectKind::materialized_view:
      return "materialized view";
    case ObjectKind::trigger:
      return "trigger";
  }
  return {};
}

std::string described(const ObjectOperation& op) {
  if (op.kind == ObjectKind::function) return fmt::format("function {}({})", op.name, op.arguments);
  if (op.kind == ObjectKind::trigger) return fmt::format("trigger {} on {}", op.name, op.table);
  return fmt::format("{} {}", words_of(op.kind), op.name);
}

bool same_object(const ObjectOperation& a, const ObjectOperation& b) {
  return a.kind == b.kind && a.name == b.name && a.table == b.table && a.arguments == b.arguments;
}

bool NamesIn::has(const std::string& name) const { return names.contains(folded(name)); }

NamesIn names_in(std::string_view definition, DatabaseKind kind) {
  const SqlSyntax syntax = kind == DatabaseKind::sqlite ? SqlSyntax::sqlite : SqlSyntax::postgres;
  NamesIn out;
  std::string before;
  for (const SqlToken& token : sql_tokens(definition, syntax)) {
    if (token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment) continue;
    if (token.is_name()) out.names.insert(folded(token.name()));
    if (token.text == "*" && lists_columns_behind(before)) out.all_columns = true;
    before = token.text;
  }
  return out;
}

bool mentions(const ObjectOperation& op, const std::string& table) {
  if (names_in(op.definition.text, DatabaseKind::postgres).has(table)) return true;
  if (op.kind != ObjectKind::function) return false;
  for (const SqlToken& token : sql_tokens(op.definition.text)) {
    if (token.kind != SqlTokenKind::string) continue;
    if (names_in(body_of(token.text), DatabaseKind::postgres).has(table)) return true;
  }
  return false;
}

}  // namespace segue::model
