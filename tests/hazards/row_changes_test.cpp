// Sync around BEFORE triggers of the user that change rows (hazards P16, P18, P50).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <random>

#include "tests/hazards/schedule.hpp"
#include "tests/support/without.hpp"

namespace segue::test {
namespace {

// The last name is longer than the first one: 'Ada Lovelace' is 'Ada' to old clients.
constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, name text, seen text);
INSERT INTO t SELECT n, 'n' || n FROM generate_series(1, 5) AS n;
CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.name := lower(NEW.name); NEW.seen := NEW.name; RETURN NEW; END $$;
CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tidy();
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text,
                    up: "name", down: "split_part(name, ' ', 1)" }
)yaml";
constexpr const char* row_one =
    "SELECT name || ',' || _segue_1_name || ',' || seen FROM t WHERE id = 1";

TEST_CASE("P50: the user's triggers see what a new client wrote, under the old column",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  client->query("UPDATE public_m1.t SET name = 'bob marley' WHERE id = 1");
  CHECK(stage.value(row_one) == "bob,bob marley,bob");
  client->query("INSERT INTO public_m1.t (id, name) VALUES (9, 'eve adams')");
  CHECK(stage.value("SELECT name || ',' || seen FROM public_m1.t WHERE id = 9") == "eve adams,eve");
}

TEST_CASE("P50: what the user's triggers make of a new client's write reaches both sides",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  client->query("UPDATE public_m1.t SET name = 'BOB' WHERE id = 1");
  CHECK(stage.value(row_one) == "bob,bob,bob");
  client->query("UPDATE t SET name = 'ROB' WHERE id = 1");
  CHECK(stage.value(row_one) == "rob,rob,rob");
  client->query("INSERT INTO public_m1.t (id, name) VALUES (9, 'EVE')");
  CHECK(stage.value("SELECT name FROM public_m1.t WHERE id = 9") == "eve");
  CHECK(outcome(stage.engine().contract()) == "ok");
}

TEST_CASE("P18: a trigger that comes to fire outside of sync is drift, one between is not",
          "[hazard]") {
  const std::string name = GENERATE(as<std::string>{}, "~zz", " a");
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto vandal = stage.session();
  const std::string create =
      "CREATE TRIGGER \"{}\" BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tidy()";
  vandal->query(fmt::format(fmt::runtime(create), "zz"));
  vandal->query(fmt::format(fmt::runtime(create), name));
  const RunResult paused = engine.apply();
  INFO(outcome(paused));
  REQUIRE(paused.failure);
  CHECK(paused.failure->kind == ErrorKind::drift);
  CHECK(paused.failure->message.find("trigger " + name + " fires") != std::string::npos);
  vandal->query(fmt::format("ALTER TRIGGER \"{}\" ON t RENAME TO mm", name));
  CHECK(outcome(engine.apply()) == "ok");
}

TEST_CASE("a trigger of the user's under a name of ours is refused, not replaced", "[hazard]") {
  Stage stage(R"sql(CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE FUNCTION lowered() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.a := lower(NEW.a); RETURN NEW; END $$;
CREATE TRIGGER "a~segue_update" BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION lowered())sql");
  stage.add(
      "operations:\n  - alter_column: { table: t, column: a, type: varchar(9), up: a, down: a }\n");
  const RunResult refused = stage.engine().apply();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("a name of ours") != std::string::npos);
}

TEST_CASE("a down that cannot be asked twice is refused beside BEFORE triggers", "[hazard]") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "name", down: "name || random()" }
)yaml");
  const RunResult result = stage.engine().apply();
  REQUIRE(result.failure);
  INFO(outcome(result));
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK(result.failure->message.find("when it is asked again") != std::string::npos);
}

TEST_CASE("the plan says what the user's BEFORE triggers meet, and what their functions name",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "name", down: "name" }
  - drop_column: { table: t, column: seen, down: "name" }
)yaml");
  std::string told;
  const auto plan = stage.engine().plan();
  for (const PlanNote& note : plan.migrations.front().notes) told += note.text + "\n";
  INFO(told);
  CHECK(told.find("may change rows of t: tidy") != std::string::npos);
  CHECK(
      told.find("which names name: until contract that is the old column, after it the new one") !=
      std::string::npos);
  CHECK(told.find("which names seen: until contract that is the old column, after it there is none "
                  "of that name, and writes fail") != std::string::npos);
}

TEST_CASE("rows that up leaves stay writable beside the user's triggers", "[hazard]") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: integer, on_error: leave,
                    up: "nullif(name, 'n1')::integer", down: "(100 / name)::text" }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  const std::string row =
      "SELECT coalesce(name, '-') || ',' || coalesce(_segue_1_name::text, '-') FROM t WHERE id = 2";
  client->query("UPDATE t SET name = 'X' WHERE id = 2");
  CHECK(stage.value(row) == "x,-");
  client->query("UPDATE public_m1.t SET name = 50 WHERE id = 2");
  CHECK(stage.value(row) == "2,50");
  client->query("UPDATE public_m1.t SET name = 0 WHERE id = 2");
  CHECK(stage.value(row) == "-,0");
}

