#include "engine/report/json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/report/samples.hpp"

using namespace segue;
using Json = nlohmann::ordered_json;

TEST_CASE("every document starts with its format number", "[report]") {
  for (const std::string& text :
       {report::plan_json({}), report::status_json({}), report::history_json({}),
        report::verify_json({}), report::settings_json({}), report::run_json({}, 0),
        report::failure_json({}, 2), report::new_file_json("a"),
        report::wait_json("v", WaitOutcome::served), report::version_json({}, {})}) {
    CHECK(text.starts_with("{\n  \"format\": 1"));
    CHECK(Json::parse(text).is_object());
    CHECK(text.ends_with("}\n"));
  }
}

TEST_CASE("status as JSON has the documented keys in the documented order", "[report]") {
  const Json status = Json::parse(report::status_json(report::samples::status()));
  std::vector<std::string> keys;
  for (const auto& [key, value] : status.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"format", "database", "lease", "versions", "migrations"});
  CHECK(status["lease"]["epoch"] == 4);
  CHECK(status["versions"][0] ==
        Json{{"name", "base"}, {"schema", "public"}, {"served", true}, {"live_clients", 3}});
  CHECK(status["versions"][1]["live_clients"].is_null());
  const Json& migration = status["migrations"][0];
  CHECK(migration["phase"] == "migrate");
  CHECK(migration["reversal_loss"]["users.age"] == 2);
  CHECK(migration["blocked_by"][0]["session"] == "pid 4711");
  const Json& step = migration["steps"][0];
  CHECK(step["rows_per_second"] == 2000.0);
  CHECK(step["eta_seconds"] == 16.9);
  CHECK(step["finished_at"].is_null());
  CHECK(status["migrations"][1]["phase"].is_null());
  CHECK(status["migrations"][1]["reversal_loss"] == Json::object());
}

TEST_CASE("nobody running is null in JSON", "[report]") {
  CHECK(Json::parse(report::status_json({}))["lease"].is_null());
}

TEST_CASE("a plan as JSON holds statements, inverses and notes", "[report]") {
  const Json plan = Json::parse(report::plan_json(report::samples::plan()));
  CHECK(plan["database"] == "postgres");
  const Json& steps = plan["migrations"][0]["steps"];
  CHECK(steps.size() == 3);
  CHECK(steps[0]["inverse"][0] == "DROP TRIGGER t ON users");
  CHECK(steps[1]["rows"] == 35000);
  CHECK(steps[2]["reversible"] == false);
  CHECK(steps[2]["reason"].is_null());
  CHECK(plan["migrations"][0]["notes"][0]["kind"] == "clients");
}

TEST_CASE("a failed run says what failed, what was done and what remains", "[report]") {
  const Json run = Json::parse(report::run_json(report::samples::run(), 4));
  CHECK(run["ok"] == false);
  CHECK(run["exit"] == 4);
  CHECK(run["error"]["kind"] == "check_failed");
  CHECK(run["error"]["sqlstate"] == "23514");
  CHECK(run["error"]["file"] == "migrations/0007_age.yaml");
  CHECK(run["error"]["line"] == 4);
  CHECK(run["error"]["next"] == "migrate reverse 0007_age");
  CHECK(run["problems"] == Json::array());
  CHECK(run["done"].size() == 1);
  CHECK(run["reached"]["0006_x"] == "migrated");
  CHECK(run["remaining"][0]["steps"] == 2);
}

TEST_CASE("a run without failure has no error in its document", "[report]") {
  const Json run = Json::parse(report::run_json({}, 0));
  CHECK(run["ok"] == true);
  CHECK_FALSE(run.contains("error"));
}

TEST_CASE("all problems of the input stand in the failure document", "[report]") {
  Failure failure{.kind = ErrorKind::invalid_input, .message = "2 problems"};
  failure.detail.problems = {{"unknown key", {"a.yaml", 3, 5}}, {"empty file", {"b.yaml"}}};
  const Json document = Json::parse(report::failure_json(failure, 2));
  CHECK(document["problems"][0] ==
        Json{{"file", "a.yaml"}, {"line", 3}, {"column", 5}, {"message", "unknown key"}});
  CHECK(document["problems"][1]["line"].is_null());
}

TEST_CASE("text that is no UTF-8 still makes a valid document", "[report]") {
  const std::string text = report::failure_json({.message = "bad \xFF byte"}, 2);
  CHECK(Json::parse(text)["error"]["message"] == "bad \xEF\xBF\xBD byte");
}

TEST_CASE("a version as JSON lists the path on PostgreSQL and the tables that differ", "[report]") {
  const Json version = Json::parse(report::version_json(
      {.version = "0007_z", .served = true, .search_path = {"public_0007_z"}}, {}));
  CHECK(version["search_path"][0] == "public_0007_z");
  CHECK(version["tables"] == Json::object());
  const Json lite = Json::parse(report::version_json({.version = "0007_z",
                                                      .database = DatabaseKind::sqlite,
                                                      .tables = {{"users", "users__0007_z"}}},
                                                     {}));
  CHECK_FALSE(lite.contains("search_path"));
  CHECK(lite["tables"]["users"] == "users__0007_z");
}
