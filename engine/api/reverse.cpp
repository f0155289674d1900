// Taking back. What a reverse without a name means is fixed when it begins and kept in the journal
// until it has ended: a run that is killed after its last step, and made again, must not take back
// the migration before. So the intent is recorded with the first write, and the end with the last;
// the same call made again finds an intent without its end and goes on with that, or sees that it
// is done. Any other run ends it: then somebody has looked and chosen something else.

#include <fmt/format.h>

#include <algorithm>

#include "engine/api/run.hpp"
#include "engine/core/protection.hpp"
#include "engine/execute/patient_look.hpp"

namespace segue {
namespace {

using model::MigrationState;

constexpr const char* intent_begun = "reverse_newest_begun";
constexpr const char* intent_over = "reverse_newest_over";

bool has_member(const execute::Unit& unit, const std::string& name) {
  return std::any_of(unit.rows.begin(), unit.rows.end(),
                     [&](const journal::MigrationRow& row) { return row.name == name; });
}

// Newest first, down to and including the unit of `name`.
std::vector<std::string> to_reverse(const std::vector<execute::Unit>& units,
                                    const std::string& name) {
  std::vector<std::string> names;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    names.push_back(unit->name());
    if (has_member(*unit, name)) return names;
  }
  throw Error(ErrorKind::refused,
              fmt::format("{} cannot be reversed: it is not in flight (never begun, reversed, or "
                          "contracted)",
                          name),
              {.next = "run `migrate status` to see what is"});
}

// A contract whose swap has committed only goes forward.
void refuse_after_swap(const journal::Journal& journal, const execute::Unit& unit) {
  if (!protected_by("no_reverse_after_swap")) return;
  for (const journal::StepRow& row : journal.steps(unit.name())) {
    if (row.kind == "swap" && row.state == model::StepState::done) {
      throw Error(
          ErrorKind::refused,
          fmt::format("{} cannot be reversed: its swap has committed, the old shape is gone",
                      unit.name()),
          {.migration = unit.name(), .next = "run `migrate contract` to finish it"});
    }
  }
}

bool has_run(const std::vector<journal::StepRow>& rows, const model::Step& step) {
  return std::any_of(rows.begin(), rows.end(), [&](const journal::StepRow& row) {
    const bool began = row.state != model::StepState::pending &&
                       row.state != model::StepState::undone && !step.transactional;
    return row.id == step.id && (row.state == model::StepState::done || began);
  });
}

// What the author's statements did, where the file gives no way back.
void add_what_stays(const journal::Journal& journal, const execute::Unit& unit, bool to_expanded,
                    ReversalLoss& loss) {
  const std::vector<journal::StepRow> rows = journal.steps(unit.name());
  for (const model::Step& step : unit.live.plan.steps) {
    const bool is_taken_back = !(to_expanded && step.phase == model::Phase::expand);
    if (step.kind == model::StepKind::run_sql && !step.reversible && is_taken_back &&
        has_run(rows, step)) {
      loss.other.push_back(
          fmt::format("what {} of {} did stays: the file gives no way back", step.id, unit.name()));
    }
  }
}

ReversalLoss loss_of(Engine::Implementation& engine, api::Run& run,
                     const std::vector<execute::Unit>& units, const std::vector<std::string>& names,
                     bool to_expanded) {
  ReversalLoss loss{.migrations = names};
  const model::Catalog catalog = execute::read_catalog_patiently(execute::looker(run.environment));
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : units) live.push_back(unit.live);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (std::find(names.begin(), names.end(), units[i].name()) == names.end()) continue;
    const bool stops_early = to_expanded && units[i].name() == names.back();
    add_what_stays(run.journal, units[i], stops_early, loss);
    if (stops_early && engine.dialect->expanded_keeps_values()) continue;
    const dialect::RenderContext context{
        .catalog = catalog, .live = live, .current = i, .settings = engine.settings};
    for (const auto& [column, query] : engine.dialect->reversal_loss(context)) {
      const std::int64_t rows = run.database.query(query).integer(0, 0);
      if (rows > 0) loss.rows[column] += rows;
    }
  }
  return loss;
}

