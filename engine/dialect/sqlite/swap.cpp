// Swap: b-trees change owners inside of sqlite_schema; no row is read or written. The base's row
// takes the shadow's root page and the target's text; the shadow's row becomes the trash with the
// base's root page.
//
// - Root pages are known only inside of the transaction: they are put into a TEMP table there, and
// every
//   text reads them from it by the name that the object had before.
// - The schema is parsed in rowid order, and an index row before its table's row is an error. So
// index
//   rows that change their owner are deleted and inserted again behind everything.
// - A wrong root page passes every look at texts. So the set of root pages must be the same after
// as
//   before, and the first and last row are found through every index.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

std::string root(const std::string& name) {
  return fmt::format("(SELECT rootpage FROM temp.segue_roots WHERE name = {})", literal(name));
}

Expectation exactly(std::int64_t rows, const std::string& message) {
  return {.rule = Expectation::Rule::affected,
          .affected = rows,
          .kind = ErrorKind::drift,
          .message = message};
}

void add_drops(std::vector<Statement>& out, const std::vector<NamedSql>& triggers) {
  for (const NamedSql& trigger : triggers) {
    out.push_back({.sql = fmt::format("DROP TRIGGER {}", quoted(trigger.name))});
  }
}

void add_roots(std::vector<Statement>& out) {
  out.push_back({.sql = "CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER)"});
  out.push_back({.sql =
                     "INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema "
                     "WHERE rootpage > 0"});
}

void exchange_tables(std::vector<Statement>& out, const Rebuild& r) {
  out.push_back(
      {.sql = fmt::format("UPDATE main.sqlite_schema SET rootpage = {root}, sql = {target} "
                          "WHERE type = 'table' AND name = {base} AND sql IS {planned}",
                          "root"_a = root(r.shadow), "target"_a = literal(r.target_sql),
                          "base"_a = literal(r.base), "planned"_a = literal(r.base_sql)),
       .lock = "write lock, O(1)",
       .expect = exactly(1, fmt::format("the text of table {} is not as planned", r.base))});
  out.push_back(
      {.sql = fmt::format("UPDATE main.sqlite_schema SET name = {trash}, tbl_name = {trash}, "
                          "rootpage = {root}, sql = {sql} WHERE type = 'table' AND name = "
                          "{shadow}",
                          "trash"_a = literal(r.trash), "root"_a = root(r.base),
                          "sql"_a = literal(r.trash_sql), "shadow"_a = literal(r.shadow)),
       .expect = exactly(1, fmt::format("table {} is missing", r.shadow))});
}

Statement index_row(const std::string& name, const std::string& table, const std::string& from,
                    const std::string& sql) {
  const bool last = protected_by("index_rows_last");
  return {.sql = fmt::format(
              "INSERT INTO main.sqlite_schema({rowid}type, name, tbl_name, rootpage, sql) VALUES "
              "({first}'index', {name}, {table}, {root}, {sql})",
              "rowid"_a = last ? "" : "rowid, ",
              "first"_a = last ? "" : "(SELECT min(rowid) - 1 FROM main.sqlite_schema), ",
              "name"_a = literal(name), "table"_a = literal(table), "root"_a = root(from),
              "sql"_a = sql.empty() ? "NULL" : literal(sql))};
}

void exchange_indexes(std::vector<Statement>& out, const Rebuild& r) {
  std::vector<std::string> gone;
  for (const TargetIndex& index : r.target_indexes) {
    gone.push_back(literal(index.shadow_name));
    if (!index.kept) continue;
    out.push_back(
        {.sql = fmt::format("UPDATE main.sqlite_schema SET rootpage = {root}, sql = {sql} "
                            "WHERE type = 'index' AND name = {name}",
                            "root"_a = root(index.shadow_name), "sql"_a = literal(index.sql),
                            "name"_a = literal(index.name)),
         .expect = exactly(1, fmt::format("index {} is missing", index.name))});
  }
  for (const BaseIndex& index : r.base_indexes) {
    const bool stays =
        std::any_of(r.target_indexes.begin(), r.target_indexes.end(),
                    [&](const TargetIndex& t) { return t.kept && t.name == index.name; });
    if (!stays) gone.push_back(literal(index.name));
  }
  if (!gone.empty()) {
    out.push_back(
        {.sql = fmt::format("DELETE FROM main.sqlite_schema WHERE type = 'index' AND name IN "
                            "({names})",
                            "names"_a = join(gone, ", ")),
         .expect = exactly(static_cast<std::int64_t>(gone.size()),
                           fmt::format("indexes of {} are not as planned", r.base))});
  }
  for (const TargetIndex& index : r.target_indexes) {
    if (!index.kept) out.push_back(index_row(index.name, r.base, index.shadow_name, index.sql));
  }
  for (const BaseIndex& index : r.base_indexes) {
    out.push_back(index_row(index.trash_name, r.trash, index.name, index.trash_sql));
  }
}

