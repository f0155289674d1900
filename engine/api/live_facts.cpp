// The facts of a status that stand in no journal: rows that a reversal would lose, rows left
// without a new side, who is in the way, who uses which version. Counting reads whole tables, so it
// has a limit in time, and does not begin beside a contract at work, whose locks it would hold up.

#include "engine/api/looking.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/protection.hpp"
#include "engine/execute/patient_look.hpp"

namespace segue::api {
namespace {

using namespace std::chrono_literals;
using model::MigrationState;
using model::StepState;

constexpr auto count_limit = 1000ms;
constexpr auto short_count_limit = 20ms;  // where a reader shuts writers out

std::chrono::milliseconds limit_of(const Engine::Implementation& engine,
                                   const model::Catalog& catalog) {
  return engine.dialect->readers_stop_writers(catalog) ? short_count_limit : count_limit;
}

std::string proof_of(const model::ColumnChange& column) {
  const auto weak = [](const std::optional<model::Expression>& e) {
    return e && e->presumed == model::ExpressionClass::weak;
  };
  if (weak(column.up) || weak(column.down)) return "weak";
  return column.up && column.down ? "whole" : "lossy";
}

// Where it stands: the step that runs or failed, or that a reversal takes back next; else none.
const StepStatus* step_at_hand(const MigrationStatus& status) {
  if (status.state == MigrationState::reversing) {
    for (auto step = status.steps.rbegin(); step != status.steps.rend(); ++step) {
      if (step->state != StepState::undone && step->state != StepState::pending) return &*step;
    }
  }
  for (const StepStatus& step : status.steps) {
    if (step.state == StepState::running || step.state == StepState::failed) return &step;
  }
  return nullptr;
}

std::vector<Blocker> old_clients(database::Database& database, const std::string& offenders) {
  std::vector<Blocker> out;
  if (offenders.empty()) return out;
  for (const auto& row : database.query(offenders).rows) {
    Blocker blocker{.waits_for = "contract"};
    for (const auto& value : row) {
      if (!value || value->empty()) continue;
      blocker.session += (blocker.session.empty() ? "" : " ") + *value;
    }
    out.push_back(std::move(blocker));
  }
  return out;
}

}  // namespace

std::vector<model::LiveMigration> live_of(const Situation& situation) {
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : situation.units) live.push_back(unit.live);
  return live;
}

std::map<std::string, std::string> proofs_of(const model::Plan& plan) {
  std::map<std::string, std::string> out;
  for (const model::Change& change : plan.changes) {
    for (const model::TableChange& table : change.tables) {
      for (const model::ColumnChange& column : table.columns) {
        if (!column.has_sync()) continue;
        const std::string& name = table.after.empty() ? table.before : table.after;
        out[fmt::format("{}.{}", name, column.after.empty() ? column.before : column.after)] =
            proof_of(column);
      }
    }
  }
  return out;
}

LiveFacts::LiveFacts(const Engine::Implementation& engine, database::Database& database,
                     const Situation& situation)
    : engine_(engine), database_(database), situation_(situation), live_(live_of(situation)) {
  left_ = limit_of(engine, catalog_);
  if (live_.empty()) return;
  try {
    catalog_ = catalog::read_catalog(database, engine.settings.schema);
    left_ = limit_of(engine, catalog_);
  } catch (const Error& error) {
    // The journal still tells what there is; who holds the lock is what everybody waits for.
    if (error.kind() != ErrorKind::lock_timeout || !database.is_open()) throw;
    holders_ = execute::holders_of_schema(
        {.database = database, .dialect = *engine.dialect, .settings = engine.settings});
    readable_ = false;
  }
}

dialect::RenderContext LiveFacts::context(std::size_t unit) const {
  return {.catalog = catalog_,
          .live = live_,
          .current = unit,
          .settings = engine_.settings,
          .retained_versions = execute::retained_versions(situation_.rows)};
}

std::optional<std::int64_t> LiveFacts::count(const std::string& query) {
  const auto begun = std::chrono::steady_clock::now();
  const auto found = execute::count_within(database_, query, left_);
  left_ -= std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begun);
  return found;
}

