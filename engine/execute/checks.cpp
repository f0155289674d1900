#include "engine/execute/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "engine/core/protection.hpp"
#include "engine/database/patience.hpp"
#include "engine/database/transaction.hpp"
#include "engine/execute/statements.hpp"
#include "engine/execute/transaction_step.hpp"
#include "engine/execute/walk_pace.hpp"

namespace segue::execute {
namespace {

using namespace std::chrono_literals;
using database::Database;
using database::Result;
using dialect::CompareScript;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto look_interval = 50ms;

void look(Database& database, const CompareScript& script, const Holes& holes, Comparison& found) {
  const Result counts = database.query(filled(script.count, holes));
  const std::int64_t count = counts.integer(0, 0);
  if (counts.columns.size() > 1) found.rows += counts.integer(0, 1);
  if (count == 0) return;
  const std::int64_t other_form =
      script.representation.empty()
          ? 0
          : database.query(filled(script.representation, holes)).integer(0, 0);
  found.differences += count - other_form;
  found.representation += other_form;
  if (found.first.size() >= 10) return;
  const Result rows = database.query(filled(script.differences, holes));
  for (std::size_t i = 0; i < rows.rows.size() && found.first.size() < 10; ++i) {
    const bool is_form = rows.columns.size() > 3 && rows.text(i, 3) == "t";
    found.first.push_back({rows.text(i, 0), rows.text(i, 1), rows.text(i, 2), is_form});
  }
}

// One slice; false behind the last one. What it found counts only when its transaction has ended
// well.
bool compare_slice(Database& database, const CompareScript& script, Pace& pace,
                   std::string& position, Comparison& found) {
  const auto begun = Clock::now();
  database::Transaction transaction(database, script.begin);
  Holes holes{{"position", position}, {"size", std::to_string(pace.size())}};
  if (!script.bound.empty()) {
    const Result bound = database.query(filled(script.bound, holes));
    if (bound.empty() || bound.is_null(0, 0)) return false;
    holes["hi"] = bound.text(0, 0);
  }
  Comparison so_far = found;
  look(database, script, holes, so_far);
  transaction.commit();
  found = std::move(so_far);
  position = holes["hi"];
  pace.follow(Milliseconds(Clock::now() - begun).count());
  return !script.bound.empty();
}

std::string rows_of(const Comparison& found) {
  std::string text;
  for (const Disagreement& d : found.first) {
    if (!text.empty()) text += "; ";
    text += fmt::format("{}: {} against {}", d.key, d.old_value, d.new_value);
    if (text.size() > 400) break;
  }
  return text;
}

std::string counts_of(const Comparison& found) {
  std::string text;
  if (found.differences > 0) {
    text = fmt::format("{} rows differ between old and new side", found.differences);
  }
  if (found.representation > 0) {
    text += fmt::format("{}{} rows differ in representation only (equal by =, stored otherwise)",
                        text.empty() ? "" : ", ", found.representation);
  }
  return text;
}

std::string joined(const std::vector<std::optional<std::string>>& row) {
  std::string text;
  for (const auto& value : row) {
    if (!value || value->empty()) continue;
    text += (text.empty() ? "" : " ") + *value;
  }
  return text;
}

std::string join(const std::set<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace

Comparison compare(Database& database, const CompareScript& script, const std::stop_token& stop,
                   std::chrono::milliseconds lock_wait) {
  Comparison found{.proof = script.proof};
  std::string position = script.first;
  Pace pace(database, script.pace);
  for (bool is_over = false; !is_over;) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "stopped during a compare");
    database::with_patience({lock_wait, stop}, [&] {
      is_over = !compare_slice(database, script, pace, position, found);
    });
    if (!is_over) pace.give_way(0);
  }
  return found;
}

std::int64_t run_compare(const Environment& environment, const StepName& name,
                         const CompareScript& script) {
  if (!protected_by("compare")) return 0;
  const Comparison found = compare(environment.database, script, environment.stop,
                                   std::chrono::milliseconds(environment.settings.lock_wait_ms));
  if (found.agrees()) return found.rows;
  throw Error(
      ErrorKind::check_failed,
      fmt::format("{}: {}: {}", script.table, counts_of(found), rows_of(found)),
      {.migration = name.migration,
       .step = name.step,
       .next = "nothing was changed by this check; `migrate verify` shows the rows, `migrate "
               "reverse` takes the migration back"});
}

void run_wait(const Environment& environment, const StepName& name,
              const dialect::WaitScript& script) {
  if (!protected_by("horizon")) return;
  Holes holes;
  run_statements(environment.database, script.before, holes);
  const auto begun = Clock::now();
  const auto limit = std::chrono::milliseconds(script.limit_ms);
  for (int look = 0;; ++look) {
    const Result holders = environment.database.query(filled(script.holders, holes));
    if (holders.empty()) return;
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    if (waited > limit) {
      throw Error(script.kind,
                  fmt::format("waited {} ms for {}; held by {}", waited.count(), script.waiting_for,
                              joined(holders.rows.front())),
                  {.next = "end that session, or run the same command again later"});
    }
    if (look % 100 == 4) {
      environment.observer.on_waiting({.migration = name.migration,
                                       .step = name.step,
                                       .what = script.waiting_for,
                                       .waited = waited,
                                       .limit = limit,
                                       .blockers = {{.session = joined(holders.rows.front())}}});
    }
    environment.check_stop();
    std::this_thread::sleep_for(look_interval);
  }
}

void run_gate(const Environment& environment, const StepName& name,
              const dialect::GateScript& script, bool accepted) {
  if (script.offenders.empty() || !protected_by("gate")) return;
  const auto until = Clock::now() + std::chrono::milliseconds(script.watch_ms);
  std::set<std::string> seen;
  do {
    const Result offenders = environment.database.query(script.offenders);
    for (const auto& row : offenders.rows) seen.insert(joined(row));
    const bool is_decided = !seen.empty() && !(accepted && script.to_the_end);
    if (is_decided || Clock::now() >= until) break;
    environment.check_stop();
    std::this_thread::sleep_for(look_interval);
  } while (true);
  if (seen.empty() || accepted) return;
  throw Error(
      ErrorKind::refused, fmt::format("{}: {}", script.message, join(seen)),
      {.migration = name.migration,
       .step = name.step,
       .next = "move these clients to the new version, or give --accept-old-clients REASON"});
}

namespace {

// Whoever uses the table waits for nobody here: after a second the slow way is the better one.
bool ran_directly(const Environment& env, const StepName& name,
                  const dialect::TransactionScript& script) {
  constexpr int lock_wait_ms = 1000;
  model::Settings settings = env.settings;
  settings.lock_wait_ms = std::min(settings.lock_wait_ms, lock_wait_ms);
  const Environment hasty{.database = env.database,
                          .dialect = env.dialect,
                          .journal = env.journal,
                          .lease = env.lease,
                          .settings = settings,
                          .observer = env.observer,
                          .stop = env.stop,
                          .deadline = env.deadline,
                          .connect = env.connect};
  try {
    run_transaction(hasty, name, script, [](Database&) {});
    return true;
  } catch (const Error& error) {
    const bool is_lock = error.kind() == ErrorKind::lock_timeout && !is_taken_over(error);
    if (!is_lock && error.kind() != ErrorKind::refused) throw;
    return false;
  }
}

}  // namespace

void run_standalone(const Environment& environment, const StepName& name,
                    const dialect::StandaloneScript& script) {
  Database& database = environment.database;
  Holes holes;
  const auto state = [&] { return run_statement(database, script.state, holes).text(0, 0); };
  std::string now = state();
  if (now == "done") return;
  if (now == "partial" && !script.clean_up.sql.empty()) database.query(script.clean_up.sql);
  if (script.direct && ran_directly(environment, name, *script.direct)) return;
  run_statements(database, script.before, holes);
  try {
    static_cast<void>(run_statement(database, script.statement, holes));
  } catch (const Error&) {
    // What is left behind is also cleaned up by the next run; the first error is the one to tell.
    try {
      if (database.is_open()) {
        run_statements(database, script.after, holes);
        if (state() == "partial" && !script.clean_up.sql.empty())
          database.query(script.clean_up.sql);
      }
    } catch (const Error& second) {
      environment.observer.on_note({.level = Note::Level::warning,
                                    .migration = name.migration,
                                    .step = name.step,
                                    .text = fmt::format("after that error: {}", second.what())});
    }
    throw;
  }
  run_statements(database, script.after, holes);
  // Ran is not done: a concurrent build may end without an error and leave an index that is not
  // valid.
  if (now == "unknown") return;
  now = state();
  if (now == "done") return;
  if (now == "partial" && !script.clean_up.sql.empty()) database.query(script.clean_up.sql);
  throw Error(ErrorKind::check_failed, "the statement ran, but what it should bring is not there",
              {.statement = script.statement.sql,
               .next = "look at the object that it names, then run the same command again"});
}

}  // namespace segue::execute
