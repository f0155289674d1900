// Random clients beside a rebuild. A second database without the engine is the oracle: a statement
// of a client must end there in the same way and leave the written table the same. After each
// statement base and shadow must agree; then the migration is contracted or reversed at random.
//
// SEGUE_SQLITE_DIFFERENTIAL_ROUNDS makes it longer (default 3 rounds per scenario).

#include <catch2/catch.hpp>

#include <cstdlib>
#include <random>

#include "engine/core/identifier.hpp"
#include "engine/database/database.hpp"
#include "tests/dialect/sqlite_runner.hpp"
#include "tests/dialect/sqlite_scenarios.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using namespace segue::test;
using model::Phase;
using model::StepKind;

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}
bool chance(Random& random, int percent) {
  return below(random, 100) < static_cast<std::size_t>(percent);
}
const std::string& one_of(Random& random, const std::vector<std::string>& from) {
  return from[below(random, from.size())];
}

std::string quote(const std::string& name) { return Identifier(name).quoted(); }

class Client {
 public:
  Client(Random& random, std::string table, const Side& side)
      : random_(random), table_(std::move(table)), side_(side) {}

  std::string statement() {
    const std::size_t dice = below(random_, 100);
    if (dice < 40) return insert();
    if (dice < 82) return update();
    return erase();
  }

  std::string insert() {
    static const std::vector<std::string> verbs{"INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE",
                                                "INSERT OR FAIL", "REPLACE"};
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < side_.keys.size(); ++i) {
      names.push_back(quote(side_.keys[i]));
      values.push_back(one_of(random_, side_.key_pools[i]));
    }
    for (std::size_t i = 0; i < side_.columns.size(); ++i) {
      if (chance(random_, 15)) continue;
      names.push_back(quote(side_.columns[i]));
      values.push_back(one_of(random_, side_.pools[i]));
    }
    std::string sql = fmt::format("{} INTO {}({}) VALUES ({})",
                                  chance(random_, 30) ? "INSERT" : one_of(random_, verbs),
                                  quote(table_), fmt::join(names, ", "), fmt::join(values, ", "));
    if (sql.starts_with("INSERT INTO") && chance(random_, 60)) sql += upsert();
    return sql;
  }

 private:
  std::string upsert() {
    std::vector<std::string> keys;
    for (const std::string& key : side_.keys) keys.push_back(quote(key));
    if (chance(random_, 30)) return " ON CONFLICT DO NOTHING";
    const std::string& column = one_of(random_, side_.columns);
    return fmt::format(" ON CONFLICT({}) DO UPDATE SET {} = excluded.{}", fmt::join(keys, ", "),
                       quote(column), quote(column));
  }

  std::string update() {
    static const std::vector<std::string> verbs{
        "UPDATE", "UPDATE", "UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE", "UPDATE OR FAIL"};
    std::vector<std::string> set;
    const std::size_t count = 1 + below(random_, 2);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t c = below(random_, side_.columns.size());
      set.push_back(
          fmt::format("{} = {}", quote(side_.columns[c]), one_of(random_, side_.pools[c])));
    }
    if (chance(random_, 25)) {
      const std::size_t k = below(random_, side_.keys.size());
      const bool by_rowid = !side_.rowid.empty() && chance(random_, 50);
      set.push_back(fmt::format("{} = {}", by_rowid ? side_.rowid : quote(side_.keys[k]),
                                one_of(random_, side_.key_pools[k])));
    }
    if (set.size() > 1 && chance(random_, 50)) set.erase(set.begin());
    const std::string& verb = one_of(random_, verbs);
    return fmt::format("{} {} SET {}{}", verb, quote(table_), fmt::join(set, ", "),
                       verb == "UPDATE" || !side_.rowid.empty() ? where() : where_one());
  }

  // Which of several rows OR IGNORE takes first depends on the query plan, and triggers change it.
  std::string where_one() {
    std::vector<std::string> tests;
    for (std::size_t k = 0; k < side_.keys.size(); ++k) {
      tests.push_back(
          fmt::format("{} = {}", quote(side_.keys[k]), one_of(random_, side_.key_pools[k])));
    }
    return fmt::format(" WHERE {}", fmt::join(tests, " AND "));
  }

  std::string where() {
    if (chance(random_, 10)) return "";
    const std::size_t k = below(random_, side_.keys.size());
    const std::vector<std::string> tests{"=", "=", "=", "<", ">"};
    return fmt::format(" WHERE {} {} {}", quote(side_.keys[k]), one_of(random_, tests),
                       one_of(random_, side_.key_pools[k]));
  }

  std::string erase() {
    if (chance(random_, 4)) return fmt::format("DELETE FROM {}", quote(table_));
    std::string test = where();
    while (test.empty()) test = where();
    if (test.find("= ") == std::string::npos && chance(random_, 70)) test += " AND 0";
    return fmt::format("DELETE FROM {}{}", quote(table_), test);
  }

  Random& random_;
  std::string table_;
  const Side& side_;
};

