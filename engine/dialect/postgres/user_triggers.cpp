#include "engine/dialect/postgres/user_triggers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/trigger_order.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogTrigger;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

using Names = std::vector<std::string>;

bool is_word(const SqlToken& token, std::string_view word) {
  return token.kind == SqlTokenKind::identifier && token.name() == word;
}

// The server's definition around its list of columns: … UPDATE OF | a, b | ON ….
struct ListedColumns {
  std::string head;
  Names columns;
  std::string tail;
};

std::optional<ListedColumns> listed_columns(const CatalogTrigger& trigger) {
  const std::vector<SqlToken> tokens = sql_tokens(trigger.definition);
  ListedColumns out;
  std::size_t i = 0;
  while (i < tokens.size() && !is_word(tokens[i], "of")) out.head += tokens[i++].text;
  if (i == tokens.size()) return std::nullopt;
  out.head += tokens[i++].text + " ";
  for (; i < tokens.size() && !is_word(tokens[i], "on") && !is_word(tokens[i], "or"); ++i) {
    const bool is_name = tokens[i].kind == SqlTokenKind::identifier ||
                         tokens[i].kind == SqlTokenKind::quoted_identifier;
    if (is_name) out.columns.push_back(tokens[i].name());
  }
  for (out.tail = " "; i < tokens.size(); ++i) out.tail += tokens[i].text;
  return out;
}

const char* enabled_by(char enabled) {
  switch (enabled) {
    case 'D':
      return "DISABLE TRIGGER";
    case 'R':
      return "ENABLE REPLICA TRIGGER";
    case 'A':
      return "ENABLE ALWAYS TRIGGER";
    default:
      return nullptr;
  }
}

std::vector<Statement> replaced(const CatalogTrigger& trigger, const ListedColumns& listed,
                                const Names& columns, const QualifiedName& table) {
  Names quoted;
  for (const std::string& column : columns) quoted.push_back(Identifier(column).quoted());
  std::string text = fmt::format("{}{}{}", listed.head, fmt::join(quoted, ", "), listed.tail);
  text.replace(0, std::string_view("CREATE ").size(), "CREATE OR REPLACE ");
  std::vector<Statement> out{{.sql = std::move(text), .lock = "SHARE ROW EXCLUSIVE"}};
  // The replacement fires as one that was made anew.
  if (const char* how = enabled_by(trigger.enabled)) {
    out.push_back({.sql = fmt::format("ALTER TABLE {} {} {}", table, how, Identifier(trigger.name)),
                   .lock = "SHARE ROW EXCLUSIVE"});
  }
  return out;
}

std::vector<Statement> edited(const TableChange& table, const RenderContext& context,
                              const std::function<Names(const Names&)>& edit, bool also_unchanged) {
  std::vector<Statement> out;
  const model::CatalogTable* live = context.catalog.table(table.physical);
  if (live == nullptr || !protected_by("triggers_follow")) return out;
  for (const CatalogTrigger& trigger : live->triggers) {
    if (is_our_trigger(trigger.name) || !can_follow(trigger) || trigger.columns.empty()) continue;
    const bool touched =
        std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnChange& c) {
          return c.fate == ColumnFate::replaced && (trigger.columns.contains(c.old_physical) ||
                                                    trigger.columns.contains(c.new_physical));
        });
    const std::optional<ListedColumns> listed = listed_columns(trigger);
    if (!touched || !listed) continue;
    const Names columns = edit(listed->columns);
    if (columns == listed->columns && !also_unchanged) continue;
    for (Statement& statement :
         replaced(trigger, *listed, columns, relation(table.physical, context))) {
      out.push_back(std::move(statement));
    }
  }
  return out;
}

Names without(const Names& columns, const std::set<std::string>& gone) {
  Names out;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(out),
               [&](const std::string& column) { return !gone.contains(column); });
  return out;
}

std::set<std::string> replaced_columns(const TableChange& table, bool old_side) {
  std::set<std::string> out;
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::replaced) out.insert(old_side ? c.old_physical : c.new_physical);
  }
  return out;
}

