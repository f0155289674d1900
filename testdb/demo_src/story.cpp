#include "testdb/demo_src/story.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <list>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "segue/engine.hpp"
#include "testdb/demo_src/characters.hpp"
#include "testdb/demo_src/writers.hpp"

// Two old writers and one or two new ones work all the time. The command runs as an operator would
// run it, as a process of its own, and is looked at from here through the library.

namespace segue::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* reshape = "0001_reshape_chars";
constexpr const char* add_script = "0002_add_script";
constexpr auto quiet_time = std::chrono::milliseconds(2000);
constexpr auto new_version_time = std::chrono::milliseconds(1000);
constexpr auto patience = std::chrono::seconds(15);  // for something that must happen
constexpr const char* client_grace = "2s";           // how long contract looks for old clients
constexpr int kill_attempts_max = 5;

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

// What the command says went wrong; progress and advice stand around it.
std::string error_line(const std::string& output) {
  const std::size_t start = output.find("error: ");
  if (start == std::string::npos) return output;
  return output.substr(start + 7, output.find('\n', start) - start - 7);
}

struct CommandResult {
  int exit_code = 0;
  std::string output;
  double seconds = 0;
};

class Story {
 public:
  explicit Story(const StoryOptions& options)
      : options_(options), client_(connect(options.database)), engine_(config_of(options)) {}

  void tell() {
    load_characters();
    measure_quiet_phase();
    start_writer(2, reshape);
    tell_line("a writer of the new version is started; it waits until that version is served");
    kill_in_the_middle();
    resume();
    end_phase("up, killed, up again");
    check_no_differences();
    let_new_version_write(2);
    end_phase("verify; both versions written");
    reverse_it();
    end_phase("reverse");
    run_again();
    end_phase("up; both versions written");
    contract_it();
    end_phase("contract; new version written");
    add_a_column();
    end_phase("a second migration, to its end");
    finish();
  }

 private:
  static Config config_of(const StoryOptions& options) {
    Config config;
    config.database = options.database;
    config.directory = options.migrations;
    return config;
  }

  template <typename... Args>
  void tell_line(fmt::format_string<Args...> format, Args&&... args) {
    const std::chrono::duration<double> now = Clock::now() - start_;
    std::cout << fmt::format("[{:5.1f} s] ", now.count())
              << fmt::format(format, std::forward<Args>(args)...) << std::endl;
  }

  std::vector<std::string> command(const std::vector<std::string>& words) const {
    std::vector<std::string> all = {options_.command, "--database", options_.database, "--dir",
                                    options_.migrations};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }

  CommandResult run(const std::vector<std::string>& words) {
    const auto start = Clock::now();
    Child child(command(words));
    CommandResult result;
    result.output = child.read_rest();
    result.exit_code = child.wait();
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
  }

  CommandResult run_well(const std::vector<std::string>& words) {
    CommandResult result = run(words);
    require(result.exit_code == 0,
            fmt::format("migrate {} ended with {}:\n{}", fmt::join(words, " "), result.exit_code,
                        result.output));
    return result;
  }

  void start_writer(int number, const std::string& version) {
    writers_.emplace_back(
        number, std::vector<std::string>{options_.program, "writer", "--database",
                                         options_.database, "--migrations", options_.migrations,
                                         "--number", std::to_string(number), "--version", version});
  }

  WriterProcess& writer(int number) {
    for (WriterProcess& writer : writers_) {
      if (writer.number() == number) return writer;
    }
    throw std::runtime_error(fmt::format("there is no writer {}", number));
  }

  // Ends a phase of the story: what all writers met with since the one before counts for it.
  void end_phase(const std::string& name) {
    for (WriterProcess& writer : writers_) now_.add(writer.take_waits());
    phases_.emplace_back(name, std::exchange(now_, {}));
  }

  void stop_writer(int number) {
    now_.add(writer(number).take_waits());
    const std::size_t different = writer(number).stop();
    std::erase_if(writers_, [&](const WriterProcess& w) { return w.number() == number; });
    require(different == 0,
            fmt::format("{} rows of writer {} are not what it wrote", different, number));
  }

