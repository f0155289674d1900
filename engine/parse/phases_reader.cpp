#include <fmt/format.h>

#include "engine/core/sql_tokens.hpp"
#include "engine/parse/operation_reader.hpp"
#include "engine/parse/sql_fields.hpp"

// `phases:`, statements that the author has put into phases by hand.

namespace segue::parse {
namespace {

const Keys phases_keys{{"expand", "migrate", "contract"}};
const Keys step_keys{{"sql", "reverse", "verify", "transaction", "backfill"}};
const Keys backfill_keys{{"table", "set", "where"}};

std::vector<std::pair<std::string, model::SqlText>> read_set(const Fields& backfill) {
  std::vector<std::pair<std::string, model::SqlText>> set;
  const Node* const node = backfill.map("set", Needed::yes);
  if (node == nullptr) return set;
  Keys columns;
  for (const Entry& entry : node->entries) columns.known.push_back(entry.key);
  const Fields fields(backfill.file(), *node, "\"set\" of backfill", columns);
  for (const Entry& entry : node->entries) {
    check_name(backfill.file(), entry.key, entry.where, "a column in \"set\" of backfill");
    const auto value = read_expression(fields, entry.key, Needed::yes, LeadingSelect::accepted);
    if (value) set.emplace_back(entry.key, *value);
  }
  if (node->entries.empty()) fields.report(node->where, "\"set\" of backfill is an empty map");
  return set;
}

std::optional<model::PhaseBackfill> read_backfill(const Fields& step, std::string_view phase) {
  const Node* const node = step.map("backfill", Needed::no);
  if (node == nullptr) return std::nullopt;
  if (phase != "migrate") {
    step.report(node->where, fmt::format("a backfill belongs to migrate, not to {}", phase));
  }
  const Fields fields(step.file(), *node, "backfill", backfill_keys);
  model::PhaseBackfill backfill;
  backfill.table = fields.qualified_name("table");
  backfill.set = read_set(fields);
  backfill.where_clause = read_expression(fields, "where", Needed::no, LeadingSelect::refused);
  return backfill;
}

// A backfill chooses its own statements and transactions; its proof and its way back can be given.
void check_step_keys(const Fields& fields, const Node& node) {
  if (node.shape != Node::Shape::map) return;
  const bool has_sql = fields.find("sql") != nullptr;
  const bool has_backfill = fields.find("backfill") != nullptr;
  if (has_sql == has_backfill) {
    fields.report(node.where, "a step of phases needs \"sql\" or \"backfill\", and only one");
  }
  const Entry* const transaction = fields.find("transaction");
  if (has_backfill && !has_sql && transaction != nullptr) {
    fields.report(transaction->where, "\"transaction\" means nothing to a backfill");
  }
}

// A run that was killed between such a statement and its record must be able to tell whether it has
// taken effect.
void check_outside_of_transaction(const Fields& fields, const model::PhaseStep& step) {
  const bool is_sqlite = fields.file().options.kind == model::DatabaseKind::sqlite;
  if (!is_sqlite || step.transaction || !step.sql) return;
  const Place where = fields.find("transaction")->where;
  if (has_second_statement(step.sql->text, SqlSyntax::sqlite)) {
    fields.report(where, "\"transaction: false\" takes one statement; give each a step of its own");
  } else if (!step.verify && !is_sqlite_upkeep(step.sql->text)) {
    fields.report(
        where,
        "\"transaction: false\" needs a \"verify\" that finds a row once the statement has "
        "taken effect; only VACUUM, ANALYZE, REINDEX and PRAGMA may be run twice");
  }
}

model::PhaseStep read_step(const FileContext& file, const Node& node, std::string_view phase) {
  const Fields fields(file, node, "a step of phases", step_keys);
  check_step_keys(fields, node);
  model::PhaseStep step;
  step.where = fields.location();
  step.sql = read_statement(fields, "sql", Needed::no);
  step.reverse = read_statement(fields, "reverse", Needed::no);
  step.verify = read_statement(fields, "verify", Needed::no);
  step.transaction = fields.boolean("transaction", true);
  step.backfill = read_backfill(fields, phase);
  check_outside_of_transaction(fields, step);
  return step;
}

std::vector<model::PhaseStep> read_phase(const Fields& phases, std::string_view phase) {
  std::vector<model::PhaseStep> steps;
  const Entry* const entry = phases.find_value(phase, Needed::no);
  const bool is_left_empty =
      entry != nullptr && entry->value.shape == Node::Shape::list && entry->value.items.empty();
  if (is_left_empty) return steps;
  if (const Node* const list = phases.list(phase, Needed::no)) {
    for (const Node& item : list->items) steps.push_back(read_step(phases.file(), item, phase));
  }
  return steps;
}

bool has_step(const Node& node) {
  for (const Entry& entry : node.entries) {
    const bool is_filled = entry.value.shape != Node::Shape::list || !entry.value.items.empty();
    if (is_filled) return true;
  }
  return false;
}

}  // namespace

model::Operation read_phases(const FileContext& file, const Entry& entry) {
  const Fields fields(file, entry.value, "phases", phases_keys);
  model::Phases phases;
  phases.expand = read_phase(fields, "expand");
  phases.migrate = read_phase(fields, "migrate");
  phases.contract = read_phase(fields, "contract");
  if (entry.value.shape == Node::Shape::map && !has_step(entry.value)) {
    fields.report(entry.where, "phases has no step");
  }
  return {std::move(phases), file.problems.at(entry.where)};
}

}  // namespace segue::parse