std::string content(database::Database& db, const std::string& table, bool has_rowids) {
  const database::Result columns =
      db.query(fmt::format("SELECT name FROM pragma_table_xinfo({})", literal(table)));
  std::vector<std::string> parts;
  if (has_rowids) parts.emplace_back("rowid");
  for (std::size_t i = 0; i < columns.rows.size(); ++i) {
    parts.push_back(fmt::format("quote({})", quote(columns.text(i, 0))));
  }
  const database::Result rows = db.query(fmt::format(
      "SELECT {} AS r FROM {} ORDER BY r", fmt::join(parts, " || ', ' || "), quote(table)));
  std::string out;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) out += rows.text(i, 0) + "\n";
  return out;
}

class Round {
 public:
  Round(const Scenario& scenario, std::uint32_t seed)
      : s_(scenario),
        random_(seed),
        file_(database::Kind::sqlite),
        oracle_file_(database::Kind::sqlite) {
    file_.run(s_.sql);
    db_ = file_.open();
    client_ = file_.open();
    oracle_ = oracle_file_.open();
    shadow_ = fmt::format("{}__{}", s_.table, s_.change.version_schema);
    for (const auto& each : {db_.get(), client_.get(), oracle_.get()}) {
      each->query("PRAGMA synchronous = OFF");
    }
    recursive_ = chance(random_, 30);
    if (recursive_) client_->query("PRAGMA recursive_triggers = ON");
    if (recursive_) oracle_->query("PRAGMA recursive_triggers = ON");
    if (chance(random_, 50)) db_->query("PRAGMA journal_mode = WAL");
  }

  void run() {
    seed_rows();
    const std::string before = catalog::print_catalog(*db_, "");
    std::vector<model::Change> changes{s_.change};
    if (s_.earlier) changes.insert(changes.begin(), *s_.earlier);
    migration_.emplace(*db_, changes);
    migration_->run(Phase::expand);
    copy();
    prove(StepKind::compare);
    if (chance(random_, 20)) return reverse(Phase::expand, before);
    migration_->run(migration_->step(StepKind::publish));
    published_ = true;
    proof_.reset();
    for (int i = 0; i < 60; ++i) act();
    if (chance(random_, 50)) return reverse(Phase::migrate, before);
    contract();
  }

 private:
  void seed_rows() {
    Client client(random_, s_.table, s_.old_side);
    for (int i = 0; i < 20; ++i) {
      try {
        db_->query(client.insert());
      } catch (const Error&) {
        continue;
      }
    }
    if (!s_.normalise.empty()) db_->query(s_.normalise);
  }

  std::string content_of(database::Database& db, const std::string& table) const {
    return content(db, table, s_.has_rowids);
  }

