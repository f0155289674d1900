#pragma once
// What the acceptance checks A1 to A25 share: one table on either database, and a run that is cut.

#include <fmt/format.h>

#include "tests/hazards/schedule.hpp"
#include "tests/support/fault_injector.hpp"

namespace segue::test {

/// Table t (id, a, other) with `rows` rows, a being 'v1', 'v2', ….
[[nodiscard]] inline std::string rows_of_t(database::Kind kind, int rows) {
  if (kind == database::Kind::postgres) {
    return fmt::format(
        "CREATE TABLE t (id integer PRIMARY KEY, a text, other integer DEFAULT 0);"
        "INSERT INTO t SELECT n, 'v' || n, 0 FROM generate_series(1, {}) AS n",
        rows);
  }
  return fmt::format(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, other INTEGER DEFAULT 0);"
      "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {}) "
      "INSERT INTO t SELECT n, 'v' || n, 0 FROM s",
      rows);
}

/// Old values are lower case, new ones upper case; of a mixed one only the new side knows.
constexpr const char* upper_pair =
    "operations:\n  - alter_column: { table: t, column: a, type: text, up: \"upper(a)\", "
    "down: \"lower(a)\" }\n";

/// Every connection that the engine opens while this lives counts for `plan`.
class Faulty {
 public:
  explicit Faulty(FaultPlan& plan) {
    database::set_opener([&plan](const database::Options& options) {
      auto inner = database::kind_of_url(options.url) == database::Kind::postgres
                       ? database::open_postgres(options)
                       : database::open_sqlite(options);
      return std::make_unique<FaultInjector>(std::move(inner), plan);
    });
  }
  Faulty(const Faulty&) = delete;
  Faulty& operator=(const Faulty&) = delete;
  ~Faulty() { database::set_opener({}); }
};

[[nodiscard]] inline std::string one(database::Database& session, const std::string& sql) {
  const database::Result result = session.query(sql);
  if (result.empty()) return "";
  return result.is_null(0, 0) ? "NULL" : result.text(0, 0);
}

}  // namespace segue::test
