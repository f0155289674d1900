#include <fmt/format.h>

#include <algorithm>

#include "engine/core/sql_tokens.hpp"
#include "engine/model/object.hpp"
#include "engine/parse/operation_reader.hpp"
#include "engine/parse/sql_fields.hpp"

// Operations on whole objects: create_view, drop_enum, … One table says what each of them reads.

namespace segue::parse {
namespace {

using model::DatabaseKind;
using model::ObjectAction;
using model::ObjectKind;
using model::ObjectOperation;

enum class Definition { none, optional, needed };

struct ObjectReader {
  ObjectAction action;
  ObjectKind kind;
  std::vector<std::string_view> keys;
  Definition definition = Definition::none;
  std::string_view prefix = {};     // of the definition, behind CREATE; empty: it is whole
  std::string_view statement = {};  // which PostgreSQL's parser calls so
};

const std::vector<ObjectReader>& object_readers() {
  using enum ObjectAction;
  using Kind = ObjectKind;
  static const std::vector<ObjectReader> readers{
      {create, Kind::enumeration, {"name", "values"}},
      {add_value, Kind::enumeration, {"name", "value", "before", "after"}},
      {drop, Kind::enumeration, {"name"}},
      {create,
       Kind::domain,
       {"name", "definition"},
       Definition::needed,
       "DOMAIN n AS ",
       "CreateDomainStmt"},
      {drop, Kind::domain, {"name"}},
      {create,
       Kind::sequence,
       {"name", "definition"},
       Definition::optional,
       "SEQUENCE n ",
       "CreateSeqStmt"},
      {drop, Kind::sequence, {"name"}},
      {create,
       Kind::function,
       {"name", "arguments", "definition"},
       Definition::needed,
       "",
       "CreateFunctionStmt"},
      {drop, Kind::function, {"name", "arguments"}},
      {create, Kind::view, {"name", "definition"}, Definition::needed, "VIEW n AS ", "ViewStmt"},
      {drop, Kind::view, {"name"}},
      {create,
       Kind::materialized_view,
       {"name", "definition"},
       Definition::needed,
       "MATERIALIZED VIEW n AS ",
       "CreateTableAsStmt"},
      {drop, Kind::materialized_view, {"name"}},
      {create,
       Kind::trigger,
       {"table", "name", "definition"},
       Definition::needed,
       "",
       "CreateTrigStmt"},
      {drop, Kind::trigger, {"table", "name"}},
  };
  return readers;
}

bool has_key(const ObjectReader& reader, std::string_view key) {
  return std::find(reader.keys.begin(), reader.keys.end(), key) != reader.keys.end();
}

// Its inverse would have to know what it replaces.
bool replaces(const std::string& definition) {
  std::vector<std::string> words;
  for (const SqlToken& token : sql_tokens(definition)) {
    if (token.kind == SqlTokenKind::identifier) words.push_back(token.name());
    if (words.size() == 2) break;
  }
  return words == std::vector<std::string>{"create", "or"};
}

void read_definition_of(const Fields& fields, const ObjectReader& reader, ObjectOperation& op) {
  const Needed needed = reader.definition == Definition::needed ? Needed::yes : Needed::no;
  const std::string prefix =
      reader.prefix.empty() ? std::string() : fmt::format("CREATE {}", reader.prefix);
  op.definition =
      read_definition(fields, {prefix, reader.statement}, needed).value_or(model::SqlText{});
  if (replaces(op.definition.text)) {
    fields.report(fields.find("definition")->value.text_where,
                  fmt::format("{} cannot be OR REPLACE: what was replaced could not come back",
                              fields.described("definition")));
  }
}

bool ends_statement(const std::string& text) {
  const std::vector<SqlToken> tokens = sql_tokens(text);
  return std::any_of(tokens.begin(), tokens.end(),
                     [](const SqlToken& token) { return token.text == ";"; });
}

// SQLite has no parser that could be asked; the body of a trigger has semicolons of its own.
void check_one_part(const Fields& fields, std::string_view key, const std::string& text) {
  if (!ends_statement(text)) return;
  fields.report(fields.find(key)->value.text_where,
                fmt::format("{} cannot have a ';'", fields.described(key)));
}

void read_values(const Fields& fields, ObjectOperation& op) {
  const Node* const list = fields.list("values", Needed::yes);
  if (list == nullptr) return;
  for (const Node& item : list->items) {
    if (item.shape != Node::Shape::scalar) {
      fields.report(item.where,
                    fmt::format("a value of an enum must be text, not {}", described(item)));
      continue;
    }
    check_name(fields.file(), item.text, item.where, "a value of create_enum");
    if (std::find(op.values.begin(), op.values.end(), item.text) != op.values.end()) {
      fields.report(item.where, fmt::format("the value \"{}\" occurs twice", item.text));
    }
    op.values.push_back(item.text);
  }
}

void read_added_value(const Fields& fields, ObjectOperation& op) {
  op.values.push_back(fields.name("value"));
  op.before = fields.text("before", Needed::no);
  op.after = fields.text("after", Needed::no);
  if (!op.before.empty() && !op.after.empty()) {
    fields.report(fields.where(), "add_enum_value takes \"before\" or \"after\", not both");
  }
}

std::string_view reason_on_sqlite(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::enumeration:
      return "SQLite has no enums: give the column a CHECK";
    case ObjectKind::domain:
      return "SQLite has no domains: give the column a CHECK";
    case ObjectKind::sequence:
      return "SQLite has no sequences";
    case ObjectKind::function:
      return "SQLite has no functions in the database";
    case ObjectKind::materialized_view:
      return "SQLite has no materialized views: create a view, or a table";
    case ObjectKind::view:
    case ObjectKind::trigger:
      break;
  }
  return {};
}

const ObjectReader& reader_of(std::string_view name) {
  return *std::find_if(object_readers().begin(), object_readers().end(),
                       [&](const ObjectReader& reader) {
                         return model::name_of(reader.action, reader.kind) == name;
                       });
}

}  // namespace

const std::vector<std::string_view>& object_operation_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> out;
    for (const ObjectReader& reader : object_readers()) {
      out.push_back(model::name_of(reader.action, reader.kind));
    }
    return out;
  }();
  return names;
}

model::OperationBody read_object_operation(const FileContext& file, const Entry& entry) {
  const ObjectReader& reader = reader_of(entry.key);
  const Fields fields(file, entry.value, entry.key, {reader.keys, {"strategy"}});
  ObjectOperation op{.action = reader.action, .kind = reader.kind};
  op.where = file.problems.at(entry.where);
  const std::string_view refused =
      file.options.kind == DatabaseKind::sqlite ? reason_on_sqlite(reader.kind) : "";
  if (!refused.empty()) {
    file.problems.add(entry.where, fmt::format("{}: {}", entry.key, refused));
    return op;
  }
  op.name = fields.name("name");
  if (has_key(reader, "table")) op.table = fields.name("table");
  if (has_key(reader, "arguments")) {
    op.arguments = read_fragment(fields, "arguments", Needed::no);
    check_one_part(fields, "arguments", op.arguments);
  }
  if (has_key(reader, "values")) read_values(fields, op);
  if (has_key(reader, "value")) read_added_value(fields, op);
  if (reader.definition != Definition::none) read_definition_of(fields, reader, op);
  if (op.kind == ObjectKind::view) check_one_part(fields, "definition", op.definition.text);
  return op;
}

}  // namespace segue::parse