  void copy() {
    const auto walk =
        std::get<dialect::WalkScript>(migration_->render(migration_->step(StepKind::backfill)));
    SqliteRunner runner(*db_);
    std::string position;
    bool more = true;
    for (int guard = 0; more; ++guard) {
      REQUIRE(guard < 10'000);
      if (chance(random_, 70)) act();
      if (!chance(random_, 40)) continue;
      db_->enable_user_triggers(false);
      more = runner.chunk(walk, position, 3);
      db_->enable_user_triggers(true);
    }
    for (int i = 0; i < 10; ++i) act();
    CHECK(runner.residual(walk, 100).empty());
  }

  void act() {
    const bool through_new = published_ && chance(random_, 50);
    const std::string table = through_new ? shadow_ : s_.table;
    const std::string sql =
        Client(random_, table, through_new ? s_.new_side : s_.old_side).statement();
    history_ += sql + ";\n";
    if (history_.size() > 1500) history_.erase(0, history_.find('\n', history_.size() - 1500));
    INFO(history_);
    INFO("recursive_triggers " << recursive_);
    copy_to_oracle(table);
    const auto watched = through_new || !sql.starts_with("UPDATE") ? Apart{} : apart(sql);
    const std::string expected_error = error_of(*oracle_, sql);
    const std::string base = content_of(*client_, s_.table);
    const std::string error = error_of(*client_, sql);
    const bool or_fail = sql.find("OR FAIL") != std::string::npos;
    // docs/decisions/0102: a column that flows forward only is derived again by such a move.
    const bool derived_again =
        s_.forward_only && through_new && sql.starts_with("UPDATE OR REPLACE");
    if (!derived_again && (error.empty() || (or_fail && !through_new && !s_.guards_keys))) {
      CHECK(content_of(*client_, table) == content_of(*oracle_, table));
    }
    // A client of the new version also meets the constraints of the base; an old client only its
    // own.
    if (!through_new && !recursive_ && !s_.guards_keys) CHECK(error == expected_error);
    if (!error.empty() && !or_fail) CHECK(content_of(*client_, s_.table) == base);
    INFO("base before\n" << base << "base\n" << content_of(*client_, s_.table));
    INFO("shadow\n" << content_of(*client_, published_ ? shadow_ : "segue_new_" + s_.table));
    INFO("result " << error);
    for (const auto& [key, value] : watched.empty() ? Apart{} : apart(sql)) {
      const auto before = watched.find(key);
      if (before != watched.end()) CHECK(value == before->second);
    }
    prove(StepKind::compare);
    if (failed()) throw std::runtime_error("stop at the first difference");
  }

  // Key → values that the statement must not change; empty when it may move keys.
  using Apart = std::map<std::string, std::string>;
  Apart apart(const std::string& sql) {
    Apart out;
    for (const std::string& key : s_.old_side.keys) {
      if (sql.find(quote(key) + " = ") < sql.find(" WHERE ")) return out;
    }
    if (!published_ ||
        (!s_.old_side.rowid.empty() && sql.find(s_.old_side.rowid) != std::string::npos)) {
      return out;
    }
    std::vector<std::string> columns;
    for (const auto& [column, other] : s_.apart) {
      if (sql.find(quote(other)) == std::string::npos) {
        columns.push_back(fmt::format("quote({})", quote(column)));
      }
    }
    std::vector<std::string> keys;
    for (const std::string& key : s_.new_side.keys) {
      keys.push_back(fmt::format("quote({})", quote(key)));
    }
    if (columns.empty()) return out;
    const database::Result rows =
        client_->query(fmt::format("SELECT {}, {} FROM {}", fmt::join(keys, " || ',' || "),
                                   fmt::join(columns, " || ',' || "), quote(shadow_)));
    for (std::size_t i = 0; i < rows.rows.size(); ++i) out[rows.text(i, 0)] = rows.text(i, 1);
    return out;
  }

  static bool failed() { return Catch::getResultCapture().lastAssertionPassed() == false; }

  static std::string error_of(database::Database& db, const std::string& sql) {
    try {
      db.query(sql);
      return "";
    } catch (const Error& error) {
      return "error";
    }
  }

  // The written table as it stands, without triggers of ours.
  void copy_to_oracle(const std::string& table) {
    for (const database::Result& old :
         {oracle_->query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                         "'sqlite%'")}) {
      for (std::size_t i = 0; i < old.rows.size(); ++i) {
        oracle_->query(fmt::format("DROP TABLE {}", quote(old.text(i, 0))));
      }
    }
    const database::Result objects =
        client_->query(fmt::format("SELECT sql FROM sqlite_schema WHERE tbl_name = {} AND type IN "
                                   "('table', 'index') AND sql IS "
                                   "NOT NULL ORDER BY type = 'index'",
                                   literal(table)));
    for (std::size_t i = 0; i < objects.rows.size(); ++i) oracle_->query(objects.text(i, 0));
    const database::Result columns =
        client_->query(fmt::format("SELECT name FROM pragma_table_info({})", literal(table)));
    std::vector<std::string> names;
    std::vector<std::string> quotes;
    if (s_.has_rowids) {
      names.emplace_back("rowid");
      quotes.emplace_back("rowid");
    }
    for (std::size_t i = 0; i < columns.rows.size(); ++i) {
      names.push_back(quote(columns.text(i, 0)));
      quotes.push_back(fmt::format("quote({})", names.back()));
    }
    const database::Result rows = client_->query(
        fmt::format("SELECT {} FROM {}", fmt::join(quotes, " || ', ' || "), quote(table)));
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
      oracle_->query(fmt::format("INSERT INTO {}({}) VALUES ({})", quote(table),
                                 fmt::join(names, ", "), rows.text(i, 0)));
    }
  }

  // Before the end of the copy rows may be missing, but none may differ or be left over.
  void prove(StepKind kind) {
    if (!proof_) {
      const model::Step* step = &migration_->step(kind);
      for (const model::Step* s : migration_->steps(Phase::contract)) {
        if (published_ && s->kind == kind) step = s;
      }
      proof_ = std::get<dialect::CompareScript>(migration_->render(*step));
      missing_ =
          std::get<dialect::WalkScript>(migration_->render(migration_->step(StepKind::backfill)));
    }
    const dialect::CompareScript& script = *proof_;
    std::string first;
    std::int64_t differences = SqliteRunner(*db_).compare(script, 5, &first);
    if (!published_) {
      differences -= static_cast<std::int64_t>(SqliteRunner(*db_).residual(*missing_, 100).size());
    }
    INFO(first);
    CHECK(differences == 0);
  }

  void reverse(Phase phase, const std::string& before) {
    const std::string rows = content_of(*db_, s_.table);
    migration_->reverse_from(phase);
    CHECK(catalog::print_catalog(*db_, "") == before);
    CHECK(content_of(*db_, s_.table) == rows);
    CHECK(db_->query("PRAGMA integrity_check").text(0, 0) == "ok");
    CHECK(db_->query("SELECT 1 FROM sqlite_schema WHERE name LIKE 'segue%'").empty());
  }

  void contract() {
    test::TestDatabase direct(database::Kind::sqlite);
    for (const std::string& sql : statements_of(filled(s_.cleanup, {{"t", quote(shadow_)}}))) {
      db_->query(sql);
    }
    const std::string rows = content_of(*db_, shadow_);
    for (const model::Step* step : migration_->steps(Phase::contract)) migration_->run(*step);
    CHECK(content_of(*db_, s_.table) == rows);
    CHECK(db_->query("PRAGMA integrity_check").text(0, 0) == "ok");
    client_->query(fmt::format("SELECT * FROM {}", quote(s_.table)));
    if (!s_.target.empty()) {
      direct.run(fmt::format("PRAGMA journal_mode = {};{}",
                             db_->query("PRAGMA journal_mode").text(0, 0), s_.target));
      CHECK(catalog::print_catalog(*db_, "", {shadow_}) ==
            catalog::print_catalog(*direct.open(), ""));
    }
    for (int i = 0; i < 10; ++i) {
      error_of(*client_, Client(random_, s_.table, s_.new_side).statement());
    }
    CHECK(db_->query("PRAGMA integrity_check").text(0, 0) == "ok");
  }

  const Scenario& s_;
  Random random_;
  TestDatabase file_;
  TestDatabase oracle_file_;
  std::unique_ptr<database::Database> db_;
  std::unique_ptr<database::Database> client_;
  std::unique_ptr<database::Database> oracle_;
  std::optional<SqliteMigration> migration_;
  std::string shadow_;
  std::string history_;
  std::optional<dialect::CompareScript> proof_;
  std::optional<dialect::WalkScript> missing_;
  bool recursive_ = false;
  bool published_ = false;
};

