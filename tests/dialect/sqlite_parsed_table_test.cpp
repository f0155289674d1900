#include <catch2/catch.hpp>

#include "engine/dialect/sqlite/parsed_table.hpp"

using namespace segue::dialect::sqlite;
using Kind = ClauseKind;
using Names = std::vector<std::string>;

namespace {

ParsedTable parsed(const std::string& sql) {
  const std::optional<ParsedTable> text = parse_table(sql);
  INFO(sql);
  REQUIRE(text.has_value());
  return *text;
}

std::string between(const std::string& sql, std::size_t begin, std::size_t end) {
  return sql.substr(begin, end - begin);
}

}  // namespace

TEST_CASE("a table's text is taken apart with the place of everything", "[dialect][sqlite]") {
  const std::string sql =
      "CREATE TABLE \"my table\" ( -- head\n"
      "  id INTEGER PRIMARY KEY AUTOINCREMENT, /* the, key */\n"
      "  [a b] VARCHAR(10, 2) NOT NULL ON CONFLICT IGNORE DEFAULT 'x,)' COLLATE NOCASE,\n"
      "  `c` \"double precision\" CONSTRAINT pos CHECK (c > 0 AND c <> ')') UNIQUE,\n"
      "  'd' CONSTRAINT ref REFERENCES \"my table\"(id, \"a b\") ON DELETE SET NULL ON UPDATE NO "
      "ACTION\n"
      "     MATCH FULL DEFERRABLE INITIALLY DEFERRED,\n"
      "  e GENERATED ALWAYS AS (upper(c)) STORED,\n"
      "  f AS (1),\n"
      "  CONSTRAINT pair UNIQUE (c COLLATE NOCASE DESC, 'd') ON CONFLICT REPLACE\n"
      "  CHECK (id > 0), -- no comma before me\n"
      "  FOREIGN KEY (c, d) REFERENCES other ON DELETE CASCADE NOT DEFERRABLE\n"
      ") STRICT, WITHOUT ROWID ";
  const ParsedTable text = parsed(sql);
  CHECK(text.name == "my table");
  CHECK(between(sql, text.name_begin, text.name_end) == "\"my table\"");
  CHECK(sql[text.body_begin - 1] == '(');
  CHECK(sql[text.body_end] == ')');
  CHECK(between(sql, text.options_begin, text.options_end) == " STRICT, WITHOUT ROWID");
  CHECK(text.strict);
  CHECK(text.without_rowid);
  REQUIRE(text.columns.size() == 6);

  CHECK(between(sql, text.columns[0].begin, text.columns[0].end) ==
        "id INTEGER PRIMARY KEY AUTOINCREMENT");
  CHECK(text.columns[0].constraint(Kind::primary_key)->autoincrement);

  const ParsedColumn& ab = text.columns[1];
  CHECK(ab.name == "a b");
  CHECK(between(sql, ab.begin, ab.name_end) == "[a b]");
  CHECK(ab.type == "VARCHAR(10, 2)");
  CHECK(between(sql, ab.type_begin, ab.type_end) == ab.type);
  CHECK(ab.constraint(Kind::not_null)->conflict == "IGNORE");
  CHECK(ab.constraint(Kind::default_value)->expression == "'x,)'");
  CHECK(ab.constraint(Kind::collate)->collation == "NOCASE");

  const ParsedColumn& c = text.columns[2];
  CHECK(c.name == "c");
  CHECK(c.type == "\"double precision\"");
  CHECK(c.constraint(Kind::check)->name == "pos");
  CHECK(c.constraint(Kind::check)->expression == "c > 0 AND c <> ')'");
  CHECK(c.constraint(Kind::check)->text == "CONSTRAINT pos CHECK (c > 0 AND c <> ')')");
  CHECK(c.constraint(Kind::check)->definition == "CHECK (c > 0 AND c <> ')')");
  CHECK(c.constraint(Kind::unique)->columns == Names{"c"});

  const ParsedColumn& d = text.columns[3];
  CHECK(d.name == "d");
  CHECK(d.type.empty());
  CHECK(d.type_begin == d.name_end);
  CHECK(d.constraint(Kind::foreign_key)->referenced_table == "my table");
  CHECK(d.constraint(Kind::foreign_key)->referenced_columns == Names{"id", "a b"});
  CHECK(d.constraint(Kind::foreign_key)->initially_deferred);

  CHECK(text.columns[4].constraint(Kind::generated)->stored);
  CHECK(text.columns[4].constraint(Kind::generated)->expression == "upper(c)");
  CHECK(text.columns[4].type.empty());
  CHECK(text.columns[5].constraint(Kind::generated)->expression == "1");

  REQUIRE(text.constraints.size() == 3);
  CHECK(text.constraints[0].name == "pair");
  CHECK(text.constraints[0].columns == Names{"c", "d"});
  CHECK(text.constraints[0].conflict == "REPLACE");
  CHECK(text.constraints[1].text == "CHECK (id > 0)");
  CHECK(text.constraints[2].columns == Names{"c", "d"});
  CHECK(text.constraints[2].referenced_table == "other");
  CHECK_FALSE(text.constraints[2].deferrable);
}

