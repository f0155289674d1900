#include "engine/database/time_limit.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/database/transaction.hpp"

namespace segue::database {
namespace {

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

Result limited_by_the_server(Database& database, const std::string& sql,
                             std::chrono::milliseconds limit) {
  Transaction transaction(database, "BEGIN READ ONLY");
  database.query(fmt::format("SET LOCAL statement_timeout = {}", limit.count()));
  database.query("SET LOCAL lock_timeout = 50");
  Result result = database.query(sql);
  transaction.commit();
  return result;
}

}  // namespace

Result query_within(Database& database, const std::string& sql, std::chrono::milliseconds limit) {
  switch (database.kind()) {
    case Kind::postgres:
      return limited_by_the_server(database, sql, limit);
    case Kind::sqlite: {
      const Watchdog watchdog(database, limit);
      return database.query(sql);
    }
  }
  return {};
}

}  // namespace segue::database
