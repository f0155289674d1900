// Row security, privileges, and a version of all tables (protocol-postgres.md 6).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, owner_name text, secret text);
INSERT INTO t VALUES (1, 1, 'segue_test_reader', 's1'), (2, 2, 'somebody', 's2'),
  (3, 3, 'segue_test_reader', 's3');
DO $$ BEGIN CREATE ROLE segue_test_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE segue_test_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";
constexpr const char* row_security = R"sql(
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (owner_name = current_user);
)sql";

std::unique_ptr<database::Database> reader_of(const Stage& stage, const std::string& path) {
  auto client = stage.session();
  client->query("SET ROLE segue_test_reader");
  client->query("SET search_path = " + path);
  client->query("SET row_security = on");  // as every application has it
  return client;
}

TEST_CASE("P26: an owner who sees only some rows is stopped", "[hazard]") {
  Stage stage(std::string(table) + row_security +
              "ALTER TABLE t FORCE ROW LEVEL SECURITY; ALTER TABLE t OWNER TO segue_test_owner;"
              "GRANT CREATE, USAGE ON SCHEMA public TO segue_test_owner;");
  const std::string name = stage.value("SELECT current_database()");
  stage.database().open()->query(
      fmt::format("GRANT CREATE ON DATABASE {} TO segue_test_owner", name));
  stage.add(pair);
  Config config = stage.config();
  config.role = "segue_test_owner";
  Engine engine(config);
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::privilege);
  CHECK(stage.value("SELECT coalesce(to_regclass('public_m1.t')::text, 'none')") == "none");
}

TEST_CASE("P60: row security holds through a version", "[hazard]") {
  Stage stage(std::string(table) + row_security +
              "GRANT SELECT, INSERT, UPDATE, DELETE ON t TO segue_test_reader;");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = reader_of(stage, "public_m1, public");
  CHECK(client->query("SELECT string_agg(a, ' ' ORDER BY id) FROM t").text(0, 0) == "v1 v3");
  CHECK(client->query("UPDATE t SET a = 'v9'").affected == 2);
  CHECK(state_of(*client, "INSERT INTO t VALUES (4, 'v4', 'somebody', '')") == "42501");
  CHECK(state_of(*client, "INSERT INTO t VALUES (4, 'v4', 'segue_test_reader', '')") == "");
  CHECK(stage.value("SELECT string_agg(a::text, ' ' ORDER BY id) FROM t") == "9 2 9 4");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(client->query("SELECT string_agg(a, ' ' ORDER BY id) FROM t").text(0, 0) == "v9 v9 v4");
}

TEST_CASE("P60: privileges on columns hold through a version and on the column that replaces",
          "[hazard]") {
  Stage stage(std::string(table) + "GRANT SELECT (id, a), UPDATE (a) ON t TO segue_test_reader;");
  const std::string before = stage.value(
      "SELECT attacl::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a'");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = reader_of(stage, "public_m1, public");
  const auto allowed = [&] {
    CHECK(state_of(*client, "SELECT id, a FROM t") == "");
    CHECK(state_of(*client, "UPDATE t SET a = 'v5' WHERE id = 1") == "");
    CHECK(state_of(*client, "SELECT secret FROM t") == "42501");
    CHECK(state_of(*client, "UPDATE t SET secret = ''") == "42501");
  };
  allowed();
  REQUIRE(outcome(engine.contract()) == "ok");
  allowed();
  client->query("SET search_path = public");
  allowed();
  CHECK(stage.value(
            "SELECT attacl::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = "
            "'a'") == before);
}

TEST_CASE("P60: row security beside privileges on columns is refused by name", "[hazard]") {
  Stage stage(std::string(table) + row_security + "GRANT SELECT (id) ON t TO segue_test_reader;");
  stage.add(pair);
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK(result.failure->message.find("row security and column privileges") != std::string::npos);
}

TEST_CASE("a version of all tables is enough as the whole search path", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE TABLE same (id serial PRIMARY KEY, n integer DEFAULT 5,
  twice integer GENERATED ALWAYS AS (n * 2) STORED);
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY, n integer);
INSERT INTO same DEFAULT VALUES;
)sql");
  stage.add(pair);
  stage.add(R"yaml(
operations:
  - create_table:
      name: made
      columns: [ { name: id, type: serial, pk: true },
                 { name: n, type: integer, nullable: true, default: "3" } ]
)yaml");
  Config config = stage.config();
  config.version_views = VersionViews::all;
  Engine engine(config);
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const auto works = [&](const std::string& path) {
    client->query("SET search_path = " + path);
    CHECK(state_of(*client, "INSERT INTO same DEFAULT VALUES") == "");
    CHECK(state_of(*client, "INSERT INTO numbered (n) VALUES (1)") == "");
    CHECK(state_of(*client, "UPDATE same SET n = DEFAULT") == "");
    CHECK(state_of(*client, "UPDATE t SET a = 'v7' WHERE id = 1") == "");
  };
  works("public_m1");
  works("public_m2");
  CHECK(state_of(*client, "INSERT INTO made DEFAULT VALUES") == "");
  CHECK(client->query("SELECT id || ':' || n FROM made").text(0, 0) == "1:3");
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  works("public_m2");
  CHECK(state_of(*client, "INSERT INTO made DEFAULT VALUES") == "");
  REQUIRE(outcome(engine.contract()) == "ok");
  works("public_m2");
  CHECK(stage.value("SELECT count(*) FILTER (WHERE n = 5) || ' ' || count(*) FROM same") == "5 5");
}

TEST_CASE("P60: default privileges open neither the hidden view nor the journal", "[hazard]") {
  Stage stage(std::string(table) +
              "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO segue_test_reader;");
  stage.add(pair);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = reader_of(stage, "public");
  CHECK(state_of(*client, "SELECT * FROM public_m1.t") == "42501");
  CHECK(stage.value("SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = "
                    "'segue'::regnamespace AND relkind IN ('r', 'v') AND "
                    "has_table_privilege('segue_test_reader', oid, 'SELECT, INSERT')") == "NULL");
}

TEST_CASE("P60: privileges on an identity's sequence outlive the column that is replaced",
          "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE TABLE n (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, v text);
INSERT INTO n (v) VALUES ('a'), ('b');
GRANT USAGE, SELECT ON SEQUENCE n_id_seq TO segue_test_reader;
ALTER DEFAULT PRIVILEGES GRANT UPDATE ON SEQUENCES TO segue_test_reader;
)sql");
  stage.add(
      "operations:\n  - alter_column: { table: n, column: id, type: bigint, strategy: pair }\n");
  Engine engine = stage.engine();
  const char* granted =
      "SELECT string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) FROM pg_class c, "
      "aclexplode(c.relacl) a WHERE c.relname = 'n_id_seq' AND a.grantee = "
      "'segue_test_reader'::regrole";
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(stage.value(granted) == "SELECT USAGE");
  const auto client = reader_of(stage, "public");
  CHECK(state_of(*client, "SELECT nextval('n_id_seq')") == "");
}

TEST_CASE("P60: row security that is switched on under a version is drift", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(engine.verify().ok());
  stage.session()->query("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
  const VerifyReport report = engine.verify();
  REQUIRE_FALSE(report.ok());
  CHECK(report.checks.front().message.find("row security was switched on") != std::string::npos);
  stage.session()->query("ALTER TABLE t DISABLE ROW LEVEL SECURITY");
  CHECK(engine.verify().ok());
}

}  // namespace
}  // namespace segue::test