  void load_characters() {
    const Characters characters = read_file(options_.data);
    if (!client_->is_postgres()) client_->query("PRAGMA journal_mode = " + options_.journal);
    load(*client_, characters);
    tell_line("{} characters of UnicodeData.txt in table chars, keys as text: '0041'",
              characters.size());
    schema_before_ = schema();
  }

  void measure_quiet_phase() {
    start_writer(0, "");
    start_writer(1, "");
    std::this_thread::sleep_for(quiet_time);
    end_phase("quiet, old writers only");
    tell_line("two writers of the old version alone, for comparison: {} writes",
              phases_.back().second.writes);
  }

  // Rows done of the step that copies, while it is at work.
  std::optional<std::int64_t> rows_copied() const {
    for (const MigrationStatus& migration : engine_.status().migrations) {
      if (migration.name != reshape || migration.state != MigrationState::migrating) continue;
      for (const StepStatus& step : migration.steps) {
        const bool is_copy = step.kind == "backfill" || step.kind == "copy";
        if (is_copy && step.state != StepState::done && step.rows_done > 0) return step.rows_done;
      }
    }
    return std::nullopt;
  }

  std::int64_t row_count() {
    return std::stoll(client_->query("SELECT count(*) FROM chars")[0][0].value());
  }

  void kill_in_the_middle() {
    for (int attempt = 1; attempt <= kill_attempts_max; ++attempt) {
      Child child(command({"up", "--to", reshape}));
      while (child.is_running() && !rows_copied()) {
      }
      if (child.is_running()) child.kill_now();
      const int code = child.wait();
      const std::optional<std::int64_t> rows = rows_copied();
      if (code == 128 + 9 && rows) {
        const std::int64_t all = row_count();
        require(*rows > 0 && *rows < all, fmt::format("{} of {} is not between", *rows, all));
        tell_line("migrate up, killed with SIGKILL in the middle of the copy: {} of {} rows done",
                  *rows, all);
        return;
      }
      require(code == 0 || code == 128 + 9, fmt::format("migrate up: {}", child.read_rest()));
      if (code != 0) run_well({"up", "--to", reshape});
      run_well({"--yes", "reverse"});
    }
    throw std::runtime_error("the copy was always over before it could be killed");
  }

  void resume() {
    const CommandResult result = run_well({"up", "--to", reshape});
    tell_line("migrate up again: it goes on and is through in {:.1f} s; the new version is served",
              result.seconds);
  }

  void check_no_differences() {
    run_well({"verify"});
    for (const CheckResult& check : engine_.verify().checks) {
      require(check.ok && check.differences == 0,
              fmt::format("{} {}: {}", check.check, check.subject, check.message));
    }
    tell_line("migrate verify, beside all writers: 0 differences");
  }

  void let_new_version_write(int number) {
    const auto end = Clock::now() + patience;
    while (!writer(number).is_writing()) {
      require(Clock::now() < end, "the writer of the new version does not get to write");
      now_.add(writer(number).take_waits());
    }
    std::this_thread::sleep_for(new_version_time);
    const Waits waits = writer(number).take_waits();
    require(waits.writes > 0, "the writer of the new version wrote nothing");
    now_.add(waits);
    tell_line("old and new version are both written; the new one {} times", waits.writes);
  }

