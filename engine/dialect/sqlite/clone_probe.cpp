// Which writes a client may make, as statements over sampled rows. Each is tried by itself: what it
// writes is what was found in the table, moved to another row, so that constraints are met as
// clients meet them. A statement that the user's own constraints or triggers refuse is fine, as
// long as both sides agree afterwards.

#include "engine/dialect/sqlite/clone_probe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

constexpr int rows_from_each_end = 500;
constexpr int bytes_of_row_max = 10'000;
constexpr const char* clauses[] = {"", "OR IGNORE ", "OR REPLACE ", "OR FAIL ", "OR ROLLBACK "};

// One side as its clients write to it. `rows` keeps what was in it at first.
struct Side {
  std::string table;
  std::string rows;
  std::vector<std::string> key;      // as SQL
  std::vector<std::string> key_row;  // the same in `rows`
  std::vector<std::string> others;   // quoted, without the key
  std::vector<std::vector<std::string>> groups;
  bool has_constraint = true;  // the key can be a conflict target
};

std::vector<std::string> of_alias(const char* alias, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(fmt::format("{}.{}", alias, name));
  return out;
}

std::vector<std::string> both(std::vector<std::string> first,
                              const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Writes {
 public:
  explicit Writes(const Side& side) : s_(side) {}

  std::vector<CloneProbe::Attempt> run() {
    for (const char* clause : clauses) {
      inserts(clause);
      moves(clause);
    }
    for (const std::vector<std::string>& group : s_.groups) {
      updates("", group);
      updates("OR REPLACE ", group);
    }
    upserts();
    add({}, fmt::format("DELETE FROM {} WHERE {}", s_.table, at_first()));
    add({}, fmt::format("DELETE FROM {}", s_.table));
    return std::move(out_);
  }

 private:
  void add(std::vector<std::string> before, std::string statement) {
    out_.push_back({std::move(before), std::move(statement)});
  }

  std::string row(const char* direction) const {
    std::vector<std::string> order;
    for (const std::string& name : s_.key_row) order.push_back(name + direction);
    return fmt::format("(SELECT * FROM {} ORDER BY {} LIMIT 1)", s_.rows, join(order, ", "));
  }
  std::string first() const { return row(""); }
  std::string last() const { return row(" DESC"); }

  std::string at(const std::string& one) const {
    return fmt::format("({}) = (SELECT {} FROM {})", join(s_.key, ", "), join(s_.key_row, ", "),
                       one);
  }
  std::string at_first() const { return at(first()); }
  std::string without_last() const {
    return fmt::format("DELETE FROM {} WHERE {}", s_.table, at(last()));
  }

  std::string insert(const char* clause, const char* key, const char* others) const {
    return fmt::format(
        "INSERT {clause}INTO {table}({columns}) SELECT {values} FROM {first} a, {last} z WHERE "
        "true",
        "clause"_a = clause, "table"_a = s_.table,
        "columns"_a = join(both(s_.key, s_.others), ", "),
        "values"_a = join(both(of_alias(key, s_.key_row), of_alias(others, s_.others)), ", "),
        "first"_a = first(), "last"_a = last());
  }

  void inserts(const char* clause) {
    add({without_last()}, insert(clause, "z", "z"));
    add({}, insert(clause, "a", "z"));
    add({without_last()}, insert(clause, "z", "a"));
  }

  void moves(const char* clause) {
    const std::string statement =
        fmt::format("UPDATE {}{} SET ({}) = (SELECT {} FROM {}) WHERE {}", clause, s_.table,
                    join(s_.key, ", "), join(s_.key_row, ", "), last(), at_first());
    add({}, statement);
    add({without_last()}, statement);
  }

  void updates(const char* clause, const std::vector<std::string>& group) {
    const std::string names = join(group, ", ");
    add({}, fmt::format("UPDATE {}{} SET ({}) = (SELECT {} FROM {}) WHERE {}", clause, s_.table,
                        names, names, last(), at_first()));
  }

  void upserts() {
    if (!s_.has_constraint) return;
    const std::string head =
        fmt::format("{} ON CONFLICT ({}) DO ", insert("", "a", "z"), join(s_.key, ", "));
    add({}, head + "NOTHING");
    std::vector<std::string> set;
    for (const std::string& name : s_.others) {
      set.push_back(fmt::format("{0} = excluded.{0}", name));
    }
    if (!set.empty()) add({}, fmt::format("{}UPDATE SET {}", head, join(set, ", ")));
  }

  const Side& s_;
  std::vector<CloneProbe::Attempt> out_;
};

Side side_of(const std::string& table, const char* rows, const Rebuild& r, bool old) {
  Side side{.table = quoted(table), .rows = rows, .has_constraint = !r.key.is_implicit};
  for (const KeyColumn& column : r.key.columns) {
    const std::string& name = old ? column.old_name : column.new_name;
    side.key.push_back(r.key.is_implicit ? name : quoted(name));
    side.key_row.push_back(r.key.is_implicit ? "segue_key" : quoted(name));
  }
  return side;
}

void add_columns(Side& side, const std::vector<std::string>& writable) {
  for (const std::string& name : writable) {
    if (!has(side.key, quoted(name))) side.others.push_back(quoted(name));
  }
}

void add_group(Side& side, const std::vector<std::string>& names) {
  std::vector<std::string> group;
  for (const std::string& name : names) {
    if (has(side.others, quoted(name))) group.push_back(quoted(name));
  }
  if (!group.empty()) side.groups.push_back(std::move(group));
}

std::vector<std::string> writable_columns(const model::CatalogTable& base) {
  std::vector<std::string> out;
  for (const model::CatalogColumn& column : base.columns) {
    if (column.generated.empty()) out.push_back(column.name);
  }
  return out;
}

Side old_side(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  Side side = side_of(r.base, "temp.segue_rows_old", r, true);
  add_columns(side, writable_columns(input.base));
  for (const Group& group : r.groups) add_group(side, group.up_reads);
  add_group(side, r.old_only);
  return side;
}

Side new_side(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  Side side = side_of(r.shadow, "temp.segue_rows_new", r, false);
  add_columns(side, r.writable_columns);
  for (const Group& group : r.groups) add_group(side, group.down_reads);
  add_group(side, r.new_only);
  return side;
}

std::string keep_rows(const Side& side) {
  std::vector<std::string> columns = side.others;
  for (std::size_t i = 0; i < side.key.size(); ++i) {
    columns.push_back(fmt::format("{} AS {}", side.key[i], side.key_row[i]));
  }
  return fmt::format("CREATE TABLE {} AS SELECT {} FROM {}", side.rows, join(columns, ", "),
                     side.table);
}

// A row of the live table as a tuple of literals; those that are too large to be carried are not.
void add_sample(CloneProbe& probe, const SyncInput& input, const Side& side) {
  std::vector<std::string> names;
  if (side.key.front() != side.key_row.front()) names = side.key;
  for (const std::string& name : writable_columns(input.base)) names.push_back(quoted(name));
  std::vector<std::string> quotes;
  std::vector<std::string> lengths;
  std::vector<std::string> backwards;
  for (const std::string& name : names) {
    quotes.push_back(fmt::format("quote({})", name));
    lengths.push_back(fmt::format("coalesce(length({}), 0)", name));
  }
  for (const std::string& name : side.key) backwards.push_back(name + " DESC");
  const auto end = [&](const std::vector<std::string>& order) {
    return fmt::format(
        "SELECT {tuple} AS segue_row FROM (SELECT {names} FROM {table} ORDER BY {order} LIMIT "
        "{rows}) WHERE {length} < {bytes}",
        "tuple"_a = join(quotes, " || ', ' || "), "names"_a = join(names, ", "),
        "table"_a = side.table, "order"_a = join(order, ", "), "rows"_a = rows_from_each_end,
        "length"_a = join(lengths, " + "), "bytes"_a = bytes_of_row_max);
  };
  probe.sample = fmt::format("{} UNION {}", end(side.key), end(backwards));
  probe.insert = fmt::format("INSERT INTO {}({}) VALUES ({{row}})", side.table, join(names, ", "));
}

std::vector<std::string> texts_of(const std::vector<Statement>& statements) {
  std::vector<std::string> out;
  for (const Statement& statement : statements) out.push_back(statement.sql);
  return out;
}

}  // namespace

CloneProbe clone_probe(const SyncInput& input, std::vector<DirectBuild::Text> schema) {
  const Side old = old_side(input);
  const Side fresh = new_side(input);
  CloneProbe probe{
      .schema = std::move(schema),
      .table = input.rebuild.base,
      .settings = {"PRAGMA recursive_triggers = OFF", "PRAGMA recursive_triggers = ON"}};
  add_sample(probe, input, old);
  CloneProbe::Stage one_way{.setup = texts_of(create_shadow(input)),
                            .differences = whole_differences({.sync = input})};
  one_way.setup.push_back(copy_whole(input));
  one_way.setup.push_back(keep_rows(old));
  one_way.attempts = Writes(old).run();
  CloneProbe::Stage two_way{.setup = texts_of(publish({input}).statements),
                            .attempts = one_way.attempts,
                            .differences = whole_differences({.sync = input, .published = true})};
  two_way.setup.push_back(keep_rows(fresh));
  for (CloneProbe::Attempt& attempt : Writes(fresh).run()) {
    two_way.attempts.push_back(std::move(attempt));
  }
  probe.stages = {std::move(one_way), std::move(two_way)};
  return probe;
}

}  // namespace segue::dialect::sqlite
