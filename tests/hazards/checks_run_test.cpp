// Acceptance checks about runs: killed, doubled, refused, looked at (hazards.md 6).

#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <csignal>

#include "tests/hazards/checks.hpp"

namespace segue::test {
namespace {

using database::Kind;

// The statements of contract's swap: those before `first` and after `last` belong to other steps.
struct Swap {
  int first = 0;
  int last = 0;
};

Swap swap_of(Kind kind) {
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  FaultPlan plan;
  const Faulty faulty(plan);
  Swap swap;
  StepHooks hooks;
  hooks.started = at_start_of("swap", [&] { swap.first = plan.count(); });
  hooks.finished = [&](const StepFinished& step) {
    if (step.step.find("swap") != std::string::npos) swap.last = plan.count();
  };
  REQUIRE(outcome(stage.engine().contract({.approved = true, .observer = &hooks})) == "ok");
  return swap;
}

// A kill: nothing of the engine runs on, so nothing waits for a server that is gone.
void cut_contract(const Stage& stage, int at) {
  FaultPlan plan(Fault::death, at);
  const Faulty faulty(plan);
  try {
    static_cast<void>(stage.engine().contract({.approved = true}));
  } catch (const Death&) {
  }
}

TEST_CASE("A8: a contract that is cut around its swap serves the old version or is finished",
          "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const Swap swap = swap_of(kind);
  for (int at : {swap.first + 2, swap.last - 3, swap.last - 1, swap.last, swap.last + 1}) {
    INFO(fmt::format("cut at statement {} of {} to {}", at, swap.first, swap.last));
    Stage stage(rows_of_t(kind, 20), kind);
    stage.add(upper_pair);
    REQUIRE(outcome(stage.engine().apply()) == "ok");
    cut_contract(stage, at);
    const std::string left = stage.value("SELECT a FROM t WHERE id = 7");
    const bool swapped = !stage.engine().status().migrations.front().reversible;
    CHECK(left == (swapped ? "V7" : "v7"));
    CHECK(outcome(stage.engine().contract({.approved = true})) == "ok");
    CHECK(stage.value("SELECT a FROM t WHERE id = 7") == "V7");
    CHECK(stage.engine().status().migrations.front().state == MigrationState::contracted);
  }
}

TEST_CASE("A21: a contract that was killed is reversed before the swap's commit, and not after it",
          "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const Swap swap = swap_of(kind);
  int before = 0;
  int after = 0;
  for (int at : {swap.first, swap.first + 3, swap.last + 1}) {
    INFO(fmt::format("cut at statement {} of {} to {}", at, swap.first, swap.last));
    Stage stage(rows_of_t(kind, 20), kind);
    stage.add(upper_pair);
    REQUIRE(outcome(stage.engine().apply()) == "ok");
    cut_contract(stage, at);
    const bool reversible = stage.engine().status().migrations.front().reversible;
    ++(reversible ? before : after);
    const RunResult reversed = stage.engine().reverse({.confirmed = true});
    INFO(outcome(reversed));
    CHECK(reversed.ok() == reversible);
    if (reversible) {
      CHECK(stage.value("SELECT a FROM t WHERE id = 7") == "v7");
    } else {
      CHECK(outcome(reversed).find("its swap has committed") != std::string::npos);
      CHECK(stage.value("SELECT count(*) FROM t WHERE a = 'V' || id") == "20");
      CHECK(outcome(stage.engine().contract({.approved = true})) == "ok");
    }
  }
  CHECK(before > 0);
  CHECK(after > 0);
}

TEST_CASE("A9: clients of the oldest version work while three migrations come", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  stage.add("operations:\n  - rename_column: { table: t, from: other, to: extra }\n");
  stage.add(
      "operations:\n  - add_column: { table: t, column: { name: size, type: integer, "
      "nullable: true }, up: \"length(a)\" }\n");
  Engine engine = stage.engine();
  const auto client = stage.session();
  int id = 100;
  std::string failed;
  const auto work = [&] {
    for (const std::string& sql :
         {fmt::format("INSERT INTO t (id, a, other) VALUES ({}, 'new', 1)", ++id),
          fmt::format("UPDATE t SET a = 'again', other = 2 WHERE id = {}", id),
          std::string("SELECT id, a, other FROM t WHERE id = 1"),
          fmt::format("DELETE FROM t WHERE id = {}", id - 3)}) {
      const std::string state = state_of(*client, sql);
      if (!state.empty()) failed += state + " for " + sql + "\n";
    }
  };
  StepHooks hooks;
  hooks.started = [&](const StepStarted&) { work(); };
  REQUIRE(outcome(engine.apply({.observer = &hooks})) == "ok");
  work();
  CHECK(failed.empty());
  CHECK(one(*client, fmt::format("SELECT a || extra || size FROM {} WHERE id = {}",
                                 stage.of("m3", "t"), id)) == "AGAIN25");
  CHECK(engine.verify().ok());
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(one(*client, fmt::format("SELECT a || extra || size FROM t WHERE id = {}", id)) ==
        "AGAIN25");
}

TEST_CASE("A10: of two operators one runs, and the other is told to come again", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 20), kind);
  stage.add(upper_pair);
  Engine first = stage.engine();
  Engine second = stage.engine();
  RunResult refused;
  Status seen;
  StepHooks hooks;
  hooks.started = at_start_of("backfill", [&] {
    refused = second.apply();
    seen = second.status();
  });
  CHECK(outcome(first.apply({.observer = &hooks})) == "ok");
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::lock_timeout);
  CHECK(refused.failure->message.find("the lease is held by") != std::string::npos);
  REQUIRE(seen.lease);
  CHECK(seen.lease->alive);
  CHECK(seen.lease->command == "up");
  CHECK_FALSE(first.status().lease);
}

