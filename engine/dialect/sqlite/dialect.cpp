// SQLite's dialect: planning and text are in the files beside this one; here is what the interface
// asks of types, catalogue and preflight.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/dialect.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/direct_build.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/functions.hpp"
#include "engine/dialect/sqlite/plan.hpp"
#include "engine/dialect/sqlite/preflight.hpp"
#include "engine/dialect/sqlite/render.hpp"
#include "engine/dialect/sqlite/shapes.hpp"
#include "engine/dialect/sqlite/temp_alias.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"
#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect {
namespace sqlite {
namespace {

class SqliteDialect final : public Dialect {
 public:
  [[nodiscard]] model::DatabaseKind kind() const override { return model::DatabaseKind::sqlite; }

  // SQLite keeps the declared type as it was written; nothing but space may differ.
  [[nodiscard]] std::string normal_type(const std::string& type) const override {
    std::string out;
    for (TokenCursor at(type); !at.at_end();) {
      out += at.text();
      at.next();
      if (!at.at_end() && !at.lead().empty() && !at.is("(") && !at.is(")") && !at.is(","))
        out += " ";
    }
    return out;
  }

  [[nodiscard]] bool widens_in_place(const TypeChange& change) const override {
    return holds_in_place(change);
  }

  [[nodiscard]] bool is_constant_default(const std::string& sql) const override {
    TokenCursor at(sql);
    if (at.is("(")) return false;
    if (at.is("+") || at.is("-")) at.next();
    const bool clock = at.is_any({"current_timestamp", "current_date", "current_time"});
    at.next();
    return !clock && at.at_end();
  }

  [[nodiscard]] model::Plan plan(const PlanInput& input) const override { return make_plan(input); }

  [[nodiscard]] model::Catalog expanded(const model::Catalog& catalog,
                                        const model::Plan& plan) const override;

  [[nodiscard]] std::vector<PreflightQuery> preflight(const PlanInput& input,
                                                      const model::Plan& plan) const override {
    return preflight_queries(input, plan);
  }

  // Statements of the author in contract may take away what would break: then only the swap, which
  // comes behind them, can tell.
  [[nodiscard]] std::optional<DirectBuild> direct_build(
      const model::Plan& plan, const model::Catalog& catalog) const override {
    const bool opaque = std::any_of(plan.changes.begin(), plan.changes.end(),
                                    [](const auto& change) { return !change.contract.empty(); });
    if (opaque || !protected_by("direct_build")) return std::nullopt;
    return sqlite::direct_build(works_of(plan, catalog), catalog, objects_of(plan.changes));
  }

  [[nodiscard]] Script render(const model::Step& step,
                              const RenderContext& context) const override {
    return render_step(step, context);
  }

  [[nodiscard]] std::vector<Script> inverse(const model::Step& step,
                                            const RenderContext& context) const override {
    return inverse_of(step, context);
  }

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> reversal_loss(
      const RenderContext& context) const override {
    // Before publish nobody could write through the new version.
    if (!model::lives_twice(context.migration().state)) return {};
    return losses(context);
  }

  [[nodiscard]] std::vector<Statement> drift_checks(const RenderContext& context) const override {
    return drift(context);
  }

  [[nodiscard]] TransactionScript unpublish(const model::Plan& plan,
                                            const std::string& version) const override {
    TransactionScript script{.begin = "BEGIN IMMEDIATE"};
    for (const model::Step& step : plan.steps) {
      if (step.kind != model::StepKind::install_sync) continue;
      script.statements.push_back(
          {.sql = fmt::format("DROP VIEW IF EXISTS {}", quoted(step.table + "__" + version)),
           .lock = "write lock, O(1)"});
    }
    return script;
  }

  [[nodiscard]] std::vector<Statement> support() const override { return {}; }

  // Refused in planning.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> left_rows(
      const RenderContext&) const override {
    return {};
  }

  // A file lock names no session; the processes that hold it are the executor's to find.
  [[nodiscard]] std::string blockers(const BlockerQuestion&) const override { return ""; }

