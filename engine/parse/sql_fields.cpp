#include "engine/parse/sql_fields.hpp"

#include <fmt/format.h>

namespace segue::parse {
namespace {

using model::DatabaseKind;
using model::SqlText;

const Keys database_keys{{"postgres", "sqlite"}};
const Keys lookup_keys{{"table", "value", "where"}};

void report_mistake(const FileContext& file, const Node& node, const std::string& what,
                    const SqlMistake& mistake) {
  file.problems.add(file.source.place_in(node, mistake.offset),
                    fmt::format("{}: {}", what, mistake.message));
}

SqlText sql_text(const FileContext& file, const Node& node) {
  SqlText text{node.text, file.problems.at(node.text_where)};
  if (ends_in_line_comment(text.text)) text.text += '\n';
  return text;
}

bool is_text(const FileContext& file, const Node& node, const std::string& what) {
  if (node.shape == Node::Shape::scalar) return true;
  file.problems.add(node.where, fmt::format("{} must be text, not {}", what, described(node)));
  return false;
}

std::optional<SqlText> read_statement_node(const FileContext& file, const Node& node,
                                           const std::string& what) {
  if (!is_text(file, node, what)) return std::nullopt;
  if (const auto mistake = find_statement_mistake(node.text, file.options.kind)) {
    report_mistake(file, node, what, *mistake);
  }
  return sql_text(file, node);
}

std::string_view key_of(DatabaseKind kind) {
  switch (kind) {
    case DatabaseKind::postgres:
      return "postgres";
    case DatabaseKind::sqlite:
      return "sqlite";
  }
  return {};
}

// `up: {table, value, where}` reads another table; nothing else about it is said until it is built.
bool is_lookup(const Node& node) {
  for (const Entry& entry : node.entries) {
    for (const std::string_view key : lookup_keys.known) {
      if (entry.key == key) return true;
    }
  }
  return false;
}

// The node for the wanted database: the value itself, or its entry in a map from database to text.
const Node* select_database(const Fields& fields, const Entry& entry) {
  const FileContext& file = fields.file();
  const std::string what = fields.described(entry.key);
  if (entry.value.shape != Node::Shape::map) return &entry.value;
  if (is_lookup(entry.value)) {
    file.problems.add(entry.value.where,
                      fmt::format("{} from another table is not built yet", what));
    return nullptr;
  }
  const Fields databases(file, entry.value, what, database_keys);
  const Entry* wanted = nullptr;
  for (const std::string_view key : database_keys.known) {
    const Entry* const found = databases.find_value(key, Needed::no);
    if (found != nullptr && key == key_of(file.options.kind)) wanted = found;
    if (found != nullptr && !is_text(file, found->value, databases.described(key))) return nullptr;
  }
  if (databases.find(key_of(file.options.kind)) == nullptr) {
    file.problems.add(entry.value.where,
                      fmt::format("{} has no text for {}", what, key_of(file.options.kind)));
  }
  return wanted == nullptr ? nullptr : &wanted->value;
}

}  // namespace

std::optional<SqlText> read_expression_node(const FileContext& file, const Node& node,
                                            const std::string& what, LeadingSelect select) {
  if (!is_text(file, node, what)) return std::nullopt;
  if (select == LeadingSelect::refused && starts_with_select(node.text)) {
    file.problems.add(node.text_where, fmt::format("{} cannot be a query", what));
  } else if (const auto mistake = find_expression_mistake(node.text, file.options.kind)) {
    report_mistake(file, node, what, *mistake);
  }
  return sql_text(file, node);
}

std::optional<SqlText> read_expression(const Fields& fields, std::string_view key, Needed needed,
                                       LeadingSelect select) {
  const Entry* const entry = fields.find_value(key, needed);
  if (entry == nullptr) return std::nullopt;
  return read_expression_node(fields.file(), entry->value, fields.described(key), select);
}

std::optional<SqlText> read_mapping(const Fields& fields, std::string_view key) {
  const Entry* const entry = fields.find_value(key, Needed::no);
  if (entry == nullptr) return std::nullopt;
  const Node* const node = select_database(fields, *entry);
  if (node == nullptr) return std::nullopt;
  return read_expression_node(fields.file(), *node, fields.described(key), LeadingSelect::accepted);
}

// A map's keys are the columns' names, so Fields serves only to report duplicates.
model::ColumnExpressions read_mappings(const Fields& fields, std::string_view key) {
  model::ColumnExpressions out;
  const Node* const node = fields.map(key, Needed::no);
  if (node == nullptr) return out;
  Keys columns;
  for (const Entry& entry : node->entries) columns.known.push_back(entry.key);
  const Fields expressions(fields.file(), *node, fields.described(key), columns);
  for (const Entry& entry : node->entries) {
    check_name(fields.file(), entry.key, entry.where, "a column in " + fields.described(key));
    if (auto text = read_mapping(expressions, entry.key)) {
      out.emplace_back(entry.key, *std::move(text));
    }
  }
  return out;
}

model::OnError read_on_error(const Fields& fields) {
  const bool leaves = fields.choice("on_error", Needed::no, {"fail", "leave"}) == "leave";
  return leaves ? model::OnError::leave : model::OnError::fail;
}

std::optional<SqlText> read_statement(const Fields& fields, std::string_view key, Needed needed) {
  const Entry* const entry = fields.find_value(key, needed);
  if (entry == nullptr) return std::nullopt;
  return read_statement_node(fields.file(), entry->value, fields.described(key));
}

std::optional<SqlText> read_statement_per_database(const Fields& fields, std::string_view key,
                                                   Needed needed) {
  const Entry* const entry = fields.find_value(key, needed);
  if (entry == nullptr) return std::nullopt;
  const Node* const node = select_database(fields, *entry);
  if (node == nullptr) return std::nullopt;
  return read_statement_node(fields.file(), *node, fields.described(key));
}

std::optional<SqlText> read_definition(const Fields& fields, const DefinitionShape& shape,
                                       Needed needed) {
  const Entry* const entry = fields.find_value("definition", needed);
  if (entry == nullptr) return std::nullopt;
  const FileContext& file = fields.file();
  const std::string what = fields.described("definition");
  const Node* const node = select_database(fields, *entry);
  if (node == nullptr || !is_text(file, *node, what)) return std::nullopt;
  if (const auto mistake = find_definition_mistake(node->text, shape, file.options.kind)) {
    report_mistake(file, *node, what, *mistake);
  }
  return sql_text(file, *node);
}

std::string read_type(const Fields& fields, std::string_view key, Needed needed) {
  const Entry* const entry = fields.find_value(key, needed);
  if (entry == nullptr || !is_text(fields.file(), entry->value, fields.described(key))) return {};
  if (const auto mistake = find_type_mistake(entry->value.text, fields.file().options.kind)) {
    report_mistake(fields.file(), entry->value, fields.described(key), *mistake);
  }
  return entry->value.text;
}

std::string read_fragment(const Fields& fields, std::string_view key, Needed needed) {
  const std::optional<SqlText> text = read_statement(fields, key, needed);
  return text ? text->text : std::string{};
}

}  // namespace segue::parse
