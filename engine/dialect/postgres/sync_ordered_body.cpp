// Sync on a table whose own BEFORE triggers change rows. Let F be our first trigger, U the user's,
// L our last; O the old side of a group, N its new one.
//
// F writes only O, L writes only N, U is between and knows O. So what U leaves in O stands, whoever
// wrote: with F a write of a new client looks to U like that of an old one.
// - An old client wrote O: F does nothing, L sets N := up(O) of what U left.
// - A new client wrote N: F sets O := down(N). If U left that as it is, O = down(N), and N stays as
//   it was written (a lossy pair loses nothing). Else L sets N := up(O).
// - Nobody wrote either, but U did: as if an old client had.
// - Both were written: L keeps them if O = down(N), else N := up(O); F counts where neither follows
//   from the other, before U has touched anything.
// - A column that one of the two reads beside its sides changed: forward if `up` reads it, else F
//   derives O anew; if U changed it after F, O != down(N) for L, which then takes N from O.
// So behind L, for each group of a two-way link that has both rules, O = down(N) or N = up(O): L
// asks for the first and else makes the second. A group without `down` flows forward only, one
// without `up` backward only: for it F is all, and U may change what F derived.
//
// Stacked links: F goes from the newest to the oldest, L from the oldest to the newest, so each
// finds settled what it derives from. Before publish there is no new client: F does nothing, L is
// the one-way form, whose WHEN sees the row that U leaves and fills what is missing.
//
// The marker stays from F to L, which clears it. A row that U swallows is not seen by L, and
// nothing was written. `down` is asked twice, so it must give the same twice: preflight refuses
// others here.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/sync_body.hpp"
#include "engine/dialect/postgres/sync_writer.hpp"

namespace segue::dialect::postgres {
namespace {

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

class First : public SyncWriter {
 public:
  using SyncWriter::SyncWriter;

  SyncBody run() { return {insert(), update(), {}, when()}; }

 private:
  std::string insert() {
    begin_text();
    if (has_two_way() && protected_by("sync_first")) {
      line("IF version IS NULL THEN");
      block([&] { take_public_sources(); });
      line("ELSE");
      block([&] {
        for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
          if (link->two_way) from_version(*link);
        }
      });
      line("END IF;");
    }
    return end_text();
  }

  void from_version(const Link& link) {
    line("IF version >= {} THEN", link.ordinal);
    block([&] {
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.backward) {
          rule.numbered ? take_given(rule, link) : assign(rule, link, false);
        }
      }
    });
    line("END IF;");
  }

  std::string update() {
    begin_text();
    for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
      if (!link->two_way || !protected_by("sync_first")) continue;
      for (const Group& group : link->groups) {
        if (!group.backward.empty()) update_group(group, *link);
      }
    }
    return end_text();
  }

  void update_group(const Group& group, const Link& link) {
    line("old_changed := {};", any_changed(group.olds));
    line("new_changed := {};", any_changed(group.news));
    line("IF new_changed AND NOT old_changed THEN");
    block([&] {
      if (protected_by("sync_back")) assign_all(group.backward, link, false);
    });
    if (!group.forward.empty() && !group.olds.empty()) {
      line("ELSIF old_changed AND new_changed THEN");
      block([&] { count_conflict(group, link); });
    }
    const std::set<std::string> backward = shared(group.backward, group);
    if (!backward.empty()) {
      line("ELSIF NOT old_changed AND NOT new_changed AND NOT ({}) AND ({}) THEN",
           any_changed(shared(group.forward, group)), any_changed(backward));
      block([&] { assign_all(group.backward, link, false); });
    }
    line("END IF;");
  }

  void count_conflict(const Group& group, const Link& link) {
    line("IF ({}) AND ({}) THEN", any_differs(group.forward), any_differs(group.backward));
    block([&] { note(link, "both_sides_changed"); });
    line("END IF;");
  }

  std::string when() const {
    std::set<std::string> columns;
    for (const Link& link : links_) {
      for (const Group& group : link.groups) {
        if (!link.two_way || group.backward.empty()) continue;
        columns.insert(group.news.begin(), group.news.end());
        const std::set<std::string> read = shared(group.backward, group);
        columns.insert(read.begin(), read.end());
      }
    }
    std::vector<std::string> terms;
    for (const std::string& column : columns) terms.push_back(changed_column(column));
    return condition_of(terms);
  }
};

class Last : public SyncWriter {
 public:
  using SyncWriter::SyncWriter;