TEST_CASE("A16: a backfill is seen from another session: rows, rate, time left", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, kind == Kind::postgres ? 20'000 : 5'000), kind);
  stage.add(upper_pair);
  if (kind == Kind::postgres) stage.session()->query("ANALYZE t");
  Engine engine = stage.engine();
  FaultPlan plan;
  int chunks = 0;
  std::optional<Status> seen;
  plan.before = [&](int, std::string_view sql) {
    const bool is_chunk =
        sql.find("ctid >=") != std::string_view::npos || sql.starts_with("INSERT OR IGNORE");
    if (is_chunk && ++chunks == 3) seen = stage.engine().status();
  };
  {
    const Faulty faulty(plan);
    REQUIRE(outcome(engine.apply()) == "ok");
  }
  REQUIRE(seen);
  CHECK(seen->lease);
  bool found = false;
  for (const StepStatus& step : seen->migrations.front().steps) {
    if (step.kind != "backfill") continue;
    found = true;
    CHECK(step.state == StepState::running);
    CHECK(step.rows_done > 0);
    CHECK(step.rows_total.value_or(0) > 0);
    CHECK(step.rows_per_second.value_or(0) > 0);
    CHECK(step.eta_seconds.value_or(0) > 0);
  }
  CHECK(found);
}

TEST_CASE("A16: status names the session that a backfill waits for", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 20));
  stage.add(upper_pair);
  Engine engine = stage.engine();
  const auto holder = stage.session();
  StepHooks hooks;
  hooks.started = at_start_of("backfill", [&] {
    holder->query("BEGIN");
    holder->query("SELECT FROM t WHERE id = 2 FOR UPDATE");
  });
  std::future<RunResult> run =
      std::async(std::launch::async, [&] { return engine.apply({.observer = &hooks}); });
  Status status;
  for (int look = 0;
       look < 50 && (status.migrations.empty() || status.migrations.front().blocked_by.empty());
       ++look) {
    if (!stage.engine_is_blocked_by(*holder)) break;
    status = stage.engine().status();
  }
  holder->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  REQUIRE(status.migrations.size() == 1);
  REQUIRE(status.migrations.front().blocked_by.size() == 1);
  const Blocker& blocker = status.migrations.front().blocked_by.front();
  CHECK(blocker.session == fmt::format("pid {}", holder->session().backend_pid));
  CHECK(blocker.application == "app");
  CHECK(blocker.state == "idle in transaction");
}

