// Constraints that a migration takes from the old side, and what a reversal says of them.

#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

TEST_CASE("a row that violates a constraint dropped in expand is told before the reversal",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE t (id integer PRIMARY KEY, a integer CONSTRAINT positive CHECK (a > 0));"
      "INSERT INTO t VALUES (1, 1)");
  stage.add(R"yaml(
operations:
  - drop_constraint: { table: t, name: positive }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  stage.session()->query("INSERT INTO t VALUES (2, -2)");
  const RunResult refused = engine.reverse({});
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("t (positive): 1 rows") != std::string::npos);
  stage.session()->query("DELETE FROM t WHERE id = 2");
  CHECK(outcome(engine.reverse({})) == "ok");
  CHECK(state_of(*stage.session(), "INSERT INTO t VALUES (3, -3)") == "23514");
}

TEST_CASE("a tightening whose VALIDATE failed binds nobody until the rows are mended (P39)",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE t (id integer PRIMARY KEY, a integer, b text);"
      "INSERT INTO t VALUES (1, 1, 'x')");
  stage.add(R"yaml(
operations:
  - create_constraint: { table: t, name: positive, type: check, check: "a > 0" }
)yaml");
  StepHooks hooks;
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  // After the scan has passed, before the constraint stands.
  hooks.started = at_start_of(
      "add_constraint", [&] { stage.session()->query("INSERT INTO t VALUES (2, -2, 'late')"); });
  const RunResult failed = engine.contract({.approved = true, .observer = &hooks});
  REQUIRE(failed.failure);
  CHECK(failed.failure->kind == ErrorKind::conflict);
  CHECK(failed.failure->detail.next.find("binds nobody") != std::string::npos);
  CHECK(state_of(*stage.session(), "UPDATE t SET b = 'y' WHERE id = 2") == "");
  CHECK(stage.value("SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass "
                    "AND contype = 'c'") == "0");
  CHECK(outcome(engine.contract({.approved = true})).starts_with("conflict"));
  stage.session()->query("UPDATE t SET a = 2 WHERE id = 2");
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(state_of(*stage.session(), "UPDATE t SET a = -2 WHERE id = 2") == "23514");
}

TEST_CASE("a foreign key to a column that an unfinished migration replaces is refused by name",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE users (id integer PRIMARY KEY, code text UNIQUE);"
      "CREATE TABLE pets (id integer PRIMARY KEY)");
  stage.add(R"yaml(
operations:
  - alter_column: { table: users, column: code, type: integer }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  stage.add(R"yaml(
operations:
  - add_column:
      table: pets
      column:
        name: u
        type: integer
        nullable: true
        references: { name: of_user, table: users, column: code }
)yaml");
  Engine engine = stage.engine();
  const RunResult refused = engine.apply();
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("foreign key of_user of pets refers to users.code") !=
        std::string::npos);
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(state_of(*stage.session(), "INSERT INTO pets VALUES (1, 5)") == "23503");
}

TEST_CASE("a foreign key that is still to come holds off what would take its far end", "[hazard]") {
  Stage stage(
      "CREATE TABLE users (id integer PRIMARY KEY, code integer UNIQUE);"
      "CREATE TABLE pets (id integer PRIMARY KEY, code integer)");
  stage.add(R"yaml(
operations:
  - create_constraint:
      table: pets
      name: of_user
      type: foreign_key
      columns: [code]
      references: { table: users, columns: [code] }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  stage.add("operations:\n  - " +
            GENERATE(as<std::string>{}, "drop_table: { name: users }",
                     "drop_column: { table: users, column: code, down: '1' }",
                     "alter_column: { table: users, column: code, type: bigint, up: code, "
                     "down: code }"));
  Engine engine = stage.engine();
  const RunResult refused = engine.apply();
  REQUIRE(refused.failure);
  CHECK(refused.failure->message.find("a foreign key of pets that migration m1 makes") !=
        std::string::npos);
  CHECK(stage.value("SELECT count(*) FROM segue.migration") == "1");
}

TEST_CASE("a new table does not refer to what becomes unique after it", "[hazard]") {
  Stage stage("CREATE TABLE users (id integer PRIMARY KEY, code integer)");
  stage.add(R"yaml(
operations:
  - create_constraint: { table: users, name: one, type: unique, columns: [code] }
  - create_table:
      name: pets
      columns:
        - { name: id, type: integer, pk: true }
        - { name: code, type: integer, references: { name: of_user, table: users, column: code } }
)yaml");
  Engine engine = stage.engine();
  const RunResult refused = engine.apply();
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("covers yet") != std::string::npos);
  CHECK(stage.value("SELECT to_regclass('pets')::text") == "NULL");
}

