#include <utility>

#include "engine/report/json.hpp"
#include "engine/report/json_parts.hpp"

namespace segue::report {
namespace {

Json check_json(const CheckResult& check) {
  Json first = Json::array();
  for (const Difference& difference : check.first) {
    first.push_back({{"key", difference.key},
                     {"old", difference.old_value},
                     {"new", difference.new_value},
                     {"kind", difference.is_representation ? "representation" : "lost"}});
  }
  return {{"migration", check.migration},     {"check", check.check},
          {"subject", check.subject},         {"ok", check.ok},
          {"proof", or_null(check.proof)},    {"rows", check.rows},
          {"differences", check.differences}, {"representation", check.representation},
          {"first", std::move(first)},        {"message", or_null(check.message)}};
}

Json entry_json(const HistoryEntry& entry) {
  return {{"id", entry.id},
          {"at", entry.at},
          {"actor", entry.actor},
          {"host", entry.host},
          {"event", entry.event},
          {"migration", or_null(entry.migration)},
          {"step", or_null(entry.step)},
          {"detail", or_null(entry.detail)},
          {"catalogue_before", or_null(entry.catalogue_before)},
          {"catalogue_after", or_null(entry.catalogue_after)}};
}

}  // namespace

std::string history_json(const std::vector<HistoryEntry>& entries) {
  Json document = new_document();
  Json events = Json::array();
  for (const HistoryEntry& entry : entries) events.push_back(entry_json(entry));
  document["events"] = std::move(events);
  return to_text(document);
}

std::string version_json(const VersionView& version, const SessionSettings& settings) {
  Json document = new_document();
  document["version"] = version.version;
  document["served"] = version.served;
  if (version.database == DatabaseKind::postgres) {
    document["role"] = or_null(version.role);
    document["search_path"] = version.search_path;
    document["sql"] = settings.sql;
  }
  Json tables = Json::object();
  for (const auto& [table, name] : version.tables) tables[table] = name;
  document["tables"] = std::move(tables);
  return to_text(document);
}

std::string verify_json(const VerifyReport& report) {
  Json document = new_document();
  document["ok"] = report.ok();
  Json checks = Json::array();
  for (const CheckResult& check : report.checks) checks.push_back(check_json(check));
  document["checks"] = std::move(checks);
  return to_text(document);
}

std::string settings_json(const std::vector<SettingOrigin>& origins) {
  Json document = new_document();
  Json settings = Json::object();
  for (const SettingOrigin& setting : origins) {
    settings[setting.name] = {{"value", setting.value}, {"origin", setting.origin}};
  }
  document["settings"] = std::move(settings);
  return to_text(document);
}

std::string new_file_json(const std::string& path) {
  Json document = new_document();
  document["file"] = path;
  return to_text(document);
}

std::string wait_json(const std::string& version, WaitOutcome outcome) {
  Json document = new_document();
  document["version"] = version;
  document["served"] = outcome == WaitOutcome::served;
  return to_text(document);
}

}  // namespace segue::report
