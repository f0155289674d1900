// What sqlite_runner.hpp declares. In a file of its own beside the tests, which are globbed.

#include "tests/dialect/sqlite_runner.hpp"

#include <algorithm>
#include <set>

#include "engine/core/sql_tokens.hpp"

namespace segue::test {

using dialect::Expectation;
using dialect::Statement;
using model::ColumnChange;
using model::ColumnFate;

std::string filled(std::string sql, const std::map<std::string, std::string>& holes) {
  for (const auto& [name, value] : holes) {
    const std::string hole = "{" + name + "}";
    for (std::size_t at = sql.find(hole); at != std::string::npos; at = sql.find(hole, at)) {
      sql.replace(at, hole.size(), value);
      at += value.size();
    }
  }
  return sql;
}

void SqliteRunner::execute(const Statement& statement,
                           std::map<std::string, std::string>& captured) {
  const std::string sql = filled(statement.sql, captured);
  INFO(sql);
  const database::Result result = db_.query(sql);
  const Expectation& expect = statement.expect;
  const std::string first = result.empty() ? "" : result.text(0, 0);
  bool holds = true;
  switch (expect.rule) {
    case Expectation::Rule::anything:
      break;
    case Expectation::Rule::no_rows:
      holds = result.empty();
      break;
    case Expectation::Rule::some_rows:
      holds = !result.empty();
      break;
    case Expectation::Rule::affected:
      holds = result.affected == expect.affected;
      break;
    case Expectation::Rule::value:
      holds = !result.empty() && first == expect.value;
      break;
  }
  if (!holds) {
    throw Error(expect.kind, filled(expect.message, {{"0", first}}), {.statement = sql});
  }
  if (!statement.capture.empty()) {
    captured[statement.capture] = first;
    captured[statement.capture + "+1"] = std::to_string(std::stoll(first) + 1);
  }
}

void SqliteRunner::probe(const std::vector<Statement>& statements) {
  std::map<std::string, std::string> captured;
  db_.query("SAVEPOINT probe");
  try {
    for (const Statement& statement : statements) execute(statement, captured);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
  }
  db_.query("ROLLBACK TO probe");
  db_.query("RELEASE probe");
}

std::optional<Error> SqliteRunner::attempt(const dialect::TransactionScript& script) {
  std::map<std::string, std::string> captured;
  for (const Statement& statement : script.before) execute(statement, captured);
  try {
    db_.query(script.begin);
    for (const Statement& statement : script.statements) execute(statement, captured);
    if (!script.probe.empty()) probe(script.probe);
    db_.query("COMMIT");
  } catch (const Error& error) {
    if (db_.in_transaction()) db_.query("ROLLBACK");
    for (const Statement& statement : script.failed) execute(statement, captured);
    return error;
  }
  for (const Statement& statement : script.after) execute(statement, captured);
  return std::nullopt;
}

void SqliteRunner::run(const dialect::TransactionScript& script) {
  const std::optional<Error> error = attempt(script);
  if (error) FAIL(error->what() << "\n" << error->detail().statement);
}

bool SqliteRunner::chunk(const dialect::WalkScript& script, std::string& position, int size) {
  if (position.empty()) position = script.first;
  db_.query(script.begin);
  const std::map<std::string, std::string> at{{"position", position},
                                              {"size", std::to_string(size)}};
  const database::Result bound = db_.query(filled(script.bound, at));
  if (bound.empty() || bound.is_null(0, 0)) {
    db_.query("COMMIT");
    return false;
  }
  const std::string hi = bound.text(0, 0);
  for (const Statement& statement : script.chunk) {
    db_.query(filled(statement.sql, {{"position", position}, {"hi", hi}}));
  }
  db_.query("COMMIT");
  position = hi;
  return true;
}

void SqliteRunner::walk(const dialect::WalkScript& script, int size) {
  std::string position;
  db_.enable_user_triggers(script.user_triggers);
  for (int guard = 0; chunk(script, position, size); ++guard) REQUIRE(guard < 100'000);
  for (int pass = 0; pass < 5; ++pass) {
    const std::vector<std::string> keys = residual(script, size);
    if (keys.empty()) break;
    for (const Statement& statement : script.residual_chunk) {
      db_.query(filled(statement.sql, {{"keys", fmt::format("{}", fmt::join(keys, ", "))}}));
    }
  }
  CHECK(residual(script, size).empty());
  db_.enable_user_triggers(true);
}

std::vector<std::string> SqliteRunner::residual(const dialect::WalkScript& script, int size) {
  std::vector<std::string> keys;
  if (script.residual_chunk.empty()) {
    if (db_.query(script.residual).integer(0, 0) != 0) keys.emplace_back("some");
    return keys;
  }
  REQUIRE(script.residual_pace);
  std::map<std::string, std::string> holes{
      {"position", script.first}, {"size", std::to_string(size)}, {"limit", "1000000"}};
  for (;;) {
    const database::Result bound = db_.query(filled(script.bound, holes));
    if (bound.empty() || bound.is_null(0, 0)) return keys;
    holes["hi"] = bound.text(0, 0);
    const database::Result missing = db_.query(filled(script.residual, holes));
    for (std::size_t i = 0; i < missing.rows.size(); ++i) keys.push_back(missing.text(i, 0));
    holes["position"] = holes["hi"];
  }
}

std::int64_t SqliteRunner::compare(const dialect::CompareScript& script, int size,
                                   std::string* show) {
  std::int64_t count = 0;
  std::string position = script.first;
  for (;;) {
    std::map<std::string, std::string> holes{{"position", position},
                                             {"size", std::to_string(size)}};
    if (!script.bound.empty()) {
      const database::Result bound = db_.query(filled(script.bound, holes));
      if (bound.empty() || bound.is_null(0, 0)) break;
      holes["hi"] = bound.text(0, 0);
    }
    const std::int64_t found = db_.query(filled(script.count, holes)).integer(0, 0);
    if (found > 0 && show != nullptr && show->empty()) {
      const database::Result rows = db_.query(filled(script.differences, holes));
      if (!rows.empty()) {
        for (std::size_t i = 0; i < rows.columns.size(); ++i) {
          *show += fmt::format("[{}] ", rows.is_null(0, i) ? "NULL" : rows.text(0, i));
        }
      }
    }
    count += found;
    if (script.bound.empty()) break;
    position = holes["hi"];
  }
  return count;
}

void SqliteRunner::run(const dialect::Script& script) {
  if (const auto* transaction = std::get_if<dialect::TransactionScript>(&script)) {
    run(*transaction);
  } else if (const auto* sweep = std::get_if<dialect::WalkScript>(&script)) {
    walk(*sweep, 7);
  } else if (const auto* proof = std::get_if<dialect::CompareScript>(&script)) {
    std::string first;
    const std::int64_t differences = compare(*proof, 10, &first);
    INFO(first);
    REQUIRE(differences == 0);
  }
}

SqliteMigration::SqliteMigration(database::Database& database, std::vector<model::Change> changes,
                                 model::Settings settings)
    : db_(database), settings_(settings), dialect_(dialect::make_sqlite_dialect()) {
  catalog_ = catalog::read_catalog(db_, "");
  const std::vector<model::LiveMigration> none;
  model::LiveMigration live;
  live.plan = dialect_->plan({catalog_, none, std::move(changes), settings_});
  live_.push_back(std::move(live));
}

dialect::RenderContext SqliteMigration::context() {
  catalog_ = catalog::read_catalog(db_, "");
  return {catalog_, live_, 0, settings_};
}

std::vector<const model::Step*> SqliteMigration::steps(model::Phase phase) const {
  std::vector<const model::Step*> out;
  for (const model::Step& step : plan().steps) {
    if (step.phase == phase) out.push_back(&step);
  }
  return out;
}

const model::Step& SqliteMigration::step(model::StepKind kind, const std::string& table) const {
  for (const model::Step& step : plan().steps) {
    if (step.kind == kind && (table.empty() || step.table == table)) return step;
  }
  throw std::runtime_error("the plan has no such step");
}

dialect::Script SqliteMigration::render(const model::Step& step) {
  return dialect_->render(step, context());
}

std::vector<dialect::Script> SqliteMigration::inverse(const model::Step& step) {
  return dialect_->inverse(step, context());
}

std::vector<dialect::PreflightQuery> SqliteMigration::preflight() {
  catalog_ = catalog::read_catalog(db_, "");
  const std::vector<model::LiveMigration> none;
  return dialect_->preflight({catalog_, none, plan().changes, settings_}, plan());
}

std::vector<std::pair<std::string, std::string>> SqliteMigration::losses() {
  live_.front().state = model::MigrationState::migrated;  // asked for once it was served
  return dialect_->reversal_loss(context());
}

std::vector<Statement> SqliteMigration::drift() { return dialect_->drift_checks(context()); }

void SqliteMigration::run(const model::Step& step) {
  INFO(step.id);
  SqliteRunner(db_).run(render(step));
}

void SqliteMigration::run(model::Phase phase) {
  for (const model::Step* step : steps(phase)) run(*step);
}

void SqliteMigration::reverse(const model::Step& step) {
  INFO("inverse of " << step.id);
  for (const dialect::Script& script : inverse(step)) SqliteRunner(db_).run(script);
}

void SqliteMigration::reverse_from(model::Phase phase) {
  std::vector<const model::Step*> all;
  for (const model::Step& step : plan().steps) {
    if (step.phase <= phase && step.reversible) all.push_back(&step);
  }
  std::reverse(all.begin(), all.end());
  for (const model::Step* step : all) reverse(*step);
}

model::ColumnShape shape(const std::string& type, bool nullable) {
  model::ColumnShape out;
  out.type = type;
  out.nullable = nullable;
  return out;
}

ColumnChange kept(const std::string& name, const model::ColumnShape& shape) {
  return renamed(name, name, shape);
}

ColumnChange renamed(const std::string& from, const std::string& to,
                     const model::ColumnShape& shape) {
  ColumnChange out;
  out.before = out.old_physical = out.new_physical = from;
  out.after = to;
  out.shape = out.shape_before = shape;
  return out;
}

namespace {

std::optional<model::Expression> expression(const std::string& sql) {
  if (sql.empty()) return std::nullopt;
  return model::Expression{.sql = {sql, {}}, .arguments = {}};
}

}  // namespace

ColumnChange replaced(const std::string& from, const std::string& to,
                      const model::ColumnShape& before, const model::ColumnShape& after,
                      const std::string& up, const std::string& down) {
  ColumnChange out;
  out.fate = ColumnFate::replaced;
  out.before = out.old_physical = from;
  out.after = out.new_physical = to;
  out.shape_before = before;
  out.shape = after;
  out.up = expression(up);
  out.down = expression(down);
  return out;
}

ColumnChange added(const std::string& name, const model::ColumnShape& shape,
                   const std::string& up) {
  ColumnChange out;
  out.fate = ColumnFate::added;
  out.after = out.new_physical = name;
  out.shape = shape;
  out.up = expression(up);
  return out;
}

ColumnChange dropped(const std::string& name, const model::ColumnShape& shape,
                     const std::string& down) {
  ColumnChange out;
  out.fate = ColumnFate::dropped;
  out.before = out.old_physical = name;
  out.shape = out.shape_before = shape;
  out.down = expression(down);
  return out;
}

model::Change change_of(const std::string& migration, const std::string& table,
                        std::vector<ColumnChange> columns) {
  std::set<std::string> before;
  std::set<std::string> after;
  for (const ColumnChange& column : columns) {
    if (column.fate != ColumnFate::added) before.insert(column.before);
    if (column.fate != ColumnFate::dropped) after.insert(column.after);
  }
  for (ColumnChange& column : columns) {
    for (auto [expression, names] :
         {std::pair{&column.up, &before}, std::pair{&column.down, &after}}) {
      if (!*expression) continue;
      for (const std::string& name : referenced_columns((*expression)->sql.text, table, *names)) {
        (*expression)->arguments.push_back({name, name, ""});
      }
    }
  }
  model::TableChange change;
  change.before = change.after = change.physical = table;
  change.columns = std::move(columns);
  model::Change out;
  out.migration = out.version_schema = migration;
  out.tables.push_back(std::move(change));
  return out;
}

}  // namespace segue::test
