#include "engine/execute/blockers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/database/file_locks.hpp"
#include "engine/database/transaction.hpp"

namespace segue::execute {
namespace {

using database::Database;

// Cancels the statement at hand when it lives longer than `limit`. SQLite forgets an interrupt that
// meets no running statement, so one that comes late does no harm.
class Watchdog {
 public:
  Watchdog(Database& database, std::chrono::milliseconds limit)
      : thread_([this, &database, limit] {
          std::unique_lock lock(mutex_);
          if (!over_.wait_for(lock, limit, [this] { return is_over_; })) database.cancel();
        }) {}
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog() {
    {
      const std::scoped_lock lock(mutex_);
      is_over_ = true;
    }
    over_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

std::int64_t counted(Database& database, const std::string& query) {
  const database::Result result = database.query(query);
  return result.empty() || result.is_null(0, 0) ? 0 : result.integer(0, 0);
}

std::int64_t count_on_postgres(Database& database, const std::string& query,
                               std::chrono::milliseconds limit) {
  database::Transaction transaction(database, "BEGIN READ ONLY");
  database.query(fmt::format("SET LOCAL statement_timeout = {}", limit.count()));
  database.query("SET LOCAL lock_timeout = 50");
  const std::int64_t count = counted(database, query);
  transaction.commit();
  return count;
}

std::vector<Blocker> file_blockers(Database& database, std::int64_t except_pid) {
  std::vector<Blocker> out;
  for (const database::FileLocker& locker : database::file_lockers(database.description())) {
    if (locker.pid == except_pid) continue;
    out.push_back({.session = fmt::format("process {}", locker.pid),
                   .application = locker.program,
                   .state = locker.writes ? "writes" : "reads",
                   .waits_for = "the file's lock"});
  }
  return out;
}

}  // namespace

std::vector<Blocker> blockers_from(const database::Result& result) {
  std::vector<Blocker> out;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    out.push_back({.session = result.text(i, 0),
                   .user = result.text(i, 1),
                   .application = result.text(i, 2),
                   .state = result.text(i, 3),
                   .since = result.text(i, 4),
                   .statement = result.text(i, 5),
                   .waits_for = result.text(i, 6)});
  }
  return out;
}

std::string in_words(const Blocker& blocker) {
  std::vector<std::string> facts;
  for (const std::string* fact : {&blocker.user, &blocker.application, &blocker.state}) {
    if (!fact->empty()) facts.push_back(*fact);
  }
  return facts.empty() ? blocker.session
                       : fmt::format("{} ({})", blocker.session, fmt::join(facts, ", "));
}

// Where less than ACCESS EXCLUSIVE is asked for, readers do not matter.
dialect::BlockerQuestion question_of(const dialect::TransactionScript& script) {
  dialect::BlockerQuestion question;
  for (const std::string& table : script.locked_tables) {
    const bool strong =
        std::any_of(script.locks.begin(), script.locks.end(), [&](const std::string& lock) {
          return lock.find(table + " IN ACCESS EXCLUSIVE") != std::string::npos;
        });
    (strong ? question.tables : question.written_tables).push_back(table);
  }
  return question;
}

std::vector<Blocker> blockers(Database& database, const dialect::Dialect& dialect,
                              const dialect::BlockerQuestion& question, std::int64_t except_pid) {
  if (database.kind() == database::Kind::sqlite) return file_blockers(database, except_pid);
  const std::string query = dialect.blockers(question);
  return query.empty() ? std::vector<Blocker>{} : blockers_from(database.query(query));
}

std::optional<std::int64_t> count_within(Database& database, const std::string& query,
                                         std::chrono::milliseconds limit) {
  if (limit <= std::chrono::milliseconds(0)) return std::nullopt;
  try {
    if (database.kind() == database::Kind::postgres) {
      return count_on_postgres(database, query, limit);
    }
    const Watchdog watchdog(database, limit);
    return counted(database, query);
  } catch (const Error&) {
    if (!database.is_open()) throw;
    return std::nullopt;
  }
}

}  // namespace segue::execute
