#include <algorithm>

#include "engine/api/run.hpp"
#include "engine/execute/patient_look.hpp"

namespace segue {
namespace {

using api::Situation;
using model::MigrationState;
using model::Phase;

// True when some migration up to `to` still has something to do for this call.
bool has_work(const Situation& situation, Phases phases, const std::string& to) {
  for (const execute::Unit& unit : situation.units) {
    if (unit.state() == MigrationState::expanded && phases == Phases::expand_only) continue;
    if (api::is_unfinished(unit.state())) return true;
  }
  for (const api::Candidate& candidate : situation.candidates) {
    if (api::is_pending(candidate.state)) return true;
    if (candidate.migration.name == to) break;
  }
  return false;
}

// The order is by chain: what began earlier first.
void finish_unit(api::Run& run, const execute::Unit& unit, Phases phases) {
  switch (unit.state()) {
    case MigrationState::reversing:
      run.runner.reverse(unit.name(), unit.rows.front().target == "expanded");
      return;
    case MigrationState::expanding:
      run.runner.run_phase(unit.name(), Phase::expand);
      break;
    default:
      break;
  }
  const bool further =
      phases == Phases::expand_and_migrate &&
      (unit.state() == MigrationState::expanding || unit.state() == MigrationState::expanded ||
       unit.state() == MigrationState::migrating);
  if (further) run.runner.run_phase(unit.name(), Phase::migrate);
}

std::vector<model::LiveMigration> live_of(const Situation& situation) {
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : situation.units) live.push_back(unit.live);
  return live;
}

class Application {
 public:
  Application(Engine::Implementation& engine, api::Run& run, Phases phases, std::string to,
              model::VersionPublish publish)
      : engine_(engine), run_(run), phases_(phases), to_(std::move(to)), publish_(publish) {}

  // One unit at a time: each is planned against the database as the one before has left it.
  bool next() {
    const Situation situation = api::look(engine_.config, run_.journal, engine_.kind);
    api::refuse_changed_files(situation);
    for (const execute::Unit& unit : situation.units) {
      const bool rests = unit.state() == MigrationState::expanded && phases_ == Phases::expand_only;
      if (!api::is_unfinished(unit.state()) || rests) continue;
      finish_unit(run_, unit, phases_);
      return true;
    }
    if (api::pending_up_to(situation, to_).empty()) return false;
    const model::Catalog catalog =
        execute::read_catalog_patiently(execute::looker(run_.environment));
    const std::vector<model::LiveMigration> live = live_of(situation);
    std::vector<api::Planned> planned = api::plan_pending(
        run_.database, *engine_.dialect, engine_.settings, situation, live, catalog, to_, 1);
    if (planned.empty()) return false;
    const model::Plan& plan = planned.front().plan;
    const std::vector<api::Found> found =
        api::preflight(run_.database, *engine_.dialect,
                       {.catalog = catalog,
                        .live = live,
                        .changes = plan.changes,
                        .settings = engine_.settings,
                        .version_schemas = schemas_of(situation.rows)},
                       plan);
    name_ = plan.name();
    if (!is_published(situation, planned.front())) leave_unserved(planned.front());
    std::map<std::string, std::string> accepted;
    for (const api::Found& one : found) {
      if (!one.accepted.empty()) accepted.emplace(one.note.kind + "_accepted", one.accepted);
    }
    run_.runner.begin(plan, planned.front().rows, accepted);
    tell(found);
    run_.runner.run_phase(name_, Phase::expand);
    if (phases_ == Phases::expand_and_migrate) run_.runner.run_phase(name_, Phase::migrate);
    return true;
  }

  const std::string& name() const { return name_; }

 private:
  static std::set<std::string> schemas_of(const std::vector<journal::MigrationRow>& rows) {
    std::set<std::string> schemas;
    for (const journal::MigrationRow& row : rows) schemas.insert(row.schema_name);
    return schemas;
  }

  void tell(const std::vector<api::Found>& found) {
    for (const api::Found& one : found) {
      run_.environment.observer.on_note({.level = Note::Level::warning,
                                         .migration = name_,
                                         .text = one.note.kind + ": " + one.note.text});
    }
  }