void LiveFacts::fill_counts(MigrationStatus& status, std::size_t unit) {
  for (const auto& [column, query] : engine_.dialect->reversal_loss(context(unit))) {
    const auto rows = count(query);
    if (rows == 0) continue;
    status.reversal_loss[column] = rows;
    if (rows && status.proof.contains(column) && status.proof[column] == "whole") {
      status.proof[column] = "lossy";
    }
  }
  if (!model::lives_twice(status.state)) return;
  for (const auto& [column, query] : engine_.dialect->left_rows(context(unit))) {
    const auto rows = count(query);
    if (rows != 0) status.left_rows[column] = rows;
  }
}

// The part of an inverse that takes locks is the one that waits.
dialect::Script LiveFacts::script_at_hand(const model::Step& step, std::size_t unit,
                                          bool is_reversing) const {
  if (!is_reversing) return engine_.dialect->render(step, context(unit));
  for (dialect::Script& script : engine_.dialect->inverse(step, context(unit))) {
    const auto* transaction = std::get_if<dialect::TransactionScript>(&script);
    if (transaction != nullptr && !transaction->locked_tables.empty()) return std::move(script);
  }
  return dialect::TransactionScript{};
}

// A runner at work is asked about by its session; behind one that failed or died, those who would
// stop the next try are named.
void LiveFacts::fill_blockers(MigrationStatus& status, std::size_t unit,
                              const journal::LeaseRow* runner) {
  const StepStatus* at_hand = step_at_hand(status);
  const model::Step* step = at_hand == nullptr ? nullptr : live_[unit].plan.step(at_hand->id);
  if (!protected_by("status_blockers")) return;
  const bool is_reversing = status.state == MigrationState::reversing;
  const bool is_elsewhere = at_hand != nullptr && at_hand->state == StepState::failed &&
                            runner != nullptr && !is_reversing;
  if (step == nullptr || is_elsewhere) return;
  const dialect::Script script = script_at_hand(*step, unit, is_reversing);
  dialect::BlockerQuestion question;
  if (const auto* transaction = std::get_if<dialect::TransactionScript>(&script)) {
    question = execute::question_of(*transaction);
  } else if (std::holds_alternative<dialect::WaitScript>(script)) {
    question.older_than = at_hand->started_at;
  } else if (const auto* gate = std::get_if<dialect::GateScript>(&script)) {
    status.blocked_by = old_clients(database_, gate->offenders);
    return;
  }
  // Without a runner short transactions are in nobody's way.
  if (runner == nullptr) {
    question.age_min_ms = 1000;
  } else {
    question.backend_pid = runner->backend_pid;
  }
  status.blocked_by =
      execute::blockers(database_, *engine_.dialect, question, runner == nullptr ? 0 : runner->pid);
}

void LiveFacts::fill(MigrationStatus& status, const journal::LeaseRow* runner) {
  const auto unit =
      std::find_if(situation_.units.begin(), situation_.units.end(),
                   [&](const execute::Unit& candidate) { return candidate.has(status.name); });
  if (unit == situation_.units.end()) return;
  const auto index = static_cast<std::size_t>(unit - situation_.units.begin());
  status.proof = proofs_of(live_[index].plan);
  if (!readable_) {
    status.blocked_by = holders_;
    return;
  }
  // A look beside a run stays short; a migrated one rests until its contract.
  const bool at_work = runner != nullptr && status.state != MigrationState::migrated;
  try {
    if (status.reversible && !at_work) fill_counts(status, index);
    fill_blockers(status, index, runner);
    // Behind a lock, or with nobody at work, the rate of before says nothing about the time left.
    if (runner != nullptr && status.blocked_by.empty()) return;
    for (StepStatus& step : status.steps) step.eta_seconds.reset();
  } catch (const Error&) {
    // A catalogue that drifted is told by `verify`.
    if (!database_.is_open()) throw;
  }
}

void LiveFacts::fill_clients(std::vector<VersionStatus>& versions) const {
  std::vector<dialect::ClientVersion> asked;
  for (const VersionStatus& version : versions) asked.push_back({version.name, version.schema});
  const database::Result found = database_.query(engine_.dialect->clients(asked));
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    const auto version =
        std::find_if(versions.begin(), versions.end(),
                     [&](const VersionStatus& v) { return v.name == found.text(i, 0); });
    if (version != versions.end()) version->live_clients = found.integer(i, 1);
  }
}

}  // namespace segue::api
