#pragma once
// Runs the SQLite dialect's scripts on a real database, as the executor does but without journal
// and lease; and makes changes by hand.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/database/database.hpp"
#include "engine/dialect/dialect.hpp"
#include "engine/dialect/script.hpp"
#include "engine/model/catalog.hpp"
#include "engine/model/change.hpp"

namespace segue::test {

std::string filled(std::string sql, const std::map<std::string, std::string>& holes);

class SqliteRunner {
 public:
  explicit SqliteRunner(database::Database& database) : db_(database) {}

  /// Returns the error of a transaction that was rolled back.
  std::optional<Error> attempt(const dialect::TransactionScript& script);
  void run(const dialect::TransactionScript& script);
  /// One chunk of at most `size`; false at the end of the table.
  bool chunk(const dialect::WalkScript& script, std::string& position, int size);
  void walk(const dialect::WalkScript& script, int size);
  /// The keys that its residual scan names, over all ranges.
  std::vector<std::string> residual(const dialect::WalkScript& script, int size);
  /// Number of differences; `show` gets the first.
  std::int64_t compare(const dialect::CompareScript& script, int size, std::string* show = nullptr);
  void run(const dialect::Script& script);

 private:
  void execute(const dialect::Statement& statement, std::map<std::string, std::string>& captured);
  void probe(const std::vector<dialect::Statement>& statements);

  database::Database& db_;
};

/// A plan with its context, re-read before each step.
class SqliteMigration {
 public:
  SqliteMigration(database::Database& database, std::vector<model::Change> changes,
                  model::Settings settings = {});

  const model::Plan& plan() const { return live_.front().plan; }
  std::vector<const model::Step*> steps(model::Phase phase) const;
  const model::Step& step(model::StepKind kind, const std::string& table = "") const;
  dialect::Script render(const model::Step& step);
  std::vector<dialect::Script> inverse(const model::Step& step);
  std::vector<dialect::PreflightQuery> preflight();
  std::vector<std::pair<std::string, std::string>> losses();
  std::vector<dialect::Statement> drift();

  void run(const model::Step& step);
  void run(model::Phase phase);
  void reverse(const model::Step& step);
  /// From the last step of `phase` to the first of all.
  void reverse_from(model::Phase phase);

 private:
  dialect::RenderContext context();

  database::Database& db_;
  model::Settings settings_;
  std::unique_ptr<dialect::Dialect> dialect_;
  model::Catalog catalog_;
  std::vector<model::LiveMigration> live_;
};

// Columns of a change, by hand.
model::ColumnShape shape(const std::string& type, bool nullable = true);
model::ColumnChange kept(const std::string& name, const model::ColumnShape& shape);
model::ColumnChange renamed(const std::string& from, const std::string& to,
                            const model::ColumnShape& shape);
model::ColumnChange replaced(const std::string& from, const std::string& to,
                             const model::ColumnShape& before, const model::ColumnShape& after,
                             const std::string& up, const std::string& down);
model::ColumnChange added(const std::string& name, const model::ColumnShape& shape,
                          const std::string& up = "");
model::ColumnChange dropped(const std::string& name, const model::ColumnShape& shape,
                            const std::string& down = "");
/// Fills the arguments of every expression.
model::Change change_of(const std::string& migration, const std::string& table,
                        std::vector<model::ColumnChange> columns);

}  // namespace segue::test
