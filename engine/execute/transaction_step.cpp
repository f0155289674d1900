#include "engine/execute/transaction_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "engine/core/protection.hpp"
#include "engine/database/transaction.hpp"
#include "engine/execute/blockers.hpp"
#include "engine/execute/clone_probe.hpp"
#include "engine/execute/direct_build.hpp"
#include "engine/execute/short_commit.hpp"
#include "engine/execute/statements.hpp"

namespace segue::execute {
namespace {

using namespace std::chrono_literals;
using database::Database;
using dialect::Statement;
using dialect::TransactionScript;

constexpr auto fate_poll = 50ms;
constexpr auto fate_limit = 60s;

bool is_transient(ErrorKind kind) {
  return kind == ErrorKind::lock_timeout || kind == ErrorKind::deadlock ||
         kind == ErrorKind::serialization;
}

void pause(std::chrono::milliseconds base) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto jitter = std::uniform_int_distribution<long>(0, base.count())(random);
  std::this_thread::sleep_for(base / 2 + std::chrono::milliseconds(jitter));
}

class TransactionStep {
 public:
  TransactionStep(const Environment& environment, const StepName& name,
                  const TransactionScript& script, const std::function<void(Database&)>& record)
      : env_(environment), name_(name), script_(script), record_(record), begun_(Clock::now()) {}

  void run() {
    if (script_.clone_probe) run_clone_probe(env_, *script_.clone_probe);
    if (script_.direct_build) facts_ = require_unbroken(env_.database, *script_.direct_build);
    for (int attempt = 1;; ++attempt) {
      try {
        once();
        return;
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::in_doubt) {
          if (committed_after_all()) return;
          throw Error(ErrorKind::connection_lost,
                      "the connection was lost during COMMIT; the server rolled the step back",
                      {.next = "run the same command again"});
        }
        if (!is_transient(error.kind()) || is_taken_over(error) || !protected_by("step_retry"))
          throw;
        give_up_or_wait(error, attempt);
      }
    }
  }

 private:
  void once() {
    env_.check_stop();
    std::unique_ptr<Database> fresh;
    if (script_.fresh_connection && env_.connect && protected_by("cold_probe")) {
      fresh = env_.connect();
      env_.lease.join(*fresh);
    }
    Database& database = fresh ? *fresh : env_.database;
    Holes holes;
    const ShortCommit short_commit(database);
    run_statements(database, script_.before, holes);
    try {
      database::Transaction transaction(database, script_.begin);
      env_.journal.fence(database);
      transaction_id_ = database::transaction_id(database);
      for (const std::string& statement : script_.calm) database.query(statement);
      take_locks(database);
      run_statements(database, script_.statements, holes);
      require_same(database, facts_);
      probe(database, holes);
      if (protected_by("coupled_record")) record_(database);
      transaction.commit();
    } catch (const Error&) {
      if (database.is_open()) {
        try {
          run_statements(database, script_.failed, holes);
          run_statements(database, script_.after, holes);
        } catch (const Error&) {
          // The first error is the one to be told; these only give a connection its settings back.
        }
      }
      throw;
    }
    run_statements(database, script_.after, holes);
    if (!protected_by("coupled_record")) {
      database::Transaction late(database, "BEGIN");
      record_(database);
      late.commit();
    }
  }

  // Everything that the transaction needs, in one savepoint, polled: nobody queues behind a lock
  // that is not held. After many polls, short waits.
  void take_locks(Database& database) {
    if (script_.locks.empty()) return;
    std::set<std::string> forbidden;
    for (int attempt = 0;; ++attempt) {
      const std::string* asked = nullptr;
      database.query("SAVEPOINT segue_ladder");
      try {
        const int wait = wait_of_attempt(attempt);
        if (wait > 0) database.query(fmt::format("SET LOCAL lock_timeout = {}", wait));
        for (const std::string& lock : script_.locks) {
          asked = &lock;
          if (!forbidden.contains(lock)) database.query(wait > 0 ? without_nowait(lock) : lock);
        }
        database.query("RELEASE SAVEPOINT segue_ladder");
        return;
      } catch (const Error& error) {
        // The far end of a foreign key may belong to somebody who grants REFERENCES and no right
        // to LOCK: the statement that needs the lock takes it then, or fails by its own name.
        const bool is_forbidden = error.kind() == ErrorKind::privilege && asked != nullptr &&
                                  protected_by("lock_of_others");
        if (error.kind() != ErrorKind::lock_timeout && !is_forbidden) throw;
        database.query("ROLLBACK TO SAVEPOINT segue_ladder");
        database.query("RELEASE SAVEPOINT segue_ladder");
        if (is_forbidden) {
          forbidden.insert(*asked);
          continue;
        }
        tell_waiting(attempt, database);
        if (Clock::now() - begun_ > lock_wait()) throw;
        env_.check_stop();
        pause(attempt < 50 ? 3ms : 20ms);
      }
    }
  }

  // Polls first; from the 100th attempt every tenth waits 2, 5, 20, 50 … ms, up to the budget.
  int wait_of_attempt(int attempt) const {
    constexpr int polls = 100;
    if (!protected_by("ladder_nowait")) return env_.settings.lock_budget_ms;
    if (attempt < polls || attempt % 10 != 0) return 0;
    const int rung = (attempt - polls) / 10;
    const int waits[] = {2, 5, 20, 50};
    return std::min(env_.settings.lock_budget_ms,
                    rung < 4 ? waits[rung] : env_.settings.lock_budget_ms);
  }

  static std::string without_nowait(const std::string& lock) {
    return lock.substr(0, lock.rfind(" NOWAIT"));
  }

  std::chrono::milliseconds lock_wait() const {
    return std::chrono::milliseconds(env_.settings.lock_wait_ms);
  }

