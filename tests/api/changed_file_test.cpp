// A file that was begun is what is run and taken back; another text under its name is refused.

#include "tests/api/site.hpp"

using namespace segue;
using database::Kind;
using test::outcome;
using test::Site;

namespace {

constexpr const char* column =
    "  - add_column: {table: t, column: {name: a, type: integer, nullable: true}}\n";

struct Begun : Site {
  explicit Begun(Kind kind) : Site(kind, "CREATE TABLE t (id integer PRIMARY KEY)") {
    add(column);
    REQUIRE(outcome(engine().apply()) == "ok");
  }
  [[nodiscard]] std::filesystem::path file() const { return config.directory / "m1.yaml"; }
  void write(const std::string& text) const { std::ofstream(file()) << text; }
};

}  // namespace

TEST_CASE("contract and reverse refuse a file that was changed after it was begun", "[api]") {
  Begun site(GENERATE(Kind::sqlite, Kind::postgres));
  const std::string old = std::string("operations:\n") + column;
  const auto refused = [&](const RunResult& result) {
    REQUIRE(result.failure);
    CHECK(result.failure->kind == ErrorKind::drift);
    CHECK(result.failure->detail.migration == "m1");
    CHECK(result.failure->message.find("m1.yaml was changed") != std::string::npos);
    CHECK(site.state("m1") == MigrationState::migrated);
  };
  site.write(old + "# more\n");
  refused(site.engine().contract({.approved = true}));
  refused(site.engine().reverse({.confirmed = true}));
  site.write(": no longer a migration\n");
  const RunResult unreadable = site.engine().reverse({.confirmed = true});
  CHECK_THAT(outcome(unreadable), Catch::StartsWith("drift"));
  SECTION("the old text is good again, whatever else is in the folder") {
    site.write(old);
    std::ofstream(site.config.directory / "m2.yaml") << "nonsense: true\n";
    CHECK(outcome(site.engine().reverse({.confirmed = true})) == "ok");
  }
  SECTION("line endings are no change") {
    std::string windows;
    for (const char c : old) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    site.write(windows);
    CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
  }
  SECTION("a file that is gone has not changed") {
    std::filesystem::remove(site.file());
    CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
  }
}
