// Taking texts apart and putting them together.

#include <catch2/catch.hpp>

#include "engine/dialect/sqlite/functions.hpp"
#include "engine/dialect/sqlite/shapes.hpp"
#include "engine/dialect/sqlite/table_text.hpp"
#include "engine/dialect/sqlite/work.hpp"
#include "tests/dialect/sqlite_runner.hpp"
#include "tests/support/test_database.hpp"

using namespace segue;
using namespace segue::dialect::sqlite;

TEST_CASE("a table's text comes back as it was", "[dialect][sqlite]") {
  for (const std::string sql :
       {"CREATE TABLE t(a)",
        "CREATE TABLE \"t x\" ( [a b] INT /* c */ , 'q' VARCHAR(10, 2) DEFAULT (1) )",
        "CREATE TABLE t(\n  a INTEGER PRIMARY KEY AUTOINCREMENT, -- first, of all\n  b TEXT "
        "COLLATE NOCASE "
        "NOT NULL ON CONFLICT IGNORE CHECK (b <> ')'),\n  c REFERENCES p(x) ON DELETE SET NULL "
        "DEFERRABLE "
        "INITIALLY DEFERRED,\n  d GENERATED ALWAYS AS (a + 1) STORED,\n  e DEFAULT -1.5 UNIQUE,\n  "
        "CONSTRAINT u UNIQUE (b, c DESC),\n  FOREIGN KEY (a) REFERENCES q\n) WITHOUT ROWID, "
        "STRICT",
        "CREATE TABLE t(a DEFAULT 1.5e-3 CONSTRAINT x /* alone */, b CHECK (a > 0) -- one, two\n, "
        "CONSTRAINT u UNIQUE (b) /* no comma, none */ CHECK (b <> 1)\n  FOREIGN KEY (a) REFERENCES "
        "q -- end\n)"}) {
    const auto text = table_text(sql);
    REQUIRE(text);
    CHECK(text->text() == sql);
  }
  CHECK_FALSE(table_text("CREATE TABLE t AS SELECT 1"));
  CHECK_FALSE(table_text("CREATE VIRTUAL TABLE t USING fts5(a)"));
}

TEST_CASE("clauses of a column are told apart", "[dialect][sqlite]") {
  const auto text = table_text(
      "CREATE TABLE t(a UNSIGNED BIG INT CONSTRAINT n NOT NULL DEFAULT 'x' CHECK(a > 0) REFERENCES "
      "p NOT "
      "DEFERRABLE COLLATE rtrim)");
  REQUIRE(text);
  const ColumnText& column = *text->column("A");
  CHECK(column.type == "UNSIGNED BIG INT");
  CHECK(column.clauses.size() == 5);
  CHECK(column.clause(ClauseKind::not_null)->text == "CONSTRAINT n NOT NULL");
  CHECK(column.clause(ClauseKind::check)->body == "a > 0");
  CHECK(column.clause(ClauseKind::foreign_key)->text == "REFERENCES p NOT DEFERRABLE");
  CHECK(column.clause(ClauseKind::collate)->body == "rtrim");
}

TEST_CASE("automatic indexes are numbered as SQLite numbers them", "[dialect][sqlite]") {
  test::TestDatabase file(database::Kind::sqlite);
  const auto db = file.open();
  for (const std::string sql :
       {"CREATE TABLE t(x UNIQUE, y UNIQUE, UNIQUE(x), UNIQUE(x,y), PRIMARY KEY(y))",
        "CREATE TABLE t(x TEXT PRIMARY KEY, y UNIQUE) WITHOUT ROWID",
        "CREATE TABLE t(x INTEGER PRIMARY KEY, y UNIQUE) WITHOUT ROWID",
        "CREATE TABLE t(x INTEGER PRIMARY KEY UNIQUE, y TEXT COLLATE NOCASE UNIQUE, UNIQUE(y "
        "COLLATE "
        "BINARY))",
        "CREATE TABLE t(y UNIQUE, x TEXT, PRIMARY KEY(x)) WITHOUT ROWID",
        "CREATE TABLE t(x INTEGER PRIMARY KEY DESC, y)", "CREATE TABLE t(x INTEGER PRIMARY KEY, y)",
        "CREATE TABLE t(x INT PRIMARY KEY, y, UNIQUE(y ASC), UNIQUE(y DESC), UNIQUE(x,x))",
        "CREATE TABLE t(x INTEGER, y, UNIQUE(x), PRIMARY KEY(x))",
        "CREATE TABLE t(x INTEGER, y, PRIMARY KEY(x DESC))",
        "CREATE TABLE t(y UNIQUE, x INTEGER, PRIMARY KEY(x)) WITHOUT ROWID",
        "CREATE TABLE t(x TEXT UNIQUE PRIMARY KEY)"}) {
    INFO(sql);
    db->query("DROP TABLE IF EXISTS t");
    db->query(sql);
    std::vector<std::string> expected;
    const auto rows = db->query(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 't' ORDER BY name");
    for (std::size_t i = 0; i < rows.rows.size(); ++i) expected.push_back(rows.text(i, 0));
    std::vector<std::string> found;
    for (const AutoIndex& index : auto_indexes(*table_text(sql))) {
      if (index.has_row) found.push_back(auto_index_name("t", index.number));
    }
    CHECK(found == expected);
  }
}

TEST_CASE("an index's text is taken apart", "[dialect][sqlite]") {
  const auto text = index_text(
      "CREATE UNIQUE INDEX i ON t(a COLLATE NOCASE DESC, lower(b), \"c\") WHERE a IS NOT NULL");
  REQUIRE(text);
  CHECK(text->unique);
  REQUIRE(text->terms.size() == 3);
  CHECK(text->terms[0].column == "a");
  CHECK(text->terms[0].collation == "NOCASE");
  CHECK(text->terms[0].descending);
  CHECK(text->terms[1].column.empty());
  CHECK(text->terms[2].column == "c");
  CHECK(text->predicate == "a IS NOT NULL");
}

TEST_CASE("statements are split outside of trigger bodies", "[dialect][sqlite]") {
  CHECK(split_statements("SELECT 1; -- x;\nSELECT ';'").size() == 2);
  CHECK(split_statements(
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; "
            "END; SELECT 1;")
            .size() == 2);
  CHECK(split_statements(" ; /* nothing */ ").empty());
}

TEST_CASE("functions are judged by the oldest client", "[dialect][sqlite]") {
  CHECK(problems_of_expression("CASE WHEN a IN ('x') THEN substr(a, 1) ELSE max(a, b) END", 3024000)
            .empty());
  CHECK(problems_of_expression("format('%d', a)", 3038000).empty());
  CHECK(problems_of_expression("format('%d', a)", 3024000).size() == 1);
  CHECK(problems_of_expression("max(a)", 3024000).size() == 1);
  CHECK(problems_of_expression("date('now')", 3024000).size() == 1);
  CHECK(problems_of_expression("date(a, '+1 day')", 3024000).empty());
  CHECK(problems_of_expression("current_timestamp", 3024000).size() == 1);
}
