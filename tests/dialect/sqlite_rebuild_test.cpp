// The rebuild of protocol-sqlite.md 3.1 from expand to contract, and back from every state.

#include <catch2/catch.hpp>

#include "engine/database/database.hpp"
#include "tests/dialect/sqlite_runner.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using namespace segue::test;
using model::Phase;
using model::StepKind;

constexpr const char* users_sql = R"sql(
CREATE TABLE users(
  id INTEGER PRIMARY KEY, -- the key
  cp TEXT NOT NULL,
  full TEXT NOT NULL,     -- first and last
  email TEXT COLLATE NOCASE UNIQUE,
  note
);
CREATE INDEX users_full ON users(full);
CREATE INDEX users_note ON users(note) WHERE note IS NOT NULL;
INSERT INTO users VALUES (1, '0041', 'Ann Lee', 'a@x', 1), (2, '0042', 'Bob', 'B@x', NULL),
  (3, '0043', 'Cid van Dyke', NULL, 1.5);
)sql";

model::Change users_change() {
  const std::string first =
      "CASE WHEN instr(full, ' ') > 0 THEN substr(full, 1, instr(full, ' ') - 1) ELSE full END";
  const std::string last =
      "CASE WHEN instr(full, ' ') > 0 THEN substr(full, instr(full, ' ') + 1) ELSE '' END";
  const std::string full = "CASE WHEN last = '' THEN first ELSE first || ' ' || last END";
  model::ColumnShape email = shape("TEXT");
  email.collation = "NOCASE";
  auto cp = replaced("cp", "cp", shape("TEXT", false), shape("INTEGER", false),
                     "CAST(cp AS INTEGER)", "printf('%04d', cp)");
  cp.unique = model::UniqueSpec{"users_cp_key"};
  model::Change change = change_of(
      "0007", "users",
      {kept("id", shape("INTEGER")), cp, added("first", shape("TEXT", false), first),
       added("last", shape("TEXT", false), last), kept("email", email), kept("note", shape("")),
       added("nick", shape("TEXT")), dropped("full", shape("TEXT", false), full)});
  return change;
}

std::string rows(database::Database& db, const std::string& sql) {
  std::string out;
  const database::Result result = db.query(sql);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    for (std::size_t k = 0; k < result.columns.size(); ++k) {
      out += (k ? "|" : "") + (result.is_null(i, k) ? std::string("~") : result.text(i, k));
    }
    out += "\n";
  }
  return out;
}

