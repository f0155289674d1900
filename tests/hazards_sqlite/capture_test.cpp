// Hazards of sync (hazards.md 4): what a client writes on one side, by whatever clause, is on the
// other side after the statement.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards_sqlite/site.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, email TEXT, kept TEXT COLLATE NOCASE, note);
CREATE UNIQUE INDEX t_email ON t (email);
INSERT INTO t VALUES (1, '0041', 'a@x', 'ann', 1), (2, '0042', 'b@x', 'bob', NULL),
  (3, '0043', NULL, 'cid', 'x');
)sql";
constexpr const char* number = R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)",
      down: "printf('%04d', v)" }
  - add_column: { table: t, column: { name: nick, type: TEXT, nullable: true } }
)yaml";
constexpr const char* ids = "SELECT group_concat(id) FROM (SELECT id FROM {} ORDER BY id)";

std::string ids_in(const SqliteSite& site, const std::string& name) {
  return site.value(fmt::format(fmt::runtime(ids), name));
}

TEST_CASE("S1: INSERT OR REPLACE on a second UNIQUE leaves no row behind that the swap revives",
          "[hazard]") {
  SqliteSite site(table);
  site.add(std::string(number) + "  - drop_index: { name: t_email }\n");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  StepHooks hooks;
  hooks.started = at_start_of("swap", [&] {
    site.run("INSERT OR REPLACE INTO t VALUES (900, '0900', 'a@x', 'ann', 1)");
    CHECK(ids_in(site, "t") == "2,3,900");
  });
  REQUIRE(outcome(engine.contract({.approved = true, .observer = &hooks})) == "ok");
  CHECK(ids_in(site, "t") == "2,3,900");
}

TEST_CASE("S2: UPDATE OR REPLACE of a row that is not copied yet deletes the evicted row's copy",
          "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  site.run("INSERT INTO t VALUES (10, '0010', 'new@x', 'dan', 1)");
  site.run("UPDATE OR REPLACE t SET email = 'new@x' WHERE id = 2");
  CHECK(ids_in(site, "t") == "1,2,3");
  CHECK(ids_in(site, "segue_new_t") == "~");
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(ids_in(site, "t__m1") == "1,2,3");
}

TEST_CASE("S3: OR IGNORE of an old client cannot swallow the new side's row", "[hazard]") {
  SqliteSite site(table);
  site.add(R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, nullable: false,
      up: "CAST(v AS INTEGER)", down: "printf('%04d', v)" }
)yaml");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  site.run("INSERT OR IGNORE INTO t (id, v) VALUES (10, NULL), (11, '0011')");
  CHECK(ids_in(site, "t") == "1,2,3,10,11");
  CHECK(ids_in(site, "segue_new_t") == "10,11");
}

TEST_CASE("S3: OR IGNORE of a new client fails loudly where the base does not take the row",
          "[hazard]") {
  SqliteSite site(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT CHECK (length(v) < 3));"
      "INSERT INTO t VALUES (1, '7');");
  site.add(R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)", down: "v" }
)yaml");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const auto client = site.session();
  CHECK(state_of(*client, "INSERT OR IGNORE INTO t__m1 (id, v) VALUES (2, 1000)") ==
        "SQLITE_CONSTRAINT_TRIGGER");
  CHECK(ids_in(site, "t__m1") == "1");
  client->query("INSERT OR IGNORE INTO t__m1 (id, v) VALUES (2, 10)");
  CHECK(site.value("SELECT * FROM t") == "1|7 2|10");
}

TEST_CASE("S4: OR REPLACE on a column that only the new version has UNIQUE evicts nothing",
          "[hazard]") {
  SqliteSite site(table);
  site.add(std::string(number) +
           "  - create_index: { name: t_kept, table: t, columns: [{ column: kept }], unique: true "
           "}\n");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  site.run(
      "INSERT OR REPLACE INTO t VALUES (10, '0010', NULL, 'dan', 1), (11, '0011', NULL, 'dan', 1)");
  CHECK(ids_in(site, "segue_new_t") == "10,11");
  CHECK(outcome(engine.apply()) == "ok");
  const RunResult refused = engine.contract({.approved = true});
  CHECK(outcome(refused).find("check_failed") == 0);
  site.run("DELETE FROM t WHERE id = 11");
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
}

