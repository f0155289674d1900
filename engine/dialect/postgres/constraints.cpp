// Scripts that build, check and drop the indexes and constraints of the new side.

#include "engine/dialect/postgres/constraints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/tables.hpp"

namespace segue::dialect::postgres {
namespace {

using model::TableChange;

std::optional<NewSideObject> object_of(const std::vector<NewSideObject>& objects,
                                       const model::Step& step) {
  const auto found = std::find_if(objects.begin(), objects.end(),
                                  [&](const NewSideObject& o) { return o.object == step.object; });
  if (found == objects.end()) return std::nullopt;
  return *found;
}

std::optional<NewSideObject> index_of(const model::Step& step, const RenderContext& context) {
  return object_of(new_side_indexes(table_of(step, context), change_of(context), context.catalog),
                   step);
}

std::optional<NewSideObject> constraint_of(const model::Step& step, const RenderContext& context) {
  return object_of(
      new_side_constraints(table_of(step, context), change_of(context), context.catalog), step);
}

// The physical table that the constraint stands on.
std::string table_under(const NewSideObject& constraint, const model::Step& step,
                        const RenderContext& context) {
  return constraint.on_table.empty() ? table_of(step, context).physical : constraint.on_table;
}

NewSideObject present(std::optional<NewSideObject> object, const model::Step& step) {
  if (object) return *std::move(object);
  throw Error(ErrorKind::drift, fmt::format("{} is no longer there: {}", step.object, step.id));
}

Statement index_state(const QualifiedName& index) {
  return {.sql = fmt::format(R"sql(SELECT coalesce((
  SELECT CASE WHEN i.indisvalid AND i.indisready THEN 'done' ELSE 'partial' END
  FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass({})), 'absent'))sql",
                             literal(index.quoted()))};
}

Statement drop_concurrently(const QualifiedName& index) {
  return {.sql = fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {}", index),
          .lock = "SHARE UPDATE EXCLUSIVE"};
}
// Nobody waits: DROP INDEX CONCURRENTLY, and again after a kill.
Script drop_at_leisure(const QualifiedName& index) {
  return StandaloneScript{
      .statement = drop_concurrently(index),
      .state =
          {.sql = fmt::format(
               "SELECT CASE WHEN pg_catalog.to_regclass({}) IS NULL THEN 'done' ELSE 'absent' END",
               literal(index.quoted()))},
      .clean_up = {}};
}

}  // namespace

Script build_index(const model::Step& step, const RenderContext& context) {
  const NewSideObject index = present(index_of(step, context), step);
  const TableChange& table = table_of(step, context);
  const QualifiedName name = relation(index.interim, context);
  if (table.fate == model::TableFate::created || !protected_by("concurrent_build")) {
    // Nobody else uses a table of this migration yet.
    TransactionScript script = write_script();
    std::string text = index.definition;
    text.erase(text.find(" CONCURRENTLY"), 13);
    script.statements.push_back(author_search_path(context));
    script.statements.push_back({.sql = std::move(text)});
    return script;
  }
  // lock_timeout would also cancel the build's waits for old transactions and leave an invalid
  // index.
  StandaloneScript script{
      .before = {{.sql = "SET lock_timeout = 0"},
                 {.sql = fmt::format("SET search_path = {}, pg_catalog",
                                     Identifier(context.catalog.schema))}},
      .statement = {.sql = index.definition,
                    .lock = "SHARE UPDATE EXCLUSIVE: no reads and no writes wait"},
      .state = index_state(name),
      .clean_up = drop_concurrently(name),
      .after = {{.sql = "SET search_path = pg_catalog"}}};
  if (!index.tablespace.empty()) {
    // A definition as the server prints it does not say where the index stands.
    script.before.push_back(
        {.sql = fmt::format("SET default_tablespace = {}", Identifier(index.tablespace))});
    script.after.push_back({.sql = "SET default_tablespace = ''"});
  }
  if (context.settings.direct_limit > 0) {
    script.direct = build_directly(index, table.physical, context);
  }
  return script;
}

Script drop_built_index(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  const auto index = index_of(step, context);
  if (!index) return write_script();  // its source is gone, and it went with its column
  if (table.fate == model::TableFate::created) {
    if (context.catalog.table(table.physical) == nullptr) return write_script();
    TransactionScript script = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
    script.statements.push_back(
        {.sql = fmt::format("DROP INDEX IF EXISTS {}", relation(index->interim, context))});
    return script;
  }
  return drop_at_leisure(relation(index->interim, context));
}

Script add_constraint(const model::Step& step, const RenderContext& context) {
  const NewSideObject c = present(constraint_of(step, context), step);
  const std::string table = table_under(c, step, context);
  TransactionScript script = ladder_script(
      {table}, c.constraint_type == 'f' ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE", context);
  lock_referenced(script, c.referenced, "SHARE ROW EXCLUSIVE");
  if (c.constraint_type == 'x') {
    script.statements.push_back(require_tiny(table, context));
    if (!c.tablespace.empty()) {
      script.statements.push_back(
          {.sql = fmt::format("SET LOCAL default_tablespace = {}", Identifier(c.tablespace))});
    }
    script.statements.push_back(author_search_path(context));
    script.statements.push_back(
        {.sql = fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", relation(table, context),
                            Identifier(c.interim), c.definition),
         .lock = "ACCESS EXCLUSIVE while the index of a tiny table is built"});
    return script;
  }
  script.statements.push_back(author_search_path(context));
  script.statements.push_back(
      {.sql = fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {} NOT VALID", relation(table, context),
                          Identifier(c.interim), c.definition),
       .lock = "no scan: rows are checked by VALIDATE"});
  return script;
}

Script drop_constraint(const model::Step& step, const RenderContext& context) {
  const auto constraint = constraint_of(step, context);
  if (!constraint) return write_script();
  const std::string table = table_under(*constraint, step, context);
  TransactionScript script = ladder_script({table}, "ACCESS EXCLUSIVE", context);
  lock_referenced(script, constraint->referenced, "ACCESS EXCLUSIVE");
  script.statements.push_back(
      {.sql = fmt::format("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", relation(table, context),
                          Identifier(constraint->interim))});
  return script;
}

Script validate_constraint(const model::Step& step, const RenderContext& context) {
  const NewSideObject c = present(constraint_of(step, context), step);
  TransactionScript script = write_script();
  script.statements.push_back(
      {.sql = fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {}",
                          relation(table_under(c, step, context), context), Identifier(c.interim)),
       .lock = "SHARE UPDATE EXCLUSIVE for a scan"});
  return script;
}

Script drop_index(const model::Step& step, const RenderContext& context) {
  return drop_at_leisure(relation(step.object, context));
}

}  // namespace segue::dialect::postgres