// Texts compare without their line breaks.
std::string one_spaced(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

TEST_CASE("a rebuild with an integer key goes from expand to contract", "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(users_sql);
  const auto db = file.open();
  SqliteMigration migration(*db, {users_change()});
  migration.run(Phase::expand);
  CHECK(rows(*db, "SELECT count(*) FROM segue_new_users") == "0\n");
  db->query("INSERT INTO users VALUES (4, '0044', 'Dee', 'd@x', 'n')");
  CHECK(rows(*db, "SELECT * FROM segue_new_users") == "4|44|Dee||d@x|n|~\n");
  migration.run(Phase::migrate);
  CHECK(rows(*db, "SELECT * FROM users__0007") ==
        "1|41|Ann|Lee|a@x|1|~\n2|42|Bob||B@x|~|~\n3|43|Cid|van Dyke|~|1.5|~\n4|44|Dee||d@x|n|~\n");
  for (const dialect::Statement& check : migration.drift()) CHECK(db->query(check.sql).empty());
  db->query("UPDATE users__0007 SET first = 'Anna', nick = 'A' WHERE id = 1");
  CHECK(rows(*db, "SELECT full FROM users WHERE id = 1") == "Anna Lee\n");
  db->query("UPDATE users SET cp = '45' WHERE id = 4");
  CHECK(rows(*db, "SELECT cp FROM users__0007 WHERE id = 4") == "45\n");
  CHECK(rows(*db, "SELECT cp FROM users WHERE id = 4") == "45\n");
  migration.run(Phase::contract);
  CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
  CHECK(rows(*db, "SELECT * FROM users") ==
        "1|41|Anna|Lee|a@x|1|A\n2|42|Bob||B@x|~|~\n3|43|Cid|van Dyke|~|1.5|~\n4|45|Dee||d@x|n|~\n");
  CHECK(rows(*db, "SELECT name FROM sqlite_schema WHERE name LIKE 'segue%' ORDER BY name") ==
        "segue_view_users_d\nsegue_view_users_i\nsegue_view_users_u\n");
  CHECK(
      rows(*db, "SELECT sql FROM sqlite_schema WHERE name = 'users'") ==
      "CREATE TABLE users(\n  id INTEGER PRIMARY KEY, -- the key\n  cp INTEGER NOT NULL CONSTRAINT "
      "\"users_cp_key\" UNIQUE,\n  \"first\" TEXT NOT NULL,\n  \"last\" TEXT NOT NULL,     "
      "-- first and last\n  email TEXT COLLATE NOCASE UNIQUE,\n  note,\n  \"nick\" TEXT\n)\n");
  db->query("INSERT INTO users__0007(id, cp, first, last) VALUES (9, 9, 'I', 'J')");
  CHECK(rows(*db, "SELECT cp FROM users WHERE id = 9") == "9\n");
  CHECK_THROWS_AS(db->query("INSERT INTO users(id, cp, first, last) VALUES (10, 9, 'I', 'J')"),
                  Error);
}

TEST_CASE("the triggers of a rebuild read stored rows and write one group", "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run("CREATE TABLE pets(id INTEGER PRIMARY KEY, age INT, name TEXT COLLATE NOCASE UNIQUE)");
  const auto db = file.open();
  SqliteMigration migration(*db, {change_of("2", "pets",
                                            {kept("id", shape("INTEGER")),
                                             replaced("age", "years", shape("INT"), shape("TEXT"),
                                                      "age || ' y'", "CAST(years AS INT)"),
                                             kept("name", shape("TEXT"))})});
  migration.run(Phase::expand);
  const auto text_of = [&](const std::string& name) {
    return one_spaced(
        rows(*db, fmt::format("SELECT sql FROM sqlite_schema WHERE name = '{}'", name)));
  };
  CHECK(text_of("segue_pets_u2") == one_spaced(R"sql(
CREATE TRIGGER "segue_pets_u2" AFTER UPDATE OF "name" ON "pets"
 WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
  DELETE FROM "segue_new_pets" WHERE "name" = new."name" COLLATE "NOCASE"
   AND NOT ("segue_new_pets"."id" = new."id") AND NOT ("segue_new_pets"."id" = old."id")
   AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = "segue_new_pets"."id");
  UPDATE "segue_new_pets" SET "name" = (SELECT (o."name") FROM "pets" o WHERE o."id" = new."id")
   WHERE "segue_new_pets"."id" = new."id";
END)sql"));
  migration.run(Phase::migrate);
  CHECK(text_of("segue_pets__2_u1") == one_spaced(R"sql(
CREATE TRIGGER "segue_pets__2_u1" AFTER UPDATE OF "years" ON "pets__2"
 WHEN (old."years" IS NOT new."years" COLLATE BINARY)
 AND EXISTS (SELECT 1 FROM "pets__2" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id"
 AND NOT ((o."age" IS +(CAST(n."years" AS INT)) COLLATE BINARY)
 OR (n."years" IS +(o."age" || ' y') COLLATE BINARY))) BEGIN
  UPDATE "pets" SET "age" = (SELECT (CAST(n."years" AS INT)) FROM "pets__2" n
   WHERE n."id" = new."id") WHERE "pets"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: pets did not follow pets__2') FROM "pets__2" n WHERE n."id" = new."id"
   AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id"
   AND ((o."age" IS +(CAST(n."years" AS INT)) COLLATE BINARY)
   OR (n."years" IS +(o."age" || ' y') COLLATE BINARY)));
END)sql"));
}

TEST_CASE("a rebuild is reversed from every phase to the byte", "[dialect][sqlite]") {
  for (const Phase phase : {Phase::expand, Phase::migrate}) {
    TestDatabase file(database::Kind::sqlite);
    file.run(users_sql);
    const auto db = file.open();
    const std::string before = catalog::print_catalog(*db, "");
    const std::string schema = rows(*db, "SELECT * FROM sqlite_schema");
    SqliteMigration migration(*db, {users_change()});
    migration.run(Phase::expand);
    if (phase == Phase::migrate) migration.run(Phase::migrate);
    if (phase == Phase::migrate) {
      db->query("INSERT INTO users__0007(id, cp, first, last) VALUES (8, 8, 'Eve', 'Fox')");
    }
    migration.reverse_from(phase);
    CHECK(catalog::print_catalog(*db, "") == before);
    CHECK(rows(*db, "SELECT * FROM sqlite_schema") == schema);
    if (phase == Phase::migrate) {
      CHECK(rows(*db, "SELECT * FROM users WHERE id = 8") == "8|0008|Eve Fox|~|~\n");
    }
    CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
  }
}

TEST_CASE("a violator of a new constraint is found before the swap", "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(users_sql);
  const auto db = file.open();
  SqliteMigration migration(*db, {users_change()});
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  db->query("UPDATE users SET cp = '42' WHERE id = 1");
  migration.run(migration.step(StepKind::guard));
  CHECK_THROWS_AS(db->query("UPDATE users SET cp = '42' WHERE id = 3"), Error);
  const auto scan =
      std::get<dialect::CompareScript>(migration.render(migration.step(StepKind::scan)));
  std::string first;
  CHECK(SqliteRunner(*db).compare(scan, 100, &first) == 2);
  CHECK_THAT(first, Catch::Contains("UNIQUE constraint failed: users.cp"));
  migration.reverse(migration.step(StepKind::guard));
  db->query("UPDATE users SET cp = '42' WHERE id = 3");
}
