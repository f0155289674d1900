// Hazards of versions and their views.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, other integer DEFAULT 0);
INSERT INTO t VALUES (1, 1), (2, 2);
CREATE TABLE u (id integer PRIMARY KEY, t integer);
)sql";
constexpr const char* pair = R"(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)";

void refuses_everything(database::Database& client) {
  for (const char* sql :
       {"SELECT * FROM t WHERE id = 1", "SELECT count(*) FROM t WHERE a = 'v1'",
        "SELECT EXISTS (SELECT FROM t WHERE id = 1)", "SELECT 1 FROM u LEFT JOIN t ON t.id = u.t",
        "SELECT 1 FROM u WHERE NOT EXISTS (SELECT FROM t WHERE t.id = u.t)",
        "SELECT 1 WHERE NOT EXISTS (SELECT FROM t WHERE id = 1)"}) {
    INFO(sql);
    CHECK(state_of(client, sql) == "3F000");
  }
  for (const char* sql : {"INSERT INTO t (id) VALUES (9)", "UPDATE t SET a = 'v2' WHERE id = 1",
                          "DELETE FROM t WHERE id = 1"}) {
    INFO(sql);
    CHECK(state_of(client, sql) == "55000");
  }
}

TEST_CASE("P48, P70: a version that is not served refuses every read and write", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m1, public");
  client->query("INSERT INTO u VALUES (1, 1)");
  refuses_everything(*client);
  CHECK(stage.value("SELECT count(*) FROM t") == "2");
}

TEST_CASE("P71: a prepared statement of a version taken back fails", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m1, public");
  client->query("PREPARE change AS UPDATE t SET other = 5 WHERE id = 1");
  client->query("EXECUTE change");
  client->query("INSERT INTO u VALUES (1, 1)");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(state_of(*client, "EXECUTE change") == "55000");
  refuses_everything(*client);
  CHECK(stage.value("SELECT other FROM t WHERE id = 1") == "5");
}

TEST_CASE("P48: a version that was given up is neither selected nor read", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  stage.add("operations:\n  - rename_column: { table: t, from: a, to: b }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m1, public");
  client->query("PREPARE look AS SELECT a FROM t WHERE id = 1");
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  CHECK(client->query("EXECUTE look").text(0, 0) == "v1");
  CHECK(state_of(*client, "SELECT segue.use_version('m1')") == "");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(state_of(*client, "SELECT segue.use_version('m1')") == "3F000");
  CHECK_FALSE(engine.version("m1").served);
  CHECK(state_of(*client, "EXECUTE look") == "3F000");
  client->query("INSERT INTO u VALUES (1, 1)");
  refuses_everything(*client);
  CHECK(state_of(*client, "SELECT segue.use_version('m2')") == "");
}

TEST_CASE("P61: DEFAULT written through a version is that version's default", "[hazard]") {
  Stage stage(table);
  stage.add("operations:\n  - alter_column: { table: t, column: other, default: \"7\" }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m1, public");
  client->query("UPDATE t SET other = DEFAULT WHERE id = 1");
  client->query("INSERT INTO t (id) VALUES (3)");
  stage.session()->query("INSERT INTO t (id) VALUES (4)");
  CHECK(stage.value("SELECT string_agg(other::text, ' ' ORDER BY id) FROM t") == "7 0 7 0");
}

TEST_CASE("P62: contract of the oldest of three beside prepared statements of the others",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  stage.add("operations:\n  - rename_column: { table: t, from: a, to: b }\n");
  stage.add("operations:\n  - alter_column: { table: t, column: other, type: bigint }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto second = stage.session(), third = stage.session();
  second->query("SET search_path = public_m2, public");
  third->query("SET search_path = public_m3, public");
  for (const auto& client : {second.get(), third.get()}) {
    client->query(
        "PREPARE change (text, int) AS UPDATE t SET b = $1, other = other + 1 WHERE id = $2");
    client->query("PREPARE add (int) AS INSERT INTO t (id, b) VALUES ($1, 'v9')");
    client->query("EXECUTE change ('v11', 1)");
  }
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  CHECK(state_of(*second, "EXECUTE change ('v21', 1)") == "");
  CHECK(state_of(*third, "EXECUTE change ('v22', 2)") == "");
  CHECK(state_of(*second, "EXECUTE add (21)") == "");
  CHECK(state_of(*third, "EXECUTE add (22)") == "");
  CHECK(engine.verify().ok());
  CHECK(stage.value("SELECT string_agg(a || ':' || other, ' ' ORDER BY id) FROM t") ==
        "v21:3 v22:1 v9:0 v9:0");
  REQUIRE(outcome(engine.contract()) == "ok");
}

TEST_CASE("P65: the relation decides whose write it is, not the session", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE FUNCTION add_old(integer, integer) RETURNS void LANGUAGE sql SET search_path = public
AS 'INSERT INTO t (id, a) VALUES ($1, $2)';
)sql");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m1, public");
  client->query("SELECT add_old(3, 33)");
  client->query("INSERT INTO public.t (id, a) VALUES (4, 44)");
  client->query("INSERT INTO t (id, a) VALUES (5, 'v55')");
  CHECK(stage.value("SELECT string_agg(a, ' ' ORDER BY id) FROM public_m1.t") ==
        "v1 v2 v33 v44 v55");
  CHECK(stage.value("SELECT string_agg(a::text, ' ' ORDER BY id) FROM t") == "1 2 33 44 55");
}

