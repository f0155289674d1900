// Pairs beside BEFORE triggers of the user that leave the old side alone: what a client of the new
// version wrote stays as it is (hazards P16, P50).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

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

}  // namespace
}  // namespace segue::test
