#include "engine/catalog/catalog_print.hpp"

#include <algorithm>

#include "engine/catalog/rows.hpp"
#include "engine/dialect/postgres/catalog_queries.hpp"
#include "engine/dialect/sqlite/catalog_queries.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::catalog {
namespace {

// `object | fact | value` for each fact of each row; the first column is the object.
void add_facts(const database::Result& result, std::string& print) {
  for (std::size_t row = 0; row < result.rows.size(); ++row) {
    const std::string object = on_one_line(result.text(row, 0));
    for (std::size_t column = 1; column < result.columns.size(); ++column) {
      if (result.is_null(row, column)) continue;
      print += object + " | " + result.columns[column] + " | " +
               on_one_line(result.text(row, column)) + "\n";
    }
  }
}

bool is_excluded(const std::set<std::string>& excluded, const std::string& name) {
  return std::any_of(excluded.begin(), excluded.end(), [&](const std::string& each) {
    return dialect::sqlite::same_name(each, name);
  });
}

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

std::string print_postgres_catalog(database::Database& database, const std::string& schema) {
  std::string print;
  const int version = database.session().server_version;
  for (const std::string_view query : dialect::postgres::print_queries(version)) {
    add_facts(database.query_again(query, {schema}), print);
  }
  return print;
}

std::string print_sqlite_catalog(database::Database& database,
                                 const std::set<std::string>& excluded) {
  std::string print;
  for_each_row(database.query(dialect::sqlite::print_query), [&](const Row& row) {
    if (is_excluded(excluded, row.text("name")) || is_excluded(excluded, row.text("tbl_name"))) {
      return;
    }
    print += row.text("type") + " " + on_one_line(row.text("name")) + " on " +
             on_one_line(row.text("tbl_name")) + " | definition | " + on_one_line(row.text("sql")) +
             "\n";
  });
  for_each_row(database.query(dialect::sqlite::print_settings_query), [&](const Row& row) {
    print += row.text("name") + " | value | " + row.text("value") + "\n";
  });
  print += "journal_mode | value | " +
           database.query(dialect::sqlite::journal_mode_query).text(0, 0) + "\n";
  return print;
}

}  // namespace segue::catalog