void exchange_sequence(std::vector<Statement>& out, const Rebuild& r) {
  if (!r.autoincrement) return;
  out.push_back(
      {.sql = fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", literal(r.base))});
  out.push_back({.sql = fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}",
                                    literal(r.base), literal(r.shadow))});
}

// The row with the least or greatest key, found again through the index.
Statement found_through(const Rebuild& r, const TargetIndex& index, const std::string& direction) {
  const std::string o = r.old_alias;
  const std::string x = r.any_alias;
  const std::optional<TableText> target = table_text(r.target_sql);
  std::vector<std::string> order;
  std::vector<std::string> tests;
  for (const KeyColumn& column : r.key.columns) {
    order.push_back(quoted(column.new_name) + direction);
    tests.push_back(fmt::format("{} = {}", column_of(x, column.new_name),
                                column_of(o, r.key.is_implicit ? "segue_key" : column.new_name)));
  }
  // A subquery has no rowid unless it selects it.
  const std::string selected =
      r.key.is_implicit ? fmt::format("*, {} AS segue_key", r.key.columns.front().new_name) : "*";
  for (const IndexTerm& term : index.terms) {
    std::string collation = term.collation;
    const ColumnText* column = target ? target->column(term.column) : nullptr;
    const Clause* own = column == nullptr ? nullptr : column->clause(ClauseKind::collate);
    if (collation.empty()) collation = own == nullptr ? "BINARY" : own->body;
    tests.push_back(fmt::format("{} IS {} COLLATE {}", column_of(x, term.column),
                                column_of(o, term.column), quoted(collation)));
  }
  return {
      .sql = fmt::format(
          "SELECT 1 FROM (SELECT {selected} FROM {base} ORDER BY {order} LIMIT 1) {o} WHERE "
          "NOT EXISTS (SELECT 1 FROM {base} {x} INDEXED BY {index} WHERE {tests})",
          "selected"_a = selected, "base"_a = quoted(r.base), "order"_a = join(order, ", "),
          "o"_a = o, "x"_a = x, "index"_a = quoted(index.name), "tests"_a = join(tests, " AND ")),
      .expect = {.rule = Expectation::Rule::no_rows,
                 .kind = ErrorKind::bug,
                 .message = fmt::format("index {} does not find its rows", index.name)}};
}

void verify(std::vector<Statement>& out, const Rebuild& r) {
  out.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(r.base))});
  out.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(r.trash))});
  for (const TargetIndex& index : r.target_indexes) {
    const bool plain =
        !index.has_where && std::all_of(index.terms.begin(), index.terms.end(),
                                        [](const IndexTerm& term) { return !term.column.empty(); });
    if (!plain) continue;
    out.push_back(found_through(r, index, ""));
    out.push_back(found_through(r, index, " DESC"));
  }
}

void verify_roots(std::vector<Statement>& out) {
  out.push_back({.sql =
                     "SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM "
                     "temp.segue_roots ORDER "
                     "BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM "
                     "main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage))",
                 .expect = {.rule = Expectation::Rule::value,
                            .value = "1",
                            .kind = ErrorKind::bug,
                            .message = "the swap lost or doubled a root page"}});
  out.push_back({.sql = "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND "
                        "rootpage IS NULL",
                 .expect = {.rule = Expectation::Rule::no_rows,
                            .kind = ErrorKind::bug,
                            .message = "{0} has no root page"}});
}

// The row behind a row of the view. A view has no rowids: where nothing else tells rows apart, one
// of those that look alike is as good as another.
std::string row_of_view(const Rebuild& r) {
  std::vector<std::string> tests;
  if (!r.key.is_implicit) {
    for (const KeyColumn& column : r.key.columns) {
      tests.push_back(
          fmt::format("{} = {}", quoted(column.new_name), column_of("old", column.new_name)));
    }
    return join(tests, " AND ");
  }
  for (const std::string& name : r.target_columns) {
    tests.push_back(fmt::format("{} IS {}", quoted(name), column_of("old", name)));
  }
  const std::string& rowid = r.key.columns.front().new_name;
  return fmt::format("{rowid} = (SELECT {rowid} FROM {base} WHERE {tests} LIMIT 1)",
                     "rowid"_a = rowid, "base"_a = quoted(r.base),
                     "tests"_a = join(tests, " AND "));
}

}  // namespace

