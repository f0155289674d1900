#include "engine/execute/statements.hpp"

#include <fmt/format.h>

namespace segue::execute {
namespace {

using dialect::Expectation;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

[[noreturn]] void violated(const dialect::Statement& statement, const std::string& found) {
  std::string message = statement.expect.message.empty()
                            ? "a statement of the plan did not find what it expects"
                            : statement.expect.message;
  replace_all(message, "{0}", found);
  throw Error(statement.expect.kind, message, {.statement = statement.sql});
}

void check(const dialect::Statement& statement, const database::Result& result) {
  const Expectation& expect = statement.expect;
  const std::string first = result.empty() || result.rows.front().empty() ? "" : result.text(0, 0);
  switch (expect.rule) {
    case Expectation::Rule::anything:
      return;
    case Expectation::Rule::no_rows:
      if (!result.empty()) violated(statement, first);
      return;
    case Expectation::Rule::some_rows:
      if (result.empty()) violated(statement, "");
      return;
    case Expectation::Rule::affected:
      if (result.affected != expect.affected) violated(statement, std::to_string(result.affected));
      return;
    case Expectation::Rule::value:
      for (std::size_t i = 0; i < result.rows.size(); ++i) {
        if (result.text(i, 0) != expect.value) violated(statement, result.text(i, 0));
      }
      return;
  }
}

}  // namespace

// In one pass: a value may be a client's key and look like a hole itself.
std::string filled(std::string_view text, const Holes& holes) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return out.append(text.substr(at));
    std::string name(text.substr(open + 1, close - open - 1));
    const bool next = name.ends_with("+1");
    if (next) name.resize(name.size() - 2);
    const auto hole = holes.find(name);
    out.append(text.substr(at, open - at));
    if (hole == holes.end()) {
      out += '{';
      at = open + 1;
      continue;
    }
    out += next ? std::to_string(std::stoll(hole->second) + 1) : hole->second;
    at = close + 1;
  }
}

database::Result run_statement(database::Database& database, const dialect::Statement& statement,
                               Holes& holes) {
  database::Result result = database.query(filled(statement.sql, holes));
  check(statement, result);
  if (!statement.capture.empty() && !result.empty()) holes[statement.capture] = result.text(0, 0);
  return result;
}

void run_statements(database::Database& database, const std::vector<dialect::Statement>& statements,
                    Holes& holes) {
  for (const dialect::Statement& statement : statements) {
    static_cast<void>(run_statement(database, statement, holes));
  }
}

}  // namespace segue::execute
