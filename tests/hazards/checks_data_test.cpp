// Acceptance checks about values: what was written is there afterwards (hazards.md 6).

#include <catch2/catch.hpp>

#include "tests/hazards/checks.hpp"

namespace segue::test {
namespace {

using database::Kind;

// The number of the `nth` statement that writes a range of the backfill.
int chunk_number(const FaultPlan& plan, int nth) {
  int number = 0;
  for (const std::string& sql : plan.statements()) {
    ++number;
    const bool is_chunk =
        (sql.starts_with("UPDATE ONLY") && sql.find("ctid >=") != std::string::npos) ||
        (sql.starts_with("INSERT OR IGNORE") && sql.find("rowid >") != std::string::npos);
    if (is_chunk && --nth == 0) return number;
  }
  return 0;
}

TEST_CASE("A1: a backfill that was killed goes on where it was", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const int rows = kind == Kind::postgres ? 20'000 : 5'000;
  FaultPlan counting;
  {
    Stage stage(rows_of_t(kind, rows), kind);
    stage.add(upper_pair);
    const Faulty faulty(counting);
    REQUIRE(outcome(stage.engine().apply()) == "ok");
  }
  const int at = chunk_number(counting, 3);
  REQUIRE(at > 0);
  Stage stage(rows_of_t(kind, rows), kind);
  stage.add(upper_pair);
  {
    FaultPlan cut(Fault::cut, at);
    const Faulty faulty(cut);
    CHECK(stage.engine().apply().failure);
    CHECK(cut.is_cut());
  }
  const int before = std::stoi(stage.value("SELECT rows FROM " + stage.journal("progress")));
  CHECK(before > 0);
  CHECK(before < rows);
  const RunResult resumed = stage.engine().apply();
  REQUIRE(outcome(resumed) == "ok");
  std::int64_t filled = 0;
  for (const StepDone& step : resumed.done) {
    if (step.step.find("backfill") != std::string::npos) filled = step.rows;
  }
  // The rows of both runs: none was done twice, none left out.
  CHECK(filled == rows);
  CHECK(stage.value(fmt::format("SELECT count(*) FROM {} WHERE a = 'V' || id",
                                stage.of("m1", "t"))) == std::to_string(rows));
}

TEST_CASE("P35, S15: rows of a chunk and its progress are there together or not at all",
          "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const int rows = kind == Kind::postgres ? 20'000 : 5'000;
  Stage stage(rows_of_t(kind, rows), kind);
  stage.add(upper_pair);
  FaultPlan plan;
  int left = 3;
  plan.before = [&](int, std::string_view sql) {
    const bool is_progress = sql.find("segue.progress") != std::string_view::npos ||
                             sql.find("segue_progress") != std::string_view::npos;
    if (is_progress && sql.starts_with("INSERT") && --left == 0) throw Error(ErrorKind::bug, "cut");
  };
  {
    const Faulty faulty(plan);
    CHECK(outcome(stage.engine().apply()).find("cut") != std::string::npos);
  }
  const std::string done = stage.value("SELECT rows FROM " + stage.journal("progress"));
  CHECK(std::stoi(done) > 0);
  CHECK(std::stoi(done) < rows);
  CHECK(stage.value(stage.is_postgres() ? "SELECT count(_segue_1_a) FROM t"
                                        : "SELECT count(*) FROM segue_new_t") == done);
}

void tamper(const Stage& stage, const std::string& sqlite, const std::string& postgres) {
  const auto vandal = stage.session();
  if (!stage.is_postgres()) {
    vandal->enable_user_triggers(false);
    vandal->query(sqlite);
    return;
  }
  vandal->query("ALTER TABLE t DISABLE TRIGGER \"~segue_update\"");
  vandal->query(postgres);
  vandal->query("ALTER TABLE t ENABLE ALWAYS TRIGGER \"~segue_update\"");
}

TEST_CASE("A2: contract refuses while a row is unmigrated or differs", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  SECTION("differs") {
    tamper(stage, "UPDATE t SET a = 'zz' WHERE id = 3", "UPDATE t SET a = 'zz' WHERE id = 3");
  }
  SECTION("unmigrated") {
    tamper(stage, "DELETE FROM t__m1 WHERE id = 3", "UPDATE t SET _segue_1_a = NULL WHERE id = 3");
  }
  const RunResult refused = engine.contract({.approved = true});
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::check_failed);
  CHECK(refused.failure->message.find("1 rows differ") != std::string::npos);
  CHECK(engine.status().migrations.front().reversible);
  const VerifyReport report = engine.verify();
  CHECK_FALSE(report.ok());
  CHECK(stage.value("SELECT count(*) FROM t") == "20");
}

TEST_CASE("A3: an old client's write elsewhere leaves what only the new version knows",
          "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const std::string fresh = stage.of("m1", "t");
  client->query(fmt::format("UPDATE {} SET a = 'Xy' WHERE id = 1", fresh));
  client->query("UPDATE t SET other = 5 WHERE id = 1");
  client->query("UPDATE t SET a = a, other = 6 WHERE id = 1");
  CHECK(one(*client, "SELECT a FROM t WHERE id = 1") == "xy");
  CHECK(one(*client, fmt::format("SELECT a || other FROM {} WHERE id = 1", fresh)) == "Xy6");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(one(*client, "SELECT a || other FROM t WHERE id = 1") == "Xy6");
}

TEST_CASE("A4: what clients write during the backfill and right after it survives", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  StepHooks hooks;
  hooks.started = at_start_of("backfill", [&] {
    const auto old = stage.session();
    old->query("UPDATE t SET a = 'during' WHERE id = 1");
    old->query("INSERT INTO t (id, a) VALUES (100, 'inserted')");
    old->query("DELETE FROM t WHERE id = 2");
  });
  hooks.finished = [&](const StepFinished& step) {
    if (step.step.find("publish") == std::string::npos) return;
    const auto client = stage.session();
    client->query(fmt::format("UPDATE {} SET a = 'Mixed' WHERE id = 3", stage.of("m1", "t")));
    client->query(fmt::format("INSERT INTO {} (id, a) VALUES (101, 'Fresh')", stage.of("m1", "t")));
  };
  REQUIRE(outcome(engine.apply({.observer = &hooks})) == "ok");
  const auto client = stage.session();
  CHECK(one(*client, "SELECT a FROM t WHERE id = 3") == "mixed");
  CHECK(one(*client, "SELECT a FROM t WHERE id = 101") == "fresh");
  CHECK(engine.verify().ok());
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  std::string found;
  for (const char* id : {"1", "2", "3", "100", "101"}) {
    found += one(*client, fmt::format("SELECT a FROM t WHERE id = {}", id)) + " ";
  }
  CHECK(found == "DURING  Mixed INSERTED Fresh ");
}

// What a migration with a pair, a rename and a new column leaves, as both versions see it.
std::string life_of(Kind kind) {
  Stage stage(rows_of_t(kind, 6), kind);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "upper(a)", down: "lower(a)" }
  - rename_column: { table: t, from: other, to: extra }
  - add_column: { table: t, column: { name: note, type: text, nullable: true } }
)yaml");
  Engine engine = stage.engine();
  std::string text = outcome(engine.apply()) + "\n";
  const auto client = stage.session();
  const std::string fresh = stage.of("m1", "t");
  client->query(fmt::format("UPDATE {} SET a = 'Xy', note = 'n' WHERE id = 1", fresh));
  client->query("UPDATE t SET other = 5 WHERE id = 1");
  client->query("INSERT INTO t (id, a, other) VALUES (7, 'seven', 7)");
  client->query(fmt::format("DELETE FROM {} WHERE id = 2", fresh));
  const auto dump = [&](const std::string& sql) {
    for (const auto& row : client->query(sql).rows) {
      for (const auto& value : row) text += value.value_or("NULL") + "|";
      text += "\n";
    }
  };
  dump("SELECT id, a, other FROM t ORDER BY id");
  dump(fmt::format("SELECT id, a, extra, note FROM {} ORDER BY id", fresh));
  text += outcome(engine.contract({.approved = true})) + "\n";
  dump("SELECT id, a, extra, note FROM t ORDER BY id");
  return text;
}

TEST_CASE("A19: the same file does the same on both databases", "[hazard]") {
  const std::string postgres = life_of(Kind::postgres);
  CHECK(postgres == life_of(Kind::sqlite));
  CHECK(postgres.find("1|Xy|5|n|") != std::string::npos);
}

}  // namespace
}  // namespace segue::test