std::vector<NamedSql> late_view(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  std::vector<std::string> assigned;
  std::vector<std::string> values;
  for (const std::string& name : r.writable_columns) {
    assigned.push_back(fmt::format("{} = new.{}", quoted(name), quoted(name)));
    values.push_back(column_of("new", name));
  }
  const std::string at_old = row_of_view(r);
  const auto trigger = [&](const char* suffix, const char* event, const std::string& body) {
    const std::string name = fmt::format("segue_view_{}_{}", r.final_name, suffix);
    return NamedSql{name, fmt::format("CREATE TRIGGER {name} INSTEAD OF {event} ON {view} BEGIN\n  "
                                      "{body};\nEND",
                                      "name"_a = quoted(name), "event"_a = event,
                                      "view"_a = quoted(r.shadow), "body"_a = body)};
  };
  const std::string base = quoted(r.final_name);
  return {{r.shadow, fmt::format("CREATE VIEW {} AS SELECT {} FROM {}", quoted(r.shadow),
                                 quoted_list(r.target_columns), base)},
          trigger("i", "INSERT",
                  fmt::format("INSERT INTO {}({}) VALUES ({})", base,
                              quoted_list(r.writable_columns), join(values, ", "))),
          trigger("u", "UPDATE",
                  fmt::format("UPDATE {} SET {} WHERE {}", base, join(assigned, ", "), at_old)),
          trigger("d", "DELETE", fmt::format("DELETE FROM {} WHERE {}", base, at_old))};
}

void begin_edits(std::vector<Statement>& out) {
  out.push_back({.sql = "PRAGMA writable_schema = ON"});
  // Read only now: every DROP raised it.
  out.push_back({.sql = "PRAGMA schema_version", .capture = "version"});
}

void add_edit(std::vector<Statement>& out, const TextEdit& edit) {
  out.push_back(
      {.sql = fmt::format("UPDATE main.sqlite_schema SET sql = {text} WHERE type = 'table' AND "
                          "name = {table} AND sql IS {planned}",
                          "text"_a = literal(edit.text), "table"_a = literal(edit.table),
                          "planned"_a = literal(edit.planned)),
       .lock = "write lock, O(1)",
       .expect = exactly(1, fmt::format("the text of table {} is not as planned", edit.table))});
}

void end_edits(std::vector<Statement>& out) {
  // Without it other connections go on with the old text.
  if (protected_by("schema_version")) {
    out.push_back({.sql = "PRAGMA schema_version = {version+1}"});
  }
  out.push_back({.sql = "PRAGMA writable_schema = RESET"});
}

std::vector<Statement> after_edits() {
  return {{.sql = "PRAGMA writable_schema = OFF"},
          {.sql = "PRAGMA legacy_alter_table = OFF"},
          {.sql = "DROP TABLE IF EXISTS temp.segue_roots"}};
}

std::vector<Statement> after_failed_edits() {
  return {{.sql = "PRAGMA writable_schema = RESET"},
          {.sql = "PRAGMA legacy_alter_table = OFF"},
          {.sql = "DROP TABLE IF EXISTS temp.segue_roots"}};
}

namespace {

void add_exchange(std::vector<Statement>& out, const SwapInput& input) {
  if (input.tables.empty() && input.edits.empty()) return;
  if (!input.tables.empty()) add_roots(out);
  begin_edits(out);
  for (const SyncInput& table : input.tables) {
    exchange_tables(out, table.rebuild);
    exchange_indexes(out, table.rebuild);
    exchange_sequence(out, table.rebuild);
  }
  for (const TextEdit& edit : input.edits) add_edit(out, edit);
  end_edits(out);
  if (protected_by("root_pages")) {
    if (!input.tables.empty()) verify_roots(out);
    for (const SyncInput& table : input.tables) verify(out, table.rebuild);
  }
  for (const TextEdit& edit : input.edits) {
    out.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(edit.table))});
  }
}

// A dropped table is only set aside here; it is emptied in chunks afterwards.
void set_aside(std::vector<Statement>& out, const DroppedTable& table) {
  for (const std::string& trigger : table.triggers) {
    out.push_back({.sql = fmt::format("DROP TRIGGER {}", quoted(trigger))});
  }
  out.push_back({.sql = "PRAGMA legacy_alter_table = ON"});
  out.push_back({.sql = fmt::format("ALTER TABLE {} RENAME TO {}", quoted(table.table),
                                    quoted(fmt::format("segue_old_{}", table.table)))});
  out.push_back({.sql = "PRAGMA legacy_alter_table = OFF"});
}

}  // namespace

TransactionScript swap(const SwapInput& input) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.before.push_back({.sql = "DROP TABLE IF EXISTS temp.segue_roots"});
  std::vector<Statement>& out = script.statements;
  for (const std::string& view : input.stale_views) {
    out.push_back({.sql = fmt::format("DROP VIEW IF EXISTS {}", quoted(view))});
  }
  for (const GuardTable& table : input.guards) add_drops(out, guard_triggers(table));
  for (const SyncInput& table : input.tables) add_drops(out, two_way_triggers(table));
  add_exchange(out, input);
  for (const DroppedTable& table : input.dropped) set_aside(out, table);
  for (const std::string& sql : input.alters) out.push_back({.sql = sql, .lock = "write lock"});
  for (const SyncInput& table : input.tables) {
    for (const NamedSql& object : late_view(table)) {
      out.push_back({.sql = object.sql});
      if (!protected_by("late_view_triggers")) break;
    }
  }
  script.after = after_edits();
  script.failed = after_failed_edits();
  return script;
}

}  // namespace segue::dialect::sqlite
