// What preflight finds around the tables before anything is touched (protocol-postgres.md 13).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, other integer);
INSERT INTO t VALUES (1, 1, 1), (2, 2, 2);
CREATE TABLE history (id integer, a integer, other integer, at timestamptz);
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The notes of a kind, as the plan tells them.
std::string notes_of(const Engine& engine, const std::string& kind) {
  std::string out;
  for (const MigrationPlan& plan : engine.plan().migrations) {
    for (const PlanNote& note : plan.notes) {
      if (note.kind == kind) out += note.text + "\n";
    }
  }
  return out;
}

std::string refusal_of(Engine engine) {
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  return outcome(result);
}

Config accepting(const Stage& stage) {
  Config config = stage.config();
  config.accept_subscribers = "the subscriber has the columns";
  return config;
}

TEST_CASE("P54: a publication of all tables refuses before the journal's first row", "[hazard]") {
  Stage stage(std::string(table) + "CREATE PUBLICATION everything FOR ALL TABLES;");
  stage.add(pair);
  const std::string message = refusal_of(stage.engine());
  INFO(message);
  CHECK(has(message, "publication everything carries all tables"));
  CHECK(has(message, "CREATE TABLE segue.migration ("));
  CHECK(has(message, "--accept-subscribers"));
  CHECK(stage.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'segue'") == "0");
  const std::string told = notes_of(stage.engine(), "subscribers");
  INFO(told);
  CHECK(has(told,
            "ALTER TABLE \"public\".\"t\" ADD COLUMN \"_segue_1_a\" text, "
            "ADD COLUMN \"_segue\" smallint"));
  CHECK(has(told, "RENAME COLUMN \"_segue_1_a\" TO \"a\""));
  CHECK(outcome(Engine(accepting(stage)).apply()) == "ok");
  CHECK(stage.value("SELECT string_agg(DISTINCT detail ->> 'text', '') FROM segue.event WHERE kind "
                    "= 'subscribers_accepted'") == "the subscriber has the columns");
}

TEST_CASE("P54: a publication refuses the tables that it carries, and no others", "[hazard]") {
  Stage stage(std::string(table) + "CREATE PUBLICATION selected FOR TABLE t;");
  stage.add(
      "operations:\n  - add_column: { table: history, column: { name: why, type: text, "
      "nullable: true } }\n");
  CHECK(outcome(stage.engine().apply()) == "ok");
  stage.add(pair);
  CHECK(has(refusal_of(stage.engine()), "publication selected carries public.t"));
  CHECK(outcome(Engine(accepting(stage)).apply()) == "ok");
}

TEST_CASE("P54: a column that a publication lists does not go", "[hazard]") {
  Stage stage(table);
  if (std::stoi(stage.value("SHOW server_version_num")) < 150000) return;
  stage.session()->query("CREATE PUBLICATION selected FOR TABLE t (id, other)");
  stage.add(pair);
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(outcome(engine.reverse({.confirmed = true})) == "ok");
  stage.session()->query("ALTER PUBLICATION selected SET TABLE t (id, a)");
  CHECK(has(refusal_of(stage.engine()), "publication \"selected\" names column t.a"));
  stage.session()->query("ALTER PUBLICATION selected SET TABLE t WHERE (a > 1)");
  CHECK(has(refusal_of(stage.engine()), "publication \"selected\" names column t.a"));
}

TEST_CASE("P54: a logical slot that is being read refuses", "[hazard]") {
  Stage stage(table);
  const std::string name = "segue_" + stage.value("SELECT current_database()");
  const auto reader = stage.session();
  reader->query(
      fmt::format("SELECT pg_create_logical_replication_slot('{}', 'test_decoding', true)", name));
  stage.add(pair);
  CHECK(has(refusal_of(stage.engine()), name));
  CHECK(outcome(Engine(accepting(stage)).apply()) == "ok");
}

TEST_CASE("P53: a trigger that inserts all columns of a row is refused by its text", "[hazard]") {
  const std::string insert = GENERATE(
      "INSERT INTO history SELECT OLD.*, now();", "INSERT INTO history VALUES (OLD.*, now());",
      "INSERT INTO history SELECT (old).*, now();",
      "INSERT INTO history SELECT *, now() FROM t WHERE t.id = OLD.id;");
  Stage stage(std::string(table) +
              fmt::format("CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} "
                          "RETURN NULL; END $$;"
                          "CREATE TRIGGER audit AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION "
                          "audit();",
                          insert));
  stage.add(pair);
  const std::string message = refusal_of(stage.engine());
  INFO(message);
  CHECK(has(message, "trigger audit of t calls"));
}

TEST_CASE("bodies that may depend on the number of columns are told by name", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE TABLE log (row_was jsonb, kept t);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO log (row_was) VALUES (to_jsonb(OLD.*)); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION audit();
CREATE FUNCTION first_of_t() RETURNS t LANGUAGE sql AS 'SELECT id, a, other FROM t LIMIT 1';
CREATE FUNCTION keep_all() RETURNS void LANGUAGE sql
AS 'INSERT INTO history SELECT *, now() FROM t';
)sql");
  stage.add(pair);
  const std::string told = notes_of(stage.engine(), "functions");
  INFO(told);
  CHECK(has(told, "trigger audit calls"));
  CHECK(has(told, "row type column public.log.kept"));
  CHECK(has(told, "function public.first_of_t()"));
  CHECK(has(told, "keep_all()"));
  CHECK(outcome(stage.engine().apply()) == "ok");
}