TEST_CASE("a dropped constraint comes back under the names that an older migration has given",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE parents (id integer PRIMARY KEY, code integer UNIQUE);
INSERT INTO parents VALUES (1, 10);
CREATE TABLE t (id integer PRIMARY KEY, a integer CONSTRAINT positive CHECK (a > 0),
                p integer CONSTRAINT of_parent REFERENCES parents (code) ON DELETE CASCADE);
INSERT INTO t VALUES (1, 1, 10);
)sql");
  stage.add(R"yaml(
operations:
  - rename_column: { table: t, from: a, to: b }
  - rename_table: { from: parents, to: elders }
  - rename_column: { table: elders, from: code, to: mark }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  stage.add(R"yaml(
operations:
  - drop_constraint: { table: t, name: positive }
  - drop_constraint: { table: t, name: of_parent }
)yaml");
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract({.name = "m1", .approved = true})) == "ok");
  CHECK(outcome(engine.reverse({})) == "ok");
  CHECK(stage.value("SELECT string_agg(pg_get_constraintdef(oid), '; ' ORDER BY conname) FROM "
                    "pg_constraint WHERE conrelid = 't'::regclass AND contype IN ('c', 'f')") ==
        "FOREIGN KEY (p) REFERENCES elders(mark) ON DELETE CASCADE; CHECK ((b > 0))");
}

TEST_CASE("names that look like patterns, or like a part of another name, stand in no way",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE "c++ (old)" (id integer PRIMARY KEY, kid integer, a integer, gone integer,
                          next_gone integer GENERATED ALWAYS AS (kid + 1) STORED);
INSERT INTO "c++ (old)" VALUES (1, 2, 3);
)sql");
  stage.add(R"yaml(
operations:
  - drop_column: { table: "c++ (old)", column: gone }
  - drop_column: { table: "c++ (old)", column: a, down: "kid" }
)yaml");
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
}

TEST_CASE("a view of the user whose schema is called like one of ours is not taken for one",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer);
CREATE SCHEMA public_reporting;
CREATE VIEW public_reporting.v AS SELECT id, a FROM public.t;
)sql");
  stage.add("operations:\n  - rename_column: { table: t, from: b, to: c }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  // The contracted version's own view of t stands on the column too, and is no hindrance.
  stage.add("operations:\n  - drop_column: { table: t, column: a, down: \"0\" }\n");
  CHECK(outcome(engine.apply()).find("public_reporting") != std::string::npos);
  stage.session()->query("DROP VIEW public_reporting.v");
  CHECK(outcome(engine.apply()) == "ok");
}

TEST_CASE("an index that cannot be a replica identity is refused before anything is changed",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer NOT NULL);
CREATE INDEX plain ON t (b);
CREATE UNIQUE INDEX partial ON t (b) WHERE b > 0;
CREATE UNIQUE INDEX expression ON t ((b + 1));
CREATE UNIQUE INDEX null_able ON t (a);
ALTER TABLE t ADD CONSTRAINT late UNIQUE (b) DEFERRABLE;
CREATE UNIQUE INDEX fit ON t (b);
)sql");
  const std::string index = GENERATE("plain", "partial", "expression", "null_able", "late", "fit");
  stage.add("operations:\n  - set_replica_identity: { table: t, identity: { type: index, index: " +
            index + " } }\n");
  Engine engine = stage.engine();
  const RunResult result = engine.apply();
  if (index == "fit") {
    CHECK(outcome(result) == "ok");
    CHECK(outcome(engine.contract({.approved = true})) == "ok");
    CHECK(stage.value("SELECT relreplident FROM pg_class WHERE oid = 't'::regclass") == "i");
  } else {
    CHECK(outcome(result).find("index " + index) != std::string::npos);
    CHECK(stage.value("SELECT count(*) FROM segue.step") == "0");
  }
}

}  // namespace
}  // namespace segue::test