int rounds() {
  const char* value = std::getenv("SEGUE_SQLITE_DIFFERENTIAL_ROUNDS");
  return value == nullptr ? 3 : std::atoi(value);
}

void play(const Scenario& scenario) {
  for (int i = 0; i < rounds(); ++i) {
    const std::uint32_t seed = Catch::rngSeed() + static_cast<std::uint32_t>(i);
    INFO(scenario.name << ", --rng-seed " << seed);
    try {
      Round(scenario, seed).run();
    } catch (const Error& error) {
      FAIL(error.what() << "\n" << error.detail().statement);
    }
  }
}

}  // namespace

TEST_CASE("random clients beside a rebuild with an integer key",
          "[dialect][sqlite][differential]") {
  play(users());
}

TEST_CASE("random clients beside a rebuild with a mapped key", "[dialect][sqlite][differential]") {
  play(chars());
}

TEST_CASE("random clients beside a rebuild with a text key", "[dialect][sqlite][differential]") {
  play(tags());
}

TEST_CASE("random clients beside a rebuild without rowids", "[dialect][sqlite][differential]") {
  play(members());
}

TEST_CASE("random clients beside a rebuild without a primary key",
          "[dialect][sqlite][differential]") {
  play(items());
}

TEST_CASE("random clients beside a rebuild with AUTOINCREMENT", "[dialect][sqlite][differential]") {
  play(events());
}

TEST_CASE("random clients beside a rebuild by rowid alone", "[dialect][sqlite][differential]") {
  play(visits());
}

TEST_CASE("random clients beside two migrations in one rebuild",
          "[dialect][sqlite][differential]") {
  play(fused());
}