// Each new column behind its old one.
Names with_new(const Names& columns, const TableChange& table) {
  Names out;
  for (const std::string& column : without(columns, replaced_columns(table, false))) {
    out.push_back(column);
    for (const ColumnChange& c : table.columns) {
      if (c.fate == ColumnFate::replaced && c.old_physical == column) {
        out.push_back(c.new_physical);
      }
    }
  }
  return out;
}

// Columns that a text reads or writes as OLD.x or NEW.x.
std::set<std::string> row_columns(const std::string& text) {
  std::vector<SqlToken> tokens;
  for (SqlToken& token : sql_tokens(text)) {
    if (token.kind != SqlTokenKind::space) tokens.push_back(std::move(token));
  }
  std::set<std::string> out;
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    const bool of_row = is_word(tokens[i - 2], "old") || is_word(tokens[i - 2], "new");
    if (of_row && tokens[i - 1].text == ".") out.insert(tokens[i].name());
  }
  return out;
}

bool follows(const ColumnChange& c, const CatalogTrigger& trigger) {
  return c.fate == ColumnFate::replaced && can_follow(trigger) &&
         trigger.columns.contains(c.old_physical) &&
         !row_columns(trigger.definition).contains(c.old_physical) &&
         protected_by("triggers_follow");
}

}  // namespace

bool can_follow(const CatalogTrigger& trigger) {
  return trigger.definition.starts_with("CREATE TRIGGER ") && !(trigger.before && trigger.row);
}

std::vector<BoundTrigger> triggers_in_the_way(const TableChange& table,
                                              const model::CatalogTable& live) {
  std::vector<BoundTrigger> out;
  for (const CatalogTrigger& trigger : live.triggers) {
    if (is_our_trigger(trigger.name)) continue;
    std::set<std::string> bound = trigger.columns;
    bound.insert(trigger.depends_on.begin(), trigger.depends_on.end());
    for (const ColumnChange& c : table.columns) {
      const bool goes = c.fate == ColumnFate::replaced || c.fate == ColumnFate::dropped;
      if (goes && bound.contains(c.old_physical) && !follows(c, trigger)) {
        out.push_back({trigger.name, c.old_physical});
      }
    }
  }
  return out;
}

void require_unbound(const RenderContext& context) {
  if (!protected_by("bound_triggers")) return;
  for (const TableChange& table : change_of(context).tables) {
    const model::CatalogTable* live = context.catalog.table(table.physical);
    if (live == nullptr) continue;
    for (const BoundTrigger& bound : triggers_in_the_way(table, *live)) {
      throw Error(ErrorKind::drift,
                  fmt::format("trigger {} of {} names column {} (UPDATE OF or WHEN), which goes at "
                              "contract: drop it, or create it without the column",
                              bound.trigger, live->name, bound.column));
    }
  }
}

namespace {

// What a rule reads beside its own column a trigger may change at every write; then which side
// holds the client's value cannot be told from the row. Of a dual rename the trigger may write
// either.
std::string tie(const ColumnChange& c) {
  const bool goes = c.fate == ColumnFate::replaced || c.fate == ColumnFate::dropped;
  if (!goes || !protected_by("tied_beside_triggers")) return "";
  if (c.is_dual()) return "both names are kept";
  for (const auto* rule : {&c.up, &c.down}) {
    if (!*rule) continue;
    for (const model::Argument& argument : (*rule)->arguments) {
      const std::string& column = argument.physical;
      if (column == c.old_physical || column == c.new_physical) continue;
      return fmt::format("`up` or `down` reads {}", argument.name);
    }
  }
  return "";
}

}  // namespace

