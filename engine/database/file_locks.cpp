#include "engine/database/file_locks.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <map>
#include <sstream>

namespace segue::database {
namespace {

// Bytes of SQLite's locks (its file format document, and the one on the WAL index).
constexpr std::int64_t pending_byte = 0x40000000;
constexpr std::int64_t wal_write_byte = 120;
constexpr std::int64_t wal_recover_byte = 122;
constexpr std::int64_t first_reader_byte = 123;
constexpr std::int64_t last_reader_byte = 127;

struct Lock {
  std::string mode;
  std::int64_t pid = 0;
  std::string file;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// "1: POSIX  ADVISORY  WRITE 4711 fe:00:1092 120 120"; one that waits has "->" after the number.
std::vector<Lock> parsed(const std::string& locks) {
  std::vector<Lock> out;
  std::istringstream lines(locks);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number;
    std::string kind;
    std::string advisory;
    std::string last;
    Lock lock;
    if (words >> number >> kind >> advisory >> lock.mode >> lock.pid >> lock.file >> lock.first >>
            last &&
        kind == "POSIX") {
      lock.last = last == "EOF" ? std::numeric_limits<std::int64_t>::max() : std::stoll(last);
      out.push_back(lock);
    }
  }
  return out;
}

std::string place_of(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return "";
  return fmt::format("{:02x}:{:02x}:{}", major(found.st_dev), minor(found.st_dev), found.st_ino);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<FileLocker> by_process(const std::map<std::int64_t, bool>& writes_by_pid) {
  std::vector<FileLocker> out;
  for (const auto& [pid, writes] : writes_by_pid) out.push_back({.pid = pid, .writes = writes});
  return out;
}

std::vector<FileLocker> introduced(std::vector<FileLocker> lockers) {
  for (FileLocker& locker : lockers) {
    locker.program = text_of(fmt::format("/proc/{}/comm", locker.pid));
    while (locker.program.ends_with('\n')) locker.program.pop_back();
  }
  return lockers;
}

}  // namespace

std::vector<FileLocker> lockers_in(const std::string& locks, const LockedFile& file) {
  std::map<std::int64_t, bool> found;
  for (const Lock& lock : parsed(locks)) {
    const bool writes = lock.mode == "WRITE";
    if (!file.shared_memory.empty() && lock.file == file.shared_memory) {
      const bool stops = lock.first == wal_write_byte || lock.first == wal_recover_byte;
      if (stops && writes) found[lock.pid] = true;
    }
    // With a write-ahead log every open connection holds a shared lock on the file itself.
    if (file.shared_memory.empty() && lock.file == file.file && lock.first >= pending_byte) {
      found[lock.pid] = found[lock.pid] || writes;
    }
  }
  return by_process(found);
}

std::vector<FileLocker> log_readers_in(const std::string& locks, const LockedFile& file) {
  std::map<std::int64_t, bool> found;
  for (const Lock& lock : parsed(locks)) {
    const bool reads =
        lock.mode == "READ" && lock.first <= last_reader_byte && lock.last >= first_reader_byte;
    if (reads && lock.file == file.shared_memory) found[lock.pid] = false;
  }
  return by_process(found);
}

std::vector<FileLocker> file_lockers(const std::string& path) {
  const LockedFile file{.file = place_of(path), .shared_memory = place_of(path + "-shm")};
  if (file.file.empty()) return {};
  std::vector<FileLocker> out = lockers_in(text_of("/proc/locks"), file);
  std::erase_if(out, [](const FileLocker& locker) { return locker.pid == getpid(); });
  return introduced(std::move(out));
}

std::vector<FileLocker> file_lockers(const Database& database) {
  switch (database.kind()) {
    case Kind::postgres:
      return {};
    case Kind::sqlite:
      return file_lockers(database.description());
  }
  return {};
}

std::vector<FileLocker> log_readers(const Database& database) {
  if (database.kind() != Kind::sqlite) return {};
  const LockedFile file{.file = "", .shared_memory = place_of(database.description() + "-shm")};
  if (file.shared_memory.empty()) return {};
  return introduced(log_readers_in(text_of("/proc/locks"), file));
}

}  // namespace segue::database
