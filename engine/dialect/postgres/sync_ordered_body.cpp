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
// - A column S that one of the two reads beside its sides changed: forward if `up` reads it, else F
//   derives O anew where N is not up(O).
// - U may change S after F. Then O != down(N) says nothing, so where a `down` reads such a column F
//   leaves a note (below), and L derives O once more if U left O as F did.
// So behind L, for each group of a two-way link that has both rules, O = down(N) or N = up(O): L
// asks for the first and else makes the second. A group without `down` flows forward only, one
// without `up` backward only: O is down(S) wherever U left it alone.
//
// The note: what F left in O, and whether it was derived or only kept, in a setting that ends with
// the transaction. Between F and L of a row runs U alone, at their depth of triggers, and what U
// writes fires triggers at a greater one; so a note is named by its depth. On a table with notes F
// fires for each row, so L never reads that of another row.
//
// Stacked links: F goes from the newest to the oldest, L from the oldest to the newest, so each
// finds settled what it derives from. Before publish there is no new client: F does nothing, L is
// the one-way form, whose WHEN sees the row that U leaves and fills what is missing.
//
// The marker stays from F to L, which clears it. `down` is asked twice, so it must give the same
// twice: preflight refuses others here.

#include <fmt/format.h>

#include <functional>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/sync_body.hpp"
#include "engine/dialect/postgres/sync_writer.hpp"

namespace segue::dialect::postgres {
namespace {

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

class Ordered : public SyncWriter {
 public:
  Ordered(const std::string& table, const std::vector<Link>& links, const RenderContext& context)
      : SyncWriter(table, links, context) {
    for (const Link& link : links) {
      for (const Group& group : link.groups) {
        notes_ = notes_ || (link.two_way && !shared(group.backward, group).empty());
      }
    }
    notes_ = notes_ && protected_by("sync_notes");
  }

 protected:
  static std::string note_name(const Group& group, const Link& link) {
    return fmt::format("'segue.first_{}_{}_' || pg_catalog.pg_trigger_depth()", link.ordinal,
                       &group - link.groups.data());
  }

  static std::string olds_text(const Group& group) {
    std::vector<std::string> out;
    for (const std::string& column : group.olds) out.push_back("NEW." + quoted(column));
    return fmt::format("ROW({})::pg_catalog.text", fmt::join(out, ", "));
  }

  // Where N = up(O), a client of the base may have written O, and of that N may hold a part alone.
  void unless_old_stands(const Group& group, const std::function<void()>& write) {
    const bool asks = !group.forward.empty() && protected_by("old_side_stands");
    asks ? if_differs(group.forward, write) : write();
  }

  bool has_note(const Group& group) const { return notes_ && !group.backward.empty(); }

  bool notes_ = false;  // all of them, if one: a stacked pair derives from another one's columns
};

class First : public Ordered {
 public:
  using Ordered::Ordered;

  SyncBody run() { return {insert(), update(), when()}; }

 private:
  SyncText insert() {
    begin_text();
    if (has_two_way() && protected_by("sync_first")) {
      line("IF version IS NULL THEN");
      block([&] {
        take_public_sources();
        each_noted([&](const Group& group, const Link& link) {
          set_note(group, link, "'kept' || " + olds_text(group));
        });
      });
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

  template <typename Each>
  void each_noted(const Each& each) {
    for (const Link& link : links_) {
      for (const Group& group : link.groups) {
        if (link.two_way && has_note(group)) each(group, link);
      }
    }
  }

  void set_note(const Group& group, const Link& link, const std::string& text) {
    line("PERFORM pg_catalog.set_config({}, {}, true);", note_name(group, link), text);
  }

  void from_version(const Link& link) {
    line("IF version >= {} THEN", link.ordinal);
    block([&] {
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.backward) {
          rule.numbered ? take_given(rule, link) : assign(rule, link, false);
        }
        if (has_note(group)) set_note(group, link, "'derived' || " + olds_text(group));
      }
    });
    line("END IF;");
  }

  SyncText update() {
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
    const auto derive_olds = [&] {
      assign_all(group.backward, link, false);
      if (has_note(group)) line("noted := 'derived';");
    };
    if (has_note(group)) {
      declare("noted pg_catalog.text");
      line("noted := NULL;");
    }
    line("old_changed := {};", any_changed(group.olds));
    line("new_changed := {};", any_changed(group.news));
    line("IF new_changed AND NOT old_changed THEN");
    block([&] {
      if (protected_by("sync_back")) derive_olds();
    });
    if (!group.forward.empty() && !group.olds.empty()) {
      line("ELSIF old_changed AND new_changed THEN");
      block([&] { count_conflict(group, link); });
    }
    const std::set<std::string> backward = shared(group.backward, group);
    if (!backward.empty()) {
      line("ELSIF NOT old_changed AND NOT new_changed AND NOT ({}) AND ({}) THEN",
           any_changed(shared(group.forward, group)), any_changed(backward));
      block([&] {
        if (has_note(group)) line("noted := 'kept';");
        unless_old_stands(group, derive_olds);
      });
    }
    if (has_note(group)) {
      line("ELSIF NOT old_changed THEN");
      line("  noted := 'kept';");
    }
    line("END IF;");
    if (has_note(group)) {
      set_note(group, link, fmt::format("coalesce(noted || {}, '')", olds_text(group)));
    }
  }