TEST_CASE("S24: INSERT OR FAIL leaves no row on one side only", "[hazard]") {
  SqliteSite site(table);
  site.add(R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)",
      down: "printf('%04d', v)", check: { name: v_positive, constraint: "v > 0" } }
)yaml");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto client = site.session();
  CHECK(state_of(*client,
                 "INSERT OR FAIL INTO t (id, v) VALUES (10, '0010'), (11, '-5'), (12, '1')") == "");
  CHECK(ids_in(site, "t") == "1,2,3,10,11,12");
  CHECK(ids_in(site, "segue_new_t") == "10,11,12");
}

TEST_CASE("S23: OR REPLACE of a new client evicts on both sides what the base's UNIQUE evicts",
          "[hazard]") {
  SqliteSite site(table);
  site.add(std::string(number) + "  - drop_index: { name: t_email }\n");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("INSERT OR REPLACE INTO t__m1 (id, v, email) VALUES (10, 10, 'a@x')");
  CHECK(ids_in(site, "t") == "2,3,10");
  CHECK(ids_in(site, "t__m1") == "2,3,10");
}

TEST_CASE("S8: writes of every connection are synced, of those with TEMP triggers too",
          "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  const auto early = site.session();
  early->query("CREATE TEMP TRIGGER own AFTER UPDATE OF note ON main.t BEGIN SELECT 1; END");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  early->query("UPDATE t SET v = '0099' WHERE id = 1");
  CHECK(state_elsewhere(site, "UPDATE t SET v = '0098' WHERE id = 2") == "");
  CHECK(site.value("SELECT v FROM t__m1 ORDER BY id") == "99 98 43");
}

TEST_CASE("S9: writes of a connection without triggers are found by the compare", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  StepHooks hooks;
  hooks.started = at_start_of("compare", [&] {
    const auto client = site.session();
    client->enable_user_triggers(false);
    client->query("UPDATE t SET v = '0099' WHERE id = 2");
  });
  const RunResult result = engine.apply({.observer = &hooks});
  REQUIRE(result.failure);
  CHECK(outcome(result).find("check_failed") == 0);
  CHECK(result.failure->message.find("2: ") != std::string::npos);
}

TEST_CASE("S12: a key that is used again after its row is gone is another row", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.run("UPDATE t__m1 SET nick = 'C' WHERE id = 3; DELETE FROM t WHERE id = 3");
  site.run("INSERT INTO t (v) VALUES ('0077')");
  CHECK(site.value("SELECT id, v, nick FROM t__m1 WHERE id >= 3") == "3|77|~");
}

TEST_CASE("S12: a change of type only is synced, and compared", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("UPDATE t SET note = 1.0 WHERE id = 1");
  CHECK(site.value("SELECT typeof(note) FROM t__m1 WHERE id = 1") == "real");
  const auto client = site.session();
  client->enable_user_triggers(false);
  client->query("UPDATE t SET note = 1 WHERE id = 1");
  CHECK(!engine.verify().ok());
}

TEST_CASE("S12: NULL in a key is refused, before and while it is followed", "[hazard]") {
  const char* keyed =
      "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT); INSERT INTO t VALUES ('a', '1')";
  SqliteSite site(keyed);
  site.add(R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)", down: "v || ''" }
)yaml");
  site.run("INSERT INTO t VALUES (NULL, '2')");
  Engine engine = site.engine();
  const RunResult refused = engine.apply();
  CHECK(outcome(refused).find("refused") == 0);
  CHECK(outcome(refused).find("NULL in the key column k") != std::string::npos);
  site.run("DELETE FROM t WHERE k IS NULL");
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(state_of(*site.session(), "INSERT INTO t VALUES (NULL, '3')") ==
        "SQLITE_CONSTRAINT_TRIGGER");
}

TEST_CASE("S14: an echo ends although triggers recurse and down does not undo up", "[hazard]") {
  SqliteSite site(table);
  site.add(R"yaml(
operations:
  - alter_column: { table: t, column: v, type: TEXT, up: "v || 'x'", down: "v || 'y'" }
)yaml");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const auto client = site.session();
  client->query("PRAGMA recursive_triggers = ON");
  client->query("UPDATE t SET v = 'a' WHERE id = 1");
  client->query("UPDATE t__m1 SET v = 'b' WHERE id = 2");
  CHECK(site.value("SELECT v FROM t WHERE id < 3") == "a by");
  CHECK(site.value("SELECT v FROM t__m1 WHERE id < 3") == "ax b");
}