  void tell_waiting(int attempt, Database& database) {
    if (attempt % 100 != 20) return;
    Waiting waiting{
        .migration = name_.migration,
        .step = name_.step,
        .what = "locks",
        .waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_),
        .limit = lock_wait(),
        .blockers = in_the_way(database)};
    if (!script_.locked_tables.empty()) waiting.what = "lock on " + script_.locked_tables.front();
    env_.observer.on_waiting(waiting);
  }

  std::vector<Blocker> in_the_way(Database& database) const {
    return blockers(database, env_.dialect, question_of(script_));
  }

  void probe(Database& database, Holes& holes) {
    bool conclusive = true;
    for (const std::vector<Statement>& part : parts(script_.probe)) {
      conclusive = probe_once(database, holes, part, true) && conclusive;
    }
    if (conclusive) return;
    for (const std::vector<Statement>& part : parts(script_.probe_fallback)) {
      static_cast<void>(probe_once(database, holes, part, false));
    }
  }

  // What one constraint of the user makes inconclusive says nothing about the rest.
  std::vector<std::vector<Statement>> parts(const std::vector<Statement>& statements) const {
    if (statements.empty()) return {};
    if (!script_.probes_each) return {statements};
    std::vector<std::vector<Statement>> out;
    for (const Statement& statement : statements) out.push_back({statement});
    return out;
  }

  // False when a constraint or, where it fires any, a trigger of the user made it inconclusive.
  bool probe_once(Database& database, Holes& holes, const std::vector<Statement>& statements,
                  bool fires) {
    database.query("SAVEPOINT segue_probe");
    bool conclusive = true;
    try {
      run_statements(database, script_.probe_settings, holes);
      run_statements(database, statements, holes);
    } catch (const Error& error) {
      // The user's triggers run under our lock, and may not hold it longer than any other wait.
      if (error.kind() == ErrorKind::resource && error.detail().sqlstate == "57014") {
        throw Error(ErrorKind::lock_timeout,
                    fmt::format("a trial write took longer than lock_budget ({} ms) under the lock",
                                env_.settings.lock_budget_ms),
                    error.detail());
      }
      const bool raised =
          fires && error.detail().sqlstate.starts_with("P0") && protected_by("probe_of_raising");
      if (error.kind() != ErrorKind::conflict && !raised) throw;
      if (raised) tell_unproved(error);
      conclusive = false;
    }
    database.query("ROLLBACK TO SAVEPOINT segue_probe");
    database.query("RELEASE SAVEPOINT segue_probe");
    return conclusive;
  }

  void tell_unproved(const Error& error) {
    env_.observer.on_note(
        {.level = Note::Level::warning,
         .migration = name_.migration,
         .step = name_.step,
         .text = fmt::format("a trial write proves nothing, because a trigger of the table forbids "
                             "it: {}",
                             error.what())});
  }

  bool committed_after_all() {
    if (transaction_id_.empty() || !env_.connect) {
      throw Error(ErrorKind::in_doubt, "the outcome of COMMIT is not known",
                  {.migration = name_.migration,
                   .step = name_.step,
                   .next = "run the same command again: it reads the journal first"});
    }
    const auto limit = Clock::now() + fate_limit;
    while (Clock::now() < limit) {
      try {
        const std::unique_ptr<Database> asker = env_.connect();
        const database::Fate fate = database::fate_of(*asker, transaction_id_);
        if (fate == database::Fate::committed) return true;
        if (fate == database::Fate::aborted || !protected_by("await_fate")) return false;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::connection_lost) throw;
      }
      std::this_thread::sleep_for(fate_poll);
    }
    throw Error(ErrorKind::in_doubt, "the server did not tell the outcome of COMMIT in time",
                {.migration = name_.migration,
                 .step = name_.step,
                 .next = "run the same command again: it reads the journal first"});
  }

  void give_up_or_wait(const Error& error, int attempt) {
    if (Clock::now() - begun_ > lock_wait()) {
      std::string who;
      if (env_.database.is_open()) {
        for (const Blocker& b : in_the_way(env_.database)) {
          who += (who.empty() ? "; held by " : ", ") + in_words(b);
        }
      }
      throw Error(ErrorKind::lock_timeout,
                  fmt::format("no lock within {} ms{}; last: {}", env_.settings.lock_wait_ms, who,
                              error.what()),
                  {.sqlstate = error.detail().sqlstate,
                   .statement = error.detail().statement,
                   .next = "run the same command again when the table is less busy"});
    }
    env_.observer.on_retrying({.migration = name_.migration,
                               .step = name_.step,
                               .kind = error.kind(),
                               .message = error.what(),
                               .attempt = attempt,
                               .pause = 20ms});
    pause(std::chrono::milliseconds(std::min(20 * attempt, 500)));
  }

  const Environment& env_;
  const StepName& name_;
  const TransactionScript& script_;
  const std::function<void(Database&)>& record_;
  Clock::time_point begun_;
  std::string transaction_id_;
  std::vector<Fact> facts_;  // of the direct build
};

}  // namespace

void Environment::check_stop() const {
  if (stop.stop_requested()) {
    throw Error(ErrorKind::cancelled, "stopped at a safe point; the state is recorded",
                {.next = "run the same command again to go on"});
  }
  if (deadline && Clock::now() >= *deadline) {
    throw Error(ErrorKind::cancelled, "the deadline has passed; the state is recorded",
                {.next = "run the same command again to go on"});
  }
}

void run_transaction(const Environment& environment, const StepName& name,
                     const TransactionScript& script,
                     const std::function<void(Database&)>& record) {
  TransactionStep(environment, name, script, record).run();
}

}  // namespace segue::execute
