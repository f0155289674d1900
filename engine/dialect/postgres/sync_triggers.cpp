// The two trigger functions of a synced table and their triggers.

#include <fmt/format.h>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/sync_body.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;

std::vector<Statement> removal(const std::string& table, const RenderContext& context) {
  const std::string& schema = context.catalog.schema;
  const QualifiedName relation{schema, table};
  return {
      {.sql = fmt::format("DROP TRIGGER IF EXISTS {} ON {}", Identifier(insert_trigger), relation)},
      {.sql = fmt::format("DROP TRIGGER IF EXISTS {} ON {}", Identifier(update_trigger), relation)},
      {.sql = fmt::format("DROP FUNCTION IF EXISTS {}()", sync_function(schema, table, "insert"))},
      {.sql = fmt::format("DROP FUNCTION IF EXISTS {}()", sync_function(schema, table, "update"))}};
}

std::string declarations(const std::vector<std::string>& settled) {
  std::string text = "  old_changed boolean;\n  new_changed boolean;\n";
  for (const std::string& name : settled) text += fmt::format("  {} boolean := false;\n", name);
  return text;
}

std::string function_text(const QualifiedName& name, const std::string& declare,
                          const std::string& body) {
  return fmt::format(
      R"sql(CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql{definer}{path} AS $segue$
DECLARE
{declare}BEGIN
{body}END
$segue$)sql",
      "name"_a = name, "declare"_a = declare, "body"_a = body,
      "definer"_a = protected_by("security_definer") ? " SECURITY DEFINER" : "",
      "path"_a = protected_by("pinned_path") ? " SET search_path = pg_catalog, pg_temp" : "");
}

}  // namespace

std::vector<Statement> sync_statements(const std::string& table, const std::vector<Link>& links,
                                       const RenderContext& context) {
  if (links.empty()) return removal(table, context);
  const QualifiedName relation{context.catalog.schema, table};
  const QualifiedName on_insert = sync_function(context.catalog.schema, table, "insert");
  const QualifiedName on_update = sync_function(context.catalog.schema, table, "update");
  const SyncBody body = sync_body(table, links, context);
  std::vector<Statement> out;
  out.push_back(
      {.sql = function_text(
           on_insert, fmt::format("  version smallint := NEW.{};\n", Identifier(marker_column)),
           body.insert)});
  out.push_back({.sql = function_text(on_update, declarations(body.settled), body.update)});
  out.push_back({.sql = fmt::format(R"sql(CREATE OR REPLACE TRIGGER {name} BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}())sql",
                                    "name"_a = Identifier(insert_trigger), "table"_a = relation,
                                    "function"_a = on_insert),
                 .lock = "SHARE ROW EXCLUSIVE"});
  out.push_back(
      {.sql = fmt::format(R"sql(CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table}
FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION {function}())sql",
                          "name"_a = Identifier(update_trigger), "table"_a = relation,
                          "condition"_a = body.update_condition, "function"_a = on_update),
       .lock = "SHARE ROW EXCLUSIVE"});
  // CREATE OR REPLACE TRIGGER sets tgenabled back to 'O' (hazard P66); ALWAYS also fires for
  // sessions in replica role and for logical apply (P14).
  if (protected_by("enable_always")) {
    for (const char* trigger : {insert_trigger, update_trigger}) {
      out.push_back({.sql = fmt::format("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}", relation,
                                        Identifier(trigger)),
                     .lock = "SHARE ROW EXCLUSIVE"});
    }
  }
  return out;
}

}  // namespace segue::dialect::postgres
