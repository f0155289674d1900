// Direct paths, created and dropped tables, indexes and the author's own statements.

#include <catch2/catch.hpp>

#include "engine/database/database.hpp"
#include "tests/dialect/sqlite_runner.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using namespace segue::test;
using model::Phase;
using model::StepKind;

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

std::string text_of(database::Database& db, const std::string& name) {
  return rows(db, "SELECT sql FROM sqlite_schema WHERE name = '" + name + "'");
}

std::vector<std::string> kinds(const model::Plan& plan) {
  std::vector<std::string> out;
  for (const model::Step& step : plan.steps) out.push_back(step.id);
  return out;
}

struct Fixture {
  TestDatabase file{database::Kind::sqlite};
  std::unique_ptr<database::Database> db;
  explicit Fixture(const std::string& sql) {
    file.run(sql);
    db = file.open();
  }
};

constexpr const char* pets_sql = R"sql(
CREATE TABLE pets(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,  -- how it is called
  age INT
);
INSERT INTO pets VALUES (1, 'rex', 3), (2, 'tom', NULL);
ANALYZE;
)sql";

model::Change pets(std::vector<model::ColumnChange> columns) {
  return change_of("0009", "pets", std::move(columns));
}

void check_reversible(Fixture& f, const model::Change& change, Phase phase) {
  const std::string before = rows(*f.db, "SELECT * FROM sqlite_schema ORDER BY rowid");
  SqliteMigration migration(*f.db, {change});
  migration.run(Phase::expand);
  if (phase == Phase::migrate) migration.run(Phase::migrate);
  migration.reverse_from(phase);
  CHECK(rows(*f.db, "SELECT * FROM sqlite_schema ORDER BY rowid") == before);
}

}  // namespace

TEST_CASE("a column with a constant default is added in place", "[dialect][sqlite]") {
  Fixture f(pets_sql);
  auto legs = added("legs", shape("INT", false));
  legs.shape.default_sql = "4";
  const auto change = pets({kept("id", shape("INTEGER")), kept("name", shape("TEXT", false)),
                            kept("age", shape("INT")), legs});
  check_reversible(f, change, Phase::migrate);
  SqliteMigration migration(*f.db, {change});
  CHECK(kinds(migration.plan()) ==
        std::vector<std::string>{"expand/01-add_column:pets.legs", "migrate/01-publish"});
  migration.run(Phase::expand);
  CHECK(rows(*f.db, "SELECT * FROM pets") == "1|rex|3|4\n2|tom|~|4\n");
  CHECK(migration.losses().size() == 1);
  const auto catalog = catalog::read_catalog(*f.db, "");
  CHECK(catalog.table("pets")->columns.size() == 4);
}

TEST_CASE("what the planner expects after expand is what SQLite writes", "[dialect][sqlite]") {
  for (const char* sql :
       {pets_sql,
        "CREATE TABLE pets(id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT, CHECK (age > 0))",
        "CREATE TABLE pets(id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT -- years\n)"}) {
    Fixture f(sql);
    auto color = added("color", shape("TEXT"));
    color.shape.default_sql = "'red'";
    auto name = kept("name", shape("TEXT", false));
    name.shape.nullable = true;
    const auto change =
        pets({kept("id", shape("INTEGER")), name, kept("age", shape("INT")), color});
    const auto catalog = catalog::read_catalog(*f.db, "");
    SqliteMigration migration(*f.db, {change});
    const auto expected = dialect::make_sqlite_dialect()->expanded(catalog, migration.plan());
    migration.run(Phase::expand);
    const auto found = catalog::read_catalog(*f.db, "");
    CHECK(found.table("pets")->column("color") != nullptr);
    CHECK(expected.table("pets")->column("name")->nullable);
    CHECK(found.table("pets")->column("name")->nullable);
    CHECK(expected.table("pets")->columns.size() == found.table("pets")->columns.size());
  }
}

