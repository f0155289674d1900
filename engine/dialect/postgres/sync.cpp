#include "engine/dialect/postgres/sync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/numbering.hpp"
#include "engine/dialect/postgres/types.hpp"

namespace segue::dialect::postgres {
namespace {

using model::ColumnChange;
using model::ColumnFate;

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

Rule rule_of(const model::Expression& expression, const QualifiedName& function,
             const std::string& target, const std::string& type, model::OnError on_error) {
  Rule rule{.target = target,
            .target_type = type,
            .function = function,
            .presumed = expression.presumed,
            .on_error = on_error};
  for (const model::Argument& argument : expression.arguments) {
    rule.arguments.push_back(argument.physical);
  }
  return rule;
}

// Union of groups by the columns that belong to one side only.
class Grouping {
 public:
  explicit Grouping(const model::TableChange& table) {
    for (const ColumnChange& c : table.columns) {
      if (c.fate == ColumnFate::replaced || c.fate == ColumnFate::dropped) {
        olds_.insert(c.old_physical);
      }
      if (c.fate == ColumnFate::replaced || c.fate == ColumnFate::added) {
        news_.insert(c.new_physical);
      }
    }
  }

  void tie(const std::string& a, const std::string& b) {
    if (one_sided(a) && one_sided(b)) parent_[root(a)] = root(b);
  }
  std::string root(const std::string& column) {
    auto found = parent_.find(column);
    if (found == parent_.end() || found->second == column) return column;
    return root(found->second);
  }
  bool is_old(const std::string& column) const { return olds_.contains(column); }
  bool is_new(const std::string& column) const { return news_.contains(column); }

 private:
  bool one_sided(const std::string& column) const { return is_old(column) || is_new(column); }

  std::set<std::string> olds_, news_;
  std::map<std::string, std::string> parent_;
};

void tie_rule(Grouping& grouping, const Rule& rule) {
  for (const std::string& argument : rule.arguments) grouping.tie(rule.target, argument);
}

struct Rules {
  std::vector<Rule> forward;
  std::vector<Rule> backward;
};

Rules rules_of(const model::TableChange& table, int ordinal) {
  Rules rules;
  for (const ColumnChange& c : table.columns) {
    if (c.up) {
      rules.forward.push_back(rule_of(*c.up, expression_function(ordinal, table, c, "up"),
                                      c.new_physical, c.shape.type, c.on_error));
      rules.forward.back().numbered = is_numbered(c.shape);
    }
    if (c.down) {
      rules.backward.push_back(rule_of(*c.down, expression_function(ordinal, table, c, "down"),
                                       c.old_physical, c.shape_before.type, c.on_error));
      rules.backward.back().numbered = is_numbered(c.shape_before);
      rules.backward.back().public_source = c.is_dual();
    }
  }
  return rules;
}

}  // namespace

std::vector<Group> groups_of(const model::TableChange& table, int ordinal) {
  const Rules rules = rules_of(table, ordinal);
  Grouping grouping(table);
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::replaced) grouping.tie(c.old_physical, c.new_physical);
  }
  for (const Rule& rule : rules.forward) tie_rule(grouping, rule);
  for (const Rule& rule : rules.backward) tie_rule(grouping, rule);

  std::vector<std::string> order;
  std::map<std::string, Group> groups;
  const auto group_of = [&](const std::string& column) -> Group& {
    const std::string root = grouping.root(column);
    if (!groups.contains(root)) order.push_back(root);
    return groups[root];
  };
  const auto add_side = [&](Group& group, const std::string& column) {
    if (grouping.is_old(column)) group.olds.insert(column);
    if (grouping.is_new(column)) group.news.insert(column);
  };
  const auto add = [&](const Rule& rule, std::vector<Rule> Group::*direction) {
    Group& group = group_of(rule.target);
    (group.*direction).push_back(rule);
    add_side(group, rule.target);
    for (const std::string& argument : rule.arguments) add_side(group, argument);
  };
  for (const Rule& rule : rules.forward) add(rule, &Group::forward);
  for (const Rule& rule : rules.backward) add(rule, &Group::backward);

  std::vector<Group> out;
  for (const std::string& root : order) out.push_back(std::move(groups[root]));
  return out;
}

