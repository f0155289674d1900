#include <catch2/catch.hpp>

#include <pthread.h>

#include "reading.hpp"

using namespace segue;
using namespace segue::test;

namespace {

Lines check(const std::string& text) {
  return lines_of(parse::check_postgres_expression({text, {"f.yaml", 10, 5}}));
}

std::string repeated(const std::string& part, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += part;
  return out;
}

const std::string not_one = "10:5 this is not one expression";

}  // namespace

TEST_CASE("expressions of PostgreSQL pass", "[parse]") {
  for (const std::string text :
       {"a",
        "1",
        "-1",
        "a || 'x;y'",
        "(a)",
        "row(1, 2)",
        "E'it\\'s'",
        "$x$ ) $x$",
        "a::numeric(10, 2)",
        "CASE WHEN a THEN b ELSE c END",
        "(SELECT max(x) FROM t)",
        "a -- why\n",
        "a -- why",
        "/* (( */ a",
        "SELECT a",
        " select /* x */ a",
        "SELECT a AS b",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM users u WHERE u.id = a) THEN 1 ELSE 0 END",
        "SELECT max(x) FROM t WHERE y = 1 GROUP BY z ORDER BY 1 LIMIT 1",
        "exists(select 1)",
        "a = any(b)",
        "\"selects\"",
        "array[1, 2]",
        "a in (1, 2)",
        "interval '1 day'",
        "null",
        "selected"}) {
    CAPTURE(text);
    CHECK(check(text).empty());
  }
}

TEST_CASE("texts that would end or widen the wrapping are refused", "[parse]") {
  for (const std::string text : {"1, 2",
                                 "*",
                                 "t.*",
                                 "a AS b",
                                 "a b",
                                 "DISTINCT a",
                                 "ALL a",
                                 "a FROM t",
                                 "a WHERE true",
                                 "SELECT a, b",
                                 "SELECT * FROM t",
                                 "SELECT (t).* FROM t",
                                 "SELECT",
                                 "SELECT a INTO x",
                                 "SELECT a FROM t FOR UPDATE",
                                 "SELECT 1 UNION SELECT 2",
                                 "VALUES (1)",
                                 "WITH x AS (SELECT 1) SELECT 1",
                                 "DROP TABLE t",
                                 "a ORDER BY 1",
                                 "a LIMIT 1",
                                 "TABLE t"}) {
    CAPTURE(text);
    CHECK_FALSE(check(text).empty());
  }
  CHECK(check("1, 2") == Lines{not_one});
  CHECK(check("a AS b") == Lines{not_one});
  CHECK(check("SELECT 1 UNION SELECT 2") == Lines{not_one});
  const std::string unclosed =
      "10:5 a quote or parenthesis is not closed, or closes what was not opened";
  CHECK(check("1) , (2") == Lines{unclosed});
  CHECK(check("1) + (2") == Lines{unclosed});
  CHECK(check("'a") == Lines{unclosed});
  CHECK(check("a /*/") == Lines{"10:7 this comment is not closed"});
  CHECK(check("a /* /* */") == Lines{"10:7 unterminated /* comment at or near \"/* /* */\""});
  CHECK(check("1; DROP TABLE t") ==
        Lines{"10:6 a ';' ends a statement; this must be an expression"});
  CHECK(check("1;") == Lines{"10:6 a ';' ends a statement; this must be an expression"});
  // No tag of PostgreSQL starts with a digit: what looks like a string is none.
  CHECK_FALSE(check("$1$ ) , ( $1$").empty());
  CHECK_FALSE(check("a$1$ ) , ( $1$").empty());
}

TEST_CASE("a text without an expression is a problem", "[parse]") {
  for (const std::string text : {"", " \n", "-- a", "/* a */"}) {
    CAPTURE(text);
    CHECK(check(text) == Lines{"10:5 nothing but spaces and comments"});
  }
}

TEST_CASE("the server's error has its place in the author's text", "[parse]") {
  CHECK(check("a || || )").at(0).starts_with("10:5 a quote or parenthesis"));
  CHECK(check("a ++ , b") == Lines{"10:10 syntax error at or near \",\""});
  CHECK(check("a +") == Lines{"10:8 syntax error at end of input"});
  CHECK(check("'ü' || = ,") == Lines{"10:12 syntax error at or near \"=\""});
  CHECK(check("a ||\n  b c d") == Lines{"11:11 syntax error at or near \"d\""});
  CHECK(check("SELECT a b c") == Lines{"10:16 syntax error at or near \"c\""});
}

TEST_CASE("bytes that the parser would misread never reach it", "[parse]") {
  CHECK(check(std::string("a\0, b", 5)) == Lines{"10:6 not UTF-8, or a control character"});
  CHECK(check("a \xFF") == Lines{"10:7 not UTF-8, or a control character"});
}

