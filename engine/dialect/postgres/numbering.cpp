#include "engine/dialect/postgres/numbering.hpp"

#include <fmt/format.h>

#include "engine/core/hash.hpp"
#include "engine/dialect/postgres/context.hpp"

namespace segue::dialect::postgres {
namespace {

using model::ColumnChange;

std::string position_setting(const ColumnChange& column) {
  return literal(
      fmt::format("segue.position_of_{}", sha256_hex(column.new_physical).substr(0, 16)));
}

std::string grants_setting(const ColumnChange& column) {
  return literal(fmt::format("segue.grants_of_{}", sha256_hex(column.new_physical).substr(0, 16)));
}

Statement keep_position(const std::string& sequence, const ColumnChange& column) {
  return {.sql = fmt::format("SELECT pg_catalog.set_config({}, last_value::text || ' ' || "
                             "is_called::text, true) FROM {}",
                             position_setting(column), sequence)};
}

// An identity's sequence goes with its column, and the privileges on it with the sequence.
Statement keep_grants(const std::string& sequence, const ColumnChange& column) {
  return {.sql = fmt::format(R"sql(SELECT pg_catalog.set_config({}, coalesce(string_agg(
  pg_catalog.format('GRANT %s ON SEQUENCE %s TO %s%s', a.privilege_type, c.oid::regclass,
    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '; '), ''), true)
FROM pg_catalog.pg_class AS c, LATERAL pg_catalog.aclexplode(c.relacl) AS a
WHERE c.oid = {}::regclass AND a.grantee <> c.relowner)sql",
                             grants_setting(column), literal(sequence))};
}

// Default privileges may have granted others something on the new one.
Statement restore_grants(const std::string& sequence, const ColumnChange& column) {
  return {.sql = fmt::format(R"sql(DO $segue$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT DISTINCT a.grantee FROM pg_catalog.pg_class c,
      LATERAL pg_catalog.aclexplode(c.relacl) a
      WHERE c.oid = {0}::regclass AND a.grantee <> c.relowner LOOP
    EXECUTE pg_catalog.format('REVOKE ALL ON SEQUENCE %s FROM %s', {0}::regclass,
      CASE WHEN given.grantee = 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END);
  END LOOP;
  IF pg_catalog.current_setting({1}) <> '' THEN
    EXECUTE pg_catalog.current_setting({1});
  END IF;
END $segue$)sql",
                             literal(sequence), grants_setting(column))};
}

std::vector<Statement> add_identity(const QualifiedName& table, const ColumnChange& column,
                                    char identity, const std::string& sequence,
                                    const std::string& options) {
  return {{.sql = fmt::format("ALTER TABLE {} ALTER COLUMN {} ADD GENERATED {} AS IDENTITY "
                              "(SEQUENCE NAME {} {})",
                              table, Identifier(column.after),
                              identity == 'a' ? "ALWAYS" : "BY DEFAULT", sequence, options)},
          {.sql = fmt::format(
               "SELECT pg_catalog.setval({}, pg_catalog.split_part(kept, ' ', 1)::bigint,\n"
               "       pg_catalog.split_part(kept, ' ', 2)::boolean)\n"
               "FROM (SELECT pg_catalog.current_setting({}) AS kept) AS position",
               literal(sequence), position_setting(column))}};
}

// Identity takes the type from its column, and with it the limits that were those of the old type.
std::string options_for_another_type(std::string options) {
  const auto take_out = [&](const std::string& text) {
    const std::size_t at = options.find(text);
    if (at != std::string::npos) options.erase(at, text.size());
  };
  for (const char* type : {"AS smallint ", "AS integer ", "AS bigint "}) take_out(type);
  for (const char* limit : {"32767", "2147483647", "9223372036854775807"}) {
    take_out(fmt::format("MAXVALUE {} ", limit));
  }
  for (const char* limit : {"-32768", "-2147483648", "-9223372036854775808"}) {
    take_out(fmt::format("MINVALUE {} ", limit));
  }
  return options;
}

}  // namespace

bool is_numbered(const model::ColumnShape& shape) {
  return shape.identity != ' ' ||
         (shape.default_sql && shape.default_sql->find("nextval(") != std::string::npos);
}

Statement create_sequence(const ColumnChange& column, const RenderContext& context) {
  return {.sql = fmt::format("CREATE SEQUENCE {} AS {}{}{}", relation(column.sequence, context),
                             column.shape.type, column.sequence_options.empty() ? "" : " ",
                             column.sequence_options)};
}

std::vector<Statement> hand_over_sequence(const QualifiedName& table, const ColumnChange& column,
                                          const model::CatalogColumn& old) {
  if (old.owned_sequence.empty()) return {};
  if (old.identity != ' ') {
    return {keep_position(old.owned_sequence, column), keep_grants(old.owned_sequence, column)};
  }
  return {{.sql = fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}", old.owned_sequence, table,
                              Identifier(column.new_physical))}};
}

std::vector<Statement> number_column(const QualifiedName& table, const ColumnChange& column,
                                     const model::CatalogColumn* old,
                                     const RenderContext& context) {
  if (column.sequence.empty()) {
    const bool is_identity = old != nullptr && old->identity != ' ';
    if (column.fate != model::ColumnFate::replaced || !is_identity) return {};
    std::vector<Statement> out = add_identity(table, column, old->identity, old->owned_sequence,
                                              options_for_another_type(old->sequence_options));
    out.push_back(restore_grants(old->owned_sequence, column));
    return out;
  }
  const QualifiedName sequence = relation(column.sequence, context);
  if (column.shape.identity == 's') {
    return {{.sql = fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}", sequence, table,
                                Identifier(column.after))}};
  }
  std::vector<Statement> out{keep_position(sequence.quoted(), column),
                             {.sql = fmt::format("DROP SEQUENCE {}", sequence)}};
  for (Statement& statement : add_identity(table, column, column.shape.identity, sequence.quoted(),
                                           column.sequence_options)) {
    out.push_back(std::move(statement));
  }
  return out;
}

}  // namespace segue::dialect::postgres
