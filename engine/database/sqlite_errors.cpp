#include "engine/database/sqlite_errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace segue::database {

namespace {

struct NamedCode {
  int code;
  std::string_view name;
};

#define SEGUE_CODE(name) NamedCode{name, #name}
constexpr std::array named_codes = {
    SEGUE_CODE(SQLITE_ERROR), SEGUE_CODE(SQLITE_INTERNAL), SEGUE_CODE(SQLITE_PERM),
    SEGUE_CODE(SQLITE_ABORT), SEGUE_CODE(SQLITE_BUSY), SEGUE_CODE(SQLITE_LOCKED),
    SEGUE_CODE(SQLITE_NOMEM), SEGUE_CODE(SQLITE_READONLY), SEGUE_CODE(SQLITE_INTERRUPT),
    SEGUE_CODE(SQLITE_IOERR), SEGUE_CODE(SQLITE_CORRUPT), SEGUE_CODE(SQLITE_NOTFOUND),
    SEGUE_CODE(SQLITE_FULL), SEGUE_CODE(SQLITE_CANTOPEN), SEGUE_CODE(SQLITE_PROTOCOL),
    SEGUE_CODE(SQLITE_SCHEMA), SEGUE_CODE(SQLITE_TOOBIG), SEGUE_CODE(SQLITE_CONSTRAINT),
    SEGUE_CODE(SQLITE_MISMATCH), SEGUE_CODE(SQLITE_MISUSE), SEGUE_CODE(SQLITE_NOLFS),
    SEGUE_CODE(SQLITE_AUTH), SEGUE_CODE(SQLITE_RANGE), SEGUE_CODE(SQLITE_NOTADB),
    SEGUE_CODE(SQLITE_ERROR_MISSING_COLLSEQ), SEGUE_CODE(SQLITE_ERROR_RETRY),
    SEGUE_CODE(SQLITE_ERROR_SNAPSHOT), SEGUE_CODE(SQLITE_ABORT_ROLLBACK),
    SEGUE_CODE(SQLITE_BUSY_RECOVERY), SEGUE_CODE(SQLITE_BUSY_SNAPSHOT),
    SEGUE_CODE(SQLITE_BUSY_TIMEOUT), SEGUE_CODE(SQLITE_LOCKED_SHAREDCACHE),
    SEGUE_CODE(SQLITE_LOCKED_VTAB), SEGUE_CODE(SQLITE_READONLY_RECOVERY),
    SEGUE_CODE(SQLITE_READONLY_CANTLOCK), SEGUE_CODE(SQLITE_READONLY_ROLLBACK),
    SEGUE_CODE(SQLITE_READONLY_DBMOVED), SEGUE_CODE(SQLITE_READONLY_CANTINIT),
    SEGUE_CODE(SQLITE_READONLY_DIRECTORY), SEGUE_CODE(SQLITE_IOERR_READ),
    SEGUE_CODE(SQLITE_IOERR_SHORT_READ), SEGUE_CODE(SQLITE_IOERR_WRITE),
    SEGUE_CODE(SQLITE_IOERR_FSYNC), SEGUE_CODE(SQLITE_IOERR_DIR_FSYNC),
    SEGUE_CODE(SQLITE_IOERR_TRUNCATE), SEGUE_CODE(SQLITE_IOERR_FSTAT),
    SEGUE_CODE(SQLITE_IOERR_UNLOCK), SEGUE_CODE(SQLITE_IOERR_RDLOCK),
    SEGUE_CODE(SQLITE_IOERR_DELETE), SEGUE_CODE(SQLITE_IOERR_NOMEM),
    SEGUE_CODE(SQLITE_IOERR_ACCESS), SEGUE_CODE(SQLITE_IOERR_LOCK),
    SEGUE_CODE(SQLITE_IOERR_CLOSE), SEGUE_CODE(SQLITE_IOERR_SHMOPEN),
    SEGUE_CODE(SQLITE_IOERR_SHMSIZE), SEGUE_CODE(SQLITE_IOERR_SHMLOCK),
    SEGUE_CODE(SQLITE_IOERR_SHMMAP), SEGUE_CODE(SQLITE_CORRUPT_INDEX),
    SEGUE_CODE(SQLITE_CORRUPT_SEQUENCE), SEGUE_CODE(SQLITE_CORRUPT_VTAB),
    SEGUE_CODE(SQLITE_CANTOPEN_ISDIR), SEGUE_CODE(SQLITE_CANTOPEN_FULLPATH),
    SEGUE_CODE(SQLITE_CANTOPEN_SYMLINK), SEGUE_CODE(SQLITE_CONSTRAINT_CHECK),
    SEGUE_CODE(SQLITE_CONSTRAINT_FOREIGNKEY), SEGUE_CODE(SQLITE_CONSTRAINT_FUNCTION),
    SEGUE_CODE(SQLITE_CONSTRAINT_NOTNULL), SEGUE_CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    SEGUE_CODE(SQLITE_CONSTRAINT_TRIGGER), SEGUE_CODE(SQLITE_CONSTRAINT_UNIQUE),
    SEGUE_CODE(SQLITE_CONSTRAINT_ROWID), SEGUE_CODE(SQLITE_CONSTRAINT_DATATYPE),
    SEGUE_CODE(SQLITE_AUTH_USER)};
#undef SEGUE_CODE

std::string_view known_name(int code) {
  const auto found = std::find_if(named_codes.begin(), named_codes.end(),
                                  [code](const NamedCode& named) { return named.code == code; });
  return found == named_codes.end() ? std::string_view() : found->name;
}

}  // namespace

ErrorKind kind_of_sqlite_code(int extended_code) {
  switch (extended_code) {
    case SQLITE_BUSY_SNAPSHOT: return ErrorKind::serialization;
    case SQLITE_LOCKED_SHAREDCACHE: return ErrorKind::lock_timeout;
    case SQLITE_READONLY_ROLLBACK:
    case SQLITE_READONLY_RECOVERY: return ErrorKind::resource;
    default: break;
  }
  switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL: return ErrorKind::lock_timeout;
    case SQLITE_SCHEMA: return ErrorKind::serialization;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return ErrorKind::conflict;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ErrorKind::privilege;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOLFS: return ErrorKind::resource;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::refused;
    case SQLITE_INTERRUPT: return ErrorKind::cancelled;
    case SQLITE_ERROR: return ErrorKind::invalid_input;
    default: return ErrorKind::bug;
  }
}

std::string name_of_sqlite_code(int extended_code) {
  if (const std::string_view name = known_name(extended_code); !name.empty()) {
    return std::string(name);
  }
  return fmt::format("{} ({})", known_name(extended_code & 0xff), extended_code);
}

}  // namespace segue::database