TEST_CASE("libpg_query 15 is kept from the depth at which it overflows the stack", "[parse]") {
  for (const std::string& text :
       {"a" + repeated("||a", 100'000), repeated("(", 50'000) + "a" + repeated(")", 50'000),
        repeated("- ", 100'000) + "a", repeated("NOT ", 100'000) + "a",
        "a" + repeated("::t", 50'000), repeated("f(", 50'000) + "a" + repeated(")", 50'000),
        "a" + repeated(" ISNULL", 100'000), repeated("'a' ", 150'000)}) {
    CAPTURE(text.substr(0, 20));
    CHECK(check(text).at(0).starts_with("10:5 too long to be checked"));
  }
}

TEST_CASE("what the limit lets through needs little stack", "[parse]") {
  // A service may run us in a thread with far less than the usual 8 MiB.
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, 1U << 20U) == 0);
  const auto run = [](void*) -> void* {
    CHECK(check("a" + repeated("||a", 1600)).empty());
    CHECK(check(repeated("- ", 4900) + "a").empty());
    CHECK(check("a IN (" + repeated("1, ", 40'000) + "1)").empty());
    return nullptr;
  };
  pthread_t thread{};
  REQUIRE(pthread_create(&thread, &attributes, run, nullptr) == 0);
  CHECK(pthread_join(thread, nullptr) == 0);
  pthread_attr_destroy(&attributes);
}

TEST_CASE("expressions in a file are checked where they stand", "[parse]") {
  CHECK(problems_of("operations:\n"
                    "  - alter_column:\n"
                    "      table: t\n"
                    "      column: c\n"
                    "      type: text\n"
                    "      up: |\n"
                    "        a ||\n"
                    "          b c d\n"
                    "      down: 'a +'\n"
                    "      default: \"a b c\"\n"
                    "      check: {name: x, constraint: c > 0 0}\n") ==
        Lines{"8:15 \"up\" of alter_column: syntax error at or near \"d\"",
              "9:17 \"down\" of alter_column: syntax error at end of input",
              "10:21 \"default\" of alter_column: syntax error at or near \"c\"",
              "11:42 \"constraint\" of check: syntax error at or near \"0\""});
}

TEST_CASE("a place that the file does not show as it is read is the start of the text", "[parse]") {
  CHECK(problems_of("{\"operations\": [{\"alter_column\": {\"table\": \"t\", \"column\": \"c\", "
                    "\"type\": \"text\",\n\"up\": \"a ||\\n b c d\"}}]}",
                    "a.json") ==
        Lines{"2:8 \"up\" of alter_column: syntax error at or near \"d\""});
}

TEST_CASE("defaults and constraints cannot be queries", "[parse]") {
  const std::string text =
      "operations: [{add_column: {table: t, column: {name: c, type: int, default: SELECT 1}, "
      "up: SELECT 1}}]";
  for (const auto kind : {model::DatabaseKind::postgres, model::DatabaseKind::sqlite}) {
    CHECK(problems_of(text, "a.yaml", kind) ==
          Lines{"1:76 \"default\" of a column cannot be a query"});
  }
}

TEST_CASE("types are checked", "[parse]") {
  const auto problems = [](const std::string& type, model::DatabaseKind kind) {
    return problems_of(
        "operations: [{create_table: {name: t, columns: [{name: c, type: \"" + type + "\"}]}}]",
        "a.yaml", kind);
  };
  const auto postgres = model::DatabaseKind::postgres;
  for (const std::string type :
       {"int", "numeric(10, 2)", "text[]", "timestamp with time zone", "serial", "my.type",
        "\\\"Odd\\\"", "double precision", "bit varying(3)"}) {
    CAPTURE(type);
    CHECK(problems(type, postgres).empty());
    CHECK(problems(type, model::DatabaseKind::sqlite).empty());
  }
  for (const std::string type :
       {"int NOT NULL", "int) + (1", "int, b int", "", "1", "int DEFAULT 1"}) {
    CAPTURE(type);
    CHECK_FALSE(problems(type, postgres).empty());
  }
  CHECK(problems("int; DROP TABLE t", model::DatabaseKind::sqlite) ==
        Lines{"1:69 \"type\" of a column: a ';' ends a statement; this must be an expression"});
}

TEST_CASE("for SQLite a text is closed and not empty", "[parse]") {
  const auto problems = [](const std::string& up) {
    return problems_of("operations: [{drop_column: {table: t, column: c, down: \"" + up + "\"}}]",
                       "a.yaml", model::DatabaseKind::sqlite);
  };
  CHECK(problems("a -> '$.b' GLOB 'x*'").empty());
  CHECK(problems("a FROM").empty());  // its grammar is SQLite's own to judge
  CHECK(problems(" ") == Lines{"1:57 \"down\" of drop_column: nothing but spaces and comments"});
  CHECK(problems("(a").size() == 1);
  CHECK(problems("a;b").size() == 1);
  // SQLite ends this comment at the first */ and would run what follows.
  CHECK(problems("a /* /* */ ; DROP TABLE t */ */") ==
        Lines{"1:59 \"down\" of drop_column: SQLite does not nest comments"});
}
