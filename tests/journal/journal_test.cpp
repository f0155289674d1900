// One suite over both backends: what is written comes back, the fence holds, history only grows.
#include "engine/journal/journal.hpp"

#include "engine/database/transaction.hpp"
#include "tests/database/postgres_test.hpp"
#include "tests/journal/journal_test.hpp"
#include "tests/support/journal_events.hpp"

using namespace segue;
using namespace segue::journal;
using test::error_of;
using test::JournalTest;

namespace {

MigrationRow sample_migration() {
  return {.name = "0001_a\"'",
          .position = 3,
          .ordinal = 7,
          .fused = 2,
          .state = model::MigrationState::reversing,
          .target = "expanded",
          .version_schema = "0001_a",
          .schema_name = "public_0001_a",
          .base_schema = "public",
          .file_hash = "abc",
          .plan = "{\"steps\": [\"ü\\n\"]}",
          .given_up = true,
          .catalogue_before = "before",
          .catalogue_after = "after",
          .texts_before = "line one\nline two"};
}

model::Step sample_step() {
  return {.id = "migrate/01-backfill:u",
          .phase = model::Phase::migrate,
          .kind = model::StepKind::backfill};
}

bool same(const MigrationRow& a, const MigrationRow& b) {
  return a.name == b.name && a.position == b.position && a.ordinal == b.ordinal &&
         a.fused == b.fused && a.state == b.state && a.target == b.target &&
         a.version_schema == b.version_schema && a.schema_name == b.schema_name &&
         a.base_schema == b.base_schema && a.file_hash == b.file_hash && a.plan == b.plan &&
         a.given_up == b.given_up && a.catalogue_before == b.catalogue_before &&
         a.catalogue_after == b.catalogue_after && a.texts_before == b.texts_before;
}

std::string text_of(const EventRow& e) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", e.id, e.at, e.migration, e.step, e.kind, e.who,
                     e.host, e.detail);
}

}  // namespace

TEST_CASE("a database without a journal says so, and looking installs none", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  CHECK(test.journal->installed() == 0);
  CHECK(test.journal->installed() == 0);
}

TEST_CASE("installing twice keeps what is there and runs the support again", "[journal]") {
  const database::Kind kind = GENERATE(database::Kind::sqlite, database::Kind::postgres);
  const JournalTest test(kind);
  const std::string support = kind == database::Kind::postgres
                                  ? "CREATE TABLE IF NOT EXISTS segue.supported (a int)"
                                  : "CREATE TABLE IF NOT EXISTS segue_supported (a int)";
  test.journal->install({support});
  CHECK(test.journal->installed() == format_version);
  CHECK(test.journal->take_over() == 1);
  test.write([&](database::Database& db) { test.journal->insert(db, sample_migration()); });
  test.journal->install({support});
  CHECK(test.journal->installed() == format_version);
  CHECK(test.journal->migrations().size() == 1);
  CHECK(test.journal->take_over() == 2);
}

TEST_CASE("a support text that fails leaves no journal behind", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  CHECK_THROWS_AS(test.journal->install({"CREATE TABLE nonsense ("}), Error);
  CHECK_FALSE(test.db->in_transaction());
  CHECK(test.journal->installed() == 0);
}

TEST_CASE("a journal of a newer format is refused, with both numbers", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.journal->install({});
  test.db->query(test.sql("UPDATE {segue}format SET version = 99"));
  for (const auto& use : {std::function<void()>([&] { (void)test.journal->installed(); }),
                          std::function<void()>([&] { test.journal->install({}); })}) {
    const Error error = error_of(use);
    CHECK(error.kind() == ErrorKind::refused);
    CHECK_THAT(error.what(), Catch::Contains("99") && Catch::Contains("1"));
    CHECK_FALSE(error.detail().next.empty());
  }
  CHECK_FALSE(test.db->in_transaction());
}

TEST_CASE("migrations come back as they were written, in order of position", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  MigrationRow row = sample_migration();
  test.write([&](database::Database& db) {
    test.journal->insert(db, row);
    test.journal->insert(db, {.name = "0000_first", .position = 1});
  });
  std::vector<MigrationRow> found = test.journal->migrations();
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "0000_first");
  CHECK(same(found[1], row));
  row.state = model::MigrationState::migrated;
  row.given_up = false;
  row.plan = "{}";
  row.ordinal = 9;
  test.write([&](database::Database& db) { test.journal->update(db, row); });
  CHECK(same(test.journal->migrations()[1], row));
  test.write([&](database::Database& db) {
    test.journal->set_state(db, row.name, model::MigrationState::reversed, "expanded");
    test.journal->save_plan(db, row.name, "{\"a\":1}");
  });
  found = test.journal->migrations();
  CHECK(found[1].state == model::MigrationState::reversed);
  CHECK(found[1].target == "expanded");
  CHECK(found[1].plan == "{\"a\":1}");
}

TEST_CASE("a reversed migration may begin anew, one in flight may not", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  MigrationRow row = sample_migration();
  test.write([&](database::Database& db) { test.journal->insert(db, row); });
  CHECK(error_of([&] {
          test.write([&](database::Database& db) { test.journal->insert(db, row); });
        }).kind() == ErrorKind::conflict);
  test.write([&](database::Database& db) {
    test.journal->set_state(db, row.name, model::MigrationState::reversed, "");
    row.position = 4;
    test.journal->insert(db, row);
  });
  REQUIRE(test.journal->migrations().size() == 1);
  CHECK(test.journal->migrations()[0].position == 4);
}

