// The swap: one transaction after which the base has the new version's shape. Order matters
// (hazards P62, P68, P72, P73): views before tables; refusing views for the version that is given
// up; sync replaced before a column that a trigger names goes; views moved off the inner view
// before the marker goes; then the old columns, then the final names.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/carry_over.hpp"
#include "engine/dialect/postgres/constraint_text.hpp"
#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/contract.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/numbering.hpp"
#include "engine/dialect/postgres/objects.hpp"
#include "engine/dialect/postgres/statistics.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/user_triggers.hpp"
#include "engine/dialect/postgres/views.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogColumn;
using model::CatalogTable;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

class Swap {
 public:
  explicit Swap(const RenderContext& context)
      : context_(context), change_(change_of(context)), after_live_(rest_of_chain()) {}

  TransactionScript run() {
    require_unbound(context_);
    TransactionScript script = ladder();
    statements_ = &script.statements;
    add(author_search_path(context_));
    append(*statements_, refusing_given_up(context_));
    append(*statements_, drop_with_swap(context_));
    if (protected_by("sync_stops_first")) stop_syncs();
    for (const TableChange& table : change_.tables) drop_old_references(table);
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::changed) reshape(table);
      if (table.fate == TableFate::dropped) drop(table);
    }
    if (!protected_by("sync_stops_first")) stop_syncs();
    append(*statements_, free_after_swap(context_));
    add(own_search_path());
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::changed) restart_sync(table);
    }
    return script;
  }

 private:
  void stop_syncs() {
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::changed) stop_sync(table);
    }
  }

  void add(Statement statement) { statements_->push_back(std::move(statement)); }

  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    statements_->push_back({.sql = fmt::format(format, std::forward<Args>(args)...)});
  }

  // The chain as it is after this contract: ours gone, later ones rebased.
  std::vector<LiveMigration> rest_of_chain() const {
    std::vector<LiveMigration> rest;
    for (std::size_t i = 0; i < context_.live.size(); ++i) {
      if (i == context_.current) continue;
      LiveMigration migration = context_.live[i];
      for (model::Change& change : migration.plan.changes) change = rebased(change, change_);
      rest.push_back(std::move(migration));
    }
    return rest;
  }

  TransactionScript ladder() const {
    std::vector<std::string> tables;
    std::vector<QualifiedName> views;
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::created) continue;
      if (!table.differs()) continue;
      tables.push_back(table.physical);
    }
    for (const std::string& table : tables_of_dropped_triggers(change_)) {
      if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
    }
    for (std::size_t i = 0; i < context_.live.size(); ++i) {
      if (!is_served(i)) continue;
      for (const VersionView& view : version_views(context_, i)) {
        if (is_ours(view.physical)) views.push_back({schema_of(i), view.name});
      }
    }
    TransactionScript script = ladder_script(tables, "ACCESS EXCLUSIVE", context_, views);
    for (const std::string& partner : foreign_key_partners()) {
      script.locks.push_back(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE NOWAIT", partner));
      script.locked_tables.push_back(partner);
    }
    return script;
  }

  // Dropping a column of a foreign key, or a child table, locks the parent; a key that refers to a
  // column that goes is dropped on the child.
  std::set<std::string> foreign_key_partners() const {
    std::set<std::string> partners;
    for (const TableChange& table : change_.tables) {
      const CatalogTable* live = context_.catalog.table(table.physical);
      if (live == nullptr) continue;
      for (const model::CatalogConstraint& c : live->constraints) {
        if (c.type == 'f' && c.referenced_table != live->qualified().quoted()) {
          partners.insert(c.referenced_table);
        }
      }
      for (const NewSideObject& c : new_side_constraints(table, change_, context_.catalog)) {
        if (!c.on_table.empty()) partners.insert(relation(c.on_table, context_).quoted());
      }
    }
    return partners;
  }

  bool is_served(std::size_t i) const {
    if (context_.live[i].plan.found.contains(unserved)) return false;
    const model::MigrationState state = context_.live[i].state;
    return i == context_.current || state == model::MigrationState::migrated ||
           state == model::MigrationState::contracting;
  }

  std::string schema_of(std::size_t i) const {
    return version_schema(context_.catalog.schema,
                          context_.live[i].plan.changes.front().version_schema);
  }

  bool is_ours(const std::string& physical) const { return is_reshaped(physical, change_); }

  bool sync_remains(const std::string& physical) const {
    return !links_on(physical, context_, SyncMode::absent).empty();
  }

  // Triggers that name the old columns go first. What the rest of the chain needs comes back at the
  // end, under the same locks, so no write is ever without it.
  void stop_sync(const TableChange& table) {
    // Also without a pair of ours: the functions of later ones name columns that get other names
    // now.
    const bool remains = sync_remains(table.physical);
    if (!table.has_sync() && !remains) return;
    append(*statements_, sync_statements(table.physical, {}, context_));
    if (remains) return;
    for (std::size_t i = 0; i < context_.live.size(); ++i) {
      if (!is_served(i)) continue;
      for (VersionView view : version_views(context_, i)) {
        if (view.physical != table.physical) continue;
        view.has_sync = false;
        const int ordinal = context_.live[i].plan.changes.front().ordinal;
        if (!protected_by("views_follow_swap")) view.columns.pop_back();
        append(*statements_, serving_view({schema_of(i), view.name}, view, ordinal, context_));
        append(*statements_, drop_inner_view(view, ordinal, context_));
      }
    }
  }

  // A column that a foreign key refers to cannot go; the one that refers to the new column is
  // valid.
  void drop_old_references(const TableChange& table) {
    for (const NewSideObject& c : new_side_constraints(table, change_, context_.catalog)) {
      if (!c.refers_to_new) continue;
      add("ALTER TABLE {} DROP CONSTRAINT {}", table_of_constraint(c, table),
          Identifier(c.final_name));
    }
  }

  QualifiedName table_of_constraint(const NewSideObject& c, const TableChange& table) const {
    return relation(c.on_table.empty() ? table.physical : c.on_table, context_);
  }

  void reshape(const TableChange& table) {
    const QualifiedName name = relation(table.physical, context_);
    const CatalogTable* live = context_.catalog.table(table.physical);
    for (const ColumnChange& column : table.columns) {
      const CatalogColumn* old = live == nullptr ? nullptr : live->column(column.old_physical);
      if (column.fate != ColumnFate::replaced || old == nullptr) continue;
      if (!protected_by("sequence_handed_over")) continue;
      append(*statements_, hand_over_sequence(name, column, *old));
    }
    drop_constraints(name, table);
    append(*statements_, unlist_old_columns(table, context_));
    drop_old_columns(name, table);
    rename_columns(name, table);
    for (const ColumnChange& column : table.columns) finish_column(name, live, column);
    attach_indexes(name, table);
    attach_constraints(name, table);
    append(*statements_, name_statistics(table, context_));
    for (const auto& [from, to] : table.renamed_constraints) {
      add("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", name, Identifier(from), Identifier(to));
    }
    if (table.replica_identity) {
      add("ALTER TABLE {} REPLICA IDENTITY {}", name, replica_identity(*table.replica_identity));
    }
    if (table.is_renamed()) add("ALTER TABLE {} RENAME TO {}", name, Identifier(table.after));
  }

  void drop_constraints(const QualifiedName& name, const TableChange& table) {
    for (const model::DroppedConstraint& c : table.dropped_constraints) {
      if (!c.early) add("ALTER TABLE {} DROP CONSTRAINT {}", name, Identifier(c.name));
    }
  }

  void drop_old_columns(const QualifiedName& name, const TableChange& table) {
    std::vector<std::string> drops;
    for (const ColumnChange& column : table.columns) {
      if (column.fate == ColumnFate::replaced || column.fate == ColumnFate::dropped) {
        drops.push_back(fmt::format("DROP COLUMN {}", Identifier(column.old_physical)));
      }
    }
    if (table.has_sync() && !sync_remains(table.physical)) {
      drops.push_back(fmt::format("DROP COLUMN {}", Identifier(marker_column)));
    }
    if (!drops.empty()) add("ALTER TABLE {}\n  {}", name, fmt::join(drops, ",\n  "));
  }

  // Through an interim name when names are exchanged within the table.
  void rename_columns(const QualifiedName& name, const TableChange& table) {
    std::map<std::string, std::string> renames;
    for (const ColumnChange& column : table.columns) {
      if (column.fate != ColumnFate::dropped && column.new_physical != column.after) {
        renames[column.new_physical] = column.after;
      }
    }
    std::vector<std::pair<std::string, std::string>> late;
    for (const auto& [from, to] : renames) {
      if (renames.contains(to)) {
        const std::string interim = interim_name(change_.ordinal, "to_" + to);
        add("ALTER TABLE {} RENAME COLUMN {} TO {}", name, Identifier(from), Identifier(interim));
        late.emplace_back(interim, to);
      }
    }
    for (const auto& [from, to] : renames) {
      if (!renames.contains(to)) {
        add("ALTER TABLE {} RENAME COLUMN {} TO {}", name, Identifier(from), Identifier(to));
      }
    }
    for (const auto& [from, to] : late) {
      add("ALTER TABLE {} RENAME COLUMN {} TO {}", name, Identifier(from), Identifier(to));
    }
  }

  // Defaults, NOT NULL (proved by a valid CHECK, so without a scan) and comments.
  void finish_column(const QualifiedName& name, const CatalogTable* live,
                     const ColumnChange& column) {
    if (column.fate == ColumnFate::dropped) return;
    const Identifier physical(column.after);
    const bool fresh = column.has_sync() && column.fate != ColumnFate::kept;
    const bool default_changed = column.shape.default_sql != column.shape_before.default_sql;
    if (fresh ? column.shape.default_sql.has_value()
              : column.fate == ColumnFate::kept && default_changed) {
      if (column.shape.default_sql) {
        add("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}", name, physical,
            *column.shape.default_sql);
      } else {
        add("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", name, physical);
      }
    }
    const bool becomes_strict =
        !column.shape.nullable &&
        (fresh || (column.fate == ColumnFate::kept && column.shape_before.nullable));
    if (becomes_strict) add("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL", name, physical);
    append(*statements_,
           number_column(name, column,
                         live == nullptr ? nullptr : live->column(column.old_physical), context_));
    if ((fresh || column.shape.comment != column.shape_before.comment) &&
        (column.shape.comment || column.fate == ColumnFate::kept)) {
      add("COMMENT ON COLUMN {}.{} IS {}", name, physical,
          column.shape.comment ? literal(*column.shape.comment) : "NULL");
    }
  }

  void attach_indexes(const QualifiedName& name, const TableChange& table) {
    const CatalogTable* live = context_.catalog.table(table.physical);
    for (const NewSideObject& index : new_side_indexes(table, change_, context_.catalog)) {
      if (index.object.starts_with("create:")) continue;
      if (index.constraint.empty()) {
        add("ALTER INDEX {} RENAME TO {}", relation(index.interim, context_),
            Identifier(index.final_name));
      } else {
        attach_constraint_index(name, index);
      }
      if (!index.object.starts_with("rebuild:")) continue;
      if (const auto* constraint = live->constraint(index.constraint)) {
        comment_on_constraint(name, *constraint);
      }
      carry_index_facts(name, *live, index.final_name);
    }
  }

  void carry_index_facts(const QualifiedName& name, const CatalogTable& live,
                         const std::string& index) {
    const model::CatalogIndex* old = live.index(index);
    if (old == nullptr) return;
    append(*statements_, index_facts(name, relation(index, context_), *old));
  }

  void attach_constraint_index(const QualifiedName& name, const NewSideObject& index) {
    const std::string_view when = !index.deferrable          ? ""
                                  : index.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED"
                                                             : " DEFERRABLE";
    add("ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {}{}", name, Identifier(index.constraint),
        index.constraint_type == 'p' ? "PRIMARY KEY" : "UNIQUE", Identifier(index.interim), when);
  }

  void comment_on_constraint(const QualifiedName& name, const model::CatalogConstraint& old) {
    if (old.comment.empty()) return;
    add("COMMENT ON CONSTRAINT {} ON {} IS {}", Identifier(old.name), name, literal(old.comment));
  }

  void attach_constraints(const QualifiedName& name, const TableChange& table) {
    const CatalogTable* live = context_.catalog.table(table.physical);
    for (const NewSideObject& c : new_side_constraints(table, change_, context_.catalog)) {
      if (c.constraint_type == 'n') {
        add("ALTER TABLE {} DROP CONSTRAINT {}", name, Identifier(c.interim));
      } else if (c.interim != c.final_name) {
        const QualifiedName on = table_of_constraint(c, table);
        add("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", on, Identifier(c.interim),
            Identifier(c.final_name));
        const bool rebuilt = c.object.starts_with("rebuild:") || !c.on_table.empty();
        const CatalogTable* of = c.on_table.empty() ? live : context_.catalog.table(c.on_table);
        const auto* old = rebuilt && of != nullptr ? of->constraint(c.final_name) : nullptr;
        if (old != nullptr) comment_on_constraint(on, *old);
        if (c.constraint_type == 'x') carry_index_facts(name, *live, c.final_name);
      }
    }
  }

  void drop(const TableChange& table) { add("DROP TABLE {}", relation(table.physical, context_)); }

  void restart_sync(const TableChange& table) {
    if (!sync_remains(table.physical) || !protected_by("sync_restarts")) return;
    const model::Catalog catalog = catalog_after();
    RenderContext rest{.catalog = catalog,
                       .live = after_live_,
                       .current = after_live_.size(),
                       .settings = context_.settings};
    append(*statements_,
           sync_statements(table.after, links_on(table.after, rest, SyncMode::absent), rest));
  }

  // The catalogue as this transaction leaves it, as far as sync looks at it.
  model::Catalog catalog_after() const {
    model::Catalog out = context_.catalog;
    for (const TableChange& table : change_.tables) {
      if (table.fate != TableFate::changed) continue;
      for (CatalogTable& live : out.tables) {
        if (live.name != table.physical) continue;
        live.name = table.after;
        std::vector<CatalogColumn> columns;
        for (CatalogColumn& column : live.columns) {
          if (const auto name = name_after(column.name, table)) {
            columns.push_back(column);
            columns.back().name = *name;
          }
        }
        live.columns = std::move(columns);
        break;
      }
    }
    return out;
  }

  static std::optional<std::string> name_after(const std::string& physical,
                                               const TableChange& table) {
    for (const ColumnChange& c : table.columns) {
      if (c.fate != ColumnFate::dropped && c.new_physical == physical) return c.after;
      const bool goes = c.fate == ColumnFate::dropped || c.fate == ColumnFate::replaced;
      if (goes && c.old_physical == physical) return std::nullopt;
    }
    return physical;
  }

  const RenderContext& context_;
  const model::Change& change_;
  std::vector<LiveMigration> after_live_;
  std::vector<Statement>* statements_ = nullptr;
};

}  // namespace

Script swap(const RenderContext& context) { return Swap(context).run(); }

}  // namespace segue::dialect::postgres
