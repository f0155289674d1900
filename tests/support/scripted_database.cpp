#include "tests/support/scripted_database.hpp"

#include <fmt/format.h>

#include <cctype>
#include <utility>

namespace segue::test {

namespace {

/// White space and a ';' at the end do not tell statements apart.
std::string squeezed(std::string_view sql) {
  std::string text;
  for (const char c : sql) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!space) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == ';')) text.pop_back();
  return text;
}

}  // namespace

using Expectation = ScriptedDatabase::Expectation;

Expectation& Expectation::answers(std::vector<Row> rows, std::vector<std::string> columns) {
  if (columns.empty() && !rows.empty()) {
    for (std::size_t i = 0; i < rows[0].size(); ++i)
      columns.push_back(fmt::format("column{}", i + 1));
  }
  result.rows = std::move(rows);
  result.columns = std::move(columns);
  return *this;
}

Expectation& Expectation::affects(std::int64_t rows) {
  result.affected = rows;
  return *this;
}

Expectation& Expectation::fails(ErrorKind kind, const std::string& sqlstate) {
  failure =
      Error(kind, fmt::format("scripted failure: {}", to_string(kind)), {.sqlstate = sqlstate});
  return *this;
}

Expectation& Expectation::loses_connection() {
  loses = true;
  return *this;
}

Expectation& Expectation::meanwhile(std::function<void()> what) {
  action = std::move(what);
  return *this;
}

Expectation& Expectation::with(std::vector<database::Value> expected) {
  values = std::move(expected);
  return *this;
}

Expectation& ScriptedDatabase::expect(const std::string& sql) {
  Expectation expectation;
  expectation.text = squeezed(sql);
  expectation.matches = [text = expectation.text](std::string_view actual) {
    return actual == text;
  };
  return expectations_.emplace_back(std::move(expectation));
}

Expectation& ScriptedDatabase::expect_containing(const std::string& part) {
  Expectation expectation;
  expectation.text = fmt::format("…{}…", squeezed(part));
  expectation.matches = [text = squeezed(part)](std::string_view actual) {
    return actual.find(text) != std::string_view::npos;
  };
  return expectations_.emplace_back(std::move(expectation));
}

database::Result ScriptedDatabase::query(std::string_view sql,
                                         const std::vector<database::Value>& values) {
  if (!open_) throw Error(ErrorKind::connection_lost, "The scripted connection was lost before.");
  const std::string actual = squeezed(sql);
  statements_.push_back(actual);
  if (expectations_.empty() || !expectations_.front().matches(actual)) {
    const std::string expected =
        expectations_.empty() ? "no more statement" : expectations_.front().text;
    throw Error(ErrorKind::bug, fmt::format("expected: {}\n     got: {}", expected, actual));
  }
  Expectation expectation = std::move(expectations_.front());
  expectations_.pop_front();
  if (expectation.values && *expectation.values != values) {
    throw Error(ErrorKind::bug, fmt::format("other values than expected for: {}", actual));
  }
  if (expectation.action) expectation.action();
  if (expectation.loses) {
    open_ = in_transaction_ = false;
    const bool commits = actual.starts_with("COMMIT");
    throw Error(commits ? ErrorKind::in_doubt : ErrorKind::connection_lost, "scripted loss",
                {.statement = actual});
  }
  if (expectation.failure) throw Error(*expectation.failure);
  follow(actual);
  return std::move(expectation.result);
}

std::unique_ptr<database::Database> ScriptedDatabase::open_another() const {
  throw Error(ErrorKind::bug, "A scripted database has one connection.");
}

void ScriptedDatabase::follow(std::string_view sql) {
  if (sql.starts_with("BEGIN")) in_transaction_ = true;
  if (sql.starts_with("COMMIT") ||
      (sql.starts_with("ROLLBACK") && !sql.starts_with("ROLLBACK TO"))) {
    in_transaction_ = false;
  }
}

}  // namespace segue::test
