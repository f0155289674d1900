// One round trip for all settings: a SELECT of set_config() calls. The search path of the role is
// in force until then, so every name in that statement is qualified.
//
// pg_temp stands last in search_path: left out, it is searched first, and anyone who can make a
// temporary object in our session could stand in for a catalogue.

#include "engine/database/postgres_session.hpp"

#include <fmt/format.h>

#include "engine/core/own_names.hpp"
#include "engine/core/protection.hpp"

namespace segue::database {

namespace {

void add_timeouts(std::vector<SessionSetting>& settings, int server_version) {
  settings.push_back({"lock_timeout", "0"});
  settings.push_back({"statement_timeout", "0"});
  settings.push_back({"idle_in_transaction_session_timeout", "0"});
  settings.push_back({"idle_session_timeout", "0"});
  if (server_version >= 170000) settings.push_back({"transaction_timeout", "0"});
  // The server looks for a client that is gone even while the backend waits for a lock (P35).
  if (protected_by("connection_check")) {
    settings.push_back({"client_connection_check_interval", "1s"});
  }
  settings.push_back({"tcp_keepalives_idle", "30"});
  settings.push_back({"tcp_keepalives_interval", "10"});
  settings.push_back({"tcp_keepalives_count", "3"});
}

void add_forms(std::vector<SessionSetting>& settings) {
  settings.push_back({"client_encoding", "UTF8"});
  settings.push_back({"standard_conforming_strings", "on"});
  settings.push_back({"TimeZone", "UTC"});
  settings.push_back({"DateStyle", "ISO, YMD"});
  settings.push_back({"IntervalStyle", "postgres"});
  settings.push_back({"extra_float_digits", "1"});
  settings.push_back({"bytea_output", "hex"});
  settings.push_back({"xmloption", "content"});
  settings.push_back({"xmlbinary", "base64"});
  settings.push_back({"quote_all_identifiers", "off"});  // the texts of pg_get_*def()
  settings.push_back({"array_nulls", "on"});
  settings.push_back({"transform_null_equals", "off"});
}

void add_behaviour(std::vector<SessionSetting>& settings) {
  // An error instead of a silently smaller answer (P26).
  if (protected_by("row_security_off")) settings.push_back({"row_security", "off"});
  settings.push_back({"enable_tidscan", "on"});
  settings.push_back({"jit", "off"});
  settings.push_back({"default_tablespace", ""});
  settings.push_back({"default_table_access_method", "heap"});
  settings.push_back({"check_function_bodies", "on"});
}

}  // namespace

std::vector<SessionSetting> session_settings(const Options& options, int server_version) {
  std::vector<SessionSetting> settings;
  settings.push_back({"search_path", "pg_catalog, pg_temp"});
  settings.push_back({"application_name", options.application_name});
  settings.push_back({"default_transaction_read_only", options.read_only ? "on" : "off"});
  if (protected_by("session_settings")) {
    settings.push_back({"default_transaction_isolation", "read committed"});
    settings.push_back({"default_transaction_deferrable", "off"});
    add_timeouts(settings, server_version);
    add_forms(settings);
    add_behaviour(settings);
  }
  if (!options.role.empty()) settings.push_back({"role", options.role});
  return settings;
}

SessionStatement session_statement(const std::vector<SessionSetting>& settings, bool of_engine) {
  SessionStatement statement;
  statement.sql =
      "SELECT pg_catalog.pg_backend_pid(),"
      " (SELECT a.backend_start FROM"
      " pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS a),"
      " pg_catalog.current_setting('server_version'),"
      // Only a superuser may change it, so it is touched only where a default has changed it: under
      // 'replica' the users' triggers would stay silent for our writes.
      " CASE pg_catalog.current_setting('session_replication_role') WHEN 'origin' THEN NULL"
      " ELSE pg_catalog.set_config('session_replication_role', 'origin', false) END";
  // An application name is anybody's.
  if (of_engine)
    statement.sql += fmt::format(", pg_catalog.pg_try_advisory_lock_shared({}, {})", own_lock_class,
                                 session_lock);
  for (const SessionSetting& setting : settings) {
    statement.sql += fmt::format(", pg_catalog.set_config('{}', ${}, false)", setting.name,
                                 statement.values.size() + 1);
    statement.values.emplace_back(setting.value);
  }
  return statement;
}

}  // namespace segue::database
