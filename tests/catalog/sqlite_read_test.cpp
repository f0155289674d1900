#include <catch2/catch.hpp>

#include "engine/catalog/catalog_reader.hpp"
#include "tests/support/test_database.hpp"

using namespace segue;
using database::Kind;
using Names = std::vector<std::string>;
using NameSet = std::set<std::string>;

namespace {

constexpr std::string_view rich_sqlite = R"sql(
CREATE TABLE parent (a TEXT, b INT, c, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key
  cp VARCHAR( 10 ) NOT NULL DEFAULT 'x' COLLATE NOCASE,
  email text CONSTRAINT mail_key UNIQUE,
  b int, a text,
  self REFERENCES users,
  up TEXT GENERATED ALWAYS AS (upper(cp)) STORED,
  low TEXT AS (lower(email)),
  CONSTRAINT positive CHECK (b > 0 AND A <> ''),
  CONSTRAINT to_parent FOREIGN KEY (B, a) REFERENCES PARENT DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE exact (i INT PRIMARY KEY, t ANY) STRICT;
CREATE UNIQUE INDEX users_expr ON users (lower(email), b DESC) WHERE a IS NOT NULL;
CREATE VIEW v AS SELECT id, email FROM users;
CREATE VIEW v_all AS SELECT * FROM Users;
CREATE VIEW broken AS SELECT x FROM nowhere;
CREATE VIRTUAL TABLE search USING fts5 (body);
CREATE TABLE log (what TEXT);
CREATE TRIGGER users_log AFTER UPDATE OF email ON users WHEN new.b > 1 BEGIN INSERT INTO log VALUES (old.a); END;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN INSERT INTO users (email) VALUES (new.email); END;
CREATE TABLE segue_lease (one INTEGER PRIMARY KEY);
INSERT INTO log VALUES ('a'), ('b');
CREATE INDEX log_what ON log (what);
ANALYZE;
PRAGMA user_version = 7;
)sql";

const model::Catalog& rich_catalog() {
  static const model::Catalog catalog = [] {
    const test::TestDatabase test(Kind::sqlite);
    test.run(rich_sqlite);
    return catalog::read_catalog(*test.open(), "");
  }();
  return catalog;
}

const model::CatalogTable& table(const std::string& name) {
  const model::CatalogTable* found = rich_catalog().table(name);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("facts of a SQLite file are read", "[catalog]") {
  const model::Catalog& catalog = rich_catalog();
  CHECK(catalog.kind == model::DatabaseKind::sqlite);
  CHECK(catalog.server_version == 3040001);
  CHECK(catalog.schema_version > 0);
  CHECK(catalog.settings.at("user_version") == "7");
  CHECK(catalog.settings.at("page_size") == "4096");
  CHECK(catalog.settings.at("journal_mode") == "delete");
  CHECK(catalog.relation_names.contains("users_expr"));
  CHECK(catalog.relation_names.contains("segue_lease"));
  CHECK(catalog.table("segue_lease") == nullptr);
  CHECK(catalog.table("sqlite_stat1") == nullptr);
  CHECK(table("search").kind == 'V');
  CHECK(table("search_data").kind == 'V');
  CHECK(table("v").kind == 'v');
  CHECK(table("v").columns.size() == 2);
  CHECK(table("broken").columns.empty());
  CHECK(table("exact").strict);
  CHECK(table("parent").without_rowid);
  CHECK(table("users").autoincrement);
  CHECK_FALSE(table("exact").autoincrement);
  CHECK(table("log").estimated_rows == 2);
  CHECK(table("users").estimated_rows == 0);
}

TEST_CASE("SQLite's columns have their texts' facts", "[catalog]") {
  const model::CatalogTable& users = table("users");
  REQUIRE(users.columns.size() == 8);
  CHECK(users.column("id")->primary_key == 1);
  CHECK(users.column("id")->position == 1);
  CHECK(users.column("cp")->type == "VARCHAR( 10 )");
  CHECK(users.column("email")->type == "text");
  CHECK(users.column("cp")->collation == "NOCASE");
  CHECK_FALSE(users.column("cp")->nullable);
  CHECK(users.column("cp")->default_sql == "'x'");
  CHECK(users.column("email")->nullable);
  CHECK(users.column("up")->generated == "upper(cp)");
  CHECK_FALSE(users.column("up")->generated_virtual);
  CHECK(users.column("low")->generated_virtual);
  CHECK(table("parent").column("a")->primary_key == 2);
}

TEST_CASE("SQLite's constraints and foreign keys are read", "[catalog]") {
  const model::CatalogTable& users = table("users");
  CHECK(users.constraint("mail_key")->type == 'u');
  CHECK(users.constraint("mail_key")->definition == "UNIQUE");
  CHECK(users.constraint("mail_key")->columns == Names{"email"});
  CHECK(users.constraint("positive")->type == 'c');
  CHECK(users.constraint("positive")->definition == "CHECK (b > 0 AND A <> '')");
  CHECK(users.constraint("positive")->columns == Names{"a", "b"});
  const model::CatalogConstraint& to_parent = *users.constraint("to_parent");
  CHECK(to_parent.type == 'f');
  CHECK(to_parent.columns == Names{"b", "a"});
  CHECK(to_parent.referenced_table == "\"parent\"");
  CHECK(to_parent.referenced_columns == Names{"b", "a"});
  CHECK(to_parent.initially_deferred);
  REQUIRE(table("parent").incoming.size() == 1);
  CHECK(table("parent").incoming[0].on_table == "\"users\"");
  CHECK(users.incoming.empty());
  std::string types;
  for (const auto& constraint : users.constraints) types += constraint.type;
  CHECK(types == "pnfucf");  // unnamed ones first, in the order of the text
  CHECK(users.constraints[2].columns == Names{"self"});
  CHECK(users.constraints[2].referenced_columns == Names{"id"});
}

TEST_CASE("SQLite's indexes, triggers and views are read", "[catalog]") {
  const model::CatalogTable& users = table("users");
  REQUIRE(users.indexes.size() == 2);
  const model::CatalogIndex& automatic = users.indexes[0];
  CHECK(automatic.name == "sqlite_autoindex_users_1");
  CHECK(automatic.constraint == "u");
  CHECK(automatic.keys == Names{"email"});
  CHECK(automatic.columns == NameSet{"email"});
  const model::CatalogIndex& expression = users.indexes[1];
  CHECK(expression.unique);
  CHECK(expression.partial);
  CHECK(expression.constraint.empty());
  CHECK(expression.keys == Names{"", "b"});
  CHECK(expression.collations == Names{"BINARY", "BINARY"});
  CHECK(expression.columns == NameSet{"a", "b", "email"});
  CHECK(table("parent").indexes.at(0).primary);

  REQUIRE(users.triggers.size() == 1);
  CHECK(users.triggers[0].columns == NameSet{"email"});
  CHECK(users.triggers[0].depends_on == NameSet{"a", "b", "email"});
  CHECK(table("v").triggers.at(0).instead_of);

  std::vector<std::pair<std::string, std::string>> dependents;
  for (const auto& each : users.dependents) dependents.emplace_back(each.kind, each.name);
  CHECK(dependents == std::vector<std::pair<std::string, std::string>>{
                          {"generated column", "\"low\" ON \"users\""},
                          {"generated column", "\"up\" ON \"users\""},
                          {"trigger", "\"v_insert\""},
                          {"view", "\"v\""},
                          {"view", "\"v_all\""}});
  CHECK(users.dependents[0].columns == NameSet{"email"});
  CHECK(users.dependents[3].columns == NameSet{"email", "id"});
  CHECK(users.dependents[4].columns.empty());
  CHECK(table("log").dependents.at(0).name == "\"users_log\"");
}

TEST_CASE("odd names of SQLite survive reading", "[catalog]") {
  const test::TestDatabase test(Kind::sqlite);
  std::string long_name;
  for (int i = 0; i < 30; ++i) long_name += "\xC3\xBC";
  const Names names = {"Upper Case", "quo\"te", "brack]et", "back`tick",
                       "it's",       long_name, "select"};
  for (const std::string& name : names) {
    const std::string quoted = Identifier(name).quoted();
    test.run("CREATE TABLE " + quoted + " (" + quoted + " TEXT COLLATE NOCASE CHECK (" + quoted +
             " <> ''), p REFERENCES " + quoted + " (" + quoted + "), UNIQUE (" + quoted + "))");
  }
  const model::Catalog read = catalog::read_catalog(*test.open(), "");
  for (const std::string& name : names) {
    INFO(name);
    const model::CatalogTable* found = read.table(name);
    REQUIRE(found != nullptr);
    REQUIRE(found->column(name) != nullptr);
    CHECK(found->column(name)->collation == "NOCASE");
    CHECK(found->indexes.at(0).keys == Names{name});
    REQUIRE(found->constraints.size() == 3);
    CHECK(found->constraints[0].columns == Names{name});
    CHECK(found->constraints[1].referenced_columns == Names{name});
    CHECK(found->constraints[2].columns == Names{name});
  }
}

TEST_CASE("names of SQLite meet without case", "[catalog]") {
  const test::TestDatabase test(Kind::sqlite);
  test.run(
      "CREATE TABLE Mixed (Id INTEGER PRIMARY KEY, Val TEXT, CHECK (VAL <> ''));"
      "CREATE TABLE kid (m REFERENCES mIXED (ID));"
      "CREATE INDEX i ON MIXED (vAl);"
      "CREATE TRIGGER t AFTER DELETE ON miXed BEGIN SELECT 1; END");
  const model::Catalog read = catalog::read_catalog(*test.open(), "");
  const model::CatalogTable& mixed = *read.table("Mixed");
  CHECK(mixed.indexes.at(0).keys == Names{"Val"});
  CHECK(mixed.constraints.at(1).columns == Names{"Val"});
  CHECK(mixed.triggers.size() == 1);
  REQUIRE(mixed.incoming.size() == 1);
  CHECK(mixed.incoming[0].referenced_columns == Names{"Id"});
  CHECK(mixed.incoming[0].referenced_table == "\"Mixed\"");
}

TEST_CASE("a read sees what another connection changed before", "[catalog]") {
  const test::TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const auto connection = test.open();
  CHECK(catalog::read_catalog(*connection, "").table("t")->columns.size() == 1);
  test.run("ALTER TABLE t ADD COLUMN b");
  const model::Catalog read = catalog::read_catalog(*connection, "");
  CHECK(read.table("t")->columns.size() == 2);
  CHECK_FALSE(connection->in_transaction());
}
