// On SQLite a version stands beside its table as `users__m1`, a table or, after contract, a view;
// both go unprinted with their triggers. A schema is text, and the way that led to it shows in
// spaces and quotes: the shape is made of tokens and of what the pragmas say.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/identifier.hpp"
#include "engine/core/sql_tokens.hpp"
#include "tests/cases/case_backend.hpp"

namespace segue::test {
namespace {

bool is_journal(const std::string& name) {
  static const std::set<std::string> tables{"segue_format", "segue_lease",  "segue_migration",
                                            "segue_step",   "segue_event",  "segue_progress",
                                            "segue_client", "segue_control"};
  return tables.contains(name);
}

std::set<std::string> names(database::Database& database, const std::string& query) {
  std::set<std::string> out;
  for (const auto& row : database.query(query).rows) out.insert(*row.front());
  return out;
}

// Tables and views in which versions of the journal are reached.
std::set<std::string> version_names(database::Database& database) {
  std::set<std::string> relations =
      names(database, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')");
  if (!relations.contains("segue_migration")) return {};
  const std::set<std::string> versions =
      names(database, "SELECT version_schema FROM segue_migration");
  std::erase_if(relations, [&](const std::string& name) {
    return std::none_of(versions.begin(), versions.end(),
                        [&](const std::string& version) { return name.ends_with("__" + version); });
  });
  return relations;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string in_tokens(const std::string& sql) {
  std::vector<std::string> words;
  for (const SqlToken& token : sql_tokens(sql, SqlSyntax::sqlite)) {
    if (token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment) continue;
    const bool is_name =
        token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::quoted_identifier;
    words.push_back(is_name ? lower(token.name()) : token.text);
  }
  return fmt::format("{}", fmt::join(words, " "));
}

// `object: a|b|c` for each row of a query about the object.
void add_facts(database::Database& database, const std::string& object, const std::string& query,
               std::vector<std::string>& lines) {
  for (const auto& row : database.query(query, {object}).rows) {
    std::string line = object + ":";
    for (const auto& value : row) line += " " + value.value_or("NULL") + " |";
    lines.push_back(std::move(line));
  }
}

const std::vector<std::string>& queries_about_tables() {
  static const std::vector<std::string> queries{
      "SELECT 'table', type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?1",
      "SELECT 'column', cid, name, lower(type), \"notnull\", dflt_value, pk, hidden "
      "FROM pragma_table_xinfo(?1, 'main')",
      "SELECT 'references', seq, \"table\", \"from\", \"to\", on_update, on_delete "
      "FROM pragma_foreign_key_list(?1, 'main') ORDER BY 3, 4",
      "SELECT 'index', l.name, l.\"unique\", l.origin, l.partial, x.seqno, x.name, x.desc, x.coll, "
      "x.key FROM pragma_index_list(?1, 'main') l JOIN pragma_index_xinfo(l.name, 'main') x "
      "ORDER BY l.name, x.seqno"};
  return queries;
}

class SqliteBackend : public CaseBackend {
 public:
  void prepare(const TestDatabase& database, JournalMode journal) const override {
    database.run(journal == JournalMode::wal ? "PRAGMA journal_mode = WAL"
                                             : "PRAGMA journal_mode = DELETE");
  }

  std::vector<std::string> client_settings() const override { return {"PRAGMA foreign_keys = ON"}; }

  std::string print(const TestDatabase& database) const override {
    const auto connection = database.open();
    return catalog::print_catalog(*connection, "", version_names(*connection));
  }

  std::string shape(const TestDatabase& database) const override {
    const auto connection = database.open();
    const database::Result objects = connection->query(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
        "AND name NOT LIKE 'segue\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY type, CASE type WHEN 'trigger' THEN '' ELSE name END, rowid");
    const std::set<std::string> versions = version_names(*connection);
    std::vector<std::string> lines;
    for (const auto& row : objects.rows) {
      if (versions.contains(*row[1]) || versions.contains(*row[2])) continue;
      lines.push_back(
          fmt::format("{} {} on {}: {}", *row[0], *row[1], *row[2], in_tokens(*row[3])));
      if (row[0] != "table") continue;
      for (const std::string& query : queries_about_tables()) {
        add_facts(*connection, *row[1], query, lines);
      }
    }
    for (const char* check : {"PRAGMA integrity_check", "PRAGMA foreign_key_check"}) {
      for (const auto& row : connection->query(check).rows) {
        lines.push_back(fmt::format("{}: {}", check, row.front().value_or("NULL")));
      }
    }
    return fmt::format("{}\n", fmt::join(lines, "\n"));
  }

  std::string exact(const std::string& column) const override { return "quote(" + column + ")"; }

  std::string table(const std::string& name) const override { return Identifier(name).quoted(); }

  std::vector<std::string> left_over(const TestDatabase& database) const override {
    std::vector<std::string> out;
    const auto connection = database.open();
    const std::set<std::string> versions = version_names(*connection);
    for (const auto& row :
         connection->query("SELECT type, name, tbl_name FROM sqlite_schema").rows) {
      const bool is_ours = row[1]->starts_with("segue_") && !is_journal(*row[1]);
      const bool stands = *row[0] == "table" && versions.contains(*row[1]);
      if (versions.contains(*row[2]) ? stands : is_ours) out.push_back(*row[0] + " " + *row[1]);
    }
    return out;
  }

  bool has_golden_plans(const TestDatabase&) const override { return true; }
};

}  // namespace

const CaseBackend& sqlite_backend() {
  static const SqliteBackend backend;
  return backend;
}

}  // namespace segue::test