TEST_CASE("rights that a later step would lack are refused by name", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE TABLE parent (id integer PRIMARY KEY);
DO $$ BEGIN CREATE ROLE segue_test_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER TABLE t OWNER TO segue_test_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
)sql");
  const auto admin = stage.session();
  admin->query(fmt::format("GRANT CREATE ON DATABASE {} TO segue_test_owner",
                           stage.value("SELECT current_database()")));
  stage.add(R"yaml(
operations:
  - add_column:
      table: t
      column:
        name: p
        type: integer
        nullable: true
        references: { name: t_p, table: parent, column: id }
  - create_index: { table: t, name: by_other, columns: [{ column: other }] }
)yaml");
  Config config = stage.config();
  config.role = "segue_test_owner";
  Engine engine(config);
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  REQUIRE(result.failure->detail.problems.size() == 2);
  CHECK(has(result.failure->detail.problems[0].message, "GRANT CREATE ON SCHEMA"));
  CHECK(has(result.failure->detail.problems[1].message, "GRANT REFERENCES ON"));
  CHECK(stage.value("SELECT count(*) FROM segue.migration") == "0");
  admin->query("GRANT CREATE, USAGE ON SCHEMA public TO segue_test_owner");
  admin->query("GRANT REFERENCES, SELECT ON parent TO segue_test_owner");
  CHECK(outcome(engine.apply()) == "ok");
}

TEST_CASE("what is made beside another's table is told, and a stranger's table refused",
          "[hazard]") {
  Stage stage(std::string(table) + R"sql(
DO $$ BEGIN CREATE ROLE segue_test_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE segue_test_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER TABLE t OWNER TO segue_test_owner;
)sql");
  stage.session()->query(fmt::format("GRANT CREATE ON DATABASE {} TO segue_test_reader",
                                     stage.value("SELECT current_database()")));
  stage.add(pair);
  CHECK(has(notes_of(stage.engine(), "privileges"), "t of segue_test_owner"));
  Config config = stage.config();
  config.role = "segue_test_reader";
  CHECK(has(refusal_of(Engine(config)), "others own"));
}

TEST_CASE("P32: the plan names a prepared transaction that holds a table", "[hazard]") {
  Stage stage(table);
  const std::string name = "segue_test_" + stage.value("SELECT current_database()");
  stage.add(pair);
  CHECK(notes_of(stage.engine(), "sessions") == "");
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 7 WHERE id = 1");
  writer->query("PREPARE TRANSACTION '" + name + "'");
  CHECK(has(notes_of(stage.engine(), "sessions"), name));
  writer->query("ROLLBACK PREPARED '" + name + "'");
}

}  // namespace
TEST_CASE("an index that an unfinished migration carries is not replaced once more", "[hazard]") {
  Stage stage(std::string(table) + "ALTER TABLE t ALTER other SET NOT NULL;" +
              "CREATE INDEX t_a ON t (a); ALTER TABLE t ADD CONSTRAINT t_sane CHECK (a > 0);");
  const auto widen = [](const std::string& column, const std::string& type) {
    return "operations: [{alter_column: {table: t, column: " + column + ", type: " + type + "}}]";
  };
  stage.add(widen("a", "bigint"));
  stage.add(widen("other", "bigint"));
  CHECK(outcome(stage.engine().apply()) == "ok");
  stage.add(widen("a", "numeric"));
  const std::string refusal = refusal_of(stage.engine());
  INFO(refusal);
  CHECK(has(refusal, "stands on a column of t that is replaced once more: contract that first"));
  CHECK(has(refusal, "t_a of migration"));
  CHECK(stage.engine().contract({.approved = true}).ok());
  stage.add(widen("other", "numeric"));
  CHECK(outcome(stage.engine().apply()) == "ok");
}

}  // namespace segue::test