  void count_conflict(const Group& group, const Link& link) {
    if_differs(group.forward,
               [&] { if_differs(group.backward, [&] { note(link, "both_sides_changed"); }); });
  }

  std::string when() const {
    if (notes_) return "true";
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

class Last : public Ordered {
 public:
  using Ordered::Ordered;

  SyncBody run() { return {insert(), update(), update_condition()}; }

 private:
  SyncText insert() {
    begin_text();
    line("NEW.{} := NULL;", quoted(marker_column));
    if (has_two_way()) {
      line("IF version IS NULL THEN");
      block([&] {
        for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
          if (link->two_way) derive_again_of_base(*link);
        }
        each_two_way([&](const Group& g, const Link& l) { base_row(g, l); });
      });
      line("ELSE");
      block([&] {
        for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
          if (link->two_way) derive_again_of_version(*link);
        }
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

  // What U left as F did it.
  static std::string as_first(const Group& group, const Link& link, const char* how) {
    return fmt::format("pg_catalog.current_setting({}, true) = '{}' || {}", note_name(group, link),
                       how, olds_text(group));
  }

  static std::string new_is_missing(const Group& group) {
    std::vector<std::string> missing;
    for (const Rule& rule : group.forward) {
      missing.push_back(fmt::format("NEW.{} IS NULL", quoted(rule.target)));
    }
    return fmt::format("{}", fmt::join(missing, " AND "));
  }

  void derive_again_of_base(const Link& link) {
    for (const Group& group : link.groups) {
      if (!has_note(group) || group.forward.empty()) continue;
      line("IF NOT ({}) AND {} THEN", new_is_missing(group), as_first(group, link, "kept"));
      block([&] { if_differs(group.forward, [&] { assign_all(group.backward, link, false); }); });
      line("END IF;");
    }
  }

  void derive_again_of_version(const Link& link) {
    for (const Group& group : link.groups) {
      if (!has_note(group)) continue;
      line("IF version >= {} AND {} THEN", link.ordinal, as_first(group, link, "derived"));
      block([&] {
        for (const Rule& rule : group.backward) {
          rule.numbered ? take_given(rule, link) : assign(rule, link, false);
        }
      });
      line("END IF;");
    }
  }

  static std::string led(const Group& group, const Link& link) {
    return fmt::format("led_{}_{}", link.ordinal, &group - link.groups.data());
  }

  // The newest first: an older pair derives from what a newer one has settled.
  void derive_again() {
    for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
      for (const Group& group : link->groups) {
        if (!link->two_way || !has_note(group)) continue;
        declare(led(group, *link) + " boolean := false");
        const auto derive_olds = [&] {
          assign_all(group.backward, *link, false);
          line("{} := true;", led(group, *link));
        };
        line("IF {} THEN", as_first(group, *link, "derived"));
        block(derive_olds);
        line("ELSIF {} AND ({} OR ({}) AND NOT ({})) THEN", as_first(group, *link, "kept"),
             any_changed(group.news), any_changed(shared(group.backward, group)),
             any_changed(shared(group.forward, group)));
        block([&] { unless_old_stands(group, derive_olds); });
        line("END IF;");
      }
    }
  }

  // Both sides come with COPY of a dump, logical apply, or a dual rename.
  void base_row(const Group& group, const Link& link) {
    if (group.backward.empty()) {
      for (const Rule& rule : group.forward) assign_if_null(rule, link);
      return;
    }
    line("IF {} THEN", new_is_missing(group));
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

  SyncText update() {
    begin_text();
    derive_again();
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
    line("IF {}new_changed OR (({}) AND NOT ({})) THEN",
         has_note(group) ? led(group, link) + " OR " : "", backward, forward);
    block([&] { recheck(group, link); });
    line("ELSIF old_changed OR {} THEN", forward);
    block([&] { assign_all(group.forward, link, false); });
    line("END IF;");
  }

  void forward_only(const Group& group, const Link& link) {
    if (!group.olds.empty()) {
      line("IF old_changed AND new_changed THEN");
      block([&] {
        if_differs(group.forward, [&] {
          assign_all(group.forward, link, false);
          note(link, "both_sides_changed");
        });
      });
      line("END IF;");
    }
    line("IF NOT new_changed AND (old_changed OR {}) THEN",
         any_changed(shared(group.forward, group)));
    block([&] { assign_all(group.forward, link, false); });
    line("END IF;");
  }

  // Is the old side still what follows from the new one?
  void recheck(const Group& group, const Link& link) {
    if (!protected_by("sync_rechecks")) return;
    if_differs(group.backward, [&] { assign_all(group.forward, link, false); });
  }
};

}  // namespace

OrderedBodies ordered_bodies(const std::string& table, const std::vector<Link>& links,
                             const RenderContext& context) {
  return {.first = First(table, links, context).run(), .last = Last(table, links, context).run()};
}

}  // namespace segue::dialect::postgres