TEST_CASE("P69: two versions whose names are cut at 63 bytes stay apart", "[hazard]") {
  const std::string name(58, 'x');
  Stage stage(table);
  stage.add("version_schema: " + name + "_one\n" + "operations:\n" +
            "  - rename_column: { table: t, from: a, to: b }\n");
  stage.add("version_schema: " + name + "_two\n" + "operations:\n" +
            "  - rename_column: { table: t, from: b, to: c }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(stage.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'public_xxx%'") == "2");
  const auto client = stage.session();
  for (const auto& [version, column] : {std::pair{"m1", "b"}, {"m2", "c"}}) {
    for (const std::string& sql : engine.session_settings(version).sql) client->query(sql);
    CHECK(state_of(*client, fmt::format("SELECT {} FROM t", column)) == "");
  }
}

TEST_CASE("P74: a table that only an earlier version changed is not read from the base",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  stage.add(
      "operations:\n  - add_column: { table: u, column: { name: x, type: text, nullable: true } "
      "}\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m2, public");
  CHECK(client->query("SELECT a FROM t WHERE id = 1").text(0, 0) == "v1");
}

TEST_CASE("P76: default privileges that revoke from PUBLIC change no refusal", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SCHEMAS FROM PUBLIC;
DO $$ BEGIN CREATE ROLE segue_test_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT, UPDATE, INSERT ON t TO segue_test_reader;
)sql");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto client = stage.session();
  client->query("SET ROLE segue_test_reader");
  client->query("SET search_path = public_m1, public");
  CHECK(state_of(*client, "SELECT * FROM t WHERE id = 1") == "3F000");
  CHECK(state_of(*client, "SELECT segue.use_version('m1')") == "3F000");
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(state_of(*client, "SELECT segue.use_version('m1')") == "");
  CHECK(state_of(*client, "UPDATE t SET a = 'v8' WHERE id = 1") == "");
  CHECK(stage.value("SELECT a FROM t WHERE id = 1") == "8");
}

TEST_CASE("P27: a writer without rights on our schema is synced", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
DO $$ BEGIN CREATE ROLE segue_test_writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT, UPDATE ON t TO segue_test_writer;
)sql");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET ROLE segue_test_writer");
  CHECK(state_of(*client, "UPDATE t SET a = 8 WHERE id = 1") == "");
  CHECK(stage.value("SELECT a FROM public_m1.t WHERE id = 1") == "v8");
}

std::string events(const Stage& stage) {
  return stage.value(
      "SELECT string_agg(kind || ' by ' || who || ' at ' || (detail ->> 'at'), ', ' ORDER BY id) "
      "FROM segue.event WHERE kind IN ('up_failed', 'both_sides_changed')");
}

TEST_CASE("P27, A23: where up fails, a writer without rights on our schema is not refused",
          "[hazard]") {
  Stage stage(std::string(table) + R"sql(
DO $$ BEGIN CREATE ROLE segue_test_writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT, UPDATE ON t TO segue_test_writer;
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || 6 / a",
      down: "6 / substr(a, 2)::integer" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto client = stage.session();
  const std::string who = client->query("SELECT session_user").text(0, 0);
  client->query("SET ROLE segue_test_writer");
  CHECK(state_of(*client, "UPDATE t SET a = 0 WHERE id = 1") == "");
  CHECK(stage.value("SELECT count(*) FROM t WHERE a = 0 AND _segue_1_a IS NULL") == "1");
  CHECK(events(stage) == "up_failed by " + who + " at t._segue_1_a");
  CHECK(state_of(*client, "UPDATE t SET a = 3 WHERE id = 1") == "");
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(stage.value("SELECT a FROM public_m1.t WHERE id = 1") == "v2");
}

TEST_CASE("one statement that writes both sides: the base's side wins, and it is counted",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const std::string who = client->query("SELECT session_user").text(0, 0);
  client->query("UPDATE t SET a = 7, _segue_1_a = 'v7' WHERE id = 2");
  CHECK(events(stage) == "NULL");
  client->query("UPDATE t SET a = 100, _segue_1_a = 'v7' WHERE id = 1");
  CHECK(stage.value("SELECT t.a || ' ' || n.a FROM t JOIN public_m1.t n USING (id) WHERE id = 1") ==
        "100 v100");
  CHECK(events(stage) == "both_sides_changed by " + who + " at t");
  CHECK(engine.verify().ok());
}

}  // namespace
}  // namespace segue::test
