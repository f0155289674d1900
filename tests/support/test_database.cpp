#include "tests/support/test_database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "engine/core/sql_tokens.hpp"

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4.5 forgets to free one PGresult when a statement finds its connection lost; without
// this "a lost connection stays lost and nothing reconnects" ends with a leak report.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:pqxx::connection_base::exec_params\n";
}
#endif

namespace segue::test {

namespace {

constexpr std::string_view how_to_start =
    "no PostgreSQL server for tests; run: testdb/postgres start --state {}/testdb (ctest does), or "
    "set "
    "SEGUE_TEST_POSTGRES to a superuser's URL";

std::string random_name() {
  static std::atomic<int> count = 0;
  static const unsigned seed = std::random_device{}();
  return fmt::format("segue_test_{}_{:08x}_{}", getpid(), seed, count++);
}

std::filesystem::path make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "segue-test.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return pattern;
}

// A connection costs the server as much as a small database does.
database::Database& server() {
  thread_local std::unique_ptr<database::Database> connection;
  if (!connection || !connection->is_open()) {
    connection = database::open_postgres({.url = postgres_server_url()});
  }
  return *connection;
}

// The caches that the template's sessions have written come along with its files.
std::string copying(const std::string& template_name) {
  const bool has_strategies = server().session().server_version >= 150000;
  const bool is_ours = template_name != "template0";
  return template_name + (has_strategies && is_ours ? " STRATEGY file_copy" : "");
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

/// Follows CREATE TRIGGER … BEGIN … END, whose body holds semicolons; CASE … END nests in it.
class Nesting {
 public:
  void see(const std::string& word) {
    if (word == "CREATE") creates_ = true;
    if (word == "TRIGGER" && creates_) in_trigger_ = true;
    if (word == "ATOMIC") in_trigger_ = true;
    if (!in_trigger_) return;
    if (word == "BEGIN" || word == "CASE" || word == "ATOMIC") ++depth_;
    if (word == "END") --depth_;
  }
  [[nodiscard]] bool is_inside() const { return depth_ > 0; }

 private:
  bool creates_ = false;
  bool in_trigger_ = false;
  int depth_ = 0;
};

bool is_blank(std::string_view text) {
  const std::vector<SqlToken> tokens = sql_tokens(text);
  return std::all_of(tokens.begin(), tokens.end(), [](const SqlToken& token) {
    return token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
  });
}

}  // namespace

std::string postgres_server_url() {
  if (const char* url = std::getenv("SEGUE_TEST_POSTGRES"); url != nullptr && *url != '\0')
    return url;
  const char* server = std::getenv("SEGUE_TEST_SERVER");
  const std::filesystem::path state =
      server != nullptr ? server : std::filesystem::path(SEGUE_BINARY_DIR) / "testdb";
  std::ifstream file(state / "url");
  std::string url;
  if (!std::getline(file, url) || url.empty()) {
    throw std::runtime_error(fmt::format(fmt::runtime(how_to_start), SEGUE_BINARY_DIR));
  }
  return url;
}

int postgres_server_version() { return server().session().server_version; }

std::string with_database(const std::string& url, const std::string& name) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return fmt::format("{} dbname={}", url, name);
  const std::size_t query = std::min(url.find('?'), url.size());
  const std::size_t path = std::min(url.find('/', scheme + 3), query);
  return fmt::format("{}/{}{}", url.substr(0, path), name, url.substr(query));
}

TestDatabase::TestDatabase(database::Kind kind) : TestDatabase(kind, "template0") {}

TestDatabase::TestDatabase(database::Kind kind, const std::string& template_name)
    : kind_(kind), name_(random_name()), folder_(make_folder()) {
  if (kind == database::Kind::sqlite) {
    url_ = (folder_ / "test.db").string();
    return;
  }
  server().query(fmt::format("CREATE DATABASE {} TEMPLATE {}", name_, copying(template_name)));
  url_ = with_database(postgres_server_url(), name_);
}

std::unique_ptr<TestDatabase> TestDatabase::copy() const {
  std::unique_ptr<TestDatabase> copy(new TestDatabase(kind_, name_));
  if (kind_ == database::Kind::sqlite) std::filesystem::copy_file(url_, copy->url_);
  return copy;
}

TestDatabase::~TestDatabase() {
  try {
    std::filesystem::remove_all(folder_);
    if (kind_ == database::Kind::postgres) {
      server().query(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
    }
  } catch (...) {
    // What is left over goes with the throwaway server; the test's own failure is what counts.
  }
}

std::unique_ptr<database::Database> TestDatabase::open() const { return open(database::Options{}); }

std::unique_ptr<database::Database> TestDatabase::open(database::Options options) const {
  options.url = url_;
  return kind_ == database::Kind::postgres ? database::open_postgres(options)
                                           : database::open_sqlite(options);
}

void TestDatabase::run(std::string_view script) const {
  const auto connection = open();
  if (kind_ == database::Kind::postgres) connection->query("SET search_path = public");
  for (const std::string& statement : statements_of(script)) connection->query(statement);
}

std::vector<std::string> statements_of(std::string_view script) {
  std::vector<std::string> statements;
  std::string current;
  Nesting nesting;
  for (const SqlToken& token : sql_tokens(script)) {
    if (token.text == ";" && !nesting.is_inside()) {
      if (!is_blank(current)) statements.push_back(current);
      current.clear();
      nesting = Nesting();
      continue;
    }
    if (token.kind == SqlTokenKind::identifier) nesting.see(upper(token.text));
    current += token.text;
  }
  if (!is_blank(current)) statements.push_back(current);
  return statements;
}

}  // namespace segue::test
