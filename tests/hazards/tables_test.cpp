// Hazards of what a table is and who copies it: partitions, children, publications, and statements
// that write many rows.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";

// Rows would come and go without a trigger (ATTACH, DETACH), or be written past it (children).
TEST_CASE("P21, P22, P23, P24, P47: a table with partitions or children is refused by name",
          "[hazard]") {
  const auto [setup, why] = GENERATE(table<std::string, std::string>({
      {"CREATE TABLE t (id integer, a integer) PARTITION BY LIST (id);"
       "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 1)",
       "table t is partitioned"},
      {"CREATE TABLE whole (id integer, a integer) PARTITION BY LIST (id);"
       "CREATE TABLE t PARTITION OF whole FOR VALUES IN (1); INSERT INTO t VALUES (1, 1)",
       "table t is partitioned or a partition"},
      {"CREATE TABLE t (id integer PRIMARY KEY, a integer); CREATE TABLE child () INHERITS (t);"
       "INSERT INTO child VALUES (1, 1)",
       "table t has inheritance children"},
      {"CREATE TABLE parent (id integer, a integer); CREATE TABLE t () INHERITS (parent);"
       "INSERT INTO t VALUES (1, 1)",
       "table t has inheritance children or a parent"},
  }));
  Stage stage(setup);
  stage.add(pair);
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK(result.failure->message.find(why) != std::string::npos);
  CHECK_FALSE(result.began);
}

TEST_CASE("a foreign key to a column in flight waits for its contract", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent VALUES (1), (2);
CREATE TABLE t (id integer PRIMARY KEY, a integer CONSTRAINT t_a REFERENCES parent);
INSERT INTO t VALUES (1, 1), (2, 2);
)sql");
  stage.add("operations:\n  - alter_column: { table: parent, column: id, type: bigint }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  stage.add("operations:\n  - alter_column: { table: t, column: a, type: bigint }\n");
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK(result.failure->message.find("refers to parent.id, which migration m1 replaces") !=
        std::string::npos);
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(stage.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 't_a'") ==
        "FOREIGN KEY (a) REFERENCES parent(id)");
}

TEST_CASE("P25: COPY, MERGE, cascades and writable CTEs are synced both ways", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent VALUES (1), (2), (3);
CREATE TABLE t (id integer PRIMARY KEY, a integer REFERENCES parent ON UPDATE CASCADE);
INSERT INTO t VALUES (1, 1), (2, 2);
)sql");
  stage.add("operations:\n  - alter_column: { table: t, column: a, type: bigint }\n");
  Engine engine = stage.engine();
  const std::string result = outcome(engine.apply());
  INFO(result);
  REQUIRE(result == "ok");
  const auto client = stage.session();
  const auto sides = [&] {
    return stage.value(
        "SELECT string_agg(t.id || ':' || t.a || ':' || n.a, ' ' ORDER BY t.id) FROM t JOIN "
        "public_m1.t n USING (id)");
  };
  client->query("UPDATE parent SET id = 10 WHERE id = 1");
  CHECK(sides() == "1:10:10 2:2:2");
  client->query("WITH w AS (UPDATE t SET a = 3 WHERE id = 2 RETURNING 1) SELECT * FROM w");
  CHECK(sides() == "1:10:10 2:3:3");
  const bool has_merge = stage.value("SELECT current_setting('server_version_num')") >= "150000";
  client->query(
      has_merge
          ? "MERGE INTO t USING (VALUES (2, 2), (4, 3)) s (id, a) ON t.id = s.id WHEN MATCHED THEN "
            "UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)"
          : "INSERT INTO t VALUES (2, 2), (4, 3) ON CONFLICT (id) DO UPDATE SET a = EXCLUDED.a");
  CHECK(sides() == "1:10:10 2:2:2 4:3:3");
  client->query(
      "INSERT INTO public_m1.t VALUES (2, 3), (5, 2) ON CONFLICT (id) DO UPDATE SET a = "
      "EXCLUDED.a");
  CHECK(sides() == "1:10:10 2:3:3 4:3:3 5:2:2");
  client->query("COPY t (id, a) FROM PROGRAM 'echo 6,2' WITH (FORMAT csv)");
  CHECK(sides() == "1:10:10 2:3:3 4:3:3 5:2:2 6:2:2");
  CHECK_THROWS_WITH(client->query("COPY t FROM PROGRAM 'echo 7,2' WITH (FORMAT csv)"),
                    Catch::Contains("missing data for column"));
  CHECK(engine.verify().ok());
}

}  // namespace
}  // namespace segue::test
