// Pairs beside BEFORE triggers of the user that leave the old side alone: what a client of the new
// version wrote stays as it is (hazards P16, P50).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <random>

#include "tests/hazards/schedule.hpp"
#include "tests/support/without.hpp"

namespace segue::test {
namespace {

constexpr const char* stamp = R"sql(
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.n := coalesce(NEW.n, 0) + 1; RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stamp();
)sql";

TEST_CASE("P50: what a column's type makes of a value is no change by somebody else", "[hazard]") {
  const bool beside = GENERATE(true, false);
  Stage stage(std::string(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, c character(10), v varchar(5), h interval hour,
                p numeric(6,2), b bit(4), n integer);
INSERT INTO t VALUES (1, 'a', 'a', '1 hour', 1.00, '1010'), (2, 'b', 'b', '2 hours', 2, '1111');
)sql") + (beside ? stamp : ""));
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: c, type: text, up: "c", down: "split_part(c, ' ', 1)" }
  - alter_column: { table: t, column: v, type: text, up: "v",
                    down: "rpad(split_part(v, ' ', 1), 9)" }
  - alter_column: { table: t, column: h, type: interval, up: "h", down: "h" }
  - alter_column: { table: t, column: p, type: numeric, up: "p", down: "p" }
  - alter_column: { table: t, column: b, type: text, up: "b::text", down: "left(b, 4)::bit(4)" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query(
      "UPDATE public_m1.t SET c = 'Ada Lovelace', v = 'Bob Dylan', h = '90 min', p = 1.2345, "
      "b = '10101' WHERE id = 1");
  client->query(
      "INSERT INTO public_m1.t (id, c, v, h, p, b) VALUES (3, 'Ada Lovelace', 'Bob Dylan', "
      "'90 min', 1.2345, '10101')");
  CHECK(stage.value("SELECT string_agg(concat_ws(',', c, v, h, p, b), ' | ') FROM public_m1.t "
                    "WHERE id <> 2") ==
        "Ada Lovelace,Bob Dylan,01:30:00,1.2345,10101 | "
        "Ada Lovelace,Bob Dylan,01:30:00,1.2345,10101");
  CHECK(stage.value("SELECT string_agg(format('%s,%s,%s,%s,%s', c, v, h, p, b), ' | ') FROM t "
                    "WHERE id <> 2") ==
        "Ada       ,Bob  ,01:00:00,1.23,1010 | Ada       ,Bob  ,01:00:00,1.23,1010");
  CHECK(engine.verify().ok());
  CHECK(outcome(engine.contract()) == "ok");
}

TEST_CASE("a down that gives more than the old column holds is an error, not a shorter value",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE t (id integer PRIMARY KEY, c character(3));"
      "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: c, type: text, up: "c", down: "c" }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  CHECK(state_of(*client, "UPDATE public_m1.t SET c = 'Ada Lovelace' WHERE id = 1") == "22001");
}

constexpr const char* two_left = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: integer, on_error: leave,
                    up: "a::integer + length(b) * 0", down: "(100 / a)::text" }
  - alter_column: { table: t, column: b, type: integer, on_error: leave,
                    up: "length(b)", down: "repeat('x', b)" }
)yaml";

TEST_CASE("of two rules that leave what fails, one does not speak for the other", "[hazard]") {
  const Without refusal("tied_beside_triggers");
  const bool beside = GENERATE(true, false);
  Stage stage(std::string("CREATE TABLE t (id integer PRIMARY KEY, a text, b text, n integer);"
                          "INSERT INTO t VALUES (1, '4', 'xx'), (2, '5', 'x');") +
              (beside ? stamp : ""));
  stage.add(two_left);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  const std::string row = "SELECT format('%s,%s,%s,%s', a, b, _segue_1_a, _segue_1_b) FROM t";
  client->query("UPDATE public_m1.t SET a = 0, b = 3 WHERE id = 1");
  CHECK(stage.value(row + " WHERE id = 1") == ",xxx,0,3");
  client->query("INSERT INTO public_m1.t (id, a, b) VALUES (3, 0, 4)");
  CHECK(stage.value(row + " WHERE id = 3") == ",xxxx,0,4");
  client->query("UPDATE t SET a = '9', _segue_1_a = 0 WHERE id = 2");
  CHECK(stage.value(row + " WHERE id = 2") == "9,x,9,1");
}

