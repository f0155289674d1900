// The trigger functions of a synced table and their triggers.

#include <fmt/format.h>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/sync_body.hpp"
#include "engine/dialect/postgres/trigger_order.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;

// One trigger with its function.
struct Installed {
  std::string trigger;
  std::string event;      // of the function's name
  std::string statement;  // INSERT or UPDATE
};

std::vector<Installed> installed(const TriggerOrder& order) {
  std::vector<Installed> out;
  if (order.has_first) {
    out.push_back({order.first_insert, "first_insert", "INSERT"});
    out.push_back({order.first_update, "first_update", "UPDATE"});
  }
  out.push_back({order.insert, "insert", "INSERT"});
  out.push_back({order.update, "update", "UPDATE"});
  return out;
}

// Also what the catalogue does not show whole: of two triggers somebody may have dropped one, and
// their functions stay.
std::vector<Statement> removal(const std::string& table, TriggerOrder order,
                               const RenderContext& context) {
  const std::string& schema = context.catalog.schema;
  const model::CatalogTable* live = context.catalog.table(table);
  order.has_first = order.has_first || (live != nullptr && !row_changing_triggers(*live).empty());
  std::vector<Statement> out;
  for (const Installed& one : installed(order)) {
    out.push_back({.sql = fmt::format("DROP TRIGGER IF EXISTS {} ON {}", Identifier(one.trigger),
                                      QualifiedName{schema, table})});
  }
  for (const Installed& one : installed(order)) {
    out.push_back({.sql = fmt::format("DROP FUNCTION IF EXISTS {}()",
                                      sync_function(schema, table, one.event))});
  }
  return out;
}

std::string declarations(const Installed& one, const SyncText& text) {
  std::string out = one.statement == "INSERT"
                        ? fmt::format("  version smallint := NEW.{};\n", Identifier(marker_column))
                        : "  old_changed boolean;\n  new_changed boolean;\n";
  for (const std::string& variable : text.variables) out += fmt::format("  {};\n", variable);
  return out;
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

std::string trigger_text(const Installed& one, const QualifiedName& table, const SyncBody& body,
                         const QualifiedName& function) {
  if (one.statement == "INSERT") {
    return fmt::format(R"sql(CREATE OR REPLACE TRIGGER {name} BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}())sql",
                       "name"_a = Identifier(one.trigger), "table"_a = table,
                       "function"_a = function);
  }
  return fmt::format(R"sql(CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table}
FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION {function}())sql",
                     "name"_a = Identifier(one.trigger), "table"_a = table,
                     "condition"_a = body.update_condition, "function"_a = function);
}

}  // namespace

std::vector<Statement> sync_statements(const std::string& table, const std::vector<Link>& links,
                                       const RenderContext& context) {
  const TriggerOrder order = trigger_order(context.catalog.table(table));
  if (links.empty()) return removal(table, order, context);
  const QualifiedName relation{context.catalog.schema, table};
  const OrderedBodies bodies =
      order.has_first ? ordered_bodies(table, links, context)
                      : OrderedBodies{.first = {}, .last = sync_body(table, links, context)};
  std::vector<Statement> functions, triggers, enabled;
  for (const Installed& one : installed(order)) {
    const SyncBody& body = one.event.starts_with("first") ? bodies.first : bodies.last;
    const QualifiedName function = sync_function(context.catalog.schema, table, one.event);
    const SyncText& text = one.statement == "INSERT" ? body.insert : body.update;
    functions.push_back({.sql = function_text(function, declarations(one, text), text.body)});
    triggers.push_back(
        {.sql = trigger_text(one, relation, body, function), .lock = "SHARE ROW EXCLUSIVE"});
    // CREATE OR REPLACE TRIGGER sets tgenabled back to 'O' (hazard P66); ALWAYS also fires for
    // sessions in replica role and for logical apply (P14).
    if (!protected_by("enable_always")) continue;
    enabled.push_back({.sql = fmt::format("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}", relation,
                                          Identifier(one.trigger)),
                       .lock = "SHARE ROW EXCLUSIVE"});
  }
  for (std::vector<Statement>* part : {&triggers, &enabled}) {
    functions.insert(functions.end(), part->begin(), part->end());
  }
  return functions;
}

}  // namespace segue::dialect::postgres
