#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/parse/column_reader.hpp"
#include "engine/parse/operation_reader.hpp"
#include "engine/parse/sql_fields.hpp"

// Operations on tables and their columns.

namespace segue::parse {
namespace {

const Keys create_table_keys{
    {"name", "columns", "constraints", "comment", "unlogged", "partition_by"}, {"strategy"}};
const Keys add_column_keys{{"table", "column", "up", "on_error", "strategy"}};
const Keys drop_column_keys{{"table", "column", "down", "strategy"}};
const Keys rename_column_keys{{"table", "from", "to", "dual", "strategy"}};
const Keys alter_column_keys{{"table", "column", "type", "nullable", "default", "comment", "unique",
                              "check", "references", "up", "down", "on_error", "strategy"}};

std::string read_strategy(const Fields& fields) {
  return fields.choice("strategy", Needed::no, {"pair", "rebuild", "at_contract", "direct"});
}

std::string folded(const FileContext& file, std::string name) {
  if (file.options.kind == model::DatabaseKind::postgres) return name;
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::string folded_to_upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::vector<model::ColumnSpec> read_columns(const Fields& table) {
  std::vector<model::ColumnSpec> columns;
  std::set<std::string> names;
  const Node* const list = table.list("columns", Needed::yes);
  if (list == nullptr) return columns;
  for (const Node& item : list->items) {
    columns.push_back(read_column(table.file(), item));
    const std::string& name = columns.back().name;
    if (!name.empty() && !names.insert(folded(table.file(), name)).second) {
      table.report(item.where,
                   fmt::format("{} has two columns named {}", table.what(), quoted_excerpt(name)));
    }
  }
  return columns;
}

void read_storage(const Fields& fields, model::CreateTable& table) {
  table.unlogged = fields.boolean("unlogged", false);
  table.partition_by = read_fragment(fields, "partition_by", Needed::no);
  if (table.unlogged) {
    fields.refuse_on_sqlite("unlogged", "every table of the file has the same journal");
  }
  if (table.partition_by.empty()) return;
  const Place where = fields.find("partition_by")->where;
  const std::string method = folded_to_upper(table.partition_by.substr(
      0, std::min(table.partition_by.find_first_of(" ("), table.partition_by.size())));
  if (method != "RANGE" && method != "LIST" && method != "HASH") {
    fields.report(where, "\"partition_by\" of create_table begins with RANGE, LIST or HASH");
  }
  if (table.unlogged) {
    fields.report(where, "a partitioned table holds no rows: \"unlogged\" is for its partitions");
  }
  fields.refuse_on_sqlite("partition_by", "it has no partitions");
}

bool is_null(const Entry& entry) { return entry.value.shape == Node::Shape::null; }

void read_facets(const Fields& fields, model::AlterColumn& alter) {
  if (fields.find("type") != nullptr) alter.type = read_type(fields, "type", Needed::no);
  if (fields.find_value("nullable", Needed::no) != nullptr) {
    alter.nullable = fields.boolean("nullable", false);
  }
  if (const Entry* const entry = fields.find("default")) {
    alter.default_value.emplace(std::nullopt);
    if (!is_null(*entry)) {
      *alter.default_value = read_expression(fields, "default", Needed::no, LeadingSelect::refused);
    }
  }
  if (const Entry* const entry = fields.find("comment")) {
    alter.comment.emplace(std::nullopt);
    if (!is_null(*entry)) *alter.comment = fields.text("comment", Needed::no);
  }
  alter.check = read_check(fields);
  alter.references = read_column_references(fields);
  if (const Node* const node = fields.map("unique", Needed::no)) {
    alter.unique =
        model::UniqueSpec{Fields(fields.file(), *node, "unique", {{"name"}}).name("name")};
  }
}

bool changes_something(const Fields& fields) {
  for (const std::string_view key :
       {"type", "nullable", "default", "comment", "unique", "check", "references"}) {
    if (fields.find(key) != nullptr) return true;
  }
  return false;
}

}  // namespace

model::OperationBody read_create_table(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "create_table", create_table_keys);
  model::CreateTable table;
  table.name = fields.qualified_name("name");
  table.columns = read_columns(fields);
  if (const Node* const list = fields.list("constraints", Needed::no)) {
    for (const Node& item : list->items) table.constraints.push_back(read_constraint(file, item));
  }
  if (fields.find_value("comment", Needed::no) != nullptr) {
    table.comment = fields.text("comment", Needed::no);
  }
  read_storage(fields, table);
  return table;
}

model::OperationBody read_add_column(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "add_column", add_column_keys);
  model::AddColumn add;
  add.table = fields.qualified_name("table");
  if (const Node* const column = fields.map("column", Needed::yes)) {
    add.column = read_column(file, *column);
  }
  add.up = read_mapping(fields, "up");
  add.on_error = read_on_error(fields);
  add.strategy = read_strategy(fields);
  return add;
}

model::OperationBody read_drop_column(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "drop_column", drop_column_keys);
  model::DropColumn drop;
  drop.table = fields.qualified_name("table");
  drop.column = fields.name("column");
  drop.down = read_mapping(fields, "down");
  drop.strategy = read_strategy(fields);
  return drop;
}

model::OperationBody read_rename_column(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "rename_column", rename_column_keys);
  model::RenameColumn rename;
  rename.table = fields.qualified_name("table");
  rename.from = fields.name("from");
  rename.to = fields.name("to");
  rename.dual = fields.boolean("dual", false);
  if (rename.dual) {
    fields.refuse_on_sqlite("dual",
                            "a trigger of ours never writes the table whose write it answers, so "
                            "that table cannot hold both names");
  }
  rename.strategy = read_strategy(fields);
  return rename;
}

model::OperationBody read_alter_column(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "alter_column", alter_column_keys);
  model::AlterColumn alter;
  alter.table = fields.qualified_name("table");
  alter.column = fields.name("column");
  read_facets(fields, alter);
  alter.up = read_mapping(fields, "up");
  alter.down = read_mapping(fields, "down");
  alter.on_error = read_on_error(fields);
  alter.strategy = read_strategy(fields);
  if (node.shape == Node::Shape::map && !changes_something(fields)) {
    fields.report(node.where,
                  "alter_column changes nothing: give type, nullable, default, comment, "
                  "unique, check or references");
  }
  return alter;
}

}  // namespace segue::parse
