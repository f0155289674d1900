// What stands on a table is text, and text breaks in silence: SQLite compiles a view or a trigger
// when a client uses it. So the whole schema is written down twice, as it is and as it would be,
// and everything that compiles there and not here would be broken by the change. Objects that
// cannot be made at all (functions of the application) fail in both and say nothing.

#include "engine/dialect/sqlite/direct_build.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/indexes.hpp"
#include "engine/dialect/sqlite/late_view.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;
using model::CatalogTable;
using model::CatalogTrigger;
using model::ColumnChange;
using model::ColumnFate;
using model::ObjectAction;
using model::ObjectKind;
using model::TableFate;

const std::vector<model::CatalogColumn> no_columns;

bool is_ours(const std::string& name) { return name.starts_with("segue_"); }

bool fires(const CatalogTable& table, bool CatalogTrigger::*event) {
  return std::any_of(table.triggers.begin(), table.triggers.end(),
                     [&](const CatalogTrigger& t) { return !is_ours(t.name) && t.*event; });
}

// One schema: of a table only what the caller names of it, of the rest everything.
class SchemaWriter {
 public:
  SchemaWriter() = default;
  explicit SchemaWriter(const Objects& objects) : objects_(objects) {}

  void text(const std::string& object, const std::string& sql) {
    if (!sql.empty()) schema_.texts.push_back({object, sql});
  }

  void whole(const CatalogTable& table) {
    text(object_of(table), table.sql);
    for (const model::CatalogIndex& index : table.indexes) named_index(index);
    std::vector<std::string> columns;
    for (const model::CatalogColumn& column : table.columns) {
      if (column.generated.empty()) columns.push_back(column.name);
    }
    standing_on(table, table.name, columns, [](const std::string& name) { return name; });
  }

  void named_index(const model::CatalogIndex& index) {
    if (!is_ours(index.name)) text("index " + index.name, index.definition);
  }

  // Triggers of the table, which is now called `name` and has `columns` to write to.
  template <typename NameAfter>
  void standing_on(const CatalogTable& table, const std::string& name,
                   const std::vector<std::string>& columns, const NameAfter& name_after) {
    if (table.kind == 'v') check(object_of(table), select(name, "*"));
    for (const CatalogTrigger& trigger : table.triggers) {
      if (is_ours(trigger.name) || is_dropped(objects_, ObjectKind::trigger, trigger.name))
        continue;
      triggers_.push_back({"trigger " + trigger.name, trigger.definition});
      for (const std::string& column : trigger.columns) {
        check("trigger " + trigger.name, select(name, column_of(name, name_after(column))));
      }
    }
    writes(table, name, columns);
  }

  void view(const model::ObjectOperation& op) {
    text("view " + op.name, create_object_sql(op));
    check("view " + op.name, select(op.name, "*"));
  }

  // Compiled by whatever makes it fire.
  void trigger(const model::ObjectOperation& op, const CatalogTable* table) {
    const std::string object = "trigger " + op.name;
    triggers_.push_back({object, create_object_sql(op)});
    const std::string at = quoted(op.table);
    check(object, fmt::format("EXPLAIN INSERT INTO {} DEFAULT VALUES", at));
    check(object, fmt::format("EXPLAIN DELETE FROM {}", at));
    for (const model::CatalogColumn& column : table == nullptr ? no_columns : table->columns) {
      if (!column.generated.empty()) continue;
      check(object, fmt::format("EXPLAIN UPDATE {0} SET {1} = {1}", at, quoted(column.name)));
    }
  }

  // Alters come behind the triggers: they rewrite them.
  DirectBuild::Schema finish(std::vector<DirectBuild::Text> alters) {
    for (auto* list : {&triggers_, &alters}) {
      for (DirectBuild::Text& each : *list) schema_.texts.push_back(std::move(each));
    }
    return std::move(schema_);
  }

 private:
  static std::string object_of(const CatalogTable& table) {
    return fmt::format("{} {}", table.kind == 'v' ? "view" : "table", table.name);
  }

  static std::string select(const std::string& table, const std::string& what) {
    return fmt::format("SELECT {} FROM {} LIMIT 0", what, quoted(table));
  }

  void check(std::string object, std::string sql) {
    schema_.checks.push_back({std::move(object), std::move(sql)});
  }

  void writes(const CatalogTable& table, const std::string& name,
              const std::vector<std::string>& columns) {
    const std::string object = "what triggers do on " + table.name;
    const std::string at = quoted(name);
    std::vector<std::string> kept;
    for (const std::string& column : columns) {
      kept.push_back(fmt::format("{0} = {0}", quoted(column)));
    }
    if (fires(table, &CatalogTrigger::on_insert)) {
      check(object, fmt::format("EXPLAIN INSERT INTO {} DEFAULT VALUES", at));
    }
    if (fires(table, &CatalogTrigger::on_update) && !kept.empty()) {
      check(object, fmt::format("EXPLAIN UPDATE {} SET {}", at, join(kept, ", ")));
    }
    if (fires(table, &CatalogTrigger::on_delete)) {
      check(object, fmt::format("EXPLAIN DELETE FROM {}", at));
    }
  }

  Objects objects_;
  DirectBuild::Schema schema_;
  std::vector<DirectBuild::Text> triggers_;
};

class Builder {
 public:
  Builder(const std::vector<TableWork>& works, const model::Catalog& catalog,
          const Objects& objects)
      : works_(works), catalog_(catalog), objects_(objects), after_(objects) {}

