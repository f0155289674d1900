#include "tests/cases/case_clients.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <regex>

#include "engine/core/identifier.hpp"

namespace segue::test {
namespace {

std::unique_ptr<database::Database> connected(const TestDatabase& database, const Client& client) {
  auto connection = database.open(database::Options{.application_name = "app"});
  for (const std::string& setting : client.settings) connection->query(setting);
  return connection;
}

std::string with_names(const std::string& sql, const Client& client) {
  static const std::regex hole(R"(\{([A-Za-z_][A-Za-z_0-9 ]*)\})");
  std::string out;
  auto from = sql.begin();
  for (std::sregex_iterator at(sql.begin(), sql.end(), hole), end; at != end; ++at) {
    out.append(from, sql.begin() + at->position());
    out += Identifier(client.table((*at)[1].str())).quoted();
    from = sql.begin() + at->position() + at->length();
  }
  out.append(from, sql.end());
  return out;
}

// The states of which one is expected; empty: it must not fail.
std::string expected_failure(const std::string& sql) {
  static const std::regex mark(R"(-- fails: ([^\n]+))");
  std::smatch found;
  return std::regex_search(sql, found, mark) ? found[1].str() : "";
}

std::string without_comments(const std::string& sql) {
  static const std::regex comment(R"(--[^\n]*\n)");
  std::string text = std::regex_replace(sql, comment, "");
  text.erase(0, text.find_first_not_of(" \n"));
  return text;
}

}  // namespace

std::string row_text(const std::vector<std::optional<std::string>>& row) {
  std::string text;
  for (const auto& value : row) {
    if (&value != &row.front()) text += " | ";
    text += value ? *value : "NULL";
  }
  return text;
}

void run_traffic(const TestDatabase& database, const Client& client, const std::string& script) {
  const auto connection = connected(database, client);
  for (const std::string& statement : statements_of(script)) {
    const std::string expected = expected_failure(statement);
    std::string found;
    try {
      connection->query(with_names(statement, client));
    } catch (const Error& error) {
      found = error.detail().sqlstate;
      if (expected.find(found) == std::string::npos) UNSCOPED_INFO(error.what());
    }
    INFO(statement << "\n" << found << " instead of (" << expected << ")");
    CHECK(found.empty() == expected.empty());
    CHECK(expected.find(found) != std::string::npos);
  }
}

std::string answers(const TestDatabase& database, const Client& client, const std::string& script) {
  const auto connection = connected(database, client);
  std::string out;
  for (const std::string& statement : statements_of(script)) {
    out += without_comments(statement) + "\n";
    try {
      const database::Result result = connection->query(with_names(statement, client));
      for (const auto& row : result.rows) out += "  " + row_text(row) + "\n";
    } catch (const Error& error) {
      out += fmt::format("  error {}: {}\n", error.detail().sqlstate, error.what());
    }
  }
  return out;
}

}  // namespace segue::test
