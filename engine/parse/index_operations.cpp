#include <fmt/format.h>

#include "engine/parse/operation_reader.hpp"
#include "engine/parse/sql_fields.hpp"

// create_index. Its columns come in three forms: a list of maps (ours and pgroll's since 0.16), a
// list of names, and a map from name to settings (older files of pgroll), read in the order of the
// file.

namespace segue::parse {
namespace {

using model::IndexColumnSpec;

const Keys create_index_keys{{"name", "table", "columns", "unique", "nulls_not_distinct", "include",
                              "method", "predicate", "storage_parameters"},
                             {"strategy"}};
const Keys column_keys{{"column", "expression", "collate", "sort", "nulls", "opclass"}};
const Keys setting_keys{{"collate", "sort", "nulls", "opclass"}};
const Keys opclass_keys{{"name", "params"}};

std::vector<std::string> read_params(const Fields& opclass) {
  std::vector<std::string> params;
  const Node* const list = opclass.list("params", Needed::no);
  if (list == nullptr) return params;
  for (const Node& item : list->items) {
    if (item.shape == Node::Shape::scalar) {
      params.push_back(item.text);
    } else {
      opclass.report(item.where, fmt::format("a parameter of an opclass must be text, not {}",
                                             described(item)));
    }
  }
  return params;
}

void read_settings(const Fields& fields, IndexColumnSpec& column) {
  column.collate = fields.qualified_name("collate", Needed::no);
  column.sort = fields.choice("sort", Needed::no, {"ASC", "DESC"});
  column.nulls = fields.choice("nulls", Needed::no, {"FIRST", "LAST"});
  if (const Node* const node = fields.map("opclass", Needed::no)) {
    const Fields opclass(fields.file(), *node, "opclass", opclass_keys);
    column.opclass = opclass.qualified_name("name");
    column.opclass_params = read_params(opclass);
  }
  if (!column.nulls.empty() && (column.nulls == "LAST") != (column.sort == "DESC")) {
    fields.refuse_on_sqlite("nulls", "NULLs come first there, and last with DESC");
  }
  fields.refuse_on_sqlite("opclass", "the collation decides there: give \"collate\"");
}

IndexColumnSpec read_item(const FileContext& file, const Node& item) {
  IndexColumnSpec column;
  if (item.shape == Node::Shape::scalar) {
    check_name(file, item.text, item.where, "a column of create_index");
    column.column = item.text;
    return column;
  }
  const Fields fields(file, item, "a column of create_index", column_keys);
  const bool has_column = fields.find("column") != nullptr;
  const bool has_expression = fields.find("expression") != nullptr;
  if (has_column == has_expression && item.shape == Node::Shape::map) {
    fields.report(item.where,
                  "a column of create_index needs \"column\" or \"expression\", and only one");
  }
  column.column = fields.name("column", Needed::no);
  column.expression = read_expression(fields, "expression", Needed::no, LeadingSelect::refused)
                          .value_or(model::SqlText{});
  read_settings(fields, column);
  return column;
}

IndexColumnSpec read_named(const FileContext& file, const Entry& entry) {
  IndexColumnSpec column;
  check_name(file, entry.key, entry.where, "a column of create_index");
  column.column = entry.key;
  if (entry.value.shape != Node::Shape::null) {
    read_settings(Fields(file, entry.value, "a column of create_index", setting_keys), column);
  }
  return column;
}

// A map's keys are the columns' names, so Fields serves only to report duplicates.
std::vector<IndexColumnSpec> read_column_map(const FileContext& file, const Node& node) {
  std::vector<IndexColumnSpec> columns;
  Keys names;
  for (const Entry& entry : node.entries) names.known.push_back(entry.key);
  const Fields fields(file, node, "\"columns\" of create_index", names);
  for (const Entry& entry : node.entries) columns.push_back(read_named(file, entry));
  if (columns.empty()) fields.report(node.where, "\"columns\" of create_index is an empty map");
  return columns;
}

std::vector<IndexColumnSpec> read_columns(const Fields& index) {
  std::vector<IndexColumnSpec> columns;
  const Entry* const entry = index.find("columns");
  if (entry != nullptr && entry->value.shape == Node::Shape::map) {
    return read_column_map(index.file(), entry->value);
  }
  if (const Node* const list = index.list("columns", Needed::yes)) {
    for (const Node& item : list->items) columns.push_back(read_item(index.file(), item));
  }
  return columns;
}

}  // namespace

model::OperationBody read_create_index(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "create_index", create_index_keys);
  model::CreateIndex index;
  index.name = fields.name("name");
  index.table = fields.qualified_name("table");
  index.columns = read_columns(fields);
  index.unique = fields.boolean("unique", false);
  index.nulls_not_distinct = fields.boolean("nulls_not_distinct", false);
  index.include = fields.names("include", Needed::no);
  index.method = fields.name("method", Needed::no);
  index.predicate = read_expression(fields, "predicate", Needed::no, LeadingSelect::refused);
  index.storage_parameters = read_fragment(fields, "storage_parameters", Needed::no);
  index.where = fields.location();
  if (index.nulls_not_distinct) {
    fields.refuse_on_sqlite("nulls_not_distinct",
                            "a UNIQUE index there lets any number of NULLs in");
  }
  if (!index.include.empty()) {
    fields.refuse_on_sqlite("include", "an index there holds its keys alone; add it to the keys");
  }
  if (!index.method.empty() && index.method != "btree") {
    fields.refuse_on_sqlite("method", "every index there is a B-tree");
  }
  fields.refuse_on_sqlite("storage_parameters", "an index there has none");
  return index;
}

}  // namespace segue::parse
