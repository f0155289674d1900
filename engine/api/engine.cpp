#include "engine/api/implementation.hpp"
#include "engine/database/patience.hpp"
#include "segue/settings.hpp"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>

namespace segue {
namespace {

model::Settings settings_of(const Config& c) {
  model::Settings s;
  s.schema = c.schema;
  s.direct_limit = c.direct_limit;
  s.lock_budget_ms = static_cast<int>(c.lock_budget.count());
  s.lock_wait_ms = static_cast<int>(c.lock_wait.count());
  s.lease_wait_ms = static_cast<int>(c.lease_wait.count());
  s.horizon_limit_ms = static_cast<int>(c.horizon_limit.count());
  s.client_grace_ms = static_cast<int>(c.client_grace.count());
  s.soak_ms = static_cast<int>(c.soak.count());
  s.retain_seconds = c.retain.count();
  s.sweep_passes = c.sweep_passes;
  s.role = c.role;
  s.accept_subscribers = c.accept_subscribers;
  s.version_views = c.version_views == VersionViews::all ? model::VersionViews::all
                                                         : model::VersionViews::differing;
  s.version_publish = c.version_publish == VersionPublish::latest ? model::VersionPublish::latest
                      : c.version_publish == VersionPublish::none ? model::VersionPublish::none
                                                                  : model::VersionPublish::all;
  s.compare_slice_ms = static_cast<int>(c.compare_slice.count());
  s.sqlite_clients = c.sqlite.clients;
  s.sqlite_direct_budget_ms = static_cast<int>(c.sqlite.direct_budget.count());
  s.sqlite_wal_limit = c.sqlite.wal_limit;
  s.sqlite_secure_delete_keep = c.sqlite.secure_delete == SecureDelete::keep;
  s.sqlite_polite_gaps = c.sqlite.polite_gaps;
  return s;
}

database::Kind kind_of(const Config& config) {
  if (config.database.empty()) {
    throw Error(ErrorKind::invalid_input, "no database is named",
                {.next = "give --database URL, or set SEGUE_DATABASE_URL"});
  }
  std::string hint;
  const auto kind = database::kind_of_url(config.database, &hint);
  if (!kind)
    throw Error(ErrorKind::invalid_input,
                hint.empty() ? "the database URL has no known form" : hint);
  return *kind;
}

}  // namespace

Engine::Implementation::Implementation(Config c)
    : config(std::move(c)), settings(settings_of(config)), kind(kind_of(config)) {
  if (kind == database::Kind::sqlite) settings.schema.clear();
  dialect = kind == database::Kind::postgres ? dialect::make_postgres_dialect()
                                             : dialect::make_sqlite_dialect();
}

database::Options Engine::Implementation::options(bool read_only) const {
  return {.url = config.database,
          .application_name = config.application_name,
          .of_engine = true,
          .read_only = read_only,
          .role = config.role,
          .lock_budget_ms = settings.lock_budget_ms,
          .keep_secure_delete = settings.sqlite_secure_delete_keep};
}

Engine::Implementation::Connection Engine::Implementation::connect(bool read_only,
                                                                   std::stop_token stop) {
  const auto limit = std::chrono::milliseconds(settings.lock_wait_ms);
  return {*this, database::open_patient(options(read_only), {limit, std::move(stop)})};
}

void Engine::Implementation::cancel() noexcept {
  const std::scoped_lock lock(mutex_);
  for (database::Database* database : open_) {
    try {
      database->cancel();
    } catch (...) {
      // A connection that cannot be told to stop is about to end anyway.
    }
  }
}

Engine::Implementation::Connection::Connection(Implementation& owner,
                                               std::unique_ptr<database::Database> database)
    : owner_(&owner), database_(std::move(database)) {
  const std::scoped_lock lock(owner_->mutex_);
  owner_->open_.insert(database_.get());
}

Engine::Implementation::Connection::Connection(Connection&& other) noexcept
    : owner_(other.owner_), database_(std::move(other.database_)) {}

Engine::Implementation::Connection::~Connection() {
  if (!database_) return;
  const std::scoped_lock lock(owner_->mutex_);
  owner_->open_.erase(database_.get());
}

journal::Author api::author(const Config& config, const std::string& command) {
  char host[256] = "unknown";
  static_cast<void>(gethostname(host, sizeof host - 1));
  std::string who = config.actor;
  if (who.empty()) {
    const passwd* user = getpwuid(geteuid());
    who = user == nullptr ? std::to_string(geteuid()) : user->pw_name;
  }
  return {.who = who, .host = host, .command = command, .pid = getpid()};
}

// Where the file really is, so that two paths to one file meet at one lock.
std::string api::sqlite_path(const Config& config) {
  std::string path = config.database;
  for (const char* prefix : {"sqlite://", "sqlite:"}) {
    if (path.starts_with(prefix)) {
      path.erase(0, std::string_view(prefix).size());
      break;
    }
  }
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

Engine::Engine(Config config)
    : implementation_(std::make_unique<Implementation>(std::move(config))) {}
Engine::Engine(Engine&& other) noexcept = default;
Engine& Engine::operator=(Engine&& other) noexcept = default;
Engine::~Engine() = default;

void Engine::cancel() noexcept { implementation_->cancel(); }

std::vector<SettingOrigin> Engine::config_origins() const {
  return setting_origins(implementation_->config);
}

std::string library_version() { return "0.1.0"; }

}  // namespace segue
