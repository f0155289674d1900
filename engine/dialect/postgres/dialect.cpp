// The PostgreSQL dialect: wires planning and rendering of this folder together.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/bodies.hpp"
#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/contract.hpp"
#include "engine/dialect/postgres/drift.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/movement.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/objects.hpp"
#include "engine/dialect/postgres/preflight.hpp"
#include "engine/dialect/postgres/sessions.hpp"
#include "engine/dialect/postgres/statistics.hpp"
#include "engine/dialect/postgres/steps.hpp"
#include "engine/dialect/postgres/subscribers.hpp"
#include "engine/dialect/postgres/support.hpp"
#include "engine/dialect/postgres/surroundings.hpp"
#include "engine/dialect/postgres/tables.hpp"
#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

using model::Phase;
using model::Step;
using model::StepKind;

const model::OpaqueStep& part_of(const Step& step, const RenderContext& context) {
  const model::Change& change = change_of(context);
  const auto& parts = step.phase == Phase::expand    ? change.expand
                      : step.phase == Phase::migrate ? change.migrate
                                                     : change.contract;
  return parts.at(static_cast<std::size_t>(step.part) - 1);
}

// The author's own text, with the base schema in front.
Script author_script(const model::SqlText& text, const std::optional<model::SqlText>& verify,
                     bool transaction, const RenderContext& context) {
  if (!transaction) {
    return StandaloneScript{
        .before = {{.sql = fmt::format("SET search_path = {}, pg_catalog",
                                       Identifier(context.catalog.schema))}},
        .statement = {.sql = text.text},
        .state = {.sql = verify ? fmt::format(
                                      "SELECT CASE WHEN EXISTS ({}) THEN 'done' ELSE 'absent' END",
                                      verify->text)
                                : "SELECT 'unknown'"},
        .clean_up = {},
        .after = {{.sql = "SET search_path = pg_catalog"}}};
  }
  TransactionScript script = write_script();
  script.statements.push_back(
      {.sql = fmt::format("SET LOCAL lock_timeout = {}", context.settings.lock_budget_ms)});
  script.statements.push_back(author_search_path(context));
  script.statements.push_back({.sql = text.text, .lock = "that of the statement"});
  if (verify) script.statements.push_back(author_verify(*verify));
  script.statements.push_back(own_search_path());
  return script;
}

class PostgresDialect final : public Dialect {
 public:
  model::DatabaseKind kind() const override { return model::DatabaseKind::postgres; }
  std::string normal_type(const std::string& type) const override {
    return postgres::normal_type(type);
  }
  bool widens_in_place(const TypeChange& change) const override {
    return postgres::widens_in_place(change.from, change.to);
  }
  bool is_constant_default(const std::string& sql) const override {
    return postgres::is_constant_default(sql);
  }

  model::Plan plan(const PlanInput& input) const override {
    const model::Change& change = input.changes.front();
    std::vector<Problem> problems = refusals(change, input);
    if (!problems.empty()) {
      throw Error(
          ErrorKind::refused,
          fmt::format("{} cannot be carried out: {}", change.migration, problems.front().message),
          {.where = problems.front().where, .migration = change.migration, .problems = problems});
    }
    return {.changes = input.changes,
            .steps = steps_of(change, input),
            .notes = notes(change, input),
            .found = {}};
  }

  model::Catalog expanded(const model::Catalog& catalog, const model::Plan& plan) const override;

  std::vector<PreflightQuery> preflight(const PlanInput& input,
                                        const model::Plan& plan) const override {
    const model::Change& change = plan.changes.front();
    std::vector<PreflightQuery> out = privilege_questions(plan, input);
    const auto add = [&](std::vector<PreflightQuery> questions) {
      for (PreflightQuery& question : questions) out.push_back(std::move(question));
    };
    add(subscriber_questions(change, input));
    add(session_questions(plan, input));
    for (const model::TableChange& table : change.tables) {
      if (changes_columns(table)) out.push_back(whole_row_functions(table, input));
    }
    add(object_questions(change, input));
    add(row_questions(change, input));
    return out;
  }
  std::vector<PreflightQuery> before_journal(const model::Settings& settings) const override {
    return subscribers_of_everything(settings);
  }

