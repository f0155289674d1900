#include <catch2/catch.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/cli/command_runner.hpp"

using segue::test::CommandRunner;
using segue::test::Ended;
using Json = nlohmann::json;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Which call the engine saw, from the document of a run.
std::string call_of(const std::vector<std::string>& arguments) {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.set("DATABASE_URL", "fake:ok");
  std::vector<std::string> all{"--json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Ended ended = migrate(all);
  CHECK(ended.exit == 0);
  return Json::parse(ended.out)["done"][0]["summary"];
}

Ended with(const std::string& database, const std::vector<std::string>& arguments) {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.set("SEGUE_DATABASE_URL", database);
  return migrate(arguments);
}

void wait_for_text(const CommandRunner& migrate, const std::string& file, const std::string& text) {
  for (int i = 0; i < 2000 && !holds(migrate.read(file), text); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

}  // namespace

TEST_CASE("flags reach the engine", "[cli]") {
  CHECK(call_of({"up"}) == "apply both to=");
  CHECK(call_of({"up", "--to", "0003_c"}) == "apply both to=0003_c");
  CHECK(call_of({"up", "--contract", "--to=0003_c"}) == "apply_to_the_end to=0003_c");
  CHECK(call_of({"expand", "--to", "0003_c"}) == "apply expand_only to=0003_c");
  CHECK(call_of({"contract"}) == "contract  old=- approved=false unpublish=false");
  CHECK(call_of({"contract", "0001_a", "--accept-old-clients", "batch is off", "-y"}) ==
        "contract 0001_a old=batch is off approved=true unpublish=false");
  CHECK(call_of({"reverse", "0001_a", "--to", "expanded", "--yes"}) ==
        "reverse 0001_a expanded=true rewrite=false confirmed=true");
  CHECK(call_of({"up", "--schema", "app"}) == "apply both to=");
}

TEST_CASE("contract --unpublish reaches the engine as such", "[cli]") {
  CHECK(call_of({"contract", "--unpublish"}) == "contract  old=- approved=false unpublish=true");
}

TEST_CASE("reverse --rewrite reaches the engine as such", "[cli]") {
  CHECK(call_of({"reverse", "--rewrite", "--yes"}) ==
        "reverse  expanded=false rewrite=true confirmed=true");
}

TEST_CASE("an approval that nobody can be asked for names the flag", "[cli]") {
  const Ended ended = with("fake:strangers", {"contract"});
  CHECK(ended.exit == 2);
  CHECK(holds(ended.err, "no service has announced itself"));
  CHECK(holds(ended.err, "migrate contract --yes"));
  CHECK(with("fake:strangers", {"contract", "--yes"}).exit == 0);
}

TEST_CASE("without contract's own words nothing contracts", "[cli]") {
  CHECK(call_of({"up", "--yes"}) == "apply both to=");
}

TEST_CASE("progress goes to standard error and the answer to standard output", "[cli]") {
  const Ended ended = with("fake:ok", {"up"});
  CHECK(ended.exit == 0);
  CHECK(ended.out == "0001_a is migrated\n");
  CHECK(ended.err == "0001_a: expanding\n  done expand/01-x, 5 ms\n");
  CHECK(with("fake:ok", {"up", "--quiet"}).err.empty());
  CHECK(holds(with("fake:ok", {"up", "--color", "always"}).out, "\x1b["));
}

TEST_CASE("a failed run says what, where, and what to type next", "[cli]") {
  const Ended ended = with("fake:locked", {"up"});
  CHECK(ended.exit == 3);
  CHECK(
      holds(ended.err, "error: The lock on users did not come within 60 s. (lock_timeout, 55P03)"));
  CHECK(holds(ended.err, "migrations/0001_a.yaml:3:5"));
  CHECK(holds(ended.err, "next   migrate up"));
  const Ended json = with("fake:locked", {"--json", "up"});
  CHECK(json.exit == 3);
  const Json document = Json::parse(json.out);
  CHECK(document["exit"] == 3);
  CHECK(document["error"]["sqlstate"] == "55P03");
  CHECK(document["error"]["next"] == "migrate up");
}

TEST_CASE("a refusal before the first step exits 2 and says that nothing was changed", "[cli]") {
  const Ended ended = with("fake:refused", {"up"});
  CHECK(ended.exit == 2);
  CHECK(holds(ended.err, "left   nothing was changed"));
  CHECK(holds(ended.err, "next   drop the trigger"));
}

TEST_CASE("problems of migration files are all shown", "[cli]") {
  const Ended ended = with("fake:refused", {"plan"});
  CHECK(ended.exit == 2);
  CHECK(holds(ended.err, "migrations/0002_b.yaml:2:5: unknown key"));
  CHECK(holds(ended.err, "migrations/0003_c.yaml:1:1: empty file"));
}

TEST_CASE("a server that cannot be reached exits 2", "[cli]") {
  CHECK(with("fake:lost", {"status"}).exit == 2);
  CHECK(Json::parse(with("fake:lost", {"status", "--json"}).out)["error"]["kind"] ==
        "connection_lost");
}

TEST_CASE("plan answers as text, SQL and JSON", "[cli]") {
  CHECK(holds(with("fake:ok", {"plan"}).out, "0002_b (pending)"));
  CHECK(holds(with("fake:ok", {"plan", "--sql", "0009_x"}).out, "-- migration 0009_x"));
  const Json plan = Json::parse(with("fake:ok", {"plan", "--json", "a", "b"}).out);
  CHECK(plan["migrations"].size() == 2);
}

TEST_CASE("status tells by its exit code whether something is pending", "[cli]") {
  CHECK(with("fake:ok", {"status"}).exit == 0);
  CHECK(with("fake:ok", {"status", "--exit-code"}).exit == 1);
  CHECK(with("fake:refused", {"status", "--exit-code"}).exit == 0);
  CHECK(Json::parse(with("fake:ok", {"status", "--json"}).out)["migrations"].size() == 2);
}

TEST_CASE("verify exits 1 when data differs", "[cli]") {
  CHECK(with("fake:ok", {"verify"}).exit == 0);
  const Ended ended = with("fake:differ", {"verify", "0001_a"});
  CHECK(ended.exit == 1);
  CHECK(holds(ended.out, "key 7: old 1, new 2"));
}

TEST_CASE("version answers as text, SQL, variables and JSON", "[cli]") {
  CHECK(holds(with("fake:ok", {"version"}).out, "0001_a is served"));
  CHECK(with("fake:ok", {"version", "x", "--sql"}).out == "SET search_path = \"public_x\";\n");
  CHECK(
      holds(with("fake:ok", {"version", "x", "--env"}).out, "PGOPTIONS='-csearch_path=public_x'"));
  CHECK(with("fake:ok", {"version", "x", "--url"}).out ==
        "fake:ok options='-csearch_path=public_x'\n");
  CHECK(Json::parse(with("fake:ok", {"version", "--json"}).out)["search_path"][0] ==
        "public_0001_a");
}

TEST_CASE("wait past its limit exits 3", "[cli]") {
  CHECK(with("fake:ok", {"wait", "--for", "0001_a"}).exit == 0);
  CHECK(with("fake:ok", {"wait"}).exit == 0);
  CHECK(with("fake:ok", {"wait", "--for", "0001_a", "--timeout", "1s"}).exit == 3);
  CHECK(with("fake:ok", {"wait", "--for", "0001_a", "--timeout", "soon"}).exit == 2);
}

TEST_CASE("a loss that nobody can be asked about names the flag", "[cli]") {
  const Ended ended = with("fake:loss", {"reverse"});
  CHECK(ended.exit == 2);
  CHECK(holds(ended.err, "Taking back 0002_b and 0001_a would lose"));
  CHECK(holds(ended.err, "3 rows of users.age"));
  CHECK(holds(ended.err, "--yes"));
  CHECK(with("fake:loss", {"reverse", "--yes"}).exit == 0);
}

TEST_CASE("the first signal stops at a safe point with the signal's exit code", "[cli]") {
  for (const auto& [signal, exit] :
       std::vector<std::pair<int, int>>{{SIGINT, 130}, {SIGTERM, 143}}) {
    CommandRunner migrate{SEGUE_FAKE_MIGRATE};
    migrate.set("DATABASE_URL", "fake:slow");
    const pid_t child = migrate.start({"up"});
    wait_for_text(migrate, "err", "done expand/01-x");
    ::kill(child, signal);
    const Ended ended = migrate.finish(child);
    CHECK(ended.exit == exit);
    CHECK(holds(ended.err, "stopping at the next safe point"));
  }
}

TEST_CASE("the second signal cancels what does not stop", "[cli]") {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.set("DATABASE_URL", "fake:deaf");
  const pid_t child = migrate.start({"up", "--json"});
  wait_for_text(migrate, "err", "done expand/01-x");
  ::kill(child, SIGINT);
  wait_for_text(migrate, "err", "stopping");
  ::kill(child, SIGINT);
  const Ended ended = migrate.finish(child);
  CHECK(ended.exit == 130);
  CHECK(Json::parse(ended.out)["error"]["kind"] == "cancelled");
}

TEST_CASE("GitHub Actions gets annotations and a summary, and the document stays whole", "[cli]") {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.set("DATABASE_URL", "fake:locked");
  migrate.set("GITHUB_ACTIONS", "true");
  migrate.set("GITHUB_STEP_SUMMARY", (migrate.folder() / "summary.md").string());
  const Ended ended = migrate({"up", "--json"});
  CHECK(Json::parse(ended.out)["exit"] == 3);
  CHECK(holds(ended.err, "::error file=migrations/0001_a.yaml,line=3,col=5::The lock on users"));
  CHECK(holds(migrate.read("summary.md"), "### migrate up: failed, exit 3"));
}

TEST_CASE("an answer that cannot be written is a failure", "[cli]") {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.set("DATABASE_URL", "fake:ok");
  std::filesystem::create_symlink("/dev/full", migrate.folder() / "out");
  const Ended ended = migrate.finish(migrate.start({"status"}));
  CHECK(ended.exit == 4);
  CHECK(holds(ended.err, "could not be written"));
}
