#include "engine/parse/settings_reader.hpp"

#include <catch2/catch.hpp>

using segue::parse::read_settings;
using segue::parse::SettingsFile;

TEST_CASE("nested settings get dotted names and keep their text and place", "[parse]") {
  const SettingsFile file = read_settings("segue.yaml",
                                          "soak: 012\nsqlite:\n  wal_limit: 64MiB\n"
                                          "environments:\n  prod: {schema: app}\n  test:\n");
  CHECK(file.problems.empty());
  REQUIRE(file.entries.size() == 2);
  CHECK(file.entries[0].text == "012");
  CHECK(file.entries[1].name == "sqlite.wal_limit");
  CHECK(file.entries[1].where == segue::SourceLocation{"segue.yaml", 3, 14});
  REQUIRE(file.environments.size() == 2);
  CHECK(file.environments.at("prod")[0].name == "schema");
}

TEST_CASE("a settings file may be empty or only comments", "[parse]") {
  CHECK(read_settings("s", "").problems.empty());
  CHECK(read_settings("s", "# nothing\n\n").problems.empty());
}

TEST_CASE("a settings file of another shape is a problem", "[parse]") {
  CHECK(read_settings("s", "- a\n").problems.size() == 1);
  CHECK(read_settings("s", "environments: [a]\n").problems.size() == 1);
  CHECK(read_settings("s", "environments: {a: 1}\n").problems.size() == 1);
  CHECK(read_settings("s", "soak: {\n").problems.size() == 1);
  CHECK(read_settings("s", "sqlite: {wal_limit: 1, wal_limit: 2}\n").problems.size() == 1);
}
