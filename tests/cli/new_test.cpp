#include <catch2/catch.hpp>

#include "engine/cli/migration_template.hpp"
#include "engine/parse/migration_reader.hpp"
#include "tests/cli/command_runner.hpp"

using namespace segue;
using segue::test::CommandRunner;
using segue::test::Ended;

TEST_CASE("every template is a file that the reader accepts", "[cli]") {
  for (const std::string& operation : cli::template_operations()) {
    for (const auto kind : {model::DatabaseKind::postgres, model::DatabaseKind::sqlite}) {
      const auto result = parse::read_migration("0001_x.yaml", cli::migration_template({operation}),
                                                {.kind = kind});
      INFO(operation);
      for (const Problem& problem : result.problems) UNSCOPED_INFO(problem.message);
      CHECK(result.problems.empty());
      CHECK(result.migrations.size() == 1);
    }
  }
}

TEST_CASE("a new file gets the number after the highest, as wide as it", "[cli]") {
  CHECK(cli::next_stem("add_x", {}) == "0001_add_x");
  CHECK(cli::next_stem("add_x", {"0007_z.yaml", "0002_b.yaml", "README.md"}) == "0008_add_x");
  CHECK(cli::next_stem("add_x", {"09_a", "1_b"}) == "10_add_x");
  CHECK(cli::next_stem("add_x", {"9_a"}) == "10_add_x");
  CHECK(cli::next_stem("add_x", {"20240501120000_a"}) == "20240501120001_add_x");
  CHECK(cli::next_stem("0042_x", {"0007_z.yaml"}) == "0042_x");
  CHECK(cli::next_stem("2fa", {"0007_z.yaml"}) == "0008_2fa");
  CHECK(cli::next_stem("99999999999999999999999", {}) == "0001_99999999999999999999999");
}

TEST_CASE("new writes a file into the folder and tells its path", "[cli]") {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  const Ended first = migrate({"new", "add_nickname"});
  CHECK(first.exit == 0);
  CHECK(first.out == "migrations/0001_add_nickname.yaml\n");
  const Ended second = migrate({"new", "--op", "create_table", "--op", "create_index", "orders"});
  CHECK(second.out == "migrations/0002_orders.yaml\n");
  const std::string text = migrate.read("migrations/0002_orders.yaml");
  CHECK(text.find("create_table") < text.find("create_index"));
  CHECK(migrate({"new", "0002_orders"}).exit == 2);
  CHECK(migrate.read("migrations/0002_orders.yaml") == text);
}

TEST_CASE("a name that would leave the folder is refused", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  for (const char* name : {"../x", "a/b", ".hidden", "a b", ""}) {
    CHECK(migrate({"new", name}).exit == 2);
  }
}
