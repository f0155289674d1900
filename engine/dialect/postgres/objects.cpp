#include "engine/dialect/postgres/objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/object_catalog.hpp"
#include "engine/model/object.hpp"

namespace segue::dialect::postgres {
namespace {

using model::ObjectAction;
using model::ObjectKind;
using model::ObjectOperation;
using model::TableFate;

std::string literals(const std::vector<std::string>& values) {
  std::vector<std::string> out;
  for (const std::string& value : values) out.push_back(literal(value));
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string add_value(const ObjectOperation& op, const QualifiedName& name) {
  std::string place;
  if (!op.before.empty()) place = " BEFORE " + literal(op.before);
  if (!op.after.empty()) place = " AFTER " + literal(op.after);
  // A reversal leaves the value where it is, so it may be there.
  return fmt::format("ALTER TYPE {} ADD VALUE IF NOT EXISTS {}{}", name, literal(op.values.front()),
                     place);
}

std::string create_text(const ObjectOperation& op, const RenderContext& context) {
  const QualifiedName name = relation(op.name, context);
  if (op.action == ObjectAction::add_value) return add_value(op, name);
  switch (op.kind) {
    case ObjectKind::enumeration:
      return fmt::format("CREATE TYPE {} AS ENUM ({})", name, literals(op.values));
    case ObjectKind::sequence:
      return fmt::format("CREATE SEQUENCE {}{}{}", name, op.definition.text.empty() ? "" : " ",
                         op.definition.text);
    case ObjectKind::domain:
      return fmt::format("CREATE DOMAIN {} AS {}", name, op.definition.text);
    case ObjectKind::view:
      return fmt::format("CREATE VIEW {} AS {}", name, op.definition.text);
    case ObjectKind::materialized_view:
      return fmt::format("CREATE MATERIALIZED VIEW {} AS {}", name, op.definition.text);
    case ObjectKind::function:
    case ObjectKind::trigger:
      break;
  }
  return op.definition.text;
}

// Without CASCADE: what stands on it keeps it.
std::string drop_text(const ObjectOperation& op, const RenderContext& context, bool if_exists) {
  const QualifiedName name = relation(op.name, context);
  const std::string_view when = if_exists ? "IF EXISTS " : "";
  switch (op.kind) {
    case ObjectKind::function:
      return fmt::format("DROP ROUTINE {}{}({})", when, name, op.arguments);
    case ObjectKind::trigger:
      return fmt::format("DROP TRIGGER {}{} ON {}", when, Identifier(op.name),
                         relation(op.table, context));
    case ObjectKind::enumeration:
    case ObjectKind::domain:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
      break;
  }
  std::string words(model::words_of(op.kind));
  std::transform(words.begin(), words.end(), words.begin(),
                 [](char c) { return c == ' ' ? c : static_cast<char>(c - 'a' + 'A'); });
  return fmt::format("DROP {} {}{}", words, when, name);
}

std::string_view lock_of(const ObjectOperation& op) {
  switch (op.kind) {
    case ObjectKind::trigger:
      return "of its table, milliseconds, by the ladder";
    case ObjectKind::view:
    case ObjectKind::materialized_view:
      return "ACCESS SHARE on what it reads";
    case ObjectKind::enumeration:
    case ObjectKind::domain:
    case ObjectKind::sequence:
    case ObjectKind::function:
      break;
  }
  return "none on tables";
}

Statement no_dependents(const ObjectOperation& op, const RenderContext& context,
                        const std::vector<std::string>& expected) {
  return {.sql = dependents_of(op, context.catalog.schema, expected),
          .expect = {.rule = Expectation::Rule::no_rows,
                     .kind = ErrorKind::refused,
                     .message = fmt::format("{} cannot go, because others stand on it: {{0}}",
                                            model::described(op))}};
}

TransactionScript script_for(const ObjectOperation& op, const std::string& mode,
                             const RenderContext& context) {
  if (op.kind == ObjectKind::trigger) return ladder_script({op.table}, mode, context);
  TransactionScript script = write_script();
  script.statements.push_back(
      {.sql = fmt::format("SET LOCAL lock_timeout = {}", context.settings.lock_budget_ms)});
  return script;
}

TransactionScript drop_script(const ObjectOperation& op, const RenderContext& context,
                              bool if_exists) {
  TransactionScript script = script_for(op, "ACCESS EXCLUSIVE", context);
  script.statements.push_back(author_search_path(context));
  script.statements.push_back(no_dependents(op, context, {}));
  if (!goes_with_swap(op)) {
    script.statements.push_back({.sql = let_go_of(op, context.catalog.schema),
                                 .lock = "ACCESS EXCLUSIVE on views that refuse every reader"});
  }
  script.statements.push_back({.sql = drop_text(op, context, if_exists)});
  script.statements.push_back(own_search_path());
  return script;
}

// An enum that gets further values by the migration that makes it.
bool is_made_by(const model::Change& change, const ObjectOperation& op) {
  return std::any_of(change.objects.begin(), change.objects.end(),
                     [&](const ObjectOperation& other) {
                       return other.action == ObjectAction::create && model::same_object(other, op);
                     });
}

template <typename Visit>
void each_drop(const model::Change& change, bool with_swap, const Visit& visit) {
  for (const ObjectOperation& op : change.objects) {
    if (op.action == ObjectAction::drop && goes_with_swap(op) == with_swap) visit(op);
  }
}

}  // namespace

bool comes_first(const ObjectOperation& op, const model::Change& change) {
  switch (op.kind) {
    case ObjectKind::enumeration:
    case ObjectKind::domain:
    case ObjectKind::sequence:
      return true;
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::trigger:
      return false;
    case ObjectKind::function:
      break;
  }
  return std::none_of(change.tables.begin(), change.tables.end(), [&](const auto& table) {
    return table.fate == TableFate::created && model::mentions(op, table.after);
  });
}

bool goes_with_swap(const ObjectOperation& op) {
  return op.kind == ObjectKind::view || op.kind == ObjectKind::materialized_view ||
         op.kind == ObjectKind::trigger;
}

const ObjectOperation& object_of(const model::Step& step, const RenderContext& context) {
  return change_of(context).objects.at(static_cast<std::size_t>(step.part) - 1);
}

Script create_object(const model::Step& step, const RenderContext& context) {
  const ObjectOperation& op = object_of(step, context);
  TransactionScript script = script_for(op, "SHARE ROW EXCLUSIVE", context);
  script.statements.push_back(author_search_path(context));
  script.statements.push_back({.sql = create_text(op, context), .lock = std::string(lock_of(op))});
  script.statements.push_back(
      {.sql = fmt::format("SELECT 1 FROM ({}) AS o", found_object(op, context.catalog.schema)),
       .expect = {.rule = Expectation::Rule::some_rows,
                  .kind = ErrorKind::check_failed,
                  .message = fmt::format("the definition makes something else than {}",
                                         model::described(op))}});
  script.statements.push_back(own_search_path());
  return script;
}

std::vector<Script> take_back_object(const model::Step& step, const RenderContext& context) {
  const ObjectOperation& op = object_of(step, context);
  if (op.action == ObjectAction::add_value) return {};
  return {drop_script(op, context, true)};
}

Script drop_object(const model::Step& step, const RenderContext& context) {
  return drop_script(object_of(step, context), context, false);
}

std::vector<std::string> tables_of_dropped_triggers(const model::Change& change) {
  std::vector<std::string> out;
  each_drop(change, true, [&](const ObjectOperation& op) {
    if (op.kind == ObjectKind::trigger) out.push_back(op.table);
  });
  return out;
}

std::vector<Statement> drop_with_swap(const RenderContext& context) {
  std::vector<Statement> out;
  const model::Change& change = change_of(context);
  const std::vector<std::string> expected = leaving_with(change);
  each_drop(change, true, [&](const ObjectOperation& op) {
    out.push_back(no_dependents(op, context, expected));
  });
  // Views that stand one on the other go in one statement; else the file's order is kept.
  const ObjectOperation* last = nullptr;
  each_drop(change, true, [&](const ObjectOperation& op) {
    if (last != nullptr && last->kind == op.kind && op.kind != ObjectKind::trigger) {
      out.back().sql += fmt::format(", {}", relation(op.name, context));
    } else {
      out.push_back({.sql = drop_text(op, context, false),
                     .lock = "ACCESS EXCLUSIVE, or nothing if somebody is there"});
    }
    last = &op;
  });
  return out;
}

std::vector<Statement> free_after_swap(const RenderContext& context) {
  std::vector<Statement> out;
  std::vector<std::string> expected;
  for (const ObjectOperation& op : change_of(context).objects) {
    if (op.action == ObjectAction::drop) expected.push_back(op.name);
  }
  each_drop(change_of(context), false, [&](const ObjectOperation& op) {
    out.push_back(no_dependents(op, context, expected));
  });
  return out;
}

std::vector<PreflightQuery> object_questions(const model::Change& change, const PlanInput& input) {
  std::vector<PreflightQuery> out;
  const std::string& schema = input.catalog.schema;
  const std::vector<std::string> expected = leaving_with(change);
  for (const ObjectOperation& op : change.objects) {
    const std::string what = fmt::format("{} {}", model::name_of(op), op.name);
    const auto ask = [&](std::string sql, std::string message) {
      out.push_back({.sql = std::move(sql), .message = std::move(message), .where = op.where});
    };
    if (op.action == ObjectAction::create) {
      ask(same_name(op, schema), fmt::format("{}: the name is taken by {{example}}", what));
      continue;
    }
    const std::string found = found_object(op, schema);
    const bool made_here = is_made_by(change, op);
    if (!made_here) {
      ask(fmt::format("SELECT 1 WHERE NOT EXISTS ({})", found),
          fmt::format("{}: there is no {} in schema {}", what, model::described(op), schema));
      ask(fmt::format("SELECT 1, pg_catalog.pg_get_userbyid(o.owner) FROM ({}) AS o WHERE NOT "
                      "pg_catalog.pg_has_role(o.owner, 'USAGE')",
                      found),
          fmt::format("{}: it belongs to {{example}}: connect as the owner, or give --role", what));
    }
    if (op.action == ObjectAction::drop) {
      ask(fmt::format("SELECT 1, s.what FROM ({}) AS s(what)", dependents_of(op, schema, expected)),
          fmt::format(
              "{}: others stand on it: {{example}}; nothing is dropped by CASCADE: drop them "
              "first, or in the same migration",
              what));
    }
    const std::string& neighbour = op.before.empty() ? op.after : op.before;
    if (!neighbour.empty() && !made_here) {
      ask(fmt::format(
              "SELECT 1 WHERE NOT EXISTS (SELECT FROM ({}) AS o JOIN pg_catalog.pg_enum AS e "
              "ON e.enumtypid = o.oid WHERE e.enumlabel = {})",
              found, literal(neighbour)),
          fmt::format("{}: the type has no value \"{}\"", what, neighbour));
    }
  }
  return out;
}

void object_notes(const model::Change& change, std::vector<model::PlanNote>& out) {
  for (const ObjectOperation& op : change.objects) {
    if (op.action == ObjectAction::drop) {
      out.push_back({"clients",
                     fmt::format("{} stays for all clients until contract", model::described(op))});
    } else if (op.action == ObjectAction::add_value) {
      out.push_back({"reversal",
                     fmt::format("reversing leaves the value \"{}\" in type {}: PostgreSQL cannot "
                                 "take a value out of an enum",
                                 op.values.front(), op.name)});
      out.push_back({"clients", fmt::format("from expand on clients of all versions can write and "
                                            "read \"{}\" where they use type {}",
                                            op.values.front(), op.name)});
    } else if (op.kind == ObjectKind::trigger) {
      out.push_back({"clients",
                     fmt::format("{} fires from expand on, for clients of all versions",
                                 model::described(op)),
                     op.table});
    } else if (op.kind == ObjectKind::view || op.kind == ObjectKind::materialized_view) {
      out.push_back(
          {"clients", fmt::format("{} stands in the base schema: it shows the base tables "
                                  "to clients of all versions",
                                  model::described(op))});
    }
  }
}

}  // namespace segue::dialect::postgres