std::vector<Link> links_on(const std::string& physical, const RenderContext& context,
                           SyncMode current) {
  std::vector<Link> links;
  for (std::size_t i = 0; i < context.live.size(); ++i) {
    const LiveMigration& migration = context.live[i];
    SyncMode mode = current;
    if (i != context.current) {
      mode = model::lives_twice(migration.state) ? SyncMode::two_way : SyncMode::one_way;
    }
    if (mode == SyncMode::absent) continue;
    if (i != context.current && !protected_by("chain")) continue;
    for (const model::Change& change : migration.plan.changes) {
      for (const model::TableChange& table : change.tables) {
        if (table.physical != physical || !table.has_sync()) continue;
        links.push_back({change.ordinal, mode == SyncMode::two_way, change.migration,
                         groups_of(table, change.ordinal)});
      }
    }
  }
  return links;
}

bool bytes_column(const std::string& table, const std::string& column,
                  const RenderContext& context) {
  const model::CatalogTable* found = context.catalog.table(table);
  const model::CatalogColumn* c = found == nullptr ? nullptr : found->column(column);
  if (c != nullptr) return c->equality_is_bytes;
  for (const LiveMigration& migration : context.live) {
    for (const model::Change& change : migration.plan.changes) {
      for (const model::TableChange& t : change.tables) {
        if (t.physical != table) continue;
        for (const ColumnChange& added : t.columns) {
          if (added.new_physical == column) return equality_is_bytes(added.shape.type);
        }
      }
    }
  }
  return false;
}

std::string differs(const std::string& a, const std::string& b, bool equality_is_bytes) {
  if (equality_is_bytes || !protected_by("record_image"))
    return fmt::format("{} IS DISTINCT FROM {}", a, b);
  return fmt::format("pg_catalog.record_image_ne(ROW({}), ROW({}))", a, b);
}

std::string call(const Rule& rule, const std::string& prefix, const std::vector<Rule>& nested) {
  std::vector<std::string> arguments;
  for (const std::string& argument : rule.arguments) {
    const auto inner = std::find_if(nested.begin(), nested.end(), [&](const Rule& r) {
      return r.target == argument && r.target != rule.target;
    });
    arguments.push_back(inner == nested.end() ? prefix + quoted(argument)
                                              : call(*inner, prefix, nested));
  }
  return fmt::format("{}({})", rule.function.quoted(), fmt::join(arguments, ", "));
}

std::string raises(const Rule& rule) {
  return call({.function = raises_function(rule.function), .arguments = rule.arguments}, "");
}

// prosrc is what stands between the dollar quotes.
std::vector<std::string> changed_functions(const std::string& table, const std::vector<Link>& links,
                                           const RenderContext& context) {
  std::vector<std::string> out;
  if (links.empty()) return out;
  for (const Statement& statement : sync_statements(table, links, context)) {
    const std::string quote = "$segue$";
    const std::size_t open = statement.sql.find(quote);
    const std::size_t close = statement.sql.rfind(quote);
    const std::size_t name = statement.sql.find("FUNCTION ");
    if (open == std::string::npos || open == close || name == std::string::npos) continue;
    const std::size_t begin = name + std::string_view("FUNCTION ").size();
    const std::string function =
        statement.sql.substr(begin, statement.sql.find(" RETURNS") - begin);
    const std::string source =
        statement.sql.substr(open + quote.size(), close - open - quote.size());
    out.push_back(
        fmt::format("SELECT {} WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid = "
                    "pg_catalog.to_regprocedure({}) AND prosrc = {})",
                    literal("function " + function + " is gone or changed"), literal(function),
                    literal(source)));
  }
  return out;
}

}  // namespace segue::dialect::postgres
