#include "engine/execute/blockers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/database/file_locks.hpp"
#include "engine/database/time_limit.hpp"

namespace segue::execute {
namespace {

using database::Database;

std::vector<Blocker> file_blockers(const Database& database, std::int64_t except_pid) {
  std::vector<Blocker> out;
  for (const database::FileLocker& locker : database::file_lockers(database)) {
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
  const std::string query = dialect.blockers(question);
  return query.empty() ? file_blockers(database, except_pid) : blockers_from(database.query(query));
}

std::optional<std::int64_t> count_within(Database& database, const std::string& query,
                                         std::chrono::milliseconds limit) {
  if (limit <= std::chrono::milliseconds(0)) return std::nullopt;
  try {
    const database::Result result = database::query_within(database, query, limit);
    return result.empty() || result.is_null(0, 0) ? 0 : result.integer(0, 0);
  } catch (const Error&) {
    if (!database.is_open()) throw;
    return std::nullopt;
  }
}

}  // namespace segue::execute
