#pragma once
// Who holds locks on a SQLite file, as the kernel lists them in /proc/locks. A lock of SQLite names
// no session and no statement; a process is all that can be told. Empty where there is no such
// list.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::database {

struct FileLocker {
  std::int64_t pid = 0;
  std::string program;  // empty when it cannot be read
  bool writes = false;  // false: a reader, which stops writers in a rollback journal only
};

/// Processes other than this one whose locks keep a writer of the file waiting now.
[[nodiscard]] std::vector<FileLocker> file_lockers(const std::string& path);
/// The same of the file that the connection has open; nobody where a server holds the locks.
[[nodiscard]] std::vector<FileLocker> file_lockers(const Database& database);

/// Processes, also this one, that read through the file's write-ahead log now.
[[nodiscard]] std::vector<FileLocker> log_readers(const Database& database);

/// The same over the text of a /proc/locks. `file` and `shared_memory` are "device:inode" as it
/// writes them; the latter is empty when there is no write-ahead log.
struct LockedFile {
  std::string file;
  std::string shared_memory;
};
[[nodiscard]] std::vector<FileLocker> lockers_in(const std::string& locks, const LockedFile& file);
[[nodiscard]] std::vector<FileLocker> log_readers_in(const std::string& locks,
                                                     const LockedFile& file);

}  // namespace segue::database
