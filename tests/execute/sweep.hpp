#pragma once
// A walk over a scripted database: what a sweep says to the server, chunk by chunk.

#include "engine/execute/walk.hpp"
#include "tests/execute/executor.hpp"

namespace segue::test {

struct Sweep : Executor {
  Sweep() {
    name.step = "migrate/01-backfill:t";
    script = {.table = "t",
              .begin = "BEGIN W",
              .first = "0",
              .identity = "NODE",
              .bound = "BOUND {position} <{mark}> {size}",
              .chunk = {{.sql = "FILL {position} {hi}"}},
              .residual = "LEFT"};
  }

  std::int64_t run(const std::vector<dialect::Statement>& drift = {}) {
    const execute::Environment env = environment();
    return execute::run_walk(env, name, script, drift);
  }

  struct Found {
    std::string position;
    std::string mark;
    std::string identity;
    std::int64_t rows;
  };
  void expect_progress(const std::optional<Found>& found) {
    auto& look = db.expect_containing("FROM segue.progress WHERE migration = $1 AND step = $2");
    look.with({name.migration, name.step});
    if (!found) return;
    look.answers({{name.migration, name.step, found->position, found->mark, found->identity,
                   std::to_string(found->rows), "100", "1.5"}});
  }
  void expect_node(const std::string& node) { db.expect("NODE").answers({{node}}); }
  void expect_bound(const std::string& position, const std::optional<std::string>& hi,
                    const std::optional<std::string>& mark = "") {
    expect_begin();
    db.expect_containing("BOUND " + position + " ").answers({{hi, mark}});
  }
  void expect_begin() {
    db.expect("BEGIN W");
    expect_fence();
  }
  void expect_saved() { db.expect_containing("INSERT INTO segue.progress"); }

  /// A chunk that goes well.
  void expect_chunk(const std::string& from, const std::string& to, std::int64_t rows) {
    expect_bound(from, to);
    db.expect("FILL " + from + " " + to).affects(rows);
    expect_node("n1");
    expect_saved();
    db.expect("COMMIT");
  }
  void expect_end(const std::string& position) {
    expect_bound(position, std::nullopt);
    db.expect("ROLLBACK");
  }
  void expect_left(const std::string& missing) {
    db.expect("LEFT").answers({{missing, "0", std::nullopt}});
  }
  void expect_none_left() { expect_left("0"); }

  dialect::WalkScript script;
};

/// The size that a chunk asked for.
inline std::int64_t size_in(const std::string& bound) {
  return std::stoll(bound.substr(bound.rfind(' ') + 1));
}

inline std::vector<std::int64_t> sizes(const Executor& e) {
  std::vector<std::int64_t> out;
  for (const std::string& s : e.db.statements()) {
    if (s.starts_with("BOUND")) out.push_back(size_in(s));
  }
  return out;
}

}  // namespace segue::test