  // The server's own catalogue tells what depends on what.
  std::optional<DirectBuild> direct_build(const model::Plan&,
                                          const model::Catalog&) const override {
    return std::nullopt;
  }

  Script render(const Step& step, const RenderContext& context) const override;
  std::vector<Script> inverse(const Step& step, const RenderContext& context) const override;

  std::vector<std::pair<std::string, std::string>> reversal_loss(
      const RenderContext& context) const override {
    return reversal_questions(context);
  }
  std::vector<Statement> drift_checks(const RenderContext& context) const override {
    std::vector<Statement> out = drift_questions(context);
    for (Statement& statement : column_and_function_drift(context))
      out.push_back(std::move(statement));
    return out;
  }
  TransactionScript unpublish(const model::Plan&, const std::string& schema) const override {
    TransactionScript script = write_script();
    script.statements = {{.sql = fmt::format("SELECT segue.drop_version({})", literal(schema)),
                          .lock = "ACCESS EXCLUSIVE on views that refuse every reader"}};
    return script;
  }
  std::vector<Statement> support() const override { return support_statements(); }
  std::vector<std::pair<std::string, std::string>> left_rows(
      const RenderContext& context) const override {
    return left_questions(context);
  }
  std::string blockers(const BlockerQuestion& question) const override {
    return blocker_question(question);
  }
  std::string clients(const std::vector<ClientVersion>& versions) const override {
    return client_question(versions);
  }
  std::string version_schema(const std::string& base, const std::string& version) const override {
    return postgres::version_schema(base, version);
  }
  std::string role_of_version() const override { return postgres::role_of_version; }
  std::string tables_of_version() const override { return postgres::tables_of_version; }
  std::vector<std::string> session_alias(const std::string&,
                                         const model::CatalogTable&) const override {
    return {};
  }
  bool sees_clients() const override { return true; }
  bool expanded_keeps_values() const override { return true; }
  bool readers_stop_writers(const model::Catalog&) const override { return false; }
  bool refuses_given_up() const override { return true; }
};