  SyncBody run() { return {insert(), update(), {"bypassed"}, update_condition()}; }

 private:
  std::string insert() {
    begin_text();
    line("NEW.{} := NULL;", quoted(marker_column));
    if (has_two_way()) {
      line("IF version IS NULL THEN");
      block([&] { each_two_way([&](const Group& g, const Link& l) { base_row(g, l); }); });
      line("ELSE");
      block([&] {
        for (const Link& link : links_) {
          if (link.two_way) version_row(link);
        }
      });
      line("END IF;");
    }
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) assign_all(group.forward, link, true);
    }
    return end_text();
  }

  template <typename Each>
  void each_two_way(const Each& each) {
    for (const Link& link : links_) {
      if (!link.two_way) continue;
      for (const Group& group : link.groups) {
        if (!group.forward.empty()) each(group, link);
      }
    }
  }

  // Both sides come with COPY of a dump, logical apply, or a dual rename.
  void base_row(const Group& group, const Link& link) {
    if (group.backward.empty()) {
      for (const Rule& rule : group.forward) assign_if_null(rule, link);
      return;
    }
    std::vector<std::string> missing;
    for (const Rule& rule : group.forward) {
      missing.push_back(fmt::format("NEW.{} IS NULL", quoted(rule.target)));
    }
    line("IF {} THEN", fmt::join(missing, " AND "));
    block([&] { assign_all(group.forward, link, false); });
    line("ELSE");
    block([&] { recheck(group, link); });
    line("END IF;");
  }

  void version_row(const Link& link) {
    line("IF version >= {} THEN", link.ordinal);
    block([&] {
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.forward) {
          if (rule.numbered) assign_if_null(rule, link);
        }
        if (!group.forward.empty() && !group.backward.empty()) recheck(group, link);
      }
    });
    line("ELSE");
    block([&] {
      for (const Group& group : link.groups) assign_all(group.forward, link, false);
    });
    line("END IF;");
  }

  std::string update() {
    begin_text();
    each_two_way([&](const Group& group, const Link& link) {
      line("old_changed := {};", any_changed(group.olds));
      line("new_changed := {};", any_changed(group.news));
      group.backward.empty() ? forward_only(group, link) : both_ways(group, link);
    });
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) one_way_update(group, link);
    }
    return end_text();
  }

  void both_ways(const Group& group, const Link& link) {
    const std::string forward = any_changed(shared(group.forward, group));
    const std::string backward = any_changed(shared(group.backward, group));
    line("IF new_changed OR (({}) AND NOT ({})) THEN", backward, forward);
    block([&] { recheck(group, link); });
    line("ELSIF old_changed OR {} THEN", forward);
    block([&] { assign_all(group.forward, link, false); });
    line("END IF;");
  }

  void forward_only(const Group& group, const Link& link) {
    if (!group.olds.empty()) {
      line("IF old_changed AND new_changed THEN");
      block([&] {
        line("IF {} THEN", any_differs(group.forward));
        block([&] {
          assign_all(group.forward, link, false);
          note(link, "both_sides_changed");
        });
        line("END IF;");
      });
      line("END IF;");
    }
    line("IF NOT new_changed AND (old_changed OR {}) THEN",
         any_changed(shared(group.forward, group)));
    block([&] { assign_all(group.forward, link, false); });
    line("END IF;");
  }

  // Is the old side still what follows from the new one? Under on_error: leave a `down` that fails
  // has left NULL.
  void recheck(const Group& group, const Link& link) {
    if (!protected_by("sync_rechecks")) return;
    std::vector<std::string> left;
    bool leaves = false;
    for (const Rule& rule : group.backward) {
      left.push_back(fmt::format("NEW.{} IS NOT NULL", quoted(rule.target)));
      leaves = leaves || rule.on_error == model::OnError::leave;
    }
    if (leaves) line("BEGIN");
    line("bypassed := {};", any_differs(group.backward));
    if (leaves) {
      line("EXCEPTION WHEN OTHERS THEN");
      line("  bypassed := {};", fmt::join(left, " OR "));
      line("END;");
    }
    line("IF bypassed THEN");
    block([&] { assign_all(group.forward, link, false); });
    line("END IF;");
  }
};

}  // namespace

OrderedBodies ordered_bodies(const std::string& table, const std::vector<Link>& links,
                             const RenderContext& context) {
  return {.first = First(table, links, context).run(), .last = Last(table, links, context).run()};
}

}  // namespace segue::dialect::postgres
