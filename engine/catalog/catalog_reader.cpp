#include "engine/catalog/catalog_reader.hpp"

#include <optional>

#include "engine/catalog/catalog_print.hpp"
#include "engine/catalog/postgres_reader.hpp"
#include "engine/catalog/sqlite_reader.hpp"
#include "engine/database/transaction.hpp"
#include "engine/dialect/postgres/catalog_queries.hpp"
#include "engine/dialect/sqlite/catalog_queries.hpp"

namespace segue::catalog {
namespace {

// An object that another session drops between two queries makes the server's pg_get_…def functions
// fail: they see the newest catalogue, not our snapshot. And an author's own statement may have
// said DEALLOCATE ALL.
constexpr int read_attempts = 3;

bool may_be_repeated(const Error& error) {
  const std::string& state = error.detail().sqlstate;
  return state == "XX000" || state == "42P01" || state == "42704" || state == "42883" ||
         state == "26000";
}

std::string_view begin_of(database::Kind kind) {
  switch (kind) {
    case database::Kind::postgres:
      return dialect::postgres::begin_catalog_read;
    case database::Kind::sqlite:
      return dialect::sqlite::begin_catalog_read;
  }
  return {};
}

// Runs `read` in the open transaction, or in one of its own, which it may then repeat.
template <typename Read>
auto in_one_snapshot(database::Database& database, Read read) {
  if (database.in_transaction()) return read();
  for (int attempt = 1;; ++attempt) {
    database::Transaction transaction(database, begin_of(database.kind()));
    try {
      if (database.kind() == database::Kind::postgres) {
        database.query(dialect::postgres::limit_catalog_read);
      }
      auto result = read();
      transaction.commit();
      return result;
    } catch (const Error& error) {
      if (attempt == read_attempts || !may_be_repeated(error)) throw;
    }
  }
}

}  // namespace

model::Catalog read_catalog(database::Database& database, const std::string& schema) {
  return in_one_snapshot(database, [&] {
    switch (database.kind()) {
      case database::Kind::postgres:
        return read_postgres_catalog(database, schema);
      case database::Kind::sqlite:
        return read_sqlite_catalog(database);
    }
    return model::Catalog{};
  });
}

std::string print_catalog(database::Database& database, const std::string& schema,
                          const std::set<std::string>& excluded) {
  return in_one_snapshot(database, [&] {
    switch (database.kind()) {
      case database::Kind::postgres:
        return print_postgres_catalog(database, schema);
      case database::Kind::sqlite:
        return print_sqlite_catalog(database, excluded);
    }
    return std::string();
  });
}

}  // namespace segue::catalog