// A process that holds the write lock of a SQLite file until it is killed.
class Holder {
 public:
  explicit Holder(const TestDatabase& database) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    child_ = fork();
    if (child_ == 0) {
      const auto connection = database.open();
      connection->query("BEGIN IMMEDIATE");
      static_cast<void>(write(ready[1], "r", 1));
      for (;;) pause();
    }
    char byte = 0;
    static_cast<void>(read(ready[0], &byte, 1));
    close(ready[0]);
    close(ready[1]);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return child_; }

 private:
  pid_t child_ = 0;
};

TEST_CASE("A16: on SQLite the process that holds the file is named", "[hazard]") {
  Stage stage(rows_of_t(Kind::sqlite, 20), Kind::sqlite);
  stage.add(upper_pair);
  Config config = stage.config();
  config.lock_wait = std::chrono::milliseconds(500);
  Engine engine(config);
  std::unique_ptr<Holder> holder;
  StepHooks hooks;
  hooks.started =
      at_start_of("backfill", [&] { holder = std::make_unique<Holder>(stage.database()); });
  const RunResult result = engine.apply({.observer = &hooks});
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::lock_timeout);
  const Status status = engine.status();
  REQUIRE(status.migrations.front().blocked_by.size() == 1);
  CHECK(status.migrations.front().blocked_by.front().session ==
        fmt::format("process {}", holder->pid()));
  holder.reset();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(engine.status().migrations.front().blocked_by.empty());
}

TEST_CASE("A18: every problem of every file is told, and nothing was touched", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 5), kind);
  stage.add(upper_pair);
  stage.add("operations:\n  - alter_colum: { table: t }\n");
  stage.add(
      "operations:\n  - add_column: { table: t, colour: red }\n  - drop_table: { nome: t }\n");
  const RunResult result = stage.engine().apply();
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::invalid_input);
  CHECK_FALSE(result.began);
  CHECK(result.failure->detail.problems.size() >= 3);
  for (const Problem& problem : result.failure->detail.problems) CHECK(problem.where.line > 0);
  CHECK(stage.engine().verify().checks.empty());
  CHECK(stage.value("SELECT a FROM t WHERE id = 1") == "v1");
}

TEST_CASE("A24: what cannot be right is refused and not begun", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const std::string bad = GENERATE(
      as<std::string>{}, "operations:\n  alter_column: { table: t, column: a, type: text }\n",
      "operations:\n  - alter_column: { table: t, column: a, type: text, up: \"upper(a\", down: "
      "\"a\" }\n",
      "operations:\n  - alter_column: { table: t, column: nope, type: text, up: \"a\", down: \"a\" "
      "}\n",
      "operations:\n  - alter_column: { table: t, column: a, type: text, up: \"upper(b)\", down: "
      "\"a\" }\n",
      "operations:\n  - create_index: { name: i, table: u, columns: [{ column: a }] }\n",
      "operations:\n  - alter_column: { table: t, column: a, nullable: false }\n", "");
  INFO(bad);
  Stage stage(rows_of_t(kind, 5), kind);
  stage.session()->query("UPDATE t SET a = NULL WHERE id = 2");
  stage.add(bad);
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK((result.failure->kind == ErrorKind::invalid_input ||
         result.failure->kind == ErrorKind::refused));
  CHECK_FALSE(result.began);
  CHECK(stage.value("SELECT count(*) FROM t") == "5");
}

}  // namespace
}  // namespace segue::test
