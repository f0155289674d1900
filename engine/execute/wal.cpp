#include "engine/execute/wal.hpp"

#include <fmt/format.h>

#include <thread>

#include "engine/database/file_locks.hpp"
#include "engine/database/write_ahead_log.hpp"
#include "engine/execute/blockers.hpp"

namespace segue::execute {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 20ms;
constexpr int looks_per_word = 50;

Waiting waiting_for(const Environment& env, const StepName& name, std::int64_t limit,
                    std::chrono::milliseconds waited) {
  Waiting waiting{
      .migration = name.migration,
      .step = name.step,
      .what = fmt::format("a reader that keeps the write-ahead log above {} bytes", limit),
      .waited = waited,
      .limit = std::chrono::milliseconds(env.settings.lock_wait_ms)};
  for (const database::FileLocker& reader : database::log_readers(env.database)) {
    waiting.blockers.push_back(
        {.session = fmt::format("process {}", reader.pid), .application = reader.program});
  }
  return waiting;
}

}  // namespace

void keep_wal_short(const Environment& env, const StepName& name, std::int64_t limit) {
  if (database::log_bytes(env.database) <= limit) return;
  const auto begun = Clock::now();
  for (int look = 0; !database::begin_log_anew(env.database, env.settings.lock_budget_ms); ++look) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    const Waiting waiting = waiting_for(env, name, limit, waited);
    if (waited > waiting.limit) {
      std::string who;
      for (const Blocker& reader : waiting.blockers) {
        who += (who.empty() ? ": " : ", ") + in_words(reader);
      }
      throw Error(ErrorKind::lock_timeout,
                  fmt::format("the write-ahead log is larger than {} bytes, and for {} ms somebody "
                              "has read an older state of the database{}",
                              limit, waited.count(), who),
                  {.next = "end that reader, or raise sqlite.wal_limit, and run the same command "
                           "again"});
    }
    if (look % looks_per_word == 1) env.observer.on_waiting(waiting);
    env.check_stop();
    std::this_thread::sleep_for(look_interval);
  }
}

}  // namespace segue::execute
