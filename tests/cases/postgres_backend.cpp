#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/identifier.hpp"
#include "tests/cases/case_backend.hpp"

namespace segue::test {
namespace {

constexpr int golden_version = 15;

class PostgresBackend : public CaseBackend {
 public:
  void prepare(const TestDatabase&, JournalMode) const override {}

  std::vector<std::string> client_settings() const override { return {"SET search_path = public"}; }

  std::string print(const TestDatabase& database) const override {
    return catalog::print_catalog(*database.open(), "public");
  }

  // The server prints its own definitions, so text says nothing about the way that led there.
  std::string shape(const TestDatabase& database) const override { return print(database); }

  std::string exact(const std::string& column) const override { return column; }

  std::string table(const std::string& name) const override {
    return QualifiedName{"public", name}.quoted();
  }

  // What the journal needs stays; functions of expressions, sync and inner views must not.
  std::vector<std::string> left_over(const TestDatabase& database) const override {
    const database::Result left = database.open()->query(
        "SELECT p.oid::regprocedure::text FROM pg_proc p "
        "WHERE p.pronamespace = 'segue'::regnamespace "
        "AND (p.proname ~ '^m[0-9]+_' OR p.proname ~ '^sync_') UNION ALL "
        "SELECT c.oid::regclass::text FROM pg_class c "
        "WHERE c.relnamespace = 'segue'::regnamespace AND c.relkind = 'v'");
    std::vector<std::string> out;
    for (const auto& row : left.rows) out.push_back(*row.front());
    return out;
  }

  bool has_golden_plans(const TestDatabase& database) const override {
    return database.open()->session().server_version / 10000 == golden_version;
  }
};

}  // namespace

const CaseBackend& postgres_backend() {
  static const PostgresBackend backend;
  return backend;
}

const CaseBackend& backend_of(database::Kind kind) {
  return kind == database::Kind::postgres ? postgres_backend() : sqlite_backend();
}

}  // namespace segue::test