model::Catalog PostgresDialect::expanded(const model::Catalog& catalog,
                                         const model::Plan& plan) const {
  model::Catalog out = catalog;
  for (const model::ObjectOperation& op : plan.changes.front().objects) {
    const bool is_relation = op.kind != model::ObjectKind::function &&
                             op.kind != model::ObjectKind::trigger &&
                             op.action == model::ObjectAction::create;
    if (is_relation) out.relation_names.insert(op.name);
  }
  for (const model::TableChange& change : plan.changes.front().tables) {
    if (change.fate == model::TableFate::dropped) continue;
    auto table =
        std::find_if(out.tables.begin(), out.tables.end(),
                     [&](const model::CatalogTable& t) { return t.name == change.physical; });
    if (table == out.tables.end()) {
      out.tables.push_back({.schema = catalog.schema, .name = change.physical});
      out.relation_names.insert(change.physical);
      table = std::prev(out.tables.end());
    }
    const auto add = [&](const std::string& name, const model::ColumnShape& shape) {
      if (table->column(name) != nullptr) return;
      table->columns.push_back({.name = name,
                                .position = static_cast<int>(table->columns.size()) + 1,
                                .type = shape.type,
                                .nullable = shape.nullable,
                                .default_sql = shape.default_sql,
                                .collation = shape.collation,
                                .primary_key = shape.primary_key,
                                .equality_is_bytes = equality_is_bytes(shape.type)});
    };
    for (const model::ColumnChange& column : change.columns) {
      if (column.fate == model::ColumnFate::kept || column.fate == model::ColumnFate::dropped)
        continue;
      model::ColumnShape shape = column.shape;
      if (column.has_sync()) {
        shape.nullable = true;
        shape.default_sql.reset();
      }
      add(column.new_physical, shape);
    }
    if (change.has_sync()) add(marker_column, {.type = "smallint"});
  }
  std::sort(out.tables.begin(), out.tables.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

Script PostgresDialect::render(const Step& step, const RenderContext& context) const {
  switch (step.kind) {
    case StepKind::create_functions: {
      TransactionScript script = write_script();
      script.statements = create_functions(context);
      return script;
    }
    case StepKind::create_version:
      return create_version(context);
    case StepKind::create_object:
      return create_object(step, context);
    case StepKind::create_table:
      return create_table(step, context);
    case StepKind::add_column:
    case StepKind::install_sync:
      return add_columns(step, context);
    case StepKind::loosen:
      return loosen(step, context);
    case StepKind::run_sql: {
      const model::OpaqueStep& part = part_of(step, context);
      return author_script(*part.sql, part.verify, part.transaction, context);
    }
    case StepKind::backfill:
      return step.part > 0 ? author_backfill(part_of(step, context), context)
                           : backfill(step, context);
    case StepKind::build_index:
      return build_index(step, context);
    case StepKind::add_constraint:
      return add_constraint(step, context);
    case StepKind::validate_constraint:
      return validate_constraint(step, context);
    case StepKind::analyze:
      return analyze(step, context);
    case StepKind::compare:
      return compare(step, context);
    case StepKind::horizon:
      return horizon(context);
    case StepKind::publish:
      return publish(context);
    case StepKind::gate:
      return gate(context);
    case StepKind::refuse:
      return refuse_given_up(context);
    case StepKind::soak:
      return soak(context);
    case StepKind::swap:
      return swap(context);
    case StepKind::drop_index:
      return drop_index(step, context);
    case StepKind::drop_object:
      return drop_object(step, context);
    case StepKind::cleanup:
      return cleanup(context);
    case StepKind::scan:
      return scan_left_rows(step, context);
    case StepKind::guard:
    case StepKind::tighten:
    case StepKind::drain:
      break;
  }
  throw Error(ErrorKind::bug, fmt::format("PostgreSQL has no step {}", to_string(step.kind)));
}

std::vector<Script> PostgresDialect::inverse(const Step& step, const RenderContext& context) const {
  switch (step.kind) {
    case StepKind::create_functions: {
      TransactionScript script = write_script();
      script.statements = drop_functions(change_of(context));
      return {script};
    }
    case StepKind::create_version:
      return {take_back_version(context)};
    case StepKind::create_object:
      return take_back_object(step, context);
    case StepKind::create_table:
      return {drop_created_table(step, context)};
    case StepKind::add_column:
    case StepKind::install_sync:
      return {remove_columns(step, context)};
    case StepKind::loosen:
      return restore_loosened(step, context);
    case StepKind::run_sql:
    case StepKind::backfill: {
      if (step.part == 0) return {};
      const model::OpaqueStep& part = part_of(step, context);
      if (!part.reverse) return {};
      return {author_script(*part.reverse, {}, part.transaction, context)};
    }
    case StepKind::build_index:
      return {drop_built_index(step, context)};
    case StepKind::add_constraint:
      return {drop_constraint(step, context)};
    case StepKind::analyze: {
      TransactionScript script = write_script();
      script.statements = drop_statistics(table_of(step, context), context);
      if (script.statements.empty()) return {};
      return {script};
    }
    case StepKind::publish:
      return {postgres::unpublish(context)};
    case StepKind::refuse:
      return {serve_given_up(context)};
    case StepKind::validate_constraint:
    case StepKind::compare:
    case StepKind::horizon:
    case StepKind::gate:
    case StepKind::soak:
    case StepKind::guard:
    case StepKind::scan:
    case StepKind::tighten:
      return {};
    case StepKind::swap:
    case StepKind::drop_index:
    case StepKind::drop_object:
    case StepKind::drain:
    case StepKind::cleanup:
      break;
  }
  throw Error(
      ErrorKind::refused,
      fmt::format("{} cannot be taken back: after the swap contract only goes forward", step.id));
}

}  // namespace
}  // namespace segue::dialect::postgres

namespace segue::dialect {

std::unique_ptr<Dialect> make_postgres_dialect() {
  return std::make_unique<postgres::PostgresDialect>();
}

}  // namespace segue::dialect
