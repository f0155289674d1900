#include <catch2/catch.hpp>

#include "engine/catalog/sqlite_texts.hpp"

using namespace segue::catalog;
using NameSet = std::set<std::string>;

TEST_CASE("a trigger's text tells its time, its events and its columns", "[catalog]") {
  const NameSet columns = {"a", "b", "c"};
  auto trigger = trigger_from_text(
      "x", "CREATE TRIGGER x BEFORE UPDATE OF \"A\", [b] ON t WHEN new.c > 1 BEGIN SELECT 1; END",
      columns);
  CHECK(trigger.before);
  CHECK(trigger.on_update);
  CHECK_FALSE(trigger.on_insert);
  CHECK(trigger.columns == NameSet{"A", "b"});
  CHECK(trigger.depends_on == columns);
  trigger = trigger_from_text(
      "update", "CREATE TRIGGER IF NOT EXISTS \"update\" INSERT ON t BEGIN DELETE FROM t; END",
      columns);
  CHECK(trigger.on_insert);
  CHECK_FALSE(trigger.on_delete);
  CHECK_FALSE(trigger.on_update);
  CHECK_FALSE(trigger.before);
  CHECK(trigger.depends_on.empty());
  trigger = trigger_from_text(
      "before", "CREATE TRIGGER before INSTEAD OF DELETE ON v BEGIN SELECT 1; END", columns);
  CHECK(trigger.instead_of);
  CHECK_FALSE(trigger.before);
  CHECK(trigger.on_delete);
}

TEST_CASE("texts that can mean a table or a column count as using it", "[catalog]") {
  CHECK(names_table("SELECT 1 FROM [Users]", "users"));
  CHECK(names_table("SELECT 1 FROM 'users'", "users"));
  CHECK_FALSE(names_table("SELECT 'users' -- users", "users"));
  CHECK(named_columns("SELECT A FROM t", {"a", "b"}) == NameSet{"a"});
  CHECK(named_columns("SELECT * FROM t", {"a", "b"}).empty());
  CHECK(index_columns("CREATE INDEX a ON t (lower([b])) WHERE c > 'a'", "t", {"a", "b", "c"}) ==
        NameSet{"b", "c"});
}
