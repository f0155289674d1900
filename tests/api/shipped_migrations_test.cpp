// The shipped example migrations run as they are: on an empty database to the end, and one by one
// over rows that were written before.

#include <catch2/catch.hpp>

#include "engine/database/database.hpp"
#include "segue/engine.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;

Engine engine_for(const test::TestDatabase& database) {
  Config config;
  config.database =
      database.kind() == database::Kind::sqlite ? "sqlite:" + database.url() : database.url();
  config.directory = SEGUE_SOURCE_DIR "/migrations";
  config.client_grace = std::chrono::milliseconds(0);
  return Engine(config);
}

void require_ok(const RunResult& result) {
  INFO((result.failure ? result.failure->message + "\n" + result.failure->detail.statement + "\n" +
                             result.failure->detail.next
                       : ""));
  for (const Problem& problem :
       result.failure ? result.failure->detail.problems : std::vector<Problem>{}) {
    UNSCOPED_INFO(to_string(problem.where) << ": " << problem.message);
  }
  REQUIRE(result.ok());
}

void check_all_contracted(const Engine& engine) {
  const Status status = engine.status();
  CHECK(status.migrations.size() >= 5);
  for (const MigrationStatus& migration : status.migrations) {
    CAPTURE(migration.name);
    CHECK(migration.state == MigrationState::contracted);
  }
}

std::string one(const test::TestDatabase& database, const std::string& sql) {
  const auto connection = database.open();
  // The engine's own sessions look up no name of the application's.
  if (database.kind() == database::Kind::postgres) connection->query("SET search_path = public");
  return connection->query(sql).text(0, 0);
}

void apply_to_the_end(database::Kind kind) {
  const test::TestDatabase database(kind);
  Engine engine = engine_for(database);
  require_ok(engine.apply_to_the_end());
  check_all_contracted(engine);
  const RunResult again = engine.apply_to_the_end();
  require_ok(again);
  CHECK(again.done.empty());
}

// Each migration is applied while rows of the version before it are there, then contracted.
void apply_one_by_one(database::Kind kind) {
  const test::TestDatabase database(kind);
  Engine engine = engine_for(database);
  require_ok(engine.apply({.to = "0001_create_customers"}));
  require_ok(engine.contract({.accept_old_clients = "there are none"}));
  database.run(R"sql(
    INSERT INTO customers(id, name, email, phone) VALUES (1, 'Ann', 'ann@example.org', '123');
    INSERT INTO orders(id, customer_id, price) VALUES (1, 1, '12.34'), (2, 1, '0.07');)sql");
  for (const std::string& name : engine.pending()) {
    CAPTURE(name);
    require_ok(engine.apply({.to = name}));
    CHECK(engine.verify().ok());
    require_ok(engine.contract({.accept_old_clients = "there are none"}));
  }
  check_all_contracted(engine);
  CHECK(one(database, "SELECT sum(price) FROM orders") == "1241");
  CHECK(one(database, "SELECT min(status) FROM orders") == "new");
  CHECK(one(database, "SELECT language FROM customers") == "en");
}

}  // namespace

TEST_CASE("the shipped migrations run to the end on an empty database", "[api]") {
  SECTION("PostgreSQL") { apply_to_the_end(database::Kind::postgres); }
  SECTION("SQLite") { apply_to_the_end(database::Kind::sqlite); }
}

TEST_CASE("the shipped migrations carry rows from one version to the next", "[api]") {
  SECTION("PostgreSQL") { apply_one_by_one(database::Kind::postgres); }
  SECTION("SQLite") { apply_one_by_one(database::Kind::sqlite); }
}