TEST_CASE("NOT NULL, default and CHECK are edits of the text, and comments survive",
          "[dialect][sqlite]") {
  Fixture f(pets_sql);
  auto name = kept("name", shape("TEXT", false));
  name.shape.nullable = true;
  auto age = kept("age", shape("INT"));
  age.shape.nullable = false;
  age.shape.default_sql = "1";
  age.check = model::CheckSpec{"age_ok", {"age < 50", {}}};
  const auto change = pets({kept("id", shape("INTEGER")), name, age});
  check_reversible(f, change, Phase::migrate);
  SqliteMigration migration(*f.db, {change});
  migration.run(Phase::expand);
  f.db->query("INSERT INTO pets VALUES (3, NULL, 4)");
  migration.run(Phase::migrate);
  migration.run(migration.step(StepKind::guard));
  CHECK_THROWS_AS(f.db->query("INSERT INTO pets VALUES (4, 'a', NULL)"), Error);
  CHECK_THROWS_AS(f.db->query("UPDATE pets SET age = 51 WHERE id = 1"), Error);
  const auto scan =
      std::get<dialect::CompareScript>(migration.render(migration.step(StepKind::scan)));
  CHECK(SqliteRunner(*f.db).compare(scan, 10) == 1);
  migration.reverse(migration.step(StepKind::guard));
  f.db->query("UPDATE pets SET age = 2 WHERE age IS NULL");
  migration.run(Phase::contract);
  CHECK(text_of(*f.db, "pets") ==
        "CREATE TABLE pets(\n  id INTEGER PRIMARY KEY,\n  name TEXT,  -- how it is called\n  age "
        "INT NOT "
        "NULL DEFAULT 1 CONSTRAINT \"age_ok\" CHECK (age < 50)\n)\n");
  const auto other = f.file.open();
  CHECK_THROWS_AS(other->query("INSERT INTO pets VALUES (4, 'a', NULL)"), Error);
  CHECK(rows(*f.db, "PRAGMA integrity_check") == "ok\n");
  CHECK(rows(*f.db, "SELECT name FROM sqlite_schema WHERE type = 'trigger'").empty());
}

TEST_CASE("a column is dropped in place within the budget, else by a rebuild",
          "[dialect][sqlite]") {
  const auto change = [] {
    return pets({kept("id", shape("INTEGER")), kept("name", shape("TEXT", false)),
                 dropped("age", shape("INT"))});
  };
  Fixture small(pets_sql);
  small.db->query("INSERT INTO sqlite_stat1 VALUES ('pets', NULL, '2')");
  SqliteMigration direct(*small.db, {change()});
  direct.run(Phase::expand);
  direct.run(Phase::migrate);
  CHECK(rows(*small.db, "SELECT age FROM pets") == "3\n~\n");
  direct.run(Phase::contract);
  CHECK(text_of(*small.db, "pets").find("age") == std::string::npos);

  const std::string table =
      "CREATE TABLE pets(id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT)";
  Fixture few(table + ";INSERT INTO pets VALUES (7, 'a', 1), (99, 'b', 2)");
  CHECK(SqliteMigration(*few.db, {change()}).plan().steps.back().kind == StepKind::swap);
  Fixture spread(
      table +
      ";INSERT INTO pets VALUES (-9223372036854775807, 'a', 1), (9223372036854775807, 'b', 2)");
  SqliteMigration rebuild(*spread.db, {change()});
  CHECK_THAT(rebuild.step(StepKind::install_sync).reason, Catch::Contains("ms"));
  Fixture unknown(table + " WITHOUT ROWID");
  CHECK_THAT(SqliteMigration(*unknown.db, {change()}).step(StepKind::install_sync).reason,
             Catch::Contains("unknown"));
}

TEST_CASE("a column that ANALYZE has seen over few rows is not dropped in place over many",
          "[dialect][sqlite]") {
  Fixture f(pets_sql);
  f.db->query(
      "WITH RECURSIVE s(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM s WHERE i < 70000) "
      "INSERT INTO pets SELECT i, 'x', 1 FROM s");
  f.db->query("UPDATE sqlite_stat1 SET stat = '2'");
  f.db->query(
      "INSERT INTO sqlite_stat1 SELECT 'pets', NULL, '2' WHERE NOT EXISTS (SELECT 1 FROM "
      "sqlite_stat1)");
  SqliteMigration migration(*f.db,
                            {pets({kept("id", shape("INTEGER")), kept("name", shape("TEXT", false)),
                                   dropped("age", shape("INT"))})});
  int refused = 0;
  for (const dialect::PreflightQuery& question : migration.preflight()) {
    if (f.db->query(question.sql).integer(0, 0) > question.allowed) ++refused;
  }
  CHECK(refused == 1);
}

