#include "engine/parse/column_reader.hpp"

#include <fmt/format.h>

#include "engine/parse/sql_fields.hpp"

namespace segue::parse {
namespace {

using model::ColumnSpec;
using model::GeneratedSpec;
using model::ReferencesSpec;

const Keys column_keys{{"name", "type", "nullable", "pk", "unique", "default", "comment", "check",
                        "references", "generated"}};
const Keys check_keys{{"name", "constraint", "no_inherit"}};
const Keys references_keys{{"name", "table", "column", "on_delete", "on_update", "match_type",
                            "deferrable", "initially_deferred"}};
const Keys generated_keys{{"expression", "identity"}};
const Keys identity_keys{{"user_specified_values", "sequence_options"}};

const std::vector<std::string_view> referential_actions{"NO ACTION", "RESTRICT", "CASCADE",
                                                        "SET NULL", "SET DEFAULT"};

void read_identity(const Fields& generated, GeneratedSpec& spec) {
  const Node* const node = generated.map("identity", Needed::no);
  if (node == nullptr) return;
  const Fields fields(generated.file(), *node, "identity", identity_keys);
  spec.is_identity = true;
  const std::string values =
      fields.choice("user_specified_values", Needed::no, {"ALWAYS", "BY DEFAULT"});
  spec.identity_user_specified_values = values.empty() ? "ALWAYS" : values;
  spec.identity_sequence_options = read_fragment(fields, "sequence_options", Needed::no);
}

std::optional<GeneratedSpec> read_generated(const Fields& column) {
  const Node* const node = column.map("generated", Needed::no);
  if (node == nullptr) return std::nullopt;
  const Fields fields(column.file(), *node, "generated", generated_keys);
  GeneratedSpec spec;
  spec.expression = read_expression(fields, "expression", Needed::no, LeadingSelect::refused);
  read_identity(fields, spec);
  const bool has_expression = fields.find("expression") != nullptr;
  if (has_expression == (fields.find("identity") != nullptr)) {
    fields.report(node->where, "generated needs \"expression\" or \"identity\", and only one");
  }
  return spec;
}

// `default: null` in a new column is what no default means.
bool is_null(const Fields& fields, std::string_view key) {
  const Entry* const entry = fields.find(key);
  return entry != nullptr && entry->value.shape == Node::Shape::null;
}

}  // namespace

std::optional<ReferencesSpec> read_column_references(const Fields& column) {
  const Node* const node = column.map("references", Needed::no);
  if (node == nullptr) return std::nullopt;
  const Fields fields(column.file(), *node, "references", references_keys);
  ReferencesSpec references;
  references.name = fields.name("name");
  references.table = fields.qualified_name("table");
  references.columns = {fields.name("column")};
  references.on_delete = fields.choice("on_delete", Needed::no, referential_actions);
  references.on_update = fields.choice("on_update", Needed::no, referential_actions);
  // PARTIAL is standard SQL that neither database carries out.
  references.match_type = fields.choice("match_type", Needed::no, {"SIMPLE", "FULL"});
  references.deferrable = fields.boolean("deferrable", false);
  references.initially_deferred = fields.boolean("initially_deferred", false);
  return references;
}

std::optional<model::CheckSpec> read_check(const Fields& column) {
  const Node* const node = column.map("check", Needed::no);
  if (node == nullptr) return std::nullopt;
  const Fields fields(column.file(), *node, "check", check_keys);
  model::CheckSpec check;
  check.name = fields.name("name");
  check.expression = read_expression(fields, "constraint", Needed::yes, LeadingSelect::refused)
                         .value_or(model::SqlText{});
  check.no_inherit = fields.boolean("no_inherit", false);
  return check;
}

ColumnSpec read_column(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "a column", column_keys);
  ColumnSpec column;
  column.where = fields.location();
  column.name = fields.name("name");
  column.type = read_type(fields, "type", Needed::yes);
  column.nullable = fields.boolean("nullable", false);
  column.pk = fields.boolean("pk", false);
  column.unique = fields.boolean("unique", false);
  if (!is_null(fields, "default")) {
    column.default_value = read_expression(fields, "default", Needed::no, LeadingSelect::refused);
  }
  const bool has_comment = fields.find("comment") != nullptr && !is_null(fields, "comment");
  if (has_comment) column.comment = fields.text("comment", Needed::no);
  column.check = read_check(fields);
  column.references = read_column_references(fields);
  column.generated = read_generated(fields);
  return column;
}

}  // namespace segue::parse