// The user's trigger writes what `down` reads, at every write; and, when told so, the old side.
constexpr const char* moving_argument = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, name text, k integer, f integer);
INSERT INTO t VALUES (1, 'ada', 2, 0), (2, 'bob', 2, 0);
CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.f = 8 THEN NEW.k := OLD.k; RETURN NEW; END IF;
  NEW.k := coalesce(NEW.k, 2) + 1;
  IF NEW.f = 7 THEN NEW.name := 'held'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER move BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION move();
)sql";
constexpr const char* cut_by_k = R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "name", down: "left(name, k)" }
)yaml";

TEST_CASE("P50: a trigger that writes what down reads moves the old side, not the new one",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  Stage stage(moving_argument);
  stage.add(cut_by_k);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const std::string row = "SELECT concat_ws(',', name, _segue_1_name, k) FROM t WHERE id = ";
  client->query("UPDATE public_m1.t SET name = 'Grace Hopper', k = 3 WHERE id = 1");
  CHECK(stage.value(row + "1") == "Grac,Grace Hopper,4");
  client->query("UPDATE t SET f = 1 WHERE id = 1");
  CHECK(stage.value(row + "1") == "Grace,Grace Hopper,5");
  client->query("UPDATE public_m1.t SET k = 1, f = 8 WHERE id = 1");
  CHECK(stage.value(row + "1") == "Grace,Grace Hopper,5");
  client->query("UPDATE public_m1.t SET name = 'Ada Lovelace', f = 7 WHERE id = 1");
  CHECK(stage.value(row + "1") == "held,held,6");
  client->query("UPDATE t SET name = 'old', f = 0 WHERE id = 1");
  CHECK(stage.value(row + "1") == "old,old,7");
  client->query("INSERT INTO public_m1.t (id, name) VALUES (3, 'Ada Lovelace')");
  CHECK(stage.value(row + "3") == "Ada,Ada Lovelace,3");
  client->query("INSERT INTO t (id, name, _segue_1_name, k) VALUES (4, 'Al', 'Al Gore', 2)");
  CHECK(stage.value(row + "4") == "Al ,Al Gore,3");
  CHECK(engine.verify().ok());
  CHECK(outcome(engine.contract()) == "ok");
}

TEST_CASE("beside BEFORE triggers a pair is made of its own column alone", "[hazard]") {
  const auto [operation, why] = GENERATE(table<std::string, std::string>({
      {"alter_column: { table: t, column: name, type: text, up: name, down: \"left(name, n)\" }",
       "reads n"},
      {"drop_column: { table: t, column: name, down: \"n::text\" }", "reads n"},
      {"rename_column: { table: t, from: name, to: title, dual: true }", "both names are kept"},
  }));
  Stage stage(std::string("CREATE TABLE t (id integer PRIMARY KEY, name text, n integer);") +
              stamp);
  stage.add("operations:\n  - " + operation + "\n");
  const RunResult refused = stage.engine().apply();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find(why) != std::string::npos);
  CHECK_FALSE(refused.began);
}

TEST_CASE("what a client of the base wrote stays when something changes that only down reads",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  const bool beside = GENERATE(true, false);
  Stage stage(std::string("CREATE TABLE t (id integer PRIMARY KEY, name text, n integer);"
                          "INSERT INTO t VALUES (1, 'Ada', 1), (2, 'Bob', 1);") +
              (beside ? stamp : ""));
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text,
                    up: "split_part(name, ' ', 1)", down: "coalesce(name, 'no ' || n)" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("UPDATE t SET name = 'Grace Hopper' WHERE id = 1");
  client->query("UPDATE t SET n = n + 10 WHERE id = 1");
  CHECK(stage.value("SELECT name || ',' || _segue_1_name FROM t WHERE id = 1") ==
        "Grace Hopper,Grace");
  client->query("UPDATE public_m1.t SET name = NULL WHERE id = 1");
  client->query("UPDATE t SET n = 40 WHERE id = 1");
  CHECK(stage.value("SELECT name FROM t WHERE id = 1") == (beside ? "no 41" : "no 40"));
  CHECK(stage.value("SELECT name FROM public_m1.t WHERE id = 1") == "NULL");
  CHECK(engine.verify().ok());
}

