// Acceptance checks about clients, roles and names on PostgreSQL and, where they exist there, on
// SQLite (hazards.md 6).

#include <catch2/catch.hpp>

#include "tests/hazards/checks.hpp"

namespace segue::test {
namespace {

using database::Kind;

TEST_CASE("A6: up uses what public holds, and old clients write with any search_path", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 20) + R"sql(;
CREATE DOMAIN loud AS text;
CREATE FUNCTION shout(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT upper($1) $$;
CREATE FUNCTION glue(text, text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT $1 || $2 $$;
CREATE OPERATOR |+| (LEFTARG = text, RIGHTARG = text, FUNCTION = glue);
CREATE SCHEMA evil;
CREATE FUNCTION evil.same(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT true $$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
CREATE FUNCTION evil.upper(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'evil' $$)sql");
  stage.add(
      "operations:\n  - alter_column: { table: t, column: a, type: loud, up: \"shout(a |+| '!')\", "
      "down: \"lower(trim(trailing '!' from a))\" }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  int id = 0;
  for (const char* path : {"''", "pg_catalog", "evil, pg_catalog", "evil, public, pg_catalog"}) {
    INFO(path);
    const auto client = stage.session();
    client->query(fmt::format("SET search_path = {}", path));
    client->query(fmt::format("UPDATE public.t SET a = 'new' WHERE id = {}", ++id));
    client->query(fmt::format("INSERT INTO public.t (id, a) VALUES ({}, 'in')", 100 + id));
    CHECK(stage.value(fmt::format("SELECT a FROM public_m1.t WHERE id = {}", id)) == "NEW!");
    CHECK(stage.value(fmt::format("SELECT a FROM public_m1.t WHERE id = {}", 100 + id)) == "IN!");
  }
  CHECK(engine.verify().ok());
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
}

TEST_CASE("A7: what stands on a column that goes is found before anything happens", "[hazard]") {
  const auto [what, dependent] = GENERATE(table<std::string, std::string>({
      {"view", "CREATE VIEW seen AS SELECT id, a FROM t"},
      {"policy", "CREATE POLICY own ON t USING (a = current_user)"},
      {"foreign key",
       "ALTER TABLE t ADD UNIQUE (a); CREATE TABLE other (k integer, l integer) PARTITION "
       "BY LIST (k); ALTER TABLE other ADD COLUMN a text REFERENCES t (a)"},
  }));
  Stage stage(rows_of_t(Kind::postgres, 5) + ";" + dependent);
  stage.add(upper_pair);
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK(result.failure->message.find(what) != std::string::npos);
  CHECK_FALSE(result.began);
  CHECK(state_of(*stage.session(), "UPDATE t SET a = 'x' WHERE id = 1") == "");
}

TEST_CASE("A7: a foreign key on a replaced column does its work before and after contract",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent VALUES (1), (2);
CREATE TABLE t (id integer PRIMARY KEY, p integer REFERENCES parent);
INSERT INTO t VALUES (1, 1), (2, 2))sql");
  stage.add("operations:\n  - alter_column: { table: t, column: p, type: bigint }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  CHECK(state_of(*client, "UPDATE t SET p = 3 WHERE id = 1") == "23503");
  CHECK(state_of(*client, "UPDATE public_m1.t SET p = 3 WHERE id = 1") == "23503");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(state_of(*client, "UPDATE t SET p = 3 WHERE id = 1") == "23503");
  CHECK(state_of(*client, "DELETE FROM parent WHERE id = 2") == "23503");
}

std::string storage_of(const Stage& stage) {
  return stage.is_postgres()
             ? stage.value(
                   "SELECT relfilenode || ' ' || (SELECT count(*) FROM pg_attribute WHERE "
                   "attrelid = c.oid) FROM pg_class c WHERE relname = 't'")
             : stage.value(
                   "SELECT rootpage || ' ' || (SELECT count(*) FROM sqlite_schema WHERE "
                   "type = 'table' AND name NOT LIKE 'segue%') FROM sqlite_schema WHERE name = "
                   "'t'");
}

TEST_CASE("A13: default, comment, nullable, check and unique come without a copy", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const std::string facet = GENERATE(
      as<std::string>{}, "default: \"'x'\"", "comment: words", "nullable: false",
      "check: { name: t_a_short, constraint: \"length(a) < 99\" }", "unique: { name: t_a_once }");
  INFO(facet);
  Stage stage(rows_of_t(kind, 3'000), kind);
  stage.add(fmt::format("operations:\n  - alter_column: {{ table: t, column: a, {} }}\n", facet));
  Engine engine = stage.engine();
  const PlanView plan = engine.plan();
  for (const PlanStep& step : plan.migrations.front().steps) {
    CHECK(step.cost != CostClass::write);
    CHECK(step.kind != "backfill");
  }
  const std::string before = storage_of(stage);
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(storage_of(stage) == before);
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(storage_of(stage) == before);
}

TEST_CASE("A15: long names, common prefixes, one name on two tables", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const std::string prefix(56, 'n');
  const std::string one_table = prefix + "_one", two_table = prefix + "_two";
  const std::string key = kind == Kind::postgres ? "integer" : "INTEGER";
  std::string setup;
  std::string operations = "operations:\n";
  for (const std::string& table : {one_table, two_table}) {
    setup += fmt::format(
        "CREATE TABLE {0} (id {1} PRIMARY KEY, {2}_column text, search_path text);"
        "INSERT INTO {0} VALUES (1, 'one', 'p'), (2, 'two', 'q');",
        table, key, prefix.substr(0, 52));
    operations += fmt::format(
        "  - alter_column: {{ table: {0}, column: {1}_column, type: text, up: "
        "\"upper({1}_column)\", "
        "down: \"lower({1}_column)\" }}\n"
        "  - alter_column: {{ table: {0}, column: search_path, type: text, up: "
        "\"upper(search_path)\", "
        "down: \"lower(search_path)\" }}\n"
        "  - add_column: {{ table: {0}, column: {{ name: email, type: text, nullable: true, "
        "unique: true }} }}\n",
        table, prefix.substr(0, 52));
  }
  Stage stage(setup, kind);
  stage.add(operations);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  for (const std::string& table : {one_table, two_table}) {
    client->query(fmt::format("UPDATE {} SET search_path = 'path' WHERE id = 1", table));
    const std::string fresh = stage.of("m1", table);
    CHECK(one(*client, fmt::format("SELECT search_path FROM {} WHERE id = 1", fresh)) == "PATH");
    client->query(
        fmt::format("UPDATE {} SET email = 'a@b', search_path = 'Mixed' WHERE id = 2", fresh));
    CHECK(one(*client, fmt::format("SELECT search_path FROM {} WHERE id = 2", table)) == "mixed");
  }
  CHECK(engine.verify().ok());
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  for (const std::string& table : {one_table, two_table}) {
    CHECK(one(*client, fmt::format("SELECT search_path || email FROM {} WHERE id = 2", table)) ==
          "Mixeda@b");
  }
}

// Roles of a test, dropped with it: they belong to the server, not to the database.
class Roles {
 public:
  explicit Roles(const Stage& stage) : stage_(stage), admin_(stage.database().open()) {
    const std::string name = one(*admin_, "SELECT current_database()");
    owner = name + "_owner";
    app = name + "_app";
    for (const std::string& role : {owner, app}) {
      admin_->query(fmt::format("CREATE ROLE {} NOLOGIN NOSUPERUSER", role));
    }
  }
  Roles(const Roles&) = delete;
  Roles& operator=(const Roles&) = delete;
  ~Roles() {
    for (const std::string& role : {app, owner}) {
      try {
        admin_->query(fmt::format("DROP OWNED BY {} CASCADE", role));
        admin_->query(fmt::format("DROP ROLE {}", role));
      } catch (const Error&) {
        // It goes with the throwaway server.
      }
    }
  }
  void grant(const std::string& sql) { admin_->query(sql); }
  [[nodiscard]] std::unique_ptr<database::Database> session(const std::string& role) const {
    auto session = stage_.session();
    session->query("SET ROLE " + role);
    return session;
  }

  std::string owner;
  std::string app;

 private:
  const Stage& stage_;
  std::unique_ptr<database::Database> admin_;
};

TEST_CASE("A17: an owner without superuser migrates, and an application's privileges go along",
          "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 5));
  Roles roles(stage);
  const std::string database = stage.value("SELECT current_database()");
  roles.grant(fmt::format("ALTER TABLE public.t OWNER TO {}", roles.owner));
  roles.grant(fmt::format("GRANT CREATE ON DATABASE {} TO {}", database, roles.owner));
  roles.grant(fmt::format("GRANT CREATE, USAGE ON SCHEMA public TO {}", roles.owner));
  roles.grant(fmt::format("GRANT SELECT, UPDATE ON public.t TO {}", roles.app));
  stage.add(upper_pair);
  Config config = stage.config();
  config.role = roles.owner;
  Engine engine(config);
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = roles.session(roles.app);
  CHECK(state_of(*client, "SELECT a FROM public_m1.t") == "");
  CHECK(state_of(*client, "UPDATE public_m1.t SET a = 'Xy' WHERE id = 1") == "");
  CHECK(state_of(*client, "DELETE FROM public_m1.t WHERE id = 1") == "42501");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(state_of(*client, "UPDATE public.t SET a = 'Xy' WHERE id = 1") == "");
  CHECK(state_of(*client, "DELETE FROM public.t WHERE id = 1") == "42501");
}

TEST_CASE("A22: clients of the new version are refused nothing during contract", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const std::string fresh = stage.of("m1", "t");
  const auto client = stage.session();
  int id = 100;
  int statements = 0;
  std::string failed;
  const auto work = [&] {
    for (const std::string& sql :
         {fmt::format("INSERT INTO {} (id, a, other) VALUES ({}, 'New', 1)", fresh, ++id),
          fmt::format("UPDATE {} SET a = 'Again' WHERE id = {}", fresh, id),
          fmt::format("UPDATE {} SET other = 2 WHERE id = {}", fresh, id),
          fmt::format("SELECT id, a, other FROM {} WHERE id = 1", fresh),
          fmt::format("DELETE FROM {} WHERE id = {}", fresh, id - 3)}) {
      ++statements;
      const std::string state = state_of(*client, sql);
      if (!state.empty()) failed += state + " for " + sql + "\n";
    }
  };
  StepHooks hooks;
  hooks.started = [&](const StepStarted&) { work(); };
  hooks.finished = [&](const StepFinished&) { work(); };
  REQUIRE(outcome(engine.contract({.approved = true, .observer = &hooks})) == "ok");
  work();
  CHECK(failed.empty());
  CHECK(statements > 20);
  CHECK(one(*client, fmt::format("SELECT a || other FROM t WHERE id = {}", id)) == "Again2");
}

TEST_CASE("A23: a role without a right on our schema writes from expand to contract", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 20));
  Roles roles(stage);
  roles.grant(fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON public.t TO {}", roles.app));
  stage.add(upper_pair);
  Engine engine = stage.engine();
  const auto client = roles.session(roles.app);
  int id = 100;
  std::string failed;
  const auto work = [&] {
    for (const std::string& sql : {fmt::format("INSERT INTO t (id, a) VALUES ({}, 'new')", ++id),
                                   fmt::format("UPDATE t SET a = 'again' WHERE id = {}", id),
                                   fmt::format("DELETE FROM t WHERE id = {}", id - 3)}) {
      const std::string state = state_of(*client, sql);
      if (!state.empty()) failed += state + " for " + sql + "\n";
    }
  };
  StepHooks hooks;
  hooks.started = [&](const StepStarted&) { work(); };
  REQUIRE(outcome(engine.apply({.observer = &hooks})) == "ok");
  REQUIRE(outcome(engine.contract({.approved = true, .observer = &hooks})) == "ok");
  work();
  CHECK(failed.empty());
}

// The other client's own lock_timeout is the measure: a wait in the queue behind us would end in
// 55P03, however busy the machine is.
TEST_CASE("A25: a reader that holds the table makes nobody else wait, in any phase", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 20));
  stage.add(upper_pair);
  Engine engine = stage.engine();
  const auto in_phase = [&](const std::function<RunResult(Observer&)>& phase) {
    const auto reader = stage.session();
    reader->query("BEGIN");
    reader->query("SELECT count(*) FROM t");
    StepHooks hooks;
    std::future<RunResult> run = std::async(std::launch::async, [&] { return phase(hooks); });
    const auto other = stage.session();
    other->query("SET lock_timeout = '50ms'");
    std::string failed;
    int rounds = 0;
    while (hooks.waits < 2 && run.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      failed += state_of(*other, "SELECT count(*) FROM t");
      failed += state_of(*other, "UPDATE t SET other = other + 1 WHERE id = 1");
      ++rounds;
    }
    reader->query("COMMIT");
    CHECK(outcome(run.get()) == "ok");
    CHECK(failed.empty());
    CHECK(rounds > 0);
    return hooks.waits.load();
  };
  CHECK(in_phase([&](Observer& observer) {
          return engine.apply({.phases = expand_only, .observer = &observer});
        }) >= 2);
  static_cast<void>(
      in_phase([&](Observer& observer) { return engine.apply({.observer = &observer}); }));
  CHECK(in_phase([&](Observer& observer) {
          return engine.contract(
              {.accept_old_clients = "the test's reader", .observer = &observer});
        }) >= 2);
}

}  // namespace
}  // namespace segue::test