TEST_CASE("S17: DELETE without WHERE reaches the other side", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  site.run("INSERT INTO t (v) VALUES ('0044')");
  site.run("DELETE FROM t");
  CHECK(site.value("SELECT count(*) FROM segue_new_t") == "0");
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("INSERT INTO t (v) VALUES ('0044'), ('0045')");
  site.run("DELETE FROM t__m1");
  CHECK(site.value("SELECT count(*) FROM t") == "0");
}

TEST_CASE("S19: the echo does not spell an old client's value anew", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.run("UPDATE t SET v = '42' WHERE id = 1");
  CHECK(site.value("SELECT v FROM t WHERE id = 1") == "42");
  CHECK(site.value("SELECT v FROM t__m1 WHERE id = 1") == "42");
  site.run("UPDATE t SET note = 5 WHERE id = 1");
  CHECK(site.value("SELECT v FROM t WHERE id = 1") == "42");
}

TEST_CASE("S20: a change that the column's collation does not see is synced and compared",
          "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("UPDATE t SET kept = 'ANN' WHERE id = 1; UPDATE t__m1 SET kept = 'BOB' WHERE id = 2");
  CHECK(site.value("SELECT kept FROM t ORDER BY id") == "ANN BOB cid");
  CHECK(site.value("SELECT kept FROM t__m1 ORDER BY id") == "ANN BOB cid");
  const auto client = site.session();
  client->enable_user_triggers(false);
  client->query("UPDATE t SET kept = 'CID' WHERE id = 3");
  CHECK(!engine.verify().ok());
}

TEST_CASE("S21: a key that is set by another name of the rowid is followed", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  site.run("INSERT INTO t (id, v) VALUES (10, '0010'); UPDATE t SET rowid = -7 WHERE id = 10");
  CHECK(ids_in(site, "segue_new_t") == "-7");
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("UPDATE t SET _rowid_ = 900 WHERE id = 1; UPDATE t__m1 SET oid = 901 WHERE id = 2");
  CHECK(ids_in(site, "t") == "-7,3,900,901");
  CHECK(ids_in(site, "t__m1") == "-7,3,900,901");
}

TEST_CASE("S22: an audit trigger fires once per write, and a base that takes INSERT only goes on",
          "[hazard]") {
  SqliteSite site(
      std::string(table) +
      "CREATE TABLE log (what);"
      "CREATE TRIGGER audit AFTER UPDATE ON t BEGIN INSERT INTO log VALUES ('u'); END;"
      "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT);"
      "CREATE TRIGGER fixed BEFORE UPDATE ON a BEGIN SELECT RAISE(ABORT, 'fixed'); END;");
  site.add(std::string(number) +
           "  - alter_column: { table: a, column: v, type: INTEGER, up: \"CAST(v AS INTEGER)\", "
           "down: \"printf('%04d', v)\" }\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.run("UPDATE t SET v = '0051' WHERE id = 1");
  CHECK(site.value("SELECT count(*) FROM log") == "1");
  site.run("UPDATE t__m1 SET v = 52 WHERE id = 1");
  CHECK(site.value("SELECT count(*) FROM log") == "2");
  site.run("INSERT INTO a VALUES (1, '0001'); INSERT INTO a__m1 VALUES (2, 2)");
  CHECK(site.value("SELECT * FROM a") == "1|0001 2|0002");
  CHECK(site.value("SELECT * FROM a__m1") == "1|1 2|2");
}

TEST_CASE("S42: the stored row is followed, not NEW, which a TEMP trigger has overtaken",
          "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  site.run("INSERT INTO t (id, v) VALUES (10, '0010')");
  const auto client = site.session();
  client->query(
      "CREATE TEMP TRIGGER doubles AFTER UPDATE OF v ON main.t WHEN new.v < '0100' BEGIN "
      "UPDATE t SET v = '0' || (new.v * 10) WHERE id = new.id; END");
  client->query("UPDATE t SET v = '0020' WHERE id = 10");
  CHECK(site.value("SELECT v FROM t WHERE id = 10") == "0200");
  CHECK(site.value("SELECT v FROM segue_new_t WHERE id = 10") == "200");
  CHECK(outcome(engine.apply()) == "ok");
}

TEST_CASE("S43: a row whose key moves keeps what only the other side knows", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.run("UPDATE t__m1 SET nick = 'A' WHERE id = 1");
  site.run("UPDATE t SET id = 900, v = '0090' WHERE id = 1");
  CHECK(site.value("SELECT v, nick FROM t__m1 WHERE id = 900") == "90|A");
  CHECK(ids_in(site, "t__m1") == "2,3,900");
}

}  // namespace
}  // namespace segue::test
