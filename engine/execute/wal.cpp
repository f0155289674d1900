#include "engine/execute/wal.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

namespace segue::execute {
namespace {

using namespace std::chrono_literals;
using database::Result;

constexpr auto look_interval = 20ms;
constexpr int looks_per_word = 50;

// Bytes of the shared memory file on which readers hold a lock each (SQLite's WAL format).
constexpr std::int64_t first_reader_byte = 123;
constexpr std::int64_t last_reader_byte = 127;

struct LockLine {
  std::string mode;
  std::int64_t pid = 0;
  std::uint64_t inode = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
};

// "1: POSIX  ADVISORY  READ 4711 08:01:123456 123 123"; waiters ("->") are skipped by their form.
std::optional<LockLine> read_lock_line(const std::string& line) {
  std::istringstream in(line);
  std::string number, type, advisory, file, from, to;
  LockLine out;
  if (!(in >> number >> type >> advisory >> out.mode >> out.pid >> file >> from >> to)) return {};
  if (type != "POSIX" || to == "EOF") return std::nullopt;
  const std::size_t colon = file.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  out.inode = std::strtoull(file.c_str() + colon + 1, nullptr, 10);
  out.from = std::strtoll(from.c_str(), nullptr, 10);
  out.to = std::strtoll(to.c_str(), nullptr, 10);
  return out;
}

std::int64_t log_bytes(const Environment& env) {
  const Result state = env.database.query("PRAGMA wal_checkpoint(PASSIVE)");
  const std::int64_t frames = state.empty() ? 0 : state.integer(0, 1);
  if (frames <= 0) return 0;  // -1: no write-ahead log
  return frames * env.database.query("PRAGMA page_size").integer(0, 0);
}

bool begins_anew(const Environment& env) {
  // One look only: whoever waits for readers here would keep writers out.
  env.database.set_lock_budget_ms(0);
  bool busy = true;
  try {
    busy = env.database.query("PRAGMA wal_checkpoint(RESTART)").integer(0, 0) != 0;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::lock_timeout) {
      env.database.set_lock_budget_ms(env.settings.lock_budget_ms);
      throw;
    }
  }
  env.database.set_lock_budget_ms(env.settings.lock_budget_ms);
  return !busy;
}

Waiting waiting_for(const Environment& env, const StepName& name, std::int64_t limit,
                    std::chrono::milliseconds waited) {
  Waiting waiting{
      .migration = name.migration,
      .step = name.step,
      .what = fmt::format("a reader that keeps the write-ahead log above {} bytes", limit),
      .waited = waited,
      .limit = std::chrono::milliseconds(env.settings.lock_wait_ms)};
  for (const std::string& reader : wal_readers(env.database.description())) {
    waiting.blockers.push_back({.session = reader});
  }
  return waiting;
}

}  // namespace

std::vector<std::string> wal_readers(const std::string& path) {
  struct stat file {};
  if (::stat((path + "-shm").c_str(), &file) != 0) return {};
  std::set<std::int64_t> pids;
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    const auto lock = read_lock_line(line);
    if (!lock || lock->inode != file.st_ino || lock->mode != "READ") continue;
    if (lock->from <= last_reader_byte && lock->to >= first_reader_byte) pids.insert(lock->pid);
  }
  std::vector<std::string> out;
  for (const std::int64_t pid : pids) out.push_back(fmt::format("process {}", pid));
  return out;
}

void keep_wal_short(const Environment& env, const StepName& name, std::int64_t limit) {
  if (log_bytes(env) <= limit) return;
  const auto begun = Clock::now();
  for (int look = 0; !begins_anew(env); ++look) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    const Waiting waiting = waiting_for(env, name, limit, waited);
    if (waited > waiting.limit) {
      std::string who;
      for (const Blocker& reader : waiting.blockers) {
        who += (who.empty() ? ": " : ", ") + reader.session;
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