TEST_CASE("steps keep phase, kind, state, attempts, times and error", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  const model::Step step = sample_step();
  test.write([&](database::Database& db) { test.journal->step_started(db, "m", step); });
  StepRow row = test.journal->steps("m").at(0);
  CHECK(row.id == step.id);
  CHECK(row.phase == step.phase);
  CHECK(row.kind == "backfill");
  CHECK(row.state == model::StepState::running);
  CHECK(row.attempts == 1);
  CHECK_FALSE(row.started_at.empty());
  CHECK(row.finished_at.empty());
  test.write([&](database::Database& db) {
    test.journal->step_ended(db, "m", step.id, model::StepState::failed, "it's broken");
  });
  row = test.journal->steps("m").at(0);
  CHECK(row.state == model::StepState::failed);
  CHECK(row.error == "it's broken");
  CHECK_FALSE(row.finished_at.empty());
  test.write([&](database::Database& db) { test.journal->step_started(db, "m", step); });
  row = test.journal->steps("m").at(0);
  CHECK(row.attempts == 2);
  CHECK(row.error.empty());
  CHECK(row.finished_at.empty());
  CHECK(test.journal->steps("another").empty());
  test.write([&](database::Database& db) { test.journal->forget_steps(db, "m"); });
  CHECK(test.journal->steps("m").empty());
}

TEST_CASE("progress comes back to the last digit and is replaced, not added", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  CHECK_FALSE(test.journal->progress("m", "s").has_value());
  ProgressRow row{.migration = "m",
                  .step = "s",
                  .position = "'o''brien', X'00ff'",
                  .mark = "(1,2)",
                  .identity = "16384",
                  .rows = 9'000'000'000,
                  .total = 12,
                  .busy_seconds = 0.1 + 0.2};
  test.write([&](database::Database& db) { test.journal->save_progress(db, row); });
  ProgressRow found = test.journal->progress("m", "s").value();
  CHECK(found.position == row.position);
  CHECK(found.mark == row.mark);
  CHECK(found.identity == row.identity);
  CHECK(found.rows == row.rows);
  CHECK(found.total == row.total);
  CHECK(found.busy_seconds == Approx(row.busy_seconds).epsilon(1e-12));
  row.position = "(3,4)";
  test.write([&](database::Database& db) { test.journal->save_progress(db, row); });
  REQUIRE(test.journal->progress_of("m").size() == 1);
  CHECK(test.journal->progress_of("m")[0].position == "(3,4)");
  test.write([&](database::Database& db) { test.journal->forget_progress(db, "m", "s"); });
  CHECK_FALSE(test.journal->progress("m", "s").has_value());
}

TEST_CASE("progress that is rolled back is as if never written", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  {
    database::Transaction transaction(*test.db, test.begin());
    test.journal->fence(*test.db);
    test.journal->save_progress(*test.db, {.migration = "m", .step = "s", .position = "1"});
  }
  CHECK_FALSE(test.journal->progress("m", "s").has_value());
}

TEST_CASE("the last events are told oldest first, of one migration or of all", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  test.write([&](database::Database& db) {
    for (int i = 0; i < 5; ++i) test.journal->note(db, "m", "s", "kind", fmt::format("n{}", i));
    test.journal->note(db, "other", "", "begun", "quote \" and broken \xff utf-8");
  });
  const std::vector<EventRow> last = test.journal->events("m", 2);
  REQUIRE(last.size() == 2);
  CHECK_THAT(last[0].detail, Catch::Contains("n3"));
  CHECK_THAT(last[1].detail, Catch::Contains("n4"));
  CHECK(last[0].who == "tester");
  CHECK(last[0].host == "here");
  CHECK(last[0].at.ends_with("Z"));
  CHECK(test.journal->events("", 0).size() == 6);
  CHECK(test::event_count(*test.journal, "m", "kind") == 5);
  CHECK(test::event_count(*test.journal, "m", "begun") == 0);
}

TEST_CASE("history is append-only: no call changes or removes an event", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  MigrationRow row = sample_migration();
  test.write([&](database::Database& db) {
    test.journal->insert(db, row);
    test.journal->note(db, row.name, "s", "begun", "one");
    test.journal->note(db, row.name, "s", "step_done", "two");
  });
  const std::vector<EventRow> before = test.journal->events("", 0);
  test.write([&](database::Database& db) {
    test.journal->set_state(db, row.name, model::MigrationState::reversed, "");
    test.journal->forget_steps(db, row.name);
    test.journal->forget_progress(db, row.name, "s");
    test.journal->insert(db, row);
    test.journal->update(db, row);
    test.journal->note(db, row.name, "s", "begun", "three");
  });
  test.journal->install({});
  static_cast<void>(test.journal->take_over());
  const std::vector<EventRow> after = test.journal->events("", 0);
  REQUIRE(after.size() == before.size() + 1);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(text_of(after[i]) == text_of(before[i]));
  CHECK(after.back().id > before.back().id);
}

TEST_CASE("clients announce themselves without a lease and are forgotten", "[journal]") {
  const JournalTest test(GENERATE(database::Kind::sqlite, database::Kind::postgres));
  test.install();
  const std::string count = test.sql("SELECT count(*), min(version) FROM {segue}client");
  test.journal->heartbeat({.service = "billing", .instance = "1", .version = "0001_a"});
  test.journal->heartbeat({.service = "billing", .instance = "1", .version = "0002_b"});
  const database::Result seen = test.db->query(count);
  CHECK(seen.integer(0, 0) == 1);
  CHECK(seen.text(0, 1) == "0002_b");
  test.journal->forget_client({.service = "billing", .instance = "1"});
  CHECK(test.db->query(count).integer(0, 0) == 0);
}
