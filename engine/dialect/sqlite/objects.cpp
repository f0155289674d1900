#include "engine/dialect/sqlite/objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/plan_view.hpp"
#include "engine/model/object.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ObjectAction;
using model::ObjectKind;
using model::ObjectOperation;

// As sqlite_schema calls it.
std::string_view type_of(const ObjectOperation& op) {
  return op.kind == ObjectKind::view ? "view" : "trigger";
}

std::string found_object(const ObjectOperation& op) {
  std::string sql =
      fmt::format("SELECT 1 FROM main.sqlite_schema WHERE type = '{}' AND name = {} COLLATE NOCASE",
                  type_of(op), literal(op.name));
  if (op.kind == ObjectKind::trigger) {
    sql += fmt::format(" AND tbl_name = {} COLLATE NOCASE", literal(op.table));
  }
  return sql;
}

const ObjectOperation& object_of(const model::Step& step, const RenderContext& context) {
  return context.migration().plan.changes.front().objects.at(static_cast<std::size_t>(step.part) -
                                                             1);
}

bool has_shadow(const LiveMigration& migration, const std::string& table) {
  return std::any_of(
      migration.plan.steps.begin(), migration.plan.steps.end(), [&](const model::Step& step) {
        return step.kind == model::StepKind::install_sync && same_name(step.object, table);
      });
}

}  // namespace

Objects objects_of(const std::vector<model::Change>& changes) {
  Objects out;
  for (const model::Change& change : changes) {
    out.insert(out.end(), change.objects.begin(), change.objects.end());
  }
  return out;
}

bool drops_any(const Objects& objects) {
  return std::any_of(objects.begin(), objects.end(),
                     [](const auto& op) { return op.action == ObjectAction::drop; });
}

bool is_dropped(const Objects& objects, ObjectKind kind, const std::string& name) {
  return std::any_of(objects.begin(), objects.end(), [&](const ObjectOperation& op) {
    return op.action == ObjectAction::drop && op.kind == kind && same_name(op.name, name);
  });
}

std::string create_object_sql(const ObjectOperation& op) {
  if (op.kind == ObjectKind::trigger) return op.definition.text;
  return fmt::format("CREATE VIEW {} AS {}", quoted(op.name), op.definition.text);
}

std::string drop_object_sql(const ObjectOperation& op, std::string_view when) {
  return fmt::format("DROP {} {}{}", op.kind == ObjectKind::view ? "VIEW" : "TRIGGER", when,
                     quoted(op.name));
}

// What a rebuild exchanges must not be looked at, or fire, in one of its two shapes.
std::vector<Problem> object_refusals(const std::vector<TableWork>& works, const PlanInput& input) {
  std::vector<Problem> out;
  for (const ObjectOperation& op : objects_of(input.changes)) {
    if (op.action == ObjectAction::drop) continue;
    const model::NamesIn names = model::names_in(op.definition.text, model::DatabaseKind::sqlite);
    const auto refuse = [&](const std::string& table, const std::string& who) {
      out.push_back({fmt::format("{} {}: table {} is being rebuilt by {}", model::name_of(op),
                                 op.name, table, who),
                     op.where});
    };
    for (const TableWork& work : works) {
      const std::string& table = work.change.before;
      if (work.rebuild && names.has(table)) {
        refuse(table, "the same migration: put it into one after that");
      }
    }
    if (op.kind != ObjectKind::trigger) continue;
    for (const LiveMigration& migration : input.live) {
      if (!has_shadow(migration, op.table)) continue;
      refuse(op.table, fmt::format("migration {0}: contract {0} first", migration.plan.name()));
    }
  }
  return out;
}

std::vector<PreflightQuery> object_questions(const Objects& objects) {
  std::vector<PreflightQuery> out;
  for (const ObjectOperation& op : objects) {
    const std::string what = fmt::format("{} {}", model::name_of(op), op.name);
    if (op.action == ObjectAction::drop) {
      out.push_back({.sql = fmt::format("SELECT 1 WHERE NOT EXISTS ({})", found_object(op)),
                     .message = fmt::format("{}: there is no {}", what, model::described(op)),
                     .where = op.where});
    } else {
      out.push_back({.sql = fmt::format("SELECT 1, type FROM main.sqlite_schema WHERE name = {} "
                                        "COLLATE NOCASE",
                                        literal(op.name)),
                     .message = fmt::format("{}: the name is taken by a {{example}}", what),
                     .where = op.where});
    }
  }
  return out;
}

void add_object_notes(std::vector<model::PlanNote>& notes, const Objects& objects) {
  for (const ObjectOperation& op : objects) {
    const std::string what = model::described(op);
    if (op.action == ObjectAction::drop) {
      notes.push_back({"clients", fmt::format("{} stays for all clients until contract", what)});
    } else if (op.kind == ObjectKind::trigger) {
      notes.push_back({"clients",
                       fmt::format("{} fires from expand on, for clients of all versions", what),
                       op.table});
    } else {
      notes.push_back(
          {"clients", fmt::format("{} shows the base tables to clients of all versions", what)});
    }
  }
}

Script create_object(const model::Step& step, const RenderContext& context) {
  const ObjectOperation& op = object_of(step, context);
  std::vector<Statement> statements{{.sql = create_object_sql(op), .lock = "write lock, O(1)"}};
  statements.push_back(
      {.sql = found_object(op),
       .expect = {.rule = Expectation::Rule::some_rows,
                  .kind = ErrorKind::check_failed,
                  .message = fmt::format("the definition makes something else than {}",
                                         model::described(op))}});
  if (op.kind == ObjectKind::view) {
    statements.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(op.name))});
  }
  return transaction(std::move(statements));
}

std::vector<Script> take_back_object(const model::Step& step, const RenderContext& context) {
  const ObjectOperation& op = object_of(step, context);
  return {transaction({{.sql = drop_object_sql(op, "IF EXISTS "), .lock = "write lock, O(1)"}})};
}

}  // namespace segue::dialect::sqlite