// The oracle is a table without any migration and with the same triggers: a write of a version, put
// into the words of the base, does to it what it does to the old side.
class Twins {
 public:
  Twins(Stage& stage, unsigned seed) : stage_(stage), random_(seed), client_(stage.session()) {}

  void write() {
    const int version = pick(3);
    const std::string value = std::vector<std::string>{"Ada", "bob", "EVE", "dan", "ada"}[index(5)];
    const bool is_null = pick(10) == 0;
    const std::string words = is_null        ? "NULL"
                              : version == 0 ? fmt::format("'{}'", value)
                              : version == 1 ? fmt::format("'1{}'", value)
                                             : fmt::format("'1{}/{}'", value, pick(3));
    const std::string plain = is_null ? "NULL" : fmt::format("'{}'", value);
    const std::string to = version == 0 ? "t" : fmt::format("public_m{}.t", version);
    const int k = pick(12), id = pick(30);
    const char* forms[] = {
        "INSERT INTO {0} (id, name, k) VALUES ({1}, {2}, {3}) ON CONFLICT (id) DO "
        "UPDATE SET name = EXCLUDED.name",
        "UPDATE {0} SET name = {2} WHERE id % 5 = {1} % 5",
        "UPDATE {0} SET k = {3} WHERE id % 7 = {1} % 7",
        "UPDATE {0} SET name = {2}, k = {3} WHERE id = {1}",
        "INSERT INTO {0} (id, name, k) VALUES ({1}, {2}, {3}) ON CONFLICT (id) DO "
        "NOTHING"};
    const auto form = fmt::runtime(forms[index(5)]);
    last = fmt::format(form, to, id, words, k);
    client_->query(last);
    client_->query(fmt::format(form, "plain", id, plain, k));
  }

  std::string last;

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::size_t index(int below) { return static_cast<std::size_t>(pick(below)); }

  Stage& stage_;
  std::mt19937 random_;
  std::unique_ptr<database::Database> client_;
};

constexpr const char* user_triggers = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, name text, k integer, n integer DEFAULT 0);
CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.n := OLD.n + 1 + (NEW.name IS DISTINCT FROM OLD.name)::integer; RETURN NEW; END $$;
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.k = 7 AND NEW.name LIKE 'b%' THEN RETURN NULL; END IF; RETURN NEW; END $$;
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.k = 5 THEN NEW.name := OLD.name; END IF;
  IF OLD.k = 6 THEN RETURN OLD; END IF;
  IF NEW.k = 8 THEN NEW.name := NEW.name || NEW.k; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "a" BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tidy();
CREATE TRIGGER "M" BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER "z" BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION swallow();
CREATE TRIGGER "~~h" BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION hold();
CREATE TABLE plain (LIKE t INCLUDING ALL);
CREATE TRIGGER "a" BEFORE INSERT OR UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION tidy();
CREATE TRIGGER "M" BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER "z" BEFORE INSERT OR UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION swallow();
CREATE TRIGGER "~~h" BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION hold();
INSERT INTO t SELECT n, 'n' || n, n % 5 FROM generate_series(1, 20) AS n;
)sql";

TEST_CASE("random writes of three versions leave the old side as a table without versions",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  const unsigned seed = std::random_device{}();
  Stage stage(user_triggers);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "'1' || name", down: "substr(name, 2)" }
)yaml");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text,
                    up: "name || '/x'", down: "split_part(name, '/', 1)" }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  stage.session()->query("INSERT INTO plain SELECT id, name, k, n FROM t");
  Twins twins(stage, seed);
  for (int i = 0; i < 300; ++i) {
    twins.write();
    INFO("seed " << seed << ", write " << i << ": " << twins.last);
    REQUIRE(
        stage.value("SELECT count(*) FROM t FULL JOIN plain p USING (id) WHERE ROW(t.name, t.k, "
                    "t.n) IS DISTINCT FROM ROW(p.name, p.k, p.n)") == "0");
    REQUIRE(stage.value(R"sql(SELECT count(*) FROM t WHERE _segue IS NOT NULL
 OR (_segue_1_name IS DISTINCT FROM '1' || name AND name IS DISTINCT FROM substr(_segue_1_name, 2))
 OR (_segue_2_name IS DISTINCT FROM _segue_1_name || '/x'
     AND _segue_1_name IS DISTINCT FROM split_part(_segue_2_name, '/', 1)))sql") == "0");
  }
  CHECK(outcome(stage.engine().contract()) == "ok");
}

}  // namespace
}  // namespace segue::test