TEST_CASE("P50: a note of a stacked pair holds for the pairs below it", "[hazard]") {
  const Without refusal("tied_beside_triggers");
  Stage stage(moving_argument);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "'1' || name", down: "substr(name, 2)" }
)yaml");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text,
                    up: "name || '/x'", down: "left(split_part(name, '/', 1), k)" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const std::string row =
      "SELECT concat_ws(',', name, _segue_1_name, _segue_2_name, k) FROM t WHERE id = ";
  client->query("UPDATE public_m2.t SET name = '1abcdef/9', k = 3 WHERE id = 1");
  CHECK(stage.value(row + "1") == "abc,1abc,1abcdef/9,4");
  client->query("UPDATE t SET f = 1 WHERE id = 1");
  CHECK(stage.value(row + "1") == "abcd,1abcd,1abcdef/9,5");
  client->query("UPDATE public_m2.t SET name = '1ghijkl/9', f = 7 WHERE id = 1");
  CHECK(stage.value(row + "1") == "held,1held,1held/x,6");
  client->query("UPDATE public_m1.t SET name = '1xyz', f = 0 WHERE id = 1");
  CHECK(stage.value(row + "1") == "xyz,1xyz,1xyz/x,7");
  client->query("UPDATE t SET name = 'old' WHERE id = 1");
  CHECK(stage.value(row + "1") == "old,1old,1old/x,8");
  client->query("INSERT INTO public_m2.t (id, name, k) VALUES (3, '1abcdef/9', 1)");
  CHECK(stage.value(row + "3") == "a,1a,1abcdef/9,2");
  client->query("INSERT INTO public_m1.t (id, name, k) VALUES (4, '1b', 1)");
  CHECK(stage.value(row + "4") == "b,1b,1b/x,2");
  CHECK(engine.verify().ok());
  CHECK(outcome(engine.contract()) == "ok");
  CHECK(outcome(engine.contract()) == "ok");
}

// The trigger writes another row of the same table while the first one is on its way.
TEST_CASE("P50: rows that a trigger writes on the way do not disturb the one that fired it",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, name text, k integer, f integer);
INSERT INTO t VALUES (1, 'ada', 2, 0), (2, 'bob', 2, 0), (3, 'eve', 2, 0);
CREATE FUNCTION chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.k := NEW.k + 1;
  IF NEW.id < 3 AND NEW.f = 5 THEN
    EXECUTE format('UPDATE %s.t SET name = %L, f = 5 WHERE id = %s',
                   CASE WHEN NEW.id = 1 THEN 'public_m1' ELSE 'public' END,
                   'from ' || NEW.id, NEW.id + 1);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION chain();
)sql");
  stage.add(cut_by_k);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  client->query("UPDATE t SET k = 2");
  client->query("UPDATE public_m1.t SET name = 'Grace Hopper', f = 5 WHERE id = 1");
  CHECK(stage.value("SELECT string_agg(concat_ws(',', name, _segue_1_name), ' ' ORDER BY id) "
                    "FROM t") == "Grac,Grace Hopper from,from 1 from 2,from 2");
}