// Sync lies around the triggers that change rows, and asks `down` again behind them.
std::vector<Problem> beside_row_changes(const TableChange& table, const model::CatalogTable& live,
                                        const SourceLocation& where) {
  std::vector<Problem> out;
  if (!protected_by("before_triggers")) return out;
  const TriggerOrder order = trigger_order(&live);
  for (const CatalogTrigger* trigger : misplaced_triggers(live, order)) {
    const char* why = order.has_first
                          ? "sync cannot lie around it; give it a shorter name that begins with a "
                            "letter"
                          : "it came while a migration of the table is live; drop it, or contract "
                            "or reverse that migration first";
    out.push_back(
        {fmt::format("table {} has the BEFORE trigger {}: {}", live.name, trigger->name, why),
         where});
  }
  for (const CatalogTrigger& trigger : live.triggers) {
    if (!is_our_trigger(trigger.name) || trigger.function.starts_with("\"segue\".")) continue;
    out.push_back({fmt::format("table {} has a trigger {}, which is a name of ours: rename it",
                               live.name, trigger.name),
                   where});
  }
  if (!order.has_first) return out;
  for (const ColumnChange& c : table.columns) {
    if (const std::string what = tie(c); !what.empty()) {
      out.push_back(
          {fmt::format("{}.{}: {}, and BEFORE triggers of {} may change rows: that is not "
                       "built yet; let the expressions read this column alone, or drop "
                       "the triggers meanwhile",
                       live.name, c.before.empty() ? c.after : c.before, what, live.name),
           c.where});
    }
    if (!c.down || c.down->presumed != model::ExpressionClass::weak) continue;
    out.push_back(
        {fmt::format("the `down` of {}.{} may give something else when it is asked again, "
                     "and behind the BEFORE triggers of {} it is: give one that depends "
                     "on the row alone",
                     live.name, c.before.empty() ? c.after : c.before, live.name),
         c.where});
  }
  return out;
}

std::vector<model::PlanNote> row_change_notes(const TableChange& table,
                                              const model::CatalogTable& live) {
  std::vector<model::PlanNote> out;
  for (const CatalogTrigger& trigger : live.triggers) {
    if (is_our_trigger(trigger.name)) continue;
    const std::set<std::string> named = row_columns(trigger.function_source);
    for (const ColumnChange& c : table.columns) {
      const bool goes = c.fate == ColumnFate::replaced || c.fate == ColumnFate::dropped;
      const bool renamed = c.fate == ColumnFate::kept && c.before != c.after;
      if (!(goes || renamed) || !named.contains(c.old_physical)) continue;
      const bool stays = c.fate == ColumnFate::replaced && c.before == c.after;
      out.push_back({"functions",
                     fmt::format("trigger {} calls {}, which names {}: until contract that is the "
                                 "old column, {}",
                                 trigger.name, trigger.function, c.before,
                                 stays ? fmt::format("after it the new one, of type {}: see that "
                                                     "the function copes with both",
                                                     c.shape.type)
                                       : "after it there is none of that name, and writes fail: "
                                         "the function must cope with both, or go with the "
                                         "migration"),
                     table.after});
    }
  }
  const std::vector<const CatalogTrigger*> changing = row_changing_triggers(live);
  if (changing.empty() || !table.has_sync()) return out;
  std::vector<std::string> names;
  for (const CatalogTrigger* trigger : changing) names.push_back(trigger->name);
  out.push_back(
      {"triggers",
       fmt::format("BEFORE triggers may change rows of {}: {}. Sync runs before and after "
                   "them. Writes of the new version reach them under the old columns, by "
                   "`down`; what they leave there stands, and the new columns follow. "
                   "The backfill fires them too: what they stamp, they stamp in every "
                   "row, and a row for which one returns NULL is not filled, so that the run "
                   "stops",
                   live.name, fmt::join(names, ", ")),
       table.after});
  return out;
}

std::vector<Statement> list_new_columns(const TableChange& table, const RenderContext& context) {
  return edited(
      table, context, [&](const Names& columns) { return with_new(columns, table); }, false);
}

std::vector<Statement> unlist_new_columns(const TableChange& table, const RenderContext& context) {
  return edited(
      table, context,
      [&](const Names& columns) { return without(columns, replaced_columns(table, false)); },
      context.as_done);
}

std::vector<Statement> unlist_old_columns(const TableChange& table, const RenderContext& context) {
  return edited(
      table, context,
      [&](const Names& columns) {
        return without(with_new(columns, table), replaced_columns(table, true));
      },
      false);
}

}  // namespace segue::dialect::postgres
