#include <fmt/format.h>

#include "engine/api/implementation.hpp"
#include "engine/execute/statements.hpp"

namespace segue::api {
namespace {

using dialect::Statement;
using execute::Holes;

// Everything that an executor fills; a hole that stays gets a name that reads as one.
constexpr const char* walk_holes[] = {"position", "hi", "size", "limit", "keys"};

std::string named(std::string text, const std::string& hole) {
  for (const std::string suffix : {"", "+1"}) {
    const std::string from = fmt::format("{{{}{}}}", hole, suffix);
    const std::string to = fmt::format(":{}{}", hole, suffix.empty() ? "" : " + 1");
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

std::string shown(const std::string& text, const Holes& holes) {
  std::string out = execute::filled(text, holes);
  for (const char* hole : walk_holes) out = named(std::move(out), hole);
  return out;
}

struct Range {
  std::string bound;
  std::string first;
  std::int64_t size = 0;
};

// The table may not be there yet; then the end of the range stays a name.
Holes first_of(const Range& range, database::Database* database) {
  Holes holes{{"position", range.first},
              {"size", std::to_string(range.size)},
              {"mark", ""},
              {"limit", "1000"}};
  if (range.bound.empty() || database == nullptr) return holes;
  try {
    const database::Result bound = database->query(execute::filled(range.bound, holes));
    const bool is_empty = bound.empty() || bound.is_null(0, 0);
    holes["hi"] = is_empty ? range.first : bound.text(0, 0);
  } catch (const Error&) {
    if (!database->is_open()) throw;
  }
  return holes;
}

constexpr const char* repeated = "/* range by range; the first: */ ";

struct Texts {
  database::Database* database;
  std::vector<std::string> out = {};
  std::vector<std::string> captures = {};

  void add(std::string text) {
    for (const std::string& capture : captures) text = named(std::move(text), capture);
    out.push_back(std::move(text));
  }
  void add(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) {
      if (statement.capture.empty()) {
        add(statement.sql);
      } else {
        add(fmt::format("/* :{} is the answer of */ {}", statement.capture, statement.sql));
        captures.push_back(statement.capture);
      }
    }
  }

  void operator()(const dialect::TransactionScript& s) {
    add(s.before);
    add(s.begin);
    for (const std::string& text : s.calm) add(text);
    for (const std::string& text : s.locks) add(text);
    add(s.statements);
    if (!s.probe.empty()) {
      add("SAVEPOINT segue_probe");
      add(s.probe_settings);
      add(s.probe);
      add("ROLLBACK TO SAVEPOINT segue_probe");
    }
    add("COMMIT");
    add(s.after);
  }
  void operator()(const dialect::StandaloneScript& s) {
    add(s.before);
    add(s.statement.sql);
    add(s.after);
  }
  void operator()(const dialect::WalkScript& s) {
    const Holes holes = first_of({s.bound, s.first, s.pace.size_first}, database);
    add(s.before);
    for (const Statement& statement : s.chunk) add(repeated + shown(statement.sql, holes));
    if (!s.residual.empty()) {
      add(fmt::format("/* what is left over{}: */ {}", s.residual_pace ? ", range by range" : "",
                      shown(s.residual, holes)));
    }
    for (const Statement& statement : s.proof) add("/* at the end: */ " + statement.sql);
    add(s.after);
  }
  void operator()(const dialect::CompareScript& s) {
    const Holes holes = first_of({s.bound, s.first, s.pace.size_first}, database);
    add((s.bound.empty() ? "" : repeated) + shown(s.differences, holes));
  }
  void operator()(const dialect::WaitScript& s) {
    add(s.before);
    add(s.holders);
  }
  void operator()(const dialect::GateScript& s) {
    if (!s.offenders.empty()) add(s.offenders);
  }
};

}  // namespace

std::vector<std::string> texts_of(const dialect::Script& script, database::Database* database) {
  Texts texts{.database = database};
  std::visit(texts, script);
  return std::move(texts.out);
}

}  // namespace segue::api