TEST_CASE("P50: a dropped column follows what the user's triggers make of the ones it is made of",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a text, b text DEFAULT 'nothing', n integer);
INSERT INTO t VALUES (1, 'x', 'X'), (2, 'y', 'Y');
CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.a := coalesce(trim(NEW.a), 'none');
  IF NEW.a = 'keep' THEN NEW.b := 'mine'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tidy();
)sql");
  stage.add(R"yaml(
operations:
  - drop_column: { table: t, column: b, down: "upper(a)" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const auto b = [&](int id) {
    return stage.value("SELECT b FROM t WHERE id = " + std::to_string(id));
  };
  client->query("INSERT INTO public_m1.t (id) VALUES (3)");
  CHECK(b(3) == "NONE");
  client->query("UPDATE public_m1.t SET a = ' z ' WHERE id = 1");
  CHECK(b(1) == "Z");
  client->query("UPDATE public_m1.t SET a = 'keep' WHERE id = 1");
  CHECK(b(1) == "mine");
  client->query("UPDATE t SET a = ' q', b = 'theirs' WHERE id = 2");
  CHECK(b(2) == "theirs");
  client->query("UPDATE t SET n = 1 WHERE id = 2");
  CHECK(b(2) == "theirs");
  CHECK(outcome(engine.contract()) == "ok");
}

// The oracle is a table of what the new side must hold: what a client of the new version wrote, or
// what `up` gives for what one of the base did.
class Written {
 public:
  Written(Stage& stage, unsigned seed) : random_(seed), client_(stage.session()) {}

  void write() {
    const int id = pick(12);
    const std::string word =
        std::vector<std::string>{"Ada Lovelace", "bob", "Eve  x", ""}[index(4)];
    switch (pick(5)) {
      case 0:
        both(fmt::format("UPDATE {{0}} SET c = '{}' WHERE id % 4 = {}", word, id % 4),
             "public_m1.t");
        return;
      case 1:
        both(fmt::format("UPDATE {{0}} SET d = '{}', a = {} WHERE id = {}", word, pick(3), id),
             "public_m1.t");
        return;
      case 2:
        last =
            fmt::format("UPDATE t SET d = '{0}', c = '{0}' WHERE id = {1}", word.substr(0, 7), id);
        client_->query(last);
        client_->query(fmt::format("UPDATE model SET d = '{0}', c = rtrim('{0}') WHERE id = {1}",
                                   word.substr(0, 7), id));
        return;
      case 3:
        last = fmt::format("UPDATE t SET x = {} WHERE id % 3 = {}", pick(9), id % 3);
        client_->query(last);
        return;
      default:
        both(fmt::format("INSERT INTO {{0}} (id, c, d, a, b) VALUES ({0}, '{1}', '{1}', {2}, {3}) "
                         "ON CONFLICT (id) DO UPDATE SET b = EXCLUDED.b, d = EXCLUDED.d",
                         id, word, pick(3), pick(4)),
             "public_m1.t");
    }
  }

  std::string last;

 private:
  void both(const std::string& form, const std::string& name) {
    last = fmt::format(fmt::runtime(form), name);
    client_->query(last);
    client_->query(fmt::format(fmt::runtime(form), "model"));
  }
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::size_t index(int below) { return static_cast<std::size_t>(pick(below)); }

  std::mt19937 random_;
  std::unique_ptr<database::Database> client_;
};

TEST_CASE("random writes beside a trigger that leaves the pair alone keep what clients wrote",
          "[hazard]") {
  const Without refusal("tied_beside_triggers");
  const unsigned seed = std::random_device{}();
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, c character(8), d text, a text, b text,
                k integer DEFAULT 1, x integer);
CREATE TABLE model (id integer PRIMARY KEY, c text, d text, a integer, b integer);
CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.k := NEW.k % 5 + 1; RETURN NEW; END $$;
CREATE TRIGGER turn BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION turn();
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: c, type: text, up: "c", down: "left(c, 3)" }
  - alter_column: { table: t, column: d, type: text, up: "d", down: "left(d, k)" }
  - alter_column: { table: t, column: a, type: integer, on_error: leave,
                    up: "a::integer + length(b) * 0", down: "(100 / a)::text" }
  - alter_column: { table: t, column: b, type: integer, on_error: leave,
                    up: "length(b)", down: "repeat('x', 12 / b)" }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  Written clients(stage, seed);
  for (int i = 0; i < 300; ++i) {
    clients.write();
    INFO("seed " << seed << ", write " << i << ": " << clients.last);
    REQUIRE(stage.value("SELECT count(*) FROM public_m1.t FULL JOIN model m USING (id) WHERE "
                        "ROW(t.c, t.d, t.a, t.b) IS DISTINCT FROM ROW(m.c, m.d, m.a, m.b)") == "0");
    REQUIRE(stage.value("SELECT count(*) FROM t WHERE _segue IS NOT NULL OR (d IS DISTINCT FROM "
                        "_segue_1_d AND d IS DISTINCT FROM left(_segue_1_d, k))") == "0");
  }
  CHECK(stage.engine().verify().ok());
}

}  // namespace
}  // namespace segue::test
