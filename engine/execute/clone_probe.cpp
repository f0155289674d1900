#include "engine/execute/clone_probe.hpp"

#include <fmt/format.h>

#include "engine/database/patience.hpp"

namespace segue::execute {
namespace {

using database::Database;
using dialect::CloneProbe;

class Clone {
 public:
  Clone(const Environment& environment, const CloneProbe& probe)
      : env_(environment), probe_(probe), memory_(database::open_scratch(environment.database)) {}

  void run() {
    if (!fill()) return;
    for (const CloneProbe::Stage& stage : probe_.stages) {
      for (const std::string& sql : stage.setup) memory_->query(sql);
      for (const std::string& setting : probe_.settings) {
        memory_->query(setting);
        for (const CloneProbe::Attempt& attempt : stage.attempts) {
          env_.check_stop();
          try_one(stage, attempt, setting);
        }
      }
    }
  }

 private:
  // What fails needs something of the application, and says nothing here.
  bool attempt_query(const std::string& sql) {
    try {
      memory_->query(sql);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  bool fill() {
    memory_->enable_user_triggers(false);
    for (const auto& text : probe_.schema) static_cast<void>(attempt_query(text.sql));
    database::Result rows;
    database::with_patience({std::chrono::milliseconds(env_.settings.lock_wait_ms), env_.stop},
                            [&] { rows = env_.database.query(probe_.sample); });
    const std::size_t hole = probe_.insert.find("{row}");
    int filled = 0;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
      std::string sql = probe_.insert;
      if (attempt_query(sql.replace(hole, 5, rows.text(i, 0)))) ++filled;
    }
    memory_->enable_user_triggers(true);
    return filled > 0;
  }

  void try_one(const CloneProbe::Stage& stage, const CloneProbe::Attempt& attempt,
               const std::string& setting) {
    memory_->query("BEGIN");
    for (const std::string& sql : attempt.before) static_cast<void>(attempt_query(sql));
    static_cast<void>(attempt_query(attempt.statement));
    const database::Result differences = memory_->query(stage.differences);
    if (memory_->in_transaction()) memory_->query("ROLLBACK");
    if (differences.empty()) return;
    throw Error(
        ErrorKind::check_failed,
        fmt::format("the sync of {} was tried in a copy in memory, and did not hold: row {} "
                    "is {} against {} ({})",
                    probe_.table, differences.text(0, 0), differences.text(0, 1),
                    differences.text(0, 2), setting),
        {.statement = attempt.statement,
         .next = "nothing was created for this step; if a trigger of the table causes it, "
                 "change that, otherwise please report it"});
  }

  const Environment& env_;
  const CloneProbe& probe_;
  std::unique_ptr<Database> memory_;
};

}  // namespace

void run_clone_probe(const Environment& environment, const CloneProbe& probe) {
  Clone(environment, probe).run();
}

}  // namespace segue::execute