void ask(const ReverseOptions& options, const ReversalLoss& loss) {
  if ((loss.rows.empty() && loss.other.empty()) || options.confirmed) return;
  std::string what;
  for (const auto& [column, rows] : loss.rows) {
    what += fmt::format("{}{}: {} rows", what.empty() ? "" : ", ", column, rows);
  }
  if (!what.empty())
    what = "the reversal would lose values that only the new version knows: " + what;
  for (const std::string& other : loss.other) what += (what.empty() ? "" : "; ") + other;
  if (!options.ask) {
    throw Error(ErrorKind::refused, what, {.next = "give --yes if that may be so"});
  }
  if (!options.ask(loss)) throw Error(ErrorKind::cancelled, "not confirmed; nothing was changed");
}

class Reversal {
 public:
  Reversal(Engine::Implementation& engine, api::Run& run, const ReverseOptions& options,
           RunResult& result)
      : engine_(engine), run_(run), options_(options), result_(result) {}

  void go() {
    const std::vector<execute::Unit> units = execute::live_units(run_.journal);
    const std::optional<std::string> name = target(units);
    if (!name) return;
    const std::vector<std::string> names = to_reverse(units, *name);
    for (const execute::Unit& unit : units) {
      const bool taken = std::find(names.begin(), names.end(), unit.name()) != names.end();
      if (taken) refuse_after_swap(run_.journal, unit);
    }
    api::refuse_changed_files(engine_.config, units, names);
    ask(options_, loss_of(engine_, run_, units, names, options_.to_expanded));
    if (options_.name.empty()) note(*name, intent_begun);
    for (const std::string& each : names) {
      run_.runner.reverse(each, options_.to_expanded && each == names.back());
    }
    if (options_.name.empty()) note(*name, intent_over);
  }

 private:
  // Nothing when a run that was killed had done it already.
  std::optional<std::string> target(const std::vector<execute::Unit>& units) {
    if (!options_.name.empty()) return options_.name;
    const std::optional<std::string> begun = api::open_reversal(run_.journal);
    if (!begun) {
      if (!units.empty()) return units.back().name();
      throw Error(ErrorKind::refused, "nothing is in flight: there is nothing to reverse");
    }
    const bool is_live = std::any_of(units.begin(), units.end(), [&](const execute::Unit& unit) {
      return has_member(unit, *begun);
    });
    if (is_live) return begun;
    note(*begun, intent_over);
    result_.reached[*begun] = MigrationState::reversed;
    run_.environment.observer.on_note(
        {.level = Note::Level::warning,
         .migration = *begun,
         .text =
             fmt::format("{} was taken back by a run that ended before it could say so; nothing "
                         "else is taken back. For the one before it, make the same call again",
                         *begun)});
    return std::nullopt;
  }

  void note(const std::string& migration, const std::string& kind) {
    run_.runner.record([&](database::Database& database) {
      run_.journal.note(database, migration, "", kind, options_.to_expanded ? "to expanded" : "");
    });
  }

  Engine::Implementation& engine_;
  api::Run& run_;
  const ReverseOptions& options_;
  RunResult& result_;
};

}  // namespace

std::optional<std::string> api::open_reversal(const journal::Journal& journal) {
  const auto last = journal.last_event({intent_begun, intent_over});
  if (!last || last->kind != intent_begun) return std::nullopt;
  return last->migration;
}

void api::close_reversal(Run& run) {
  const auto begun = open_reversal(run.journal);
  if (!begun) return;
  run.runner.record([&](database::Database& database) {
    run.journal.note(database, *begun, "", intent_over, "another run has begun");
  });
}

RunResult Engine::reverse(const ReverseOptions& options) {
  RunResult result;
  api::RunOptions run_options{"reverse", options.deadline, options.stop, options.observer};
  run_options.goes_on_with_reversal = options.name.empty();
  run_options.narrows = options.rewrite;
  api::with_lease(*implementation_, run_options, result,
                  [&](api::Run& run) { Reversal(*implementation_, run, options, result).go(); });
  return result;
}

}  // namespace segue
