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

#include "engine/dialect/sqlite/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"

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

// Automatic indexes are numbered by their place in the text: each that has another number or
// another owner now is deleted and stands behind its table again.
void renumber_indexes(std::vector<Statement>& out, const TextEdit& edit) {
  if (edit.indexes.empty()) return;
  std::vector<std::string> gone;
  for (const MovedIndex& index : edit.indexes) gone.push_back(literal(index.from));
  out.push_back(
      {.sql = fmt::format(
           "DELETE FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = {table} AND "
           "name IN ({names})",
           "table"_a = literal(edit.table), "names"_a = join(gone, ", ")),
       .expect = exactly(static_cast<std::int64_t>(gone.size()),
                         fmt::format("indexes of {} are not as planned", edit.table))});
  for (const MovedIndex& index : edit.indexes) {
    out.push_back(index_row(index.name, edit.table, index.from, ""));
  }
}

void exchange_sequence(std::vector<Statement>& out, const Rebuild& r) {
  if (!r.autoincrement) return;
  out.push_back(
      {.sql = fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", literal(r.base))});
  out.push_back({.sql = fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}",
                                    literal(r.base), literal(r.shadow))});
}

// A table whose indexes are looked through, and what tells its rows apart.
struct Looked {
  std::string table;
  std::string text;
  std::vector<std::string> key;
  bool is_implicit = false;
  std::string o;
  std::string x;
};

Looked looked(const Rebuild& r) {
  Looked out{.table = r.base,
             .text = r.target_sql,
             .is_implicit = r.key.is_implicit,
             .o = r.old_alias,
             .x = r.any_alias};
  for (const KeyColumn& column : r.key.columns) out.key.push_back(column.new_name);
  return out;
}

Looked looked(const TextEdit& edit) {
  return {.table = edit.table,
          .text = edit.text,
          .key = edit.key,
          .is_implicit = edit.key_is_implicit,
          .o = "segue_first",
          .x = "segue_found"};
}

std::string collation_of(const IndexTerm& term, const std::optional<TableText>& table) {
  if (!term.collation.empty()) return term.collation;
  const ColumnText* column = table ? table->column(term.column) : nullptr;
  const Clause* own = column == nullptr ? nullptr : column->clause(ClauseKind::collate);
  return own == nullptr ? "BINARY" : own->body;
}

// The row with the least or greatest key, found again through the index.
Statement found_through(const Looked& in, const std::string& index,
                        const std::vector<IndexTerm>& terms, const std::string& direction) {
  const std::optional<TableText> text = table_text(in.text);
  std::vector<std::string> order;
  std::vector<std::string> tests;
  for (const std::string& name : in.key) {
    order.push_back(quoted(name) + direction);
    tests.push_back(fmt::format("{} = {}", column_of(in.x, name),
                                column_of(in.o, in.is_implicit ? "segue_key" : name)));
  }
  // A subquery has no rowid unless it selects it.
  const std::string selected =
      in.is_implicit ? fmt::format("*, {} AS segue_key", in.key.front()) : "*";
  for (const IndexTerm& term : terms) {
    tests.push_back(fmt::format("{} IS {} COLLATE {}", column_of(in.x, term.column),
                                column_of(in.o, term.column), quoted(collation_of(term, text))));
  }
  return {
      .sql = fmt::format(
          "SELECT 1 FROM (SELECT {selected} FROM {base} ORDER BY {order} LIMIT 1) {o} WHERE "
          "NOT EXISTS (SELECT 1 FROM {base} {x} INDEXED BY {index} WHERE {tests})",
          "selected"_a = selected, "base"_a = quoted(in.table), "order"_a = join(order, ", "),
          "o"_a = in.o, "x"_a = in.x, "index"_a = quoted(index), "tests"_a = join(tests, " AND ")),
      .expect = {.rule = Expectation::Rule::no_rows,
                 .kind = ErrorKind::bug,
                 .message = fmt::format("index {} does not find its rows", index)}};
}

bool are_plain(const std::vector<IndexTerm>& terms) {
  return std::all_of(terms.begin(), terms.end(),
                     [](const IndexTerm& term) { return !term.column.empty(); });
}

void verify(std::vector<Statement>& out, const Rebuild& r) {
  out.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(r.base))});
  out.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(r.trash))});
  for (const TargetIndex& index : r.target_indexes) {
    if (index.has_where || !are_plain(index.terms)) continue;
    out.push_back(found_through(looked(r), index.name, index.terms, ""));
    out.push_back(found_through(looked(r), index.name, index.terms, " DESC"));
  }
}

void verify(std::vector<Statement>& out, const TextEdit& edit) {
  for (const MovedIndex& index : edit.indexes) {
    if (!are_plain(index.terms)) continue;
    out.push_back(found_through(looked(edit), index.name, index.terms, ""));
    out.push_back(found_through(looked(edit), index.name, index.terms, " DESC"));
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

}  // namespace

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

void add_exchange(std::vector<Statement>& out, const SwapInput& input) {
  if (input.tables.empty() && input.edits.empty()) return;
  const bool moves = !input.tables.empty() ||
                     std::any_of(input.edits.begin(), input.edits.end(),
                                 [](const TextEdit& edit) { return !edit.indexes.empty(); });
  if (moves) add_roots(out);
  begin_edits(out);
  for (const SyncInput& table : input.tables) {
    exchange_tables(out, table.rebuild);
    exchange_indexes(out, table.rebuild);
    exchange_sequence(out, table.rebuild);
  }
  for (const TextEdit& edit : input.edits) {
    add_edit(out, edit);
    renumber_indexes(out, edit);
  }
  end_edits(out);
  if (protected_by("root_pages")) {
    if (moves) verify_roots(out);
    for (const SyncInput& table : input.tables) verify(out, table.rebuild);
    for (const TextEdit& edit : input.edits) verify(out, edit);
  }
  for (const TextEdit& edit : input.edits) {
    out.push_back({.sql = fmt::format("SELECT * FROM {} LIMIT 0", quoted(edit.table))});
  }
}

}  // namespace segue::dialect::sqlite