  // A connection leaves no trace in the file: only clients that announce themselves are seen.
  [[nodiscard]] std::string clients(const std::vector<ClientVersion>&) const override {
    return "SELECT version, count(*) FROM segue_client WHERE seen_at > "
           "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds') GROUP BY version";
  }
  [[nodiscard]] std::string version_schema(const std::string&, const std::string&) const override {
    return "";
  }
  [[nodiscard]] std::string role_of_version() const override { return ""; }
  [[nodiscard]] std::string tables_of_version() const override { return ""; }
  [[nodiscard]] bool expanded_keeps_values() const override { return false; }
  [[nodiscard]] std::vector<std::string> session_alias(
      const std::string& name, const model::CatalogTable& target) const override {
    return temp_alias(name, target);
  }

  [[nodiscard]] bool sees_clients() const override { return false; }

  [[nodiscard]] bool readers_stop_writers(const model::Catalog& catalog) const override {
    const auto mode = catalog.settings.find("journal_mode");
    return mode == catalog.settings.end() || mode->second != "wal";
  }

  [[nodiscard]] bool refuses_given_up() const override { return false; }
};

model::CatalogColumn catalog_column(const model::ColumnChange& column, int position) {
  model::CatalogColumn out;
  out.name = column.after;
  out.position = position;
  out.type = column.shape.type;
  out.nullable = column.shape.nullable;
  out.default_sql = column.shape.default_sql;
  out.collation = column.shape.collation;
  out.generated = column.shape.generated;
  out.primary_key = column.shape.primary_key;
  return out;
}

void create(model::Catalog& catalog, const model::TableChange& change) {
  model::CatalogTable table;
  table.name = change.after;
  table.estimated_rows = 0;
  if (change.create) table.sql = create_table_sql(*change.create);
  for (const model::ColumnChange& column : change.columns) {
    table.columns.push_back(catalog_column(column, static_cast<int>(table.columns.size()) + 1));
  }
  catalog.relation_names.insert(table.name);
  const auto after = std::upper_bound(catalog.tables.begin(), catalog.tables.end(), table,
                                      [](const auto& a, const auto& b) { return a.name < b.name; });
  catalog.tables.insert(after, std::move(table));
}

// ALTER TABLE appends the definition before the closing parenthesis.
std::string text_with_column(const std::string& sql, const model::ColumnChange& column) {
  std::optional<TableText> text = table_text(sql);
  if (!text || text->parts.empty()) return sql;
  TablePart part;
  part.lead = " ";
  part.column = added_column(column);
  const auto first_clause = std::find_if(text->parts.begin(), text->parts.end(),
                                         [](const TablePart& p) { return p.clause.has_value(); });
  text->parts.insert(first_clause, std::move(part));
  return text->text();
}

void expand_direct(model::CatalogTable& table, const model::TableChange& change) {
  for (const model::ColumnChange& column : change.columns) {
    if (column.fate == model::ColumnFate::added) {
      table.columns.push_back(catalog_column(column, static_cast<int>(table.columns.size()) + 1));
      table.sql = text_with_column(table.sql, column);
    }
    if (!loosens(column)) continue;
    for (model::CatalogColumn& known : table.columns) {
      if (same_name(known.name, column.old_physical)) known.nullable = true;
    }
  }
  table.sql = loosened_text(table.sql, change);
}

model::Catalog SqliteDialect::expanded(const model::Catalog& catalog,
                                       const model::Plan& plan) const {
  model::Catalog out = catalog;
  for (const TableWork& work : works_of(plan, catalog)) {
    if (work.rebuild) {
      out.relation_names.insert(work.rebuild->fresh);
      continue;
    }
    if (work.change.fate == model::TableFate::created) create(out, work.change);
    if (work.change.fate != model::TableFate::changed) continue;
    for (model::CatalogTable& table : out.tables) {
      if (table.name == work.change.physical) expand_direct(table, work.change);
    }
    for (const model::CreateIndex& index : work.change.created_indexes) {
      out.relation_names.insert(index.name);
    }
  }
  return out;
}

}  // namespace
}  // namespace sqlite

std::unique_ptr<Dialect> make_sqlite_dialect() { return std::make_unique<sqlite::SqliteDialect>(); }

}  // namespace segue::dialect
