#include <catch2/catch.hpp>

#include <random>

#include "reading.hpp"

// Valid files, damaged at random. Whatever comes out, reading ends with a migration or with
// problems, never with an exception or a crash. Catch2 prints the seed (--rng-seed repeats a run).

using namespace segue;
using namespace segue::test;

namespace {

constexpr int rounds = 3000;

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> texts{
      "version_schema: v\noperations:\n  - create_table:\n      name: t\n      comment: c\n"
      "      columns:\n        - {name: a, type: 'numeric(10, 2)', default: \"1\", check: {name: "
      "k, "
      "constraint: a > 0}}\n        - {name: b, type: int, references: {name: f, table: o, column: "
      "x}}\n"
      "      constraints:\n        - {name: u, type: unique, columns: [a, b]}\n",
      "operations:\n  - alter_column: {table: t, column: c, type: text, default: null,\n"
      "      up: 'a || ''b''', down: SELECT c}\n",
      "operations:\n  - add_column:\n      table: t\n      column: {name: c, type: text}\n      "
      "up: |\n"
      "        CASE WHEN a IS NULL THEN 'x' -- why\n          ELSE a END\n",
      "operations: [{create_index: {name: i, table: t, columns: {a: {sort: ASC}}, predicate: a > "
      "0}},"
      " {sql: {up: \"DO $$ BEGIN END $$\", onComplete: true}}, {drop_index: {name: i}}]\n",
      "phases:\n  expand:\n    - {sql: SELECT 1, reverse: SELECT 2, transaction: false}\n  "
      "migrate:\n"
      "    - backfill: {table: t, set: {a: f(b)}, where: a IS NULL}\n",
      R"({"operations": [{"alter_column": {"table": "t", "column": "c", "type": "text",)"
      R"( "up": {"postgres": "a || 'x'", "sqlite": "a"}, "down": "c\u00fc\n"}}]})",
  };
  return texts;
}

const std::vector<std::string>& pieces() {
  static const std::vector<std::string> texts{"\n",
                                              "  ",
                                              "\t",
                                              "- ",
                                              ": ",
                                              "? ",
                                              "&a ",
                                              "*a",
                                              "!!str ",
                                              "|\n",
                                              ">-\n",
                                              "'",
                                              "\"",
                                              "\\",
                                              "{",
                                              "}",
                                              "[",
                                              "]",
                                              ",",
                                              "#",
                                              "%",
                                              "@",
                                              "`",
                                              "---\n",
                                              "...\n",
                                              "<<: ",
                                              "~",
                                              "null",
                                              "true",
                                              "(",
                                              ")",
                                              ";",
                                              "--",
                                              "/*",
                                              "*/",
                                              "$$",
                                              "$1",
                                              "\xFF",
                                              "\xC3",
                                              std::string(1, '\0'),
                                              "\x04",
                                              "\r",
                                              "\xEF\xBB\xBF",
                                              "\\u0000",
                                              "\\ud800",
                                              "1e999",
                                              "operations:",
                                              "up: ",
                                              "SELECT ",
                                              "0"};
  return texts;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string next() {
    std::string text = pick(seeds());
    const std::size_t changes = 1 + below(4);
    for (std::size_t i = 0; i < changes; ++i) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % std::max<std::size_t>(limit, 1); }

  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t size = 1 + below(12);
    switch (below(5)) {
      case 0:
        text.insert(at, pick(pieces()));
        break;
      case 1:
        text.erase(at, size);
        break;
      case 2:
        text.insert(below(text.size() + 1), std::string(text.substr(at, size * 4)));
        break;
      case 3:
        text.replace(at, std::min(size, text.size() - at), pick(pieces()));
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
    }
  }

  std::mt19937 random_;
};

void check_outcome(const std::string& text, const std::string& file, model::DatabaseKind kind) {
  const parse::ReadResult result = read(text, file, kind);
  // One or the other, and never both.
  CHECK(result.migrations.size() == (result.problems.empty() ? 1U : 0U));
  for (const Problem& problem : result.problems) {
    CHECK_FALSE(problem.message.empty());
    CHECK(problem.where.file == file);
    CHECK(problem.where.line >= 1);
    CHECK(problem.where.column >= 1);
  }
}

}  // namespace

TEST_CASE("no damage to a file ends in anything but problems", "[parse]") {
  const unsigned seed = Catch::rngSeed();
  CAPTURE(seed);
  Mutator mutator(seed);
  int valid = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = mutator.next();
    CAPTURE(round, text);
    for (const std::string file : {"0001_a.yaml", "0001_a.json"}) {
      REQUIRE_NOTHROW(check_outcome(text, file, model::DatabaseKind::postgres));
      REQUIRE_NOTHROW(check_outcome(text, file, model::DatabaseKind::sqlite));
    }
    valid += read(text).problems.empty() ? 1 : 0;
  }
  // If nothing survived, the mutations would only ever test the first check.
  CHECK(valid > rounds / 300);
  CHECK(valid < rounds / 2);
}

TEST_CASE("the files that are damaged are valid", "[parse]") {
  for (const std::string& text : seeds()) {
    const bool is_json = text.starts_with("{\"");
    CAPTURE(text, problems_of(text, is_json ? "0001_a.json" : "0001_a.yaml"));
    CHECK(problems_of(text, is_json ? "0001_a.json" : "0001_a.yaml").empty());
  }
}
