#include "engine/dialect/postgres/carry_over.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

std::string storage_name(char storage) {
  switch (storage) {
    case 'p':
      return "PLAIN";
    case 'e':
      return "EXTERNAL";
    case 'm':
      return "MAIN";
    default:
      return "EXTENDED";
  }
}

// CatalogColumn::options joins the attribute's own options with facts that have fields of their
// own.
std::vector<std::string> attribute_options(const std::string& options) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from < options.size()) {
    const std::size_t to = std::min(options.find(", ", from), options.size());
    const std::string option = options.substr(from, to - from);
    if (option.starts_with("n_distinct")) out.push_back(option);
    from = to + 2;
  }
  return out;
}

}  // namespace

std::vector<Statement> column_facts(const QualifiedName& table, const std::string& physical,
                                    const std::string& type, const model::CatalogColumn& old) {
  std::vector<std::string> facts;
  if (old.statistics_target >= 0)
    facts.push_back(fmt::format("SET STATISTICS {}", old.statistics_target));
  // Another type may not know this storage.
  if (without_modifier(type) == without_modifier(old.type)) {
    if (old.storage != ' ') facts.push_back("SET STORAGE " + storage_name(old.storage));
    if (old.compression == 'p') facts.emplace_back("SET COMPRESSION pglz");
    if (old.compression == 'l') facts.emplace_back("SET COMPRESSION lz4");
  }
  for (const std::string& option : attribute_options(old.options)) {
    facts.push_back(fmt::format("SET ({})", option));
  }
  std::vector<Statement> out;
  for (const std::string& fact : facts) {
    out.push_back(
        {.sql = fmt::format("ALTER TABLE {} ALTER COLUMN {} {}", table, Identifier(physical), fact),
         .lock = "catalogue only"});
  }
  return out;
}

std::vector<Statement> column_grants(const QualifiedName& relation, const std::string& name,
                                     const model::CatalogColumn& old) {
  std::vector<Statement> out;
  for (const model::CatalogGrant& grant : old.grants) {
    // What a view has no use for (REFERENCES) is granted on tables only; on a view it does no harm.
    out.push_back({.sql = fmt::format(
                       "GRANT {} ({}) ON {} TO {}{}", grant.privilege, Identifier(name), relation,
                       grant.grantee.empty() ? "PUBLIC" : Identifier(grant.grantee).quoted(),
                       grant.grantable ? " WITH GRANT OPTION" : "")});
  }
  return out;
}

std::vector<Statement> index_facts(const QualifiedName& table, const QualifiedName& name,
                                   const model::CatalogIndex& old) {
  std::vector<Statement> out;
  if (!old.comment.empty()) {
    out.push_back({.sql = fmt::format("COMMENT ON INDEX {} IS {}", name, literal(old.comment))});
  }
  for (const auto& [column, target] : old.statistics_targets) {
    out.push_back({.sql = fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}", name,
                                      column, target)});
  }
  if (old.clustered) {
    out.push_back(
        {.sql = fmt::format("ALTER TABLE {} CLUSTER ON {}", table, Identifier(name.name))});
  }
  if (old.replica_identity) {
    out.push_back({.sql = fmt::format("ALTER TABLE {} REPLICA IDENTITY USING INDEX {}", table,
                                      Identifier(name.name))});
  }
  return out;
}

}  // namespace segue::dialect::postgres