TEST_CASE("defaults of every form end where they end", "[dialect][sqlite]") {
  for (const std::string value : {"1.5e-3", "-1", "+ .5", "(1 + (2))", "x'00'", "CURRENT_TIMESTAMP",
                                  "true", "\"name\"", "NULL", "0x1F", "'it''s'"}) {
    const ParsedTable text = parsed("CREATE TABLE t(a INT DEFAULT " + value + " NOT NULL,b)");
    REQUIRE(text.columns.size() == 2);
    CHECK(text.columns[0].constraint(Kind::default_value)->expression == value);
    CHECK(text.columns[0].constraint(Kind::not_null) != nullptr);
  }
}

TEST_CASE("texts that SQLite accepts in odd forms are understood", "[dialect][sqlite]") {
  CHECK(parsed("CREATE TABLE t(a)").columns.size() == 1);
  CHECK(parsed("CREATE TABLE t(a\n, b)").columns[1].name == "b");
  CHECK(parsed("CREATE TABLE t(\"a\"INT)").columns[0].type == "INT");
  CHECK(parsed("create temp table if not exists main.t(a int, primary key (a autoincrement))")
            .constraints[0]
            .autoincrement);
  CHECK(parsed("CREATE TABLE t(a UNSIGNED BIG INT (5), b)").columns[0].type ==
        "UNSIGNED BIG INT (5)");
  CHECK(parsed("CREATE TABLE t(generated INT, always TEXT)").columns[0].name == "generated");
  CHECK(parsed("CREATE TABLE t(a NULL, b CONSTRAINT x, c CONSTRAINT y CONSTRAINT z NOT NULL)")
            .columns[2]
            .constraint(Kind::not_null)
            ->name == "z");
  CHECK(parsed("CREATE TABLE t(\"a\"\"b\" INT, [c d] e)").columns[0].name == "a\"b");
  CHECK(parsed("CREATE TABLE \xC3\xBC(\xC3\xA4 INT)").columns[0].name == "\xC3\xA4");
  CHECK(parsed("CREATE TABLE t(a INT /* open * / ) */, b -- )\n)").columns.size() == 2);
  CHECK(parsed("CREATE TABLE t(a INTEGER PRIMARY KEY DESC)")
            .columns[0]
            .constraint(Kind::primary_key)
            ->descending);
}

TEST_CASE("a text that is not understood is no table text", "[dialect][sqlite]") {
  for (const std::string sql :
       {"", "CREATE", "CREATE TABLE t", "CREATE TABLE t(", "CREATE TABLE t(a", "CREATE TABLE t(a,",
        "CREATE TABLE t(a CHECK (b)", "CREATE TABLE t()", "CREATE TABLE t(a) WITH x",
        "CREATE VIEW v AS SELECT 1", "CREATE VIRTUAL TABLE f USING fts5(x)",
        "CREATE TABLE t(a DEFAULT)", "CREATE TABLE t(a FOO(1) BAR)",
        "CREATE TABLE t(a REFERENCES p ON"}) {
    INFO(sql);
    CHECK_FALSE(parse_table(sql).has_value());
  }
}

TEST_CASE("cutting a table text anywhere never fails otherwise than by no answer",
          "[dialect][sqlite]") {
  const std::string sql =
      "CREATE TABLE [t](a INT DEFAULT -1.5e+3 CHECK (a > 0) REFERENCES p(a) ON DELETE SET NULL "
      "DEFERRABLE INITIALLY DEFERRED, CONSTRAINT c PRIMARY KEY (a COLLATE x DESC)) WITHOUT ROWID";
  for (std::size_t i = 0; i < sql.size(); ++i) {
    static_cast<void>(parse_table(sql.substr(0, i)));
    static_cast<void>(parse_table(sql.substr(0, i) + ")"));
    static_cast<void>(parse_table("CREATE TABLE t(" + sql.substr(i)));
  }
  CHECK(parse_table(sql).has_value());
}
