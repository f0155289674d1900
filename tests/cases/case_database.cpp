#include "tests/cases/case_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/identifier.hpp"

namespace segue::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string lines_in_order(const std::string& text) {
  std::vector<std::string> lines = lines_of(text);
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string rows_of(database::Database& connection, const CaseBackend& backend,
                    const model::CatalogTable& table) {
  std::set<std::string> names;
  for (const model::CatalogColumn& column : table.columns) {
    names.insert(Identifier(column.name).quoted());
  }
  std::vector<std::string> values;
  for (const std::string& name : names) values.push_back(backend.exact(name));
  const database::Result result = connection.query(
      fmt::format("SELECT {} FROM {}", fmt::join(values, ", "), backend.table(table.name)));
  std::vector<std::string> lines;
  for (const auto& row : result.rows) lines.push_back(row_text(row));
  std::sort(lines.begin(), lines.end());
  std::string out = fmt::format("{} ({})\n", table.name, fmt::join(names, ", "));
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

}  // namespace

CaseDatabase::CaseDatabase(const Case& each, JournalMode journal)
    : case_(each),
      backend_(backend_of(each.kind)),
      database_(each.kind),
      migrations_(database_.folder() / "migrations") {
  std::filesystem::create_directory(migrations_);
  for (const auto& file : each.migrations()) {
    names_.push_back(fmt::format("m{}", names_.size() + 1));
    std::filesystem::copy_file(file, migrations_ / (names_.back() + ".yaml"));
  }
  backend_.prepare(database_, journal);
  database_.run(each.text("setup", "sql"));
}

Config CaseDatabase::config() const {
  Config config{.database = database_.url(), .directory = migrations_};
  config.client_grace = std::chrono::milliseconds(0);
  config.horizon_limit = std::chrono::seconds(20);
  config.lock_wait = std::chrono::seconds(10);
  return config;
}

std::string CaseDatabase::shape() const {
  const std::string shape = backend_.shape(database_);
  return case_.moved ? lines_in_order(shape) : shape;
}

std::string CaseDatabase::rows() const {
  const auto connection = database_.open();
  const std::string schema = case_.kind == database::Kind::postgres ? "public" : "";
  std::string out;
  for (const model::CatalogTable& table : catalog::read_catalog(*connection, schema).tables) {
    if (table.kind == 'r') out += rows_of(*connection, backend_, table);
  }
  return out;
}

Client CaseDatabase::old_client() const { return {.settings = backend_.client_settings()}; }

// Names are asked once each: every call of the engine is a connection.
Client CaseDatabase::new_client(const Engine& engine) const {
  const std::string newest = engine.version().version;
  Client client = old_client();
  for (std::string& setting : engine.session_settings(newest).sql) {
    client.settings.push_back(std::move(setting));
  }
  auto known = std::make_shared<std::map<std::string, std::string>>();
  client.table = [&engine, newest, known](const std::string& name) {
    const auto [found, is_new] = known->try_emplace(name);
    if (is_new) found->second = engine.table_name(name, newest);
    return found->second;
  };
  return client;
}

void CaseDatabase::traffic(const std::string& side, const Client& client) const {
  run_traffic(database_, client, case_.text("traffic." + side, "sql"));
}

std::unique_ptr<CaseDatabase> direct_build(const Case& each, JournalMode journal,
                                           bool with_traffic) {
  auto direct = std::make_unique<CaseDatabase>(each, journal);
  if (with_traffic) direct->traffic("old", direct->old_client());
  direct->database().run(each.text("direct", "sql"));
  if (with_traffic) direct->traffic("new", direct->old_client());
  return direct;
}

std::string difference(const std::string& left, const std::string& right) {
  if (left == right) return "";
  const std::vector<std::string> ours = lines_of(left);
  const std::vector<std::string> theirs = lines_of(right);
  const std::set<std::string> a(ours.begin(), ours.end());
  const std::set<std::string> b(theirs.begin(), theirs.end());
  std::string out;
  for (const std::string& line : a) {
    if (!b.contains(line)) out += "- " + line + "\n";
  }
  for (const std::string& line : b) {
    if (!a.contains(line)) out += "+ " + line + "\n";
  }
  return out.empty() ? "(the same lines in another order)" : out;
}

}  // namespace segue::test
