#include "tests/hazards_sqlite/site.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>

namespace segue::test {
namespace {

std::function<void(std::string_view)> on_statement;
thread_local bool is_inside = false;

int trace(unsigned, void*, void* statement, void*) {
  const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
  if (sql == nullptr || is_inside || !on_statement) return 0;
  is_inside = true;
  on_statement(sql);
  is_inside = false;
  return 0;
}

// What the engine tries in memory is no statement on the database.
bool is_in_memory(sqlite3* handle) {
  const char* name = sqlite3_db_filename(handle, "main");
  return name == nullptr || *name == '\0';
}

int on_open(sqlite3* handle, const char**, const void*) {
  if (!is_inside && !is_in_memory(handle))
    sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, trace, nullptr);
  return SQLITE_OK;
}

void (*const extension)() = reinterpret_cast<void (*)()>(on_open);

}  // namespace

SqliteSite::SqliteSite(const std::string& setup, JournalMode mode) : file(database::Kind::sqlite) {
  if (mode == JournalMode::wal) file.run("PRAGMA journal_mode = WAL");
  file.run(setup);
  config.database = file.url();
  config.directory = file.folder() / "migrations";
  config.client_grace = std::chrono::milliseconds(0);
  config.lock_wait = std::chrono::seconds(20);
  std::filesystem::create_directory(config.directory);
}

void SqliteSite::add(const std::string& yaml) {
  std::ofstream(config.directory / fmt::format("m{}.yaml", ++migrations_)) << yaml;
}

std::unique_ptr<database::Database> SqliteSite::session(int lock_budget_ms) const {
  return file.open({.lock_budget_ms = lock_budget_ms});
}

std::string answer(database::Database& session, const std::string& sql) {
  const database::Result result = session.query(sql);
  std::string out;
  for (std::size_t row = 0; row < result.rows.size(); ++row) {
    if (row > 0) out += " ";
    for (std::size_t column = 0; column < result.columns.size(); ++column) {
      if (column > 0) out += "|";
      out += result.is_null(row, column) ? "~" : result.text(row, column);
    }
  }
  return out;
}

std::string SqliteSite::value(const std::string& sql) const { return answer(*session(), sql); }

std::string SqliteSite::texts() const {
  return value(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'segue%' AND name "
      "NOT LIKE 'sqlite%' ORDER BY type, rowid");
}

std::string rows_of(const std::string& table, int count, const std::string& select) {
  return fmt::format(
      "INSERT INTO {} WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {}) "
      "SELECT {} FROM s;",
      table, count, select);
}

StatementHook::StatementHook(std::function<void(std::string_view)> seen) {
  on_statement = std::move(seen);
  sqlite3_auto_extension(extension);
}

StatementHook::~StatementHook() {
  sqlite3_cancel_auto_extension(extension);
  on_statement = nullptr;
}

std::function<void(std::string_view)> at_statement(std::string prefix, int nth,
                                                   std::function<void()> action) {
  auto left = std::make_shared<int>(nth);
  return [prefix = std::move(prefix), left, action = std::move(action)](std::string_view sql) {
    if (sql.starts_with(prefix) && --*left == 0) action();
  };
}

// state_elsewhere() starts the test program itself with this test only.
TEST_CASE("another process runs a statement", "[.]") {
  const char* file = std::getenv("SEGUE_TEST_FILE");
  const char* sql = std::getenv("SEGUE_TEST_STATEMENT");
  REQUIRE((file != nullptr && sql != nullptr));
  const auto session = database::open_sqlite({.url = file, .lock_budget_ms = 0});
  std::ofstream(std::string(file) + ".state") << state_of(*session, sql);
}

std::string state_elsewhere(const SqliteSite& site, const std::string& sql) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string state = site.file.url() + ".state";
  std::filesystem::remove(state);
  const pid_t child = fork();
  if (child == 0) {
    setenv("SEGUE_TEST_FILE", site.file.url().c_str(), 1);
    setenv("SEGUE_TEST_STATEMENT", sql.c_str(), 1);
    execl(program.c_str(), program.c_str(), "another process runs a statement", "--out",
          "/dev/null", static_cast<char*>(nullptr));
    _exit(127);
  }
  static_cast<void>(waitpid(child, nullptr, 0));
  std::ifstream file(state);
  if (!file) return "did not run";
  std::string text;
  std::getline(file, text);
  return text;
}

bool killed(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace segue::test
