#include "segue/settings.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "segue/load_config.hpp"

using namespace segue;
using namespace std::chrono_literals;

namespace {

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "segue-settings-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name} << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

std::vector<Problem> problems_of(const ConfigSources& sources) {
  try {
    static_cast<void>(load_config(sources));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    return error.detail().problems;
  }
  return {};
}

}  // namespace

TEST_CASE("every default is accepted as text and changes nothing", "[api]") {
  std::set<std::string> flags;
  for (const SettingInfo& info : all_settings()) {
    INFO(info.name);
    CHECK(flags.insert(info.flag).second);
    CHECK(info.environment.starts_with("SEGUE_"));
    CHECK_FALSE(info.help.empty());
    Config config;
    if (info.initial.empty()) continue;
    CHECK(set_setting(config, info.name, info.initial) == std::nullopt);
    CHECK(setting_text(config, info.name) == info.initial);
  }
}

TEST_CASE("durations and sizes have units", "[api]") {
  Config config;
  CHECK_FALSE(set_setting(config, "lock_budget", "250ms"));
  CHECK(config.lock_budget == 250ms);
  CHECK_FALSE(set_setting(config, "retain", "7d"));
  CHECK(config.retain == std::chrono::hours{168});
  CHECK_FALSE(set_setting(config, "soak", "0"));
  CHECK_FALSE(set_setting(config, "soak", "5min"));
  CHECK(config.soak == 5min);
  CHECK_FALSE(set_setting(config, "sqlite.wal_limit", "64 MiB"));
  CHECK(config.sqlite.wal_limit == 64 << 20);
  CHECK_FALSE(set_setting(config, "sqlite.clients", "3.35.5"));
  CHECK(config.sqlite.clients == 3'035'005);
  CHECK_FALSE(set_setting(config, "versions.publish", "latest"));
  CHECK(config.version_publish == VersionPublish::latest);
}

TEST_CASE("a value of another form is refused and changes nothing", "[api]") {
  Config config;
  for (const auto& [name, text] :
       std::vector<std::pair<std::string, std::string>>{{"lock_budget", "10"},
                                                        {"lock_budget", "0"},
                                                        {"lock_budget", "-1s"},
                                                        {"lock_budget", "99999999999999d"},
                                                        {"soak", "1 fortnight"},
                                                        {"direct_limit", "1e3"},
                                                        {"direct_limit", "-1"},
                                                        {"sqlite.wal_limit", "64MB"},
                                                        {"sqlite.clients", "3"},
                                                        {"sqlite.clients", "3.24.0.1"},
                                                        {"sqlite.polite_gaps", "1"},
                                                        {"versions.views", "some"},
                                                        {"schema", ""},
                                                        {"sweep_passes", "0"},
                                                        {"no_such", "1"}}) {
    INFO(name << " = " << text);
    CHECK(set_setting(config, name, text).has_value());
  }
  CHECK(config.lock_budget == Config{}.lock_budget);
}

TEST_CASE("passwords are masked in every form of a database", "[api]") {
  CHECK(masked_url("postgresql://app:s3cret@db:5432/shop") == "postgresql://app:***@db:5432/shop");
  CHECK(masked_url("postgres://app:p@ss/w@db/shop?x=1") == "postgres://app:***@db/shop?x=1");
  CHECK(masked_url("postgres:///shop?host=/tmp&password=s3cret&sslmode=require") ==
        "postgres:///shop?host=/tmp&password=***&sslmode=require");
  CHECK(masked_url("host=db password='s3 \\'cret' dbname=shop") ==
        "host=db password=*** dbname=shop");
  CHECK(masked_url("host=db PASSWORD = s3cret user=a") == "host=db PASSWORD = *** user=a");
  CHECK(masked_url("postgresql://app@db/shop") == "postgresql://app@db/shop");
  CHECK(masked_url("sqlite:shop.db") == "sqlite:shop.db");
}

