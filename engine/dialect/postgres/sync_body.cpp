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
#include "engine/dialect/postgres/sync_writer.hpp"

namespace segue::dialect::postgres {
namespace {

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

class Body : public SyncWriter {
 public:
  using SyncWriter::SyncWriter;
  using SyncWriter::update_condition;

  SyncText insert() {
    begin_text();
    line("NEW.{} := NULL;", quoted(marker_column));
    two_way_insert();
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) assign_all(group.forward, link, true);
    }
    return end_text();
  }

  SyncText update() {
    begin_text();
    upward_pass();
    downward_pass();
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) one_way_update(group, link);
    }
    return end_text();
  }

 private:
  void two_way_insert() {
    if (!has_two_way()) return;
    line("IF version IS NULL THEN");
    ++indent_;
    take_public_sources();
    for (const Link& link : links_) {
      if (!link.two_way) continue;
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.forward) {
          assign_if_null(rule, link);
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
      declare(settled + " boolean := false");
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
      block([&] { follow_argument(group, link); });
    }
    line("END IF;");
  }

  // Where N = up(O), a client of the base may have written O, and of that N may hold a part alone.
  void follow_argument(const Group& group, const Link& link) {
    const auto derive_olds = [&] { assign_all(group.backward, link, false); };
    if (group.forward.empty() || !protected_by("old_side_stands")) {
      derive_olds();
    } else if (leaves(group.forward)) {
      if_differs(group.forward, derive_olds);
    } else {
      line("IF {} THEN", any_differs(group.forward));
      block(derive_olds);
      line("END IF;");
    }
  }

  void both_changed(const Group& group, const Link& link) {
    const auto settle = [&] {
      assign_all(group.forward, link, false);
      note(link, "both_sides_changed");
    };
    if (leaves(group.forward) || leaves(group.backward)) {
      if_differs(group.forward, [&] { if_differs(group.backward, settle); });
      return;
    }
    line("IF ({}) AND ({}) THEN", any_differs(group.forward), any_differs(group.backward));
    ++indent_;
    settle();
    --indent_;
    line("END IF;");
  }
};

}  // namespace

SyncBody sync_body(const std::string& table, const std::vector<Link>& links,
                   const RenderContext& context) {
  Body body(table, links, context);
  return {body.insert(), body.update(), body.update_condition()};
}

}  // namespace segue::dialect::postgres
