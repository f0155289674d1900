#pragma once
// One small answer of each sort, for the tests of reports.

#include "segue/engine.hpp"

namespace segue::report::samples {

inline PlanView plan() {
  PlanStep sync{.id = "expand/01-install_sync:users",
                .phase = Phase::expand,
                .kind = "install_sync",
                .table = "users",
                .summary = "Column age_new beside age, kept up by a trigger",
                .lock = "ACCESS EXCLUSIVE on users, at most 200 ms",
                .reason = "the new type rewrites",
                .sql = {"ALTER TABLE users ADD COLUMN age_new integer",
                        "CREATE TRIGGER t\n  BEFORE INSERT ON users"},
                .inverse = {"DROP TRIGGER t ON users"}};
  PlanStep fill{.id = "migrate/02-backfill:users",
                .phase = Phase::migrate,
                .kind = "backfill",
                .table = "users",
                .summary = "Fill age_new",
                .cost = CostClass::write,
                .rows = 35000,
                .sql = {"UPDATE users SET age_new = 1"}};
  PlanStep swap{.id = "contract/03-swap:users",
                .phase = Phase::contract,
                .kind = "swap",
                .table = "users",
                .summary = "users takes the new shape",
                .transactional = false,
                .reversible = false,
                .sql = {"ALTER TABLE users DROP COLUMN age"}};
  MigrationPlan migration{.name = "0007_age",
                          .file = "migrations/0007_age.yaml",
                          .version = "0007_age",
                          .hash = "abc",
                          .steps = {sync, fill, swap},
                          .notes = {{"clients", "prepared SELECT * fails once", "users"}}};
  return {.database = DatabaseKind::postgres, .migrations = {migration}};
}

inline Status status() {
  Status status;
  status.database = {.kind = DatabaseKind::postgres,
                     .url = "postgresql://app:***@db/shop",
                     .name = "shop",
                     .schema = "public",
                     .server_version = "15.14",
                     .journal_format = 1};
  status.lease = LeaseStatus{.holder = "deploy",
                             .host = "ci",
                             .pid = 12,
                             .epoch = 4,
                             .command = "up",
                             .acquired_at = "2024-05-01T12:00:00Z"};
  status.versions = {{.name = "base", .schema = "public", .served = true, .live_clients = 3},
                     {.name = "0007_age", .schema = "public_0007_age"}};
  MigrationStatus running{.name = "0007_age",
                          .state = MigrationState::migrating,
                          .phase = Phase::migrate,
                          .schema = "public_0007_age",
                          .reversal_loss = {{"users.age", 2}},
                          .proof = {{"users.age", "weak"}},
                          .blocked_by = {{.session = "pid 4711", .user = "bi"}}};
  running.steps = {{.id = "migrate/02-backfill:users",
                    .phase = Phase::migrate,
                    .kind = "backfill",
                    .state = StepState::running,
                    .attempts = 1,
                    .started_at = "2024-05-01T12:00:01Z",
                    .rows_done = 1200,
                    .rows_total = 35000,
                    .rows_per_second = 2000.04,
                    .eta_seconds = 16.9}};
  status.migrations = {running, {.name = "0008_b"}};
  return status;
}

inline Failure failure() {
  return {.kind = ErrorKind::check_failed,
          .message = "2 rows differ",
          .detail = {.sqlstate = "23514",
                     .statement = "SELECT 1\nFROM users",
                     .where = {"migrations/0007_age.yaml", 4, 7},
                     .migration = "0007_age",
                     .step = "migrate/03-compare:users",
                     .next = "migrate reverse 0007_age"},
          .left_behind = "the new column, not published"};
}

inline RunResult run() {
  return {.done = {{.migration = "0006_x",
                    .step = "migrate/01-publish",
                    .phase = Phase::migrate,
                    .summary = "publish",
                    .elapsed = std::chrono::milliseconds{12}}},
          .reached = {{"0006_x", MigrationState::migrated}},
          .failure = failure(),
          .remaining = {{.migration = "0007_age", .state = MigrationState::migrating, .steps = 2}},
          .began = true,
          .published = {"0006_x"}};
}

}  // namespace segue::report::samples
