#include <fmt/format.h>

#include <algorithm>

#include "engine/parse/column_reader.hpp"
#include "engine/parse/sql_fields.hpp"

// Constraints of a table in create_table and create_constraint. Each type has keys that it needs
// and keys that mean nothing to it; the latter are reported, since ignoring them would promise what
// the table does not do.

namespace segue::parse {
namespace {

using model::ConstraintSpec;
using model::ConstraintType;

const Keys references_keys{
    {"table", "columns", "match_type", "on_delete", "on_update", "on_delete_set_columns"}};
const Keys exclude_keys{{"index_method", "elements", "predicate"}};
const Keys index_keys{{"tablespace", "storage_parameters", "include_columns"}};

const std::vector<std::string_view> referential_actions{"NO ACTION", "RESTRICT", "CASCADE",
                                                        "SET NULL", "SET DEFAULT"};

struct TypeRule {
  std::string_view name;
  ConstraintType type;
  std::string_view needed;
  std::vector<std::string_view> keys;  // beside name and type
};

const std::vector<TypeRule>& type_rules() {
  static const std::vector<TypeRule> rules{
      {"unique",
       ConstraintType::unique,
       "columns",
       {"columns", "deferrable", "initially_deferred", "nulls_not_distinct", "index_parameters"}},
      {"check", ConstraintType::check, "check", {"check", "columns", "no_inherit"}},
      {"primary_key",
       ConstraintType::primary_key,
       "columns",
       {"columns", "deferrable", "initially_deferred", "index_parameters"}},
      {"foreign_key",
       ConstraintType::foreign_key,
       "references",
       {"columns", "references", "deferrable", "initially_deferred"}},
      {"exclude",
       ConstraintType::exclude,
       "exclude",
       {"exclude", "deferrable", "initially_deferred", "index_parameters"}},
  };
  return rules;
}

void check_against(const TypeRule& rule, const Fields& fields) {
  if (rule.needed != "columns" && fields.find(rule.needed) == nullptr) {
    fields.report(fields.where(),
                  fmt::format("a constraint of type {} needs \"{}\"", rule.name, rule.needed));
  }
  for (const std::string_view key : constraint_keys().known) {
    const Entry* const entry = fields.find(key);
    const bool belongs = key == "name" || key == "type" ||
                         std::find(rule.keys.begin(), rule.keys.end(), key) != rule.keys.end();
    if (entry != nullptr && !belongs) {
      fields.report(entry->where,
                    fmt::format("\"{}\" means nothing to a constraint of type {}", key, rule.name));
    }
  }
}

void read_type_of(const Fields& fields, ConstraintSpec& spec) {
  std::vector<std::string_view> names;
  for (const TypeRule& rule : type_rules()) names.push_back(rule.name);
  const std::string type = fields.choice("type", Needed::yes, names);
  for (const TypeRule& rule : type_rules()) {
    if (type != rule.name) continue;
    spec.type = rule.type;
    check_against(rule, fields);
  }
  const bool needs_columns = type == "unique" || type == "primary_key" || type == "foreign_key";
  spec.columns = fields.names("columns", needs_columns ? Needed::yes : Needed::no);
}

void read_references(const Fields& constraint, ConstraintSpec& spec) {
  const Node* const node = constraint.map("references", Needed::no);
  if (node == nullptr) return;
  const Fields fields(constraint.file(), *node, "references", references_keys);
  model::ReferencesSpec references;
  references.name = spec.name;
  references.table = fields.qualified_name("table");
  references.columns = fields.names("columns", Needed::yes);
  references.on_delete = fields.choice("on_delete", Needed::no, referential_actions);
  references.on_update = fields.choice("on_update", Needed::no, referential_actions);
  references.match_type = fields.choice("match_type", Needed::no, {"SIMPLE", "FULL"});
  references.on_delete_set_columns = fields.names("on_delete_set_columns", Needed::no);
  references.deferrable = spec.deferrable;
  references.initially_deferred = spec.initially_deferred;
  const bool counts_differ = !spec.columns.empty() && !references.columns.empty() &&
                             spec.columns.size() != references.columns.size();
  if (counts_differ) {
    fields.report(node->where, fmt::format("{} columns reference {}", spec.columns.size(),
                                           references.columns.size()));
  }
  spec.references = std::move(references);
}

void read_exclude(const Fields& constraint, ConstraintSpec& spec) {
  const Node* const node = constraint.map("exclude", Needed::no);
  if (node == nullptr) return;
  const Fields fields(constraint.file(), *node, "exclude", exclude_keys);
  spec.exclude_index_method = fields.name("index_method", Needed::no);
  spec.exclude_elements = read_fragment(fields, "elements", Needed::yes);
  const auto predicate = read_expression(fields, "predicate", Needed::no, LeadingSelect::refused);
  if (predicate) spec.exclude_predicate = predicate->text;
}

void read_index_parameters(const Fields& constraint, ConstraintSpec& spec) {
  const Node* const node = constraint.map("index_parameters", Needed::no);
  if (node == nullptr) return;
  const Fields fields(constraint.file(), *node, "index_parameters", index_keys);
  spec.index_tablespace = fields.name("tablespace", Needed::no);
  spec.index_storage_parameters = read_fragment(fields, "storage_parameters", Needed::no);
  spec.index_include_columns = fields.names("include_columns", Needed::no);
}

}  // namespace

const Keys& constraint_keys() {
  static const Keys keys{{"name", "type", "columns", "check", "deferrable", "initially_deferred",
                          "nulls_not_distinct", "no_inherit", "references", "exclude",
                          "index_parameters"}};
  return keys;
}

ConstraintSpec read_constraint(const FileContext& file, const Node& node) {
  return read_constraint(Fields(file, node, "a constraint", constraint_keys()));
}

ConstraintSpec read_constraint(const Fields& fields) {
  ConstraintSpec spec;
  spec.where = fields.location();
  spec.name = fields.name("name");
  spec.deferrable = fields.boolean("deferrable", false);
  spec.initially_deferred = fields.boolean("initially_deferred", false);
  spec.nulls_not_distinct = fields.boolean("nulls_not_distinct", false);
  spec.no_inherit = fields.boolean("no_inherit", false);
  read_type_of(fields, spec);
  spec.check = read_expression(fields, "check", Needed::no, LeadingSelect::refused);
  read_references(fields, spec);
  read_exclude(fields, spec);
  read_index_parameters(fields, spec);
  return spec;
}

}  // namespace segue::parse
