// What sqlite_scenarios.hpp declares.

#include "tests/dialect/sqlite_scenarios.hpp"

#include <fmt/format.h>

#include "tests/dialect/sqlite_runner.hpp"

namespace segue::test {
namespace {

const std::vector<std::string> rowids{"1", "2", "5", "9", "30"};
const std::vector<std::string> numbers{"1", "2", "3", "4", "5", "6", "7", "8", "9"};

Side side(std::vector<std::string> keys, std::string rowid, std::vector<std::string> columns,
          std::vector<std::vector<std::string>> key_pools,
          std::vector<std::vector<std::string>> pools) {
  return {std::move(keys), std::move(rowid), std::move(columns), std::move(key_pools),
          std::move(pools)};
}

// Hexadecimal text to a number, as CAST cannot: six digits by place.
std::string number_of(const std::string& column) {
  std::string out;
  for (int i = 1; i <= 6; ++i) {
    out += fmt::format(
        "{}(instr('0123456789ABCDEF', substr(substr('000000' || {}, -6), {}, 1)) - 1) * {}",
        i == 1 ? "" : " + ", column, i, 1 << (4 * (6 - i)));
  }
  return out;
}

}  // namespace

Scenario users() {
  const std::string first =
      "CASE WHEN instr(full, ' ') > 0 THEN substr(full, 1, instr(full, ' ') - 1) ELSE full END";
  const std::string last =
      "CASE WHEN instr(full, ' ') > 0 THEN substr(full, instr(full, ' ') + 1) ELSE '' END";
  const std::string full = "CASE WHEN last = '' THEN first ELSE first || ' ' || last END";
  auto cp = replaced("cp", "cp", shape("TEXT", false), shape("INTEGER", false),
                     "CAST(cp AS INTEGER)", "printf('%04d', cp)");
  cp.unique = model::UniqueSpec{"cp_key"};
  Scenario s;
  s.name = "integer key";
  s.table = "users";
  s.sql =
      "CREATE TABLE users(id INTEGER PRIMARY KEY, cp TEXT NOT NULL, full TEXT NOT NULL, email TEXT "
      "COLLATE NOCASE UNIQUE, note, legacy TEXT); CREATE INDEX users_full ON users(note, email)";
  s.change =
      change_of("0007", "users",
                {kept("id", shape("INTEGER")), cp, added("first", shape("TEXT", false), first),
                 added("last", shape("TEXT", false), last), kept("email", shape("TEXT")),
                 kept("note", shape("")), added("nick", shape("TEXT")),
                 dropped("full", shape("TEXT", false), full), dropped("legacy", shape("TEXT"))});
  s.apart = {{"nick", "nick"}, {"first", "full"}, {"last", "full"}, {"cp", "cp"}};
  const std::vector<std::string> emails{"'ann'", "'ANN'", "'Bob'", "'bob'", "'cid'", "NULL", "''"};
  const std::vector<std::string> notes{"1", "1.0", "'1'", "NULL", "X'31'", "'x'"};
  s.old_side = side({"id"}, "rowid", {"cp", "full", "email", "note", "legacy"}, {numbers},
                    {{"'042'", "'42'", "'0042'", "'7'", "'x'", "NULL"},
                     {"'Ann Lee'", "'Ann'", "'Ann  Lee'", "''", "' Lee'", "'Cid van Dyke'"},
                     emails,
                     notes,
                     {"'l'", "NULL"}});
  s.new_side = side({"id"}, "oid", {"cp", "first", "last", "email", "note", "nick"}, {numbers},
                    {{"42", "7", "'y'", "NULL", "12345"},
                     {"'Ann'", "'A B'", "''", "NULL"},
                     {"'Lee'", "''", "NULL"},
                     emails,
                     notes,
                     {"'n'", "'m'", "NULL"}});
  s.cleanup =
      "UPDATE {t} SET cp = id; UPDATE {t} SET first = 'f' WHERE first IS NULL; UPDATE {t} SET "
      "last = 'l' WHERE last IS NULL";
  s.target =
      "CREATE TABLE users(id INTEGER PRIMARY KEY, cp INTEGER NOT NULL CONSTRAINT \"cp_key\" "
      "UNIQUE, \"first\" TEXT NOT NULL, \"last\" TEXT NOT NULL, email TEXT COLLATE NOCASE "
      "UNIQUE, note, \"nick\" TEXT); CREATE INDEX users_full ON users(note, email)";
  return s;
}

Scenario chars() {
  auto key = replaced("code_point", "code_point", shape("TEXT", false), shape("INTEGER", false),
                      number_of("code_point"), "printf('%04X', code_point)");
  key.shape_before.primary_key = key.shape.primary_key = 1;
  Scenario s;
  s.name = "mapped key";
  s.table = "chars";
  s.sql =
      "CREATE TABLE chars(code_point TEXT PRIMARY KEY NOT NULL, name TEXT, general_category TEXT, "
      "old "
      "INT); CREATE UNIQUE INDEX chars_name ON chars(name COLLATE NOCASE)";
  s.change = change_of(
      "0002", "chars",
      {key, kept("name", shape("TEXT")), renamed("general_category", "category", shape("TEXT")),
       added("age", shape("INTEGER")), dropped("old", shape("INT"))});
  const std::vector<std::string> names{"'ann'", "'ANN'", "'bob'", "'cid'", "NULL"};
  s.old_side =
      side({"code_point"}, "", {"name", "general_category", "old"},
           {{"'0041'", "'0042'", "'41'", "'zz'", "NULL", "'1F600'", "'0043'", "'0044'", "'0045'"}},
           {names, {"'Lu'", "'Ll'", "NULL"}, {"1", "NULL"}});
  s.new_side = side({"code_point"}, "rowid", {"name", "category", "age"},
                    {{"65", "66", "67", "-5", "128512", "68", "69", "20000000"}},
                    {names, {"'Lu'", "'Nd'"}, {"1", "2", "NULL"}});
  s.guards_keys = true;
  s.normalise = "DELETE FROM chars WHERE code_point IN ('41', 'zz')";
  s.apart = {{"age", "age"}};
  s.target =
      "CREATE TABLE chars(code_point INTEGER PRIMARY KEY NOT NULL, name TEXT, \"category\" TEXT, "
      "\"age\" INTEGER); CREATE UNIQUE INDEX chars_name ON chars(name COLLATE NOCASE)";
  return s;
}

Scenario tags() {
  Scenario s;
  s.name = "text key without case";
  s.table = "tags";
  s.sql =
      "CREATE TABLE tags(name TEXT COLLATE NOCASE PRIMARY KEY, weight, color TEXT NOT NULL DEFAULT "
      "'red', kind INT CHECK (kind > 0))";
  s.change =
      change_of("0003", "tags",
                {kept("name", shape("TEXT")), renamed("weight", "mass", shape("")),
                 replaced("color", "color", shape("TEXT", false), shape("INTEGER"), "length(color)",
                          "substr('aaaaaaaaa', 1, color)"),
                 kept("kind", shape("INT")), added("label", shape("TEXT"), "name || weight")});
  s.old_side = side({"name"}, "", {"weight", "color", "kind", "rowid"},
                    {{"'ann'", "'ANN'", "'Ann'", "'bob'", "'cid'", "NULL", "'dee'"}},
                    {{"1", "1.0", "'1'", "NULL"},
                     {"'red'", "'green'", "NULL", "''"},
                     {"1", "0", "NULL"},
                     rowids});
  s.new_side = side({"name"}, "", {"mass", "color", "kind", "label", "oid"},
                    {{"'ann'", "'ANN'", "'Ann'", "'bob'", "'cid'", "NULL", "'dee'"}},
                    {{"1", "1.0", "'x'"}, {"3", "NULL", "0"}, {"1", "0"}, {"'l'", "NULL"}, rowids});
  s.has_rowids = true;
  s.guards_keys = true;
  s.normalise = "DELETE FROM tags WHERE name IS NULL";
  return s;
}

Scenario members() {
  auto role = replaced("role", "role", shape("TEXT"), shape("INTEGER"),
                       "CASE role WHEN 'admin' THEN 1 WHEN 'user' THEN 2 END",
                       "CASE role WHEN 1 THEN 'admin' WHEN 2 THEN 'user' END");
  Scenario s;
  s.name = "composite key without rowid";
  s.table = "members";
  s.sql =
      "CREATE TABLE members(org INT NOT NULL, person TEXT NOT NULL, role TEXT, level INT, seat "
      "TEXT, "
      "UNIQUE (seat, level), PRIMARY KEY (org, person)) WITHOUT ROWID; CREATE INDEX members_role "
      "ON "
      "members(role)";
  auto org = kept("org", shape("INT", false));
  auto person = kept("person", shape("TEXT", false));
  org.shape.primary_key = org.shape_before.primary_key = 1;
  person.shape.primary_key = person.shape_before.primary_key = 2;
  s.change =
      change_of("0004", "members",
                {org, person, role, kept("level", shape("INT")), kept("seat", shape("TEXT"))});
  const std::vector<std::string> orgs{"1", "2", "3"};
  const std::vector<std::string> people{"'a'", "'b'", "'c'"};
  s.old_side =
      side({"org", "person"}, "", {"role", "level", "seat"}, {orgs, people},
           {{"'admin'", "'user'", "'guest'", "NULL"}, {"1", "2", "NULL"}, {"'x'", "'y'", "NULL"}});
  s.new_side = side({"org", "person"}, "", {"role", "level", "seat"}, {orgs, people},
                    {{"1", "2", "3", "NULL"}, {"1", "2", "NULL"}, {"'x'", "'y'", "NULL"}});
  s.target =
      "CREATE TABLE members(org INT NOT NULL, person TEXT NOT NULL, role INTEGER, level INT, seat "
      "TEXT, UNIQUE (seat, level), PRIMARY KEY (org, person)) WITHOUT ROWID; CREATE INDEX "
      "members_role ON members(role)";
  return s;
}

Scenario items() {
  Scenario s;
  s.name = "no primary key";
  s.table = "items";
  s.sql =
      "CREATE TABLE items(sku TEXT NOT NULL UNIQUE, qty INT CHECK (qty > 0), price REAL, total, "
      "code "
      "INTEGER DEFAULT 7, CHECK (qty < 100 OR price IS NULL))";
  // `total` has no `down`: it flows forward only.
  s.change = change_of("0005", "items",
                       {kept("sku", shape("TEXT", false)), kept("qty", shape("INT")),
                        replaced("price", "cents", shape("REAL"), shape("INTEGER"),
                                 "CAST(price * 100 AS INTEGER)", "cents / 100.0"),
                        added("sum", shape("INTEGER"), "total + 1"), kept("code", shape("INTEGER")),
                        dropped("total", shape(""))});
  const std::vector<std::string> skus{"'a'", "'b'", "'c'", "'d'", "'e'", "'f'"};
  s.old_side = side({"sku"}, "", {"qty", "price", "total", "code", "_rowid_"}, {skus},
                    {{"1", "0", "100", "NULL"},
                     {"1.5", "'x'", "NULL", "2"},
                     {"1", "2", "NULL"},
                     {"8", "'9'"},
                     rowids});
  s.new_side =
      side({"sku"}, "", {"qty", "cents", "sum", "code"}, {skus},
           {{"1", "0", "100", "NULL"}, {"150", "'y'", "NULL"}, {"5", "NULL"}, {"8", "9.0"}});
  s.apart = {{"sum", "total"}, {"cents", "price"}};
  s.has_rowids = true;
  s.forward_only = true;
  s.cleanup = "UPDATE {t} SET cents = NULL";
  return s;
}

// Two migrations in one rebuild: the second reads what the first made.
Scenario fused() {
  Scenario s;
  s.name = "fused";
  s.table = "people";
  s.sql = "CREATE TABLE people(id INTEGER PRIMARY KEY, full TEXT NOT NULL, born TEXT, n INT)";
  s.earlier = change_of(
      "0007", "people",
      {kept("id", shape("INTEGER")),
       added("first", shape("TEXT"), "substr(full, 1, instr(full || ' ', ' ') - 1)"),
       added("last", shape("TEXT"), "substr(full, instr(full || ' ', ' ') + 1)"),
       renamed("born", "birth", shape("TEXT")),
       replaced("n", "n", shape("INT"), shape("TEXT"), "'n' || n", "CAST(substr(n, 2) AS INT)"),
       dropped("full", shape("TEXT", false), "coalesce(first || ' ' || last, '')")});
  auto change = change_of(
      "0008", "people",
      {kept("id", shape("INTEGER")),
       replaced("first", "given", shape("TEXT"), shape("TEXT"), "upper(first)", "lower(given)"),
       kept("last", shape("TEXT")), renamed("birth", "birthday", shape("TEXT")),
       replaced("n", "m", shape("TEXT"), shape("INTEGER"), "length(n)",
                "substr('nnnnnnnnn', 1, m)"),
       added("initials", shape("TEXT"), "substr(first, 1, 1) || substr(last, 1, 1)")});
  // As the resolver says it: a kept column goes by its physical name.
  for (auto& column : change.tables[0].columns) {
    if (column.before == "birth") column.old_physical = column.new_physical = "born";
  }
  s.change = change;
  const std::vector<std::string> born{"'1970'", "NULL", "'x'"};
  s.old_side = side({"id"}, "rowid", {"full", "born", "n"}, {numbers},
                    {{"'ann lee'", "'bob'", "''", "'Cid van Dyke'"}, born, {"1", "22", "NULL"}});
  s.new_side = side({"id"}, "rowid", {"given", "last", "birthday", "m", "initials"}, {numbers},
                    {{"'ANN'", "'Bob'", "NULL"},
                     {"'lee'", "''", "NULL"},
                     born,
                     {"2", "3", "NULL"},
                     {"'AL'", "NULL"}});
  s.apart = {{"birthday", "born"}, {"given", "full"}, {"initials", "full"}, {"m", "n"}};
  s.target =
      "CREATE TABLE people(id INTEGER PRIMARY KEY, \"given\" TEXT, \"last\" TEXT, \"birthday\" "
      "TEXT, \"m\" INTEGER, \"initials\" TEXT)";
  return s;
}

Scenario events() {
  Scenario s;
  s.name = "AUTOINCREMENT";
  s.table = "x";
  s.sql =
      "CREATE TABLE x(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT, n INT, UNIQUE (a, b))";
  s.change = change_of(
      "0006", "x",
      {kept("id", shape("INTEGER")), renamed("a", "alpha", shape("TEXT")), kept("b", shape("TEXT")),
       replaced("n", "n", shape("INT"), shape("TEXT"), "'n' || n", "substr(n, 2)")});
  const std::vector<std::string> letters{"'a'", "'b'", "'c'", "NULL"};
  s.old_side =
      side({"id"}, "_rowid_", {"a", "b", "n"}, {numbers}, {letters, letters, {"1", "2", "NULL"}});
  s.new_side = side({"id"}, "rowid", {"alpha", "b", "n"}, {numbers},
                    {letters, letters, {"'n1'", "'zz'", "NULL"}});
  s.target =
      "CREATE TABLE x(id INTEGER PRIMARY KEY AUTOINCREMENT, \"alpha\" TEXT, b TEXT, n TEXT, UNIQUE "
      "(\"alpha\", b))";
  return s;
}

// Rows that nothing but their rowids tells apart.
Scenario visits() {
  Scenario s;
  s.name = "rowid alone";
  s.table = "visits";
  s.sql =
      "CREATE TABLE visits(page TEXT, seconds REAL, who); CREATE INDEX visits_page ON visits(page)";
  s.change = change_of("0009", "visits",
                       {kept("page", shape("TEXT")),
                        replaced("seconds", "ms", shape("REAL"), shape("INTEGER"),
                                 "CAST(seconds * 1000 AS INTEGER)", "ms / 1000.0"),
                        renamed("who", "client", shape("")), added("note", shape("TEXT"))});
  const std::vector<std::string> pages{"'a'", "'b'", "NULL"};
  s.old_side = side({"rowid"}, "oid", {"page", "seconds", "who"}, {numbers},
                    {pages, {"1.5", "2", "'x'", "NULL"}, {"1", "1.0", "NULL"}});
  s.new_side = side({"rowid"}, "_rowid_", {"page", "ms", "client", "note"}, {numbers},
                    {pages, {"1500", "7", "NULL"}, {"'w'", "1"}, {"'n'", "NULL"}});
  s.has_rowids = true;
  s.apart = {{"note", "note"}, {"client", "who"}};
  s.target =
      "CREATE TABLE visits(page TEXT, \"ms\" INTEGER, \"client\", \"note\" TEXT); CREATE INDEX "
      "visits_page ON visits(page)";
  return s;
}

}  // namespace segue::test