  std::string schema() {
    std::string text;
    const char* const postgres = R"sql(
      SELECT attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
      FROM pg_attribute WHERE attrelid = 'chars'::regclass AND attnum > 0 AND NOT attisdropped
      UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'chars'::regclass
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'chars'::regclass
      UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'chars'::regclass ORDER BY 1)sql";
    const char* const sqlite = R"sql(
      SELECT sql FROM sqlite_schema
      WHERE sql IS NOT NULL AND name NOT LIKE 'segue%' AND name NOT LIKE '%\_\_%' ESCAPE '\'
      ORDER BY 1)sql";
    for (const Row& row : client_->query(client_->is_postgres() ? postgres : sqlite)) {
      text += row[0].value_or("") + "\n";
    }
    return text;
  }

  void reverse_it() {
    const CommandResult result = run_well({"--yes", "reverse"});
    const auto end = Clock::now() + patience;
    Waits refused;
    for (refused = writer(2).take_waits(); writer(2).is_writing();) {
      require(Clock::now() < end, "the new version is still served after its reversal");
      refused.add(writer(2).take_waits());
    }
    tell_line("migrate reverse in {:.1f} s; the new version's writer is told \"{}\" and waits",
              result.seconds, refused.refusal);
    now_.add(refused);
    const Characters written = writer(2).dump();
    const std::size_t different =
        count_differences(written, read_table(*client_, "chars", Shape::old), 2);
    require(different == 0, fmt::format("{} rows of the new version are lost", different));
    require(schema() == schema_before_, "the schema after reverse is another:\n" + schema());
    tell_line("its {} rows are all in the old table, in the old form; the schema is as it was",
              written.size());
  }

  void run_again() {
    const CommandResult result = run_well({"up", "--to", reshape});
    tell_line("migrate up once more, from the beginning: {} rows in {:.1f} s", row_count(),
              result.seconds);
    check_no_differences();
    let_new_version_write(2);
  }

  void contract_it() {
    const CommandResult refused = run({"--client-grace", client_grace, "contract"});
    require(refused.exit_code == 4, fmt::format("contract beside old clients ended with {}:\n{}",
                                                refused.exit_code, refused.output));
    tell_line("migrate contract refuses: {}", error_line(refused.output));
    stop_writer(0);
    stop_writer(1);
    tell_line("the old version's writers end; every row of theirs is as they wrote it");
    const CommandResult result = run_well({"--yes", "--client-grace", client_grace, "contract"});
    tell_line("migrate contract in {:.1f} s: code_point is an integer key now", result.seconds);
    tell_what_clients_see();
  }

  void tell_what_clients_see() {
    try {
      client_->query("UPDATE chars SET general_category = 'Lu' WHERE name = 'SPACE'");
      throw std::runtime_error("an old client can still write after contract");
    } catch (const ClientError& error) {
      tell_line("an old client that comes too late is told \"{}\"", error.what());
    }
    let_new_version_write(2);
    const std::string& refusal = now_.refusal;
    if (!refusal.empty()) {
      tell_line("the new client was told \"{}\" and asked for the table's name again", refusal);
    }
  }

  void add_a_column() {
    const CommandResult up = run_well({"up", "--to", add_script});
    tell_line("migrate up: a column more in {:.2f} s", up.seconds);
    start_writer(3, add_script);
    let_new_version_write(3);
    check_no_differences();
    stop_writer(2);
    const CommandResult contract = run_well({"--yes", "--client-grace", client_grace, "contract"});
    tell_line("migrate contract in {:.2f} s", contract.seconds);
    let_new_version_write(3);
  }

  void finish() {
    stop_writer(3);
    if (!client_->is_postgres()) {
      const std::string integrity = client_->query("PRAGMA integrity_check")[0][0].value_or("");
      require(integrity == "ok", "integrity_check: " + integrity);
    }
    for (const MigrationStatus& migration : engine_.status().migrations) {
      require(migration.state == MigrationState::contracted, migration.name + " is unfinished");
    }
    tell_line("all writers ended; every row is what its writer wrote last");
    tell_waits();
  }

  void tell_waits() const {
    std::cout << fmt::format("\n{:32}{:>9}{:>13}{:>15}\n", "what the writers met with", "writes",
                             "p99", "longest wait");
    for (const auto& [name, waits] : phases_) {
      std::cout << fmt::format("{:32}{:>9}{:>10.1f} ms{:>12.1f} ms\n", name, waits.writes,
                               static_cast<double>(waits.p99_us) / 1000,
                               static_cast<double>(waits.longest_us) / 1000);
    }
  }

  StoryOptions options_;
  std::unique_ptr<Client> client_;
  Engine engine_;
  Clock::time_point start_ = Clock::now();
  std::list<WriterProcess> writers_;
  std::string schema_before_;
  Waits now_;
  std::vector<std::pair<std::string, Waits>> phases_;
};

}  // namespace

void tell_story(const StoryOptions& options) { Story(options).tell(); }

}  // namespace segue::demo