TEST_CASE("rows of a dropped table that wait for their removal hold no parent",
          "[dialect][sqlite]") {
  Fixture f(std::string(pets_sql) +
            "CREATE TABLE cats(id INTEGER PRIMARY KEY, pet INT REFERENCES pets(id), other INT, "
            "FOREIGN KEY (other) REFERENCES pets);"
            "INSERT INTO cats VALUES (1, 1, 2)");
  model::TableChange gone;
  gone.fate = model::TableFate::dropped;
  gone.before = gone.physical = "cats";
  model::Change change;
  change.migration = change.version_schema = "0010";
  change.tables = {gone};
  SqliteMigration migration(*f.db, {change});
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  migration.run(migration.step(StepKind::swap));
  CHECK(rows(*f.db, "SELECT id FROM segue_old_cats") == "1\n");
  const auto client = f.file.open();
  client->query("PRAGMA foreign_keys = ON");
  client->query("DELETE FROM pets");
  for (const StepKind kind : {StepKind::drain, StepKind::cleanup})
    migration.run(migration.step(kind));
  CHECK(rows(*f.db, "SELECT 1 FROM sqlite_schema WHERE name LIKE '%cats%'").empty());
  CHECK(rows(*f.db, "PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("tables are created, renamed and dropped", "[dialect][sqlite]") {
  Fixture f(std::string(pets_sql) +
            "CREATE TABLE cats(id INTEGER PRIMARY KEY, pet INT REFERENCES pets(id));"
            "CREATE VIEW old_pets AS SELECT name FROM pets;"
            "CREATE TABLE junk(a); CREATE TRIGGER junk_t AFTER INSERT ON junk BEGIN SELECT 1; END;"
            "INSERT INTO junk VALUES (1), (2)");
  model::Change change;
  change.migration = change.version_schema = "0010";
  model::TableChange dogs;
  dogs.fate = model::TableFate::created;
  dogs.after = dogs.physical = "dogs";
  model::CreateTable create;
  create.name = "dogs";
  create.columns = {
      {.name = "id", .type = "INTEGER", .pk = true},
      {.name = "code", .type = "TEXT", .unique = true},
      {.name = "n", .type = "INT", .nullable = true, .default_value = model::SqlText{"1 + 1", {}}}};
  model::ConstraintSpec fk;
  fk.name = "dogs_fk";
  fk.type = model::ConstraintType::foreign_key;
  fk.columns = {"n"};
  fk.references =
      model::ReferencesSpec{.name = "", .table = "pets", .columns = {"id"}, .on_delete = "CASCADE"};
  create.constraints = {fk};
  dogs.create = create;
  model::TableChange renaming;
  renaming.before = renaming.physical = "pets";
  renaming.after = "animals";
  renaming.columns = {kept("id", shape("INTEGER")), kept("name", shape("TEXT", false)),
                      kept("age", shape("INT"))};
  model::TableChange gone;
  gone.fate = model::TableFate::dropped;
  gone.before = gone.physical = "junk";
  change.tables = {dogs, renaming, gone};
  const std::string before = rows(*f.db, "SELECT * FROM sqlite_schema ORDER BY rowid");
  {
    SqliteMigration migration(*f.db, {change});
    migration.run(Phase::expand);
    migration.run(Phase::migrate);
    migration.reverse_from(Phase::migrate);
    CHECK(rows(*f.db, "SELECT * FROM sqlite_schema ORDER BY rowid") == before);
  }
  SqliteMigration migration(*f.db, {change});
  migration.run(Phase::expand);
  CHECK(text_of(*f.db, "dogs") ==
        "CREATE TABLE \"dogs\"(\n  \"id\" INTEGER PRIMARY KEY,\n  \"code\" TEXT NOT NULL UNIQUE,\n "
        " \"n\" "
        "INT DEFAULT (1 + 1),\n  CONSTRAINT \"dogs_fk\" FOREIGN KEY (\"n\") REFERENCES "
        "\"pets\"(\"id\") ON "
        "DELETE CASCADE\n)\n");
  migration.run(Phase::migrate);
  migration.run(Phase::contract);
  CHECK(rows(*f.db, "SELECT name FROM animals") == "rex\ntom\n");
  CHECK(rows(*f.db, "SELECT name FROM old_pets") == "rex\ntom\n");
  CHECK_THAT(text_of(*f.db, "cats"), Catch::Contains("REFERENCES \"animals\""));
  CHECK(rows(*f.db,
             "SELECT name FROM sqlite_schema WHERE name LIKE '%junk%' OR name LIKE "
             "'segue%'")
            .empty());
}

TEST_CASE("indexes are built and dropped directly within the budget", "[dialect][sqlite]") {
  Fixture f(std::string(pets_sql) + "CREATE INDEX pets_age ON pets(age)");
  auto change = pets({kept("id", shape("INTEGER")), kept("name", shape("TEXT", false)),
                      kept("age", shape("INT"))});
  model::CreateIndex by_name;
  by_name.name = "pets_name";
  by_name.table = "pets";
  by_name.columns = {{.column = "name", .collate = "NOCASE", .sort = "DESC"}};
  model::CreateIndex unique = by_name;
  unique.name = "pets_unique";
  unique.unique = true;
  unique.predicate = model::SqlText{"age > 1", {}};
  change.tables[0].created_indexes = {by_name, unique};
  change.tables[0].dropped_indexes = {"pets_age"};
  check_reversible(f, change, Phase::migrate);
  SqliteMigration migration(*f.db, {change});
  CHECK(migration.preflight().size() >= 2);
  for (const Phase phase : {Phase::expand, Phase::migrate, Phase::contract}) migration.run(phase);
  CHECK(text_of(*f.db, "pets_unique") ==
        "CREATE UNIQUE INDEX \"pets_unique\" ON \"pets\"(\"name\" COLLATE \"NOCASE\" DESC) WHERE "
        "age > 1\n");
  CHECK(text_of(*f.db, "pets_age").empty());
  model::Settings settings;
  settings.sqlite_direct_budget_ms = 1;
  f.db->query("DELETE FROM sqlite_stat1");
  f.db->query("INSERT INTO sqlite_stat1 VALUES ('pets', NULL, '9000000')");
  change.tables[0].created_indexes[0].name = "another";
  change.tables[0].created_indexes.resize(1);
  change.tables[0].dropped_indexes.clear();
  CHECK_THROWS_WITH(SqliteMigration(*f.db, {change}, settings), Catch::Contains("grafted"));
}

TEST_CASE("statements of the author run in their phase and are taken back", "[dialect][sqlite]") {
  Fixture f(pets_sql);
  model::Change change;
  change.migration = "0011";
  change.expand.push_back(
      {.sql =
           model::SqlText{"CREATE TABLE log(t TEXT); CREATE TRIGGER pets_log AFTER INSERT ON pets "
                          "BEGIN INSERT INTO log VALUES (CASE WHEN new.id > 0 THEN 'a;b' END); END",
                          {}},
       .reverse = model::SqlText{"DROP TRIGGER pets_log; DROP TABLE log;", {}},
       .verify = model::SqlText{"SELECT 1 FROM sqlite_schema WHERE name = 'log'", {}},
       .backfill = {}});
  model::PhaseBackfill backfill;
  backfill.table = "pets";
  backfill.set = {{"age", {"coalesce(age, 0) + 1", {}}}};
  backfill.where_clause = model::SqlText{"name <> 'rex'", {}};
  change.migrate.push_back({.sql = {}, .reverse = {}, .verify = {}, .backfill = backfill});
  const std::string before = rows(*f.db, "SELECT * FROM sqlite_schema");
  SqliteMigration migration(*f.db, {change});
  migration.run(Phase::expand);
  CHECK(rows(*f.db, "SELECT count(*) FROM log") == "0\n");
  const auto& step = migration.step(StepKind::backfill);
  const auto walk = std::get<dialect::WalkScript>(migration.render(step));
  std::string position;
  while (SqliteRunner(*f.db).chunk(walk, position, 1)) continue;
  CHECK(rows(*f.db, "SELECT age FROM pets") == "3\n1\n");
  migration.reverse_from(Phase::expand);
  CHECK(rows(*f.db, "SELECT * FROM sqlite_schema") == before);
}

TEST_CASE("what cannot be done is refused by name, all at once", "[dialect][sqlite]") {
  Fixture f(
      "CREATE TABLE pets(id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT UNIQUE, born TEXT);"
      "CREATE VIEW young AS SELECT name FROM pets WHERE age < 3;"
      "CREATE TABLE pets__0009(a);");
  const auto change =
      pets({kept("id", shape("INTEGER")), renamed("name", "title", shape("TEXT", false)),
            replaced("age", "age", shape("INT"), shape("TEXT"), "(SELECT age)", "random()"),
            replaced("born", "born", shape("TEXT"), shape("INT"), "my_function(born)",
                     "iif(born, 1, 2)")});
  try {
    SqliteMigration migration(*f.db, {change});
    FAIL("nothing was refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::refused);
    std::string all;
    for (const Problem& problem : error.detail().problems) all += problem.message + "\n";
    for (const char* part : {"subquery", "random()", "my_function()", "iif() came with SQLite 3.32",
                             "pets__0009 is taken", "view", "pets.age is UNIQUE"}) {
      CHECK_THAT(all, Catch::Contains(part));
    }
  }
  Fixture keyless("CREATE TABLE pets(a TEXT, b TEXT)");
  CHECK_THROWS_WITH(
      SqliteMigration(*keyless.db,
                      {pets({renamed("a", "c", shape("TEXT")), kept("b", shape("TEXT"))})}),
      Catch::Contains("an index that stays"));
}
