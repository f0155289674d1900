// The bodies of the two trigger functions, and when the one of UPDATE runs.
//
// INSERT: the marker that the version's inner view supplies names the version whose sides count;
// NULL is a base client, a COPY of a dump or logical apply. UPDATE: the side that changed wins;
// both changed and unrelated by the mapping: the base's side wins and the event is counted. With
// stacked links the values are computed outward from the side that was written: one pass upward,
// one pass downward over links that the first pass did not settle.

#include "engine/dialect/postgres/sync_body.hpp"

#include <fmt/format.h>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"

namespace segue::dialect::postgres {
namespace {

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

class Body {
 public:
  Body(std::string table, const std::vector<Link>& links, const RenderContext& context)
      : table_(std::move(table)), links_(links), context_(context) {}

  std::string insert() {
    text_.clear();
    indent_ = 1;
    line("NEW.{} := NULL;", quoted(marker_column));
    two_way_insert();
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) assign_all(group.forward, link, true);
    }
    line("RETURN NEW;");
    return text_;
  }

  std::string update() {
    text_.clear();
    settled_.clear();
    indent_ = 1;
    upward_pass();
    downward_pass();
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) one_way_update(group, link);
    }
    line("RETURN NEW;");
    return text_;
  }

  // Names of the booleans that the last update() used.
  const std::vector<std::string>& settled() const { return settled_; }

  // The WHEN of the UPDATE trigger: something that a rule reads or writes changed, or is missing.
  std::string update_condition() const {
    std::vector<std::string> terms;
    std::set<std::string> seen;
    const auto changed = [&](const std::string& column) {
      if (seen.insert(column).second) terms.push_back(changed_column(column));
    };
    for (const Link& link : links_) {
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.forward) {
          for (const std::string& argument : rule.arguments) changed(argument);
        }
        if (link.two_way) {
          for (const std::string& column : group.olds) changed(column);
          for (const std::string& column : group.news) changed(column);
          for (const Rule& rule : group.backward) {
            for (const std::string& argument : rule.arguments) changed(argument);
          }
        }
      }
    }
    if (protected_by("sync_fills_missing")) {
      for (const Link& link : links_) {
        if (link.two_way) continue;
        for (const Group& group : link.groups) {
          for (const Rule& rule : group.forward) {
            terms.push_back(fmt::format("NEW.{} IS NULL", quoted(rule.target)));
          }
        }
      }
    }
    // A constant `down` alone: no update changes anything on the other side.
    if (terms.empty()) return "false";
    const std::string condition = fmt::format("{}", fmt::join(terms, "\n    OR "));
    // Not by depth: what an application's trigger or a cascade writes is synced too (hazard P20).
    return protected_by("any_depth")
               ? condition
               : fmt::format("pg_catalog.pg_trigger_depth() = 0 AND ({})", condition);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_.append(static_cast<std::size_t>(indent_) * 2, ' ');
    text_ += fmt::format(format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  std::string changed_column(const std::string& column) const {
    const std::string name = quoted(column);
    if (!protected_by("sync_on_change")) return "true";
    return differs("NEW." + name, "OLD." + name, bytes_column(table_, column, context_));
  }

  std::string any_changed(const std::set<std::string>& columns) const {
    if (columns.empty()) return "false";
    std::vector<std::string> terms;
    for (const std::string& column : columns) terms.push_back(changed_column(column));
    return fmt::format("{}", fmt::join(terms, " OR "));
  }

  // Arguments that belong to neither side of the group.
  static std::set<std::string> shared(const std::vector<Rule>& rules, const Group& group) {
    std::set<std::string> out;
    for (const Rule& rule : rules) {
      for (const std::string& argument : rule.arguments) {
        if (!group.olds.contains(argument) && !group.news.contains(argument)) out.insert(argument);
      }
    }
    return out;
  }

  // `guarded`: before publish, and for good under on_error: leave, an error leaves the new side
  // NULL and is counted, so that no statement of an old client fails because of us.
  void assign(const Rule& rule, const Link& link, bool guarded) {
    if (!guarded && rule.on_error == model::OnError::fail) {
      line("NEW.{} := {};", quoted(rule.target), call(rule, "NEW."));
      return;
    }
    line("BEGIN");
    ++indent_;
    line("NEW.{} := {};", quoted(rule.target), call(rule, "NEW."));
    --indent_;
    line("EXCEPTION WHEN OTHERS THEN");
    ++indent_;
    line("NEW.{} := NULL;", quoted(rule.target));
    line("PERFORM segue.note_event({}, 'up_failed', {});", literal(link.migration),
         literal(table_ + "." + rule.target));
    --indent_;
    line("END;");
  }

  void assign_all(const std::vector<Rule>& rules, const Link& link, bool guarded) {
    for (const Rule& rule : rules) assign(rule, link, guarded);
  }

  bool has_two_way() const {
    for (const Link& link : links_) {
      if (link.two_way) return true;
    }
    return false;
  }

  void two_way_insert() {
    if (!has_two_way()) return;
    line("IF version IS NULL THEN");
    ++indent_;
    take_public_sources();
    for (const Link& link : links_) {
      if (!link.two_way) continue;
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.forward) {
          line("IF NEW.{} IS NULL THEN", quoted(rule.target));
          ++indent_;
          assign(rule, link, false);
          --indent_;
          line("END IF;");
        }
      }
    }
    line("NULL;");
    --indent_;
    line("ELSE");
    ++indent_;
    for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
      if (link->two_way) insert_side(*link, "version >= {}", &Group::backward);
    }
    number_new_rows();
    for (const Link& link : links_) {
      if (link.two_way) insert_side(link, "version < {}", &Group::forward);
    }
    line("NULL;");
    --indent_;
    line("END IF;");
  }

  // Of a dual rename: the new name has no default, so a value under it was given. The old name's
  // may be its default.
  void take_public_sources() {
    for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
      if (!link->two_way) continue;
      for (const Group& group : link->groups) {
        for (const Rule& rule : group.backward) {
          if (rule.public_source) take_given(rule, *link);
        }
      }
    }
  }

  void insert_side(const Link& link, const char* condition, std::vector<Rule> Group::*direction) {
    line("IF {} THEN", fmt::format(fmt::runtime(condition), link.ordinal));
    ++indent_;
    for (const Group& group : link.groups) {
      for (const Rule& rule : group.*direction) {
        const bool numbered = rule.numbered && direction == &Group::backward;
        numbered ? take_given(rule, link) : assign(rule, link, false);
      }
    }
    line("NULL;");
    --indent_;
    line("END IF;");
  }

  // The new side came without a value: what the base's own default has given the old side stays.
  void take_given(const Rule& rule, const Link& link) {
    std::vector<std::string> given;
    for (const std::string& argument : rule.arguments) {
      given.push_back(fmt::format("NEW.{} IS NOT NULL", quoted(argument)));
    }
    line("IF {} THEN", given.empty() ? "true" : fmt::format("{}", fmt::join(given, " AND ")));
    ++indent_;
    assign(rule, link, false);
    --indent_;
    line("END IF;");
  }

  void number_new_rows() {
    for (const Link& link : links_) {
      if (!link.two_way) continue;
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.forward) {
          if (!rule.numbered) continue;
          line("IF NEW.{} IS NULL THEN", quoted(rule.target));
          ++indent_;
          assign(rule, link, false);
          --indent_;
          line("END IF;");
        }
      }
    }
  }

  void upward_pass() {
    for (const Link& link : links_) {
      if (!link.two_way) continue;
      for (std::size_t g = 0; g < link.groups.size(); ++g) {
        two_way_group(link.groups[g], link, fmt::format("settled_{}_{}", link.ordinal, g));
      }
    }
  }

  void downward_pass() {
    std::size_t two_way = 0;
    for (const Link& link : links_) two_way += link.two_way ? 1 : 0;
    if (two_way < 2) return;
    for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
      if (!link->two_way) continue;
      for (std::size_t g = 0; g < link->groups.size(); ++g) {
        line("IF NOT settled_{}_{} THEN", link->ordinal, g);
        ++indent_;
        two_way_group(link->groups[g], *link, "");
        --indent_;
        line("END IF;");
      }
    }
  }

  void two_way_group(const Group& group, const Link& link, const std::string& settled) {
    line("old_changed := {};", any_changed(group.olds));
    line("new_changed := {};", any_changed(group.news));
    if (!settled.empty()) {
      settled_.push_back(settled);
      line("{} := old_changed OR new_changed;", settled);
    }
    line("IF old_changed AND NOT new_changed THEN");
    block([&] { assign_all(group.forward, link, false); });
    line("ELSIF new_changed AND NOT old_changed THEN");
    block([&] {
      if (protected_by("sync_back")) assign_all(group.backward, link, false);
    });
    if (!group.forward.empty() && !group.olds.empty()) {
      line("ELSIF old_changed AND new_changed THEN");
      block([&] { both_changed(group, link); });
    }
    const std::set<std::string> forward = shared(group.forward, group);
    if (!forward.empty()) {
      line("ELSIF NOT old_changed AND NOT new_changed AND ({}) THEN", any_changed(forward));
      block([&] { assign_all(group.forward, link, false); });
    }
    const std::set<std::string> backward = shared(group.backward, group);
    if (!backward.empty()) {
      line("ELSIF NOT old_changed AND NOT new_changed AND ({}) THEN", any_changed(backward));
      block([&] { assign_all(group.backward, link, false); });
    }
    line("END IF;");
  }

  void both_changed(const Group& group, const Link& link) {
    line("IF ({}) AND ({}) THEN", any_differs(group.forward), any_differs(group.backward));
    ++indent_;
    assign_all(group.forward, link, false);
    line("PERFORM segue.note_event({}, 'both_sides_changed', {});", literal(link.migration),
         literal(table_));
    --indent_;
    line("END IF;");
  }

  std::string any_differs(const std::vector<Rule>& rules) const {
    if (rules.empty()) return "true";
    std::vector<std::string> terms;
    for (const Rule& rule : rules) {
      terms.push_back(differs("NEW." + quoted(rule.target), call(rule, "NEW."),
                              bytes_column(table_, rule.target, context_)));
    }
    return fmt::format("{}", fmt::join(terms, " OR "));
  }

  void one_way_update(const Group& group, const Link& link) {
    for (const Rule& rule : group.forward) {
      const std::set<std::string> arguments(rule.arguments.begin(), rule.arguments.end());
      line("IF {} OR NEW.{} IS NULL THEN", any_changed(arguments), quoted(rule.target));
      block([&] { assign(rule, link, true); });
      line("END IF;");
    }
  }

  template <typename Write>
  void block(const Write& write) {
    ++indent_;
    write();
    line("NULL;");
    --indent_;
  }

  std::string table_;
  const std::vector<Link>& links_;
  const RenderContext& context_;
  std::string text_;
  std::vector<std::string> settled_;
  int indent_ = 1;
};

}  // namespace

SyncBody sync_body(const std::string& table, const std::vector<Link>& links,
                   const RenderContext& context) {
  Body body(table, links, context);
  SyncBody out{.insert = body.insert(), .update = body.update()};
  out.settled = body.settled();
  out.update_condition = body.update_condition();
  return out;
}

}  // namespace segue::dialect::postgres