TEST_CASE("flag beats environment beats project file beats user file beats default", "[api]") {
  const Folder folder;
  const auto user =
      folder.write("user.yaml", "soak: 1s\nlock_wait: 1s\nlease_wait: 1s\nactor: u\n");
  const auto project = folder.write("segue.yaml",
                                    "soak: 2s\nlock_wait: 2s\nlease_wait: 2s\n"
                                    "environments:\n  prod:\n    lease_wait: 4s\n    soak: 4s\n");
  const Config config =
      load_config({.flags = {{"soak", "9s"}},
                   .environment = {{"SEGUE_SOAK", "5s"}, {"SEGUE_LOCK_WAIT", "5s"}},
                   .file = project,
                   .environment_name = "prod",
                   .user_file = user});
  CHECK(config.soak == 9s);
  CHECK(config.lock_wait == 5s);
  CHECK(config.lease_wait == 4s);
  CHECK(config.actor == "u");
  CHECK(config.client_grace == 10s);
  CHECK(config.origins.at("soak") == "flag --soak");
  CHECK(config.origins.at("lock_wait") == "environment SEGUE_LOCK_WAIT");
  CHECK(config.origins.at("lease_wait") == project.string() + ":6");
  CHECK_FALSE(config.origins.contains("client_grace"));
}

TEST_CASE("DATABASE_URL comes after SEGUE_DATABASE_URL", "[api]") {
  CHECK(load_config({.environment = {{"DATABASE_URL", "sqlite:a"}}}).database == "sqlite:a");
  CHECK(load_config(
            {.environment = {{"DATABASE_URL", "sqlite:a"}, {"SEGUE_DATABASE_URL", "sqlite:b"}}})
            .database == "sqlite:b");
  CHECK(load_config({.environment = {{"DATABASE_URL", "sqlite:a"}, {"SEGUE_DATABASE_URL", ""}}})
            .database == "sqlite:a");
}

TEST_CASE("a relative folder in a settings file counts from that file", "[api]") {
  const Folder folder;
  const auto project =
      folder.write("segue.yaml", "dir: db/migrations\nsqlite: {wal_limit: 1MiB}\n");
  const Config config = load_config({.file = project});
  CHECK(config.directory == project.parent_path() / "db/migrations");
  CHECK(config.sqlite.wal_limit == 1 << 20);
}

TEST_CASE("all problems of all sources are told at once, with their places", "[api]") {
  const Folder folder;
  const auto project = folder.write("segue.yaml",
                                    "soak: 2 fortnights\nlock_budgte: 1s\nschema: [a]\n"
                                    "actor: a\nactor: b\nrole:\n");
  const auto problems = problems_of({.flags = {{"lock_wait", "x"}},
                                     .environment = {{"SEGUE_SWEEP_PASSES", "many"}},
                                     .file = project,
                                     .environment_name = "prod"});
  std::vector<int> lines;
  std::string all;
  for (const Problem& problem : problems) {
    if (problem.where.line > 0) lines.push_back(problem.where.line);
    all += problem.message + "\n";
  }
  CHECK(lines == std::vector<int>{3, 5, 6, 1, 2});
  CHECK(all.find("no environment \"prod\"") != std::string::npos);
  CHECK(all.find("flag --lock-wait: lock_wait cannot be \"x\"") != std::string::npos);
  CHECK(all.find("environment SEGUE_SWEEP_PASSES") != std::string::npos);
}

TEST_CASE("a settings file that was named must be there", "[api]") {
  CHECK(problems_of({.file = "/nowhere/segue.yaml"}).size() == 1);
}

TEST_CASE("the origin of every setting is told, with secrets masked", "[api]") {
  Config config;
  config.database = "postgres://a:b@c/d";
  config.soak = 3s;
  config.origins["soak"] = "flag --soak";
  for (const SettingOrigin& setting : setting_origins(config)) {
    if (setting.name == "database") CHECK(setting.value == "postgres://a:***@c/d");
    if (setting.name == "database") CHECK(setting.origin == "program");
    if (setting.name == "soak") CHECK(setting.origin == "flag --soak");
    if (setting.name == "lock_wait") CHECK(setting.origin == "default");
  }
}