  bool is_published(const Situation& situation, const api::Planned& planned) const {
    switch (publish_) {
      case model::VersionPublish::all:
        return true;
      case model::VersionPublish::none:
        return false;
      case model::VersionPublish::latest:
        break;
    }
    std::size_t pending = 0;
    for (const api::Candidate& candidate : situation.candidates) {
      pending += api::is_pending(candidate.state) ? 1U : 0U;
      if (candidate.migration.name == to_) break;
    }
    return pending <= planned.rows.size();
  }

  static void leave_unserved(api::Planned& planned) {
    planned.plan.found[dialect::unserved] = "true";
    for (journal::MigrationRow& row : planned.rows) row.given_up = true;
  }

  Engine::Implementation& engine_;
  api::Run& run_;
  Phases phases_;
  std::string to_;
  model::VersionPublish publish_;
  std::string name_;
};

void check_target(const Situation& situation, const std::string& to) {
  if (to.empty()) return;
  for (const api::Candidate& candidate : situation.candidates) {
    if (candidate.migration.name == to) return;
  }
  throw Error(ErrorKind::invalid_input, "there is no migration " + to,
              {.next = "run `migrate status` to see the names"});
}

// Whether there is anything to do, without a lease: a deploy that has nothing to do must cost
// nothing.
bool worth_running(Engine::Implementation& engine, RunResult& result, const ApplyOptions& options,
                   Situation* seen) {
  bool worth = false;
  api::reported(result, [&] {
    std::optional<Engine::Implementation::Connection> connection;
    try {
      connection.emplace(engine.connect(engine.kind == database::Kind::postgres));
    } catch (const Error& error) {
      api::reported(result, [&] { throw error; });
      result.failure->at_first_connection = true;
      return;
    }
    const journal::Journal journal(**connection, api::author(engine.config, "up"));
    *seen = api::look(engine.config, journal, engine.kind);
    api::refuse_changed_files(*seen);
    check_target(*seen, options.to);
    // A journal that an older engine made gets what services call.
    const bool is_older = journal.installed() > 0 && !journal.has_client_calls();
    worth = has_work(*seen, options.phases, options.to) || is_older ||
            (options.drops_retained && api::has_retained_too_long(engine, journal));
  });
  return worth && result.ok();
}

}  // namespace

RunResult Engine::apply(const ApplyOptions& options) {
  RunResult result;
  Situation situation;
  if (worth_running(*implementation_, result, options, &situation)) {
    api::with_lease(*implementation_,
                    {options.phases == Phases::expand_only ? "expand" : "up", options.deadline,
                     options.stop, options.observer},
                    result, [&](api::Run& run) {
                      Application application(*implementation_, run, options.phases, options.to,
                                              implementation_->settings.version_publish);
                      while (application.next()) {
                      }
                      if (options.drops_retained) {
                        api::drop_retained(*implementation_, run, result);
                      }
                    });
  }
  return result;
}

RunResult Engine::apply_to_the_end(const ToTheEndOptions& options) {
  RunResult result;
  ApplyOptions wanted;
  wanted.to = options.to;
  Situation seen;
  static_cast<void>(worth_running(*implementation_, result, wanted, &seen));
  if (!result.ok()) return result;
  api::with_lease(
      *implementation_, {"up --contract", options.deadline, options.stop, options.observer}, result,
      [&](api::Run& run) {
        // Nobody needs a version that the next contract gives up again.
        const bool none = implementation_->settings.version_publish == model::VersionPublish::none;
        Application application(*implementation_, run, Phases::expand_and_migrate, options.to,
                                none ? model::VersionPublish::none : model::VersionPublish::latest);
        bool more = true;
        while (more) {
          // What is in flight is contracted before the next one begins, oldest first.
          for (const execute::Unit& unit : execute::live_units(run.journal)) {
            if (!model::lives_twice(unit.state())) continue;
            run.runner.run_phase(unit.name(), Phase::contract);
          }
          more = application.next();
        }
        api::drop_retained(*implementation_, run, result);
      });
  return result;
}

std::vector<std::string> Engine::pending() const {
  const auto connection = implementation_->connect(true);
  const journal::Journal journal(*connection, api::author(implementation_->config, "pending"));
  std::vector<std::string> names;
  for (const api::Candidate& candidate :
       api::look(implementation_->config, journal, implementation_->kind).candidates) {
    if (api::is_pending(candidate.state) || api::is_unfinished(candidate.state)) {
      names.push_back(candidate.migration.name);
    }
  }
  return names;
}

}  // namespace segue
