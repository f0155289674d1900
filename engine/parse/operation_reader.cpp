#include "engine/parse/operation_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/parse/sql_fields.hpp"

namespace segue::parse {
namespace {

using model::OperationBody;

constexpr std::size_t keys_shown_max = 6;

OperationBody read_drop_table(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "drop_table", {{"name"}, {"strategy"}});
  return model::DropTable{fields.qualified_name("name")};
}

OperationBody read_rename_table(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "rename_table", {{"from", "to"}, {"strategy"}});
  return model::RenameTable{fields.qualified_name("from"), fields.qualified_name("to")};
}

OperationBody read_drop_index(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "drop_index", {{"name"}, {"strategy"}});
  return model::DropIndex{fields.qualified_name("name")};
}

OperationBody read_raw_sql(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "sql", {{"up", "down", "onComplete"}, {"strategy"}});
  model::RawSql sql;
  sql.up = read_statement_per_database(fields, "up", Needed::yes).value_or(model::SqlText{});
  sql.down = read_statement_per_database(fields, "down", Needed::no);
  sql.on_complete = fields.boolean("onComplete", false);
  return sql;
}

struct OperationReader {
  std::string_view name;
  OperationBody (*read)(const FileContext& file, const Node& node);
};

constexpr OperationReader readers[] = {
    {"create_table", read_create_table},
    {"drop_table", read_drop_table},
    {"rename_table", read_rename_table},
    {"add_column", read_add_column},
    {"drop_column", read_drop_column},
    {"rename_column", read_rename_column},
    {"alter_column", read_alter_column},
    {"create_index", read_create_index},
    {"drop_index", read_drop_index},
    {"sql", read_raw_sql},
    {"create_constraint", read_create_constraint},
    {"drop_constraint", read_drop_constraint},
    {"drop_multicolumn_constraint", read_drop_multicolumn_constraint},
    {"rename_constraint", read_rename_constraint},
    {"set_replica_identity", read_set_replica_identity},
};

// Named by docs/formats.md. Refused by name, so that nobody takes silence for support.
constexpr std::string_view unbuilt_operations[] = {"move_column", "split_table"};

std::string list_keys(const Node& node) {
  std::string out;
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    if (i == keys_shown_max) return out + ", …";
    out += (i == 0 ? "" : ", ") + quoted_excerpt(node.entries[i].key);
  }
  return out;
}

bool has_operation_shape(const FileContext& file, const Node& node) {
  if (node.shape != Node::Shape::map) {
    file.problems.add(node.where,
                      fmt::format("an operation must be a map from its name to its keys, "
                                  "not {}",
                                  described(node)));
    return false;
  }
  if (node.entries.size() == 1) return true;
  // Most often the keys of the operation stand too far to the left.
  file.problems.add(node.where, fmt::format("an operation has one key, its name; here are {}: {}",
                                            node.entries.size(), list_keys(node)));
  return false;
}

void report_unknown(const FileContext& file, const Entry& entry) {
  std::vector<std::string_view> names(std::begin(unbuilt_operations), std::end(unbuilt_operations));
  if (std::find(names.begin(), names.end(), entry.key) != names.end()) {
    file.problems.add(entry.where, fmt::format("operation {} is not built yet", entry.key));
    return;
  }
  for (const OperationReader& reader : readers) names.push_back(reader.name);
  for (const std::string_view name : object_operation_names()) names.push_back(name);
  file.problems.add(entry.where, fmt::format("unknown operation {}{}", quoted_excerpt(entry.key),
                                             suggestion(entry.key, names)));
}

}  // namespace

std::optional<model::Operation> read_operation(const FileContext& file, const Node& node) {
  if (!has_operation_shape(file, node)) return std::nullopt;
  const Entry& entry = node.entries.front();
  const auto reader =
      std::find_if(std::begin(readers), std::end(readers),
                   [&](const OperationReader& each) { return each.name == entry.key; });
  const auto& objects = object_operation_names();
  const bool is_object = std::find(objects.begin(), objects.end(), entry.key) != objects.end();
  if (reader == std::end(readers) && !is_object) {
    report_unknown(file, entry);
    return std::nullopt;
  }
  if (entry.value.shape == Node::Shape::null) {
    file.problems.add(entry.where, fmt::format("{} has no keys", entry.key));
    return std::nullopt;
  }
  OperationBody body =
      is_object ? read_object_operation(file, entry) : reader->read(file, entry.value);
  return model::Operation{std::move(body), file.problems.at(entry.where)};
}

}  // namespace segue::parse
