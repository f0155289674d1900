#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "segue/settings.hpp"
#include "tests/cli/command_runner.hpp"

using segue::test::CommandRunner;
using segue::test::Ended;
using Json = nlohmann::json;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a usage error exits 2, says where help is, and answers nothing", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"upp"},
                                             {"up", "--no-such"},
                                             {"up", "extra"},
                                             {"plan", "--sql=maybe"},
                                             {"reverse", "--to", "pending"},
                                             {"up", "--quiet", "--verbose"},
                                             {"--color", "pink", "up"},
                                             {"new"},
                                             {"version", "--sql", "--env"},
                                             {"up", "up"}}) {
    const Ended ended = migrate(arguments);
    INFO(ended.err);
    CHECK(ended.exit == 2);
    CHECK(ended.out.empty());
    CHECK(holds(ended.err, "error: "));
    CHECK(holds(ended.err, "--help"));
  }
}

TEST_CASE("a usage error with --json is one document", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--json"}, {"up", "--json", "--no-such"}, {"--no-such", "--json", "up"}}) {
    const Ended ended = migrate(arguments);
    CHECK(ended.exit == 2);
    const Json document = Json::parse(ended.out);
    CHECK(document["format"] == 1);
    CHECK(document["ok"] == false);
    CHECK(document["exit"] == 2);
    CHECK(document["error"]["kind"] == "invalid_input");
  }
}

TEST_CASE("help and version are answers", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  const Ended version = migrate({"--version"});
  CHECK(version.exit == 0);
  CHECK(version.out.starts_with("migrate 0."));
  const Ended help = migrate({"--help"});
  CHECK(help.exit == 0);
  for (const char* word : {"plan", "contract", "reverse", "--database", "--json", "Exit codes"}) {
    CHECK(holds(help.out, word));
  }
  CHECK_FALSE(holds(help.out, "--sqlite-wal-limit"));
  const Ended command = migrate({"contract", "--help"});
  CHECK(command.exit == 0);
  CHECK(holds(command.out, "--accept-old-clients"));
}

TEST_CASE("every setting has its place in the help", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  const Ended help = migrate({"--help-settings"});
  CHECK(help.exit == 0);
  for (const segue::SettingInfo& info : segue::all_settings()) {
    CHECK(holds(help.out, info.flag + " " + info.value));
    CHECK(holds(help.out, info.environment));
  }
}

TEST_CASE("a command without a database names the ways to give one", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  const Ended ended = migrate({"status"});
  CHECK(ended.exit == 2);
  CHECK(holds(ended.err, "SEGUE_DATABASE_URL"));
}

TEST_CASE("settings come from flag, variable, settings file, in this order", "[cli]") {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.write("segue.yaml",
                "database: fake:refused\nsoak: 2s\nenvironments:\n  prod: {soak: 3s}\n");
  const auto soak = [&migrate](const std::vector<std::string>& flags) {
    std::vector<std::string> arguments{"config", "--json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Json::parse(migrate(arguments).out)["settings"]["soak"];
  };
  CHECK(soak({}) == Json{{"value", "2s"}, {"origin", "segue.yaml:2"}});
  CHECK(soak({"--env", "prod"})["value"] == "3s");
  migrate.set("SEGUE_SOAK", "4s");
  CHECK(soak({"--env", "prod"})["origin"] == "environment SEGUE_SOAK");
  CHECK(soak({"--soak", "5s"}) == Json{{"value", "5s"}, {"origin", "flag --soak"}});
  migrate.set("XDG_CONFIG_HOME", (migrate.folder() / "xdg").string());
  migrate.write("xdg/segue/segue.yaml", "actor: me\n");
  CHECK(Json::parse(migrate({"config", "--json"}).out)["settings"]["actor"]["value"] == "me");
}

TEST_CASE("every problem of the settings is told with its place", "[cli]") {
  CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  migrate.write("segue.yaml", "soka: 2s\nsoak: soon\n");
  const Ended ended = migrate({"--lock-wait", "long", "up"});
  CHECK(ended.exit == 2);
  CHECK(holds(ended.err, "segue.yaml:1:"));
  CHECK(holds(ended.err, "segue.yaml:2:"));
  CHECK(holds(ended.err, "--lock-wait"));
  const Json document = Json::parse(migrate({"up", "--json"}).out);
  CHECK(document["problems"].size() == 2);
  CHECK(document["problems"][0]["line"] == 1);
}

TEST_CASE("a password is never shown", "[cli]") {
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"-v", "status"}, {"--json", "status"}, {"config"}, {"-v", "config", "--json"}}) {
    std::vector<std::string> all{"--database", "mysql://ann:s3cret@db/shop"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ended ended = migrate(all);
    CHECK_FALSE(holds(ended.out + ended.err, "s3cret"));
    CHECK(holds(ended.out + ended.err, "ann:***@db"));
  }
}

TEST_CASE("the page on formats names every setting with its default, and every command", "[cli]") {
  std::ostringstream page;
  page << std::ifstream{SEGUE_SOURCE_DIR "/docs/formats.md"}.rdbuf();
  for (const segue::SettingInfo& info : segue::all_settings()) {
    INFO(info.name);
    CHECK(holds(page.str(), "`" + info.name + "`"));
    if (!info.initial.empty()) CHECK(holds(page.str(), "`" + info.initial + "`"));
  }
  const CommandRunner migrate{SEGUE_FAKE_MIGRATE};
  std::istringstream help{migrate({"--help"}).out};
  std::string line;
  bool is_list = false;
  int commands = 0;
  while (std::getline(help, line) && !(is_list && line.empty())) {
    if (is_list) {
      const std::string name = line.substr(2, line.find(' ', 2) - 2);
      INFO(name);
      CHECK((holds(page.str(), "| `" + name + "`") || holds(page.str(), "| `" + name + " ")));
      ++commands;
    }
    if (line == "Subcommands:") is_list = true;
  }
  CHECK(commands == 12);
}