  DirectBuild run() {
    DirectBuild build;
    SchemaWriter before;
    for (const CatalogTable& table : catalog_.tables) {
      if (!passes_away(table)) before.whole(table);
    }
    build.before = before.finish({});
    for (const CatalogTable& table : catalog_.tables) {
      if (!passes_away(table)) add(table);
    }
    for (const TableWork& work : works_) {
      if (work.change.fate == TableFate::created) created(work.change);
      if (changed(work)) facts(build.facts, work);
    }
    for (const model::ObjectOperation& op : objects_) created(op);
    build.after = after_.finish(std::move(alters_));
    return build;
  }

 private:
  static bool changed(const TableWork& work) {
    return work.base != nullptr && work.change.fate == TableFate::changed;
  }

  // A shadow, and what an earlier contract left of its version: the swap takes both away.
  bool passes_away(const CatalogTable& table) const {
    return is_late_view(table) ||
           std::any_of(works_.begin(), works_.end(), [&](const TableWork& work) {
             return work.rebuild && work.rebuild->shadow == table.name;
           });
  }

  // When contract builds, they stand in the catalogue.
  void created(const model::ObjectOperation& op) {
    if (op.action == ObjectAction::drop || catalog_.relation_names.contains(op.name)) return;
    if (op.kind == ObjectKind::view) {
      after_.view(op);
    } else {
      after_.trigger(op, catalog_.table(op.table));
    }
  }

  void add(const CatalogTable& table) {
    if (table.kind == 'v' && is_dropped(objects_, ObjectKind::view, table.name)) return;
    for (const TableWork& work : works_) {
      if (work.base == nullptr || work.base->name != table.name) continue;
      if (work.change.fate == TableFate::dropped) return;
      if (work.rebuild) return rebuilt(work);
      if (work.change.fate == TableFate::changed) return edited(work);
    }
    after_.whole(table);
  }

  void alter(const TableWork& work, std::string sql) {
    alters_.push_back({"table " + work.base->name, std::move(sql)});
  }

  void rebuilt(const TableWork& work) {
    const Rebuild& r = *work.rebuild;
    after_.text("table " + r.base, r.target_sql);
    for (const TargetIndex& index : r.target_indexes) after_.text("index " + index.name, index.sql);
    if (work.change.is_renamed()) alter(work, rename_table_sql(work.change));
    after_.standing_on(*work.base, work.change.after, r.writable_columns,
                       [](const std::string& name) { return name; });
  }

  void edited(const TableWork& work) {
    const CatalogTable& base = *work.base;
    after_.text("table " + base.name,
                tightened_text(loosened_text(base.sql, work.change), work.change));
    for (const model::CatalogIndex& index : base.indexes) after_.named_index(index);
    for (const model::CreateIndex& index : work.change.created_indexes) {
      if (catalog_.relation_names.contains(index.name)) continue;
      after_.text("index " + index.name, create_index_text(index, base.name));
    }
    std::vector<std::string> columns;
    for (const ColumnChange& column : work.change.columns) {
      if (column.fate == ColumnFate::added && base.column(column.after) == nullptr) {
        alter(work, add_column_sql(base.name, column));
      }
      if (column.fate != ColumnFate::dropped && column.shape.generated.empty()) {
        columns.push_back(column.after);
      }
    }
    for (std::string& sql : direct_alters(work.change)) alter(work, std::move(sql));
    after_.standing_on(base, work.change.after, columns, [&](const std::string& name) {
      for (const ColumnChange& column : work.change.columns) {
        if (column.is_renamed() && same_name(column.old_physical, name)) return column.after;
      }
      return name;
    });
  }

  void created(const model::TableChange& change) {
    if (catalog_.table(change.physical) != nullptr || !change.create) return;
    after_.text("table " + change.physical, create_table_sql(*change.create));
    for (const model::CreateIndex& index : change.created_indexes) {
      after_.text("index " + index.name, create_index_text(index, change.physical));
    }
  }

  static void facts(std::vector<DirectBuild::Text>& out, const TableWork& work) {
    for (const char* query :
         {"SELECT cid, name, type, \"notnull\", dflt_value, pk, hidden FROM "
          "pragma_table_xinfo({table}, 'main') ORDER BY cid",
          "SELECT l.name, l.\"unique\", l.origin, l.partial, x.seqno, x.cid, x.name, x.desc, "
          "x.coll, x.key FROM pragma_index_list({table}, 'main') l JOIN pragma_index_xinfo(l.name, "
          "'main') x ORDER BY l.name, x.seqno",
          "SELECT id, seq, \"table\", \"from\", \"to\", on_update, on_delete, \"match\" FROM "
          "pragma_foreign_key_list({table}, 'main') ORDER BY id, seq",
          "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE tbl_name = {table} AND "
          "name NOT LIKE 'segue\\_%' ESCAPE '\\' ORDER BY type, name"}) {
      out.push_back({"table " + work.base->name,
                     fmt::format(fmt::runtime(query), "table"_a = literal(work.change.after))});
    }
  }

  const std::vector<TableWork>& works_;
  const model::Catalog& catalog_;
  const Objects& objects_;
  SchemaWriter after_;
  std::vector<DirectBuild::Text> alters_;
};

}  // namespace

DirectBuild direct_build(const std::vector<TableWork>& works, const model::Catalog& catalog,
                         const Objects& objects) {
  return Builder(works, catalog, objects).run();
}

}  // namespace segue::dialect::sqlite
