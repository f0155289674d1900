// A refusing view takes its columns from a volatile set-returning function that raises: constants
// would be folded by the planner and answer an empty result without an error (hazard P70). Real and
// refusing form replace each other by CREATE OR REPLACE, so names, types and collations are equal
// in both and clients' prepared statements survive.

#include "engine/dialect/postgres/views.hpp"
#include "engine/core/protection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/carry_over.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/numbering.hpp"
#include "engine/dialect/postgres/sync.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::Version;
using model::VersionColumn;
using model::VersionTable;

bool same_as_base(const VersionTable& table, const VersionTable* base) {
  if (base == nullptr || base->physical != table.physical) return false;
  if (base->columns.size() != table.columns.size()) return false;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const VersionColumn& a = table.columns[i];
    const VersionColumn& b = base->columns[i];
    if (a.name != b.name || a.physical != b.physical) return false;
    if (a.shape.default_sql != b.shape.default_sql) return false;
  }
  return true;
}

bool has_links(const std::string& physical, const RenderContext& context) {
  for (const LiveMigration& migration : context.live) {
    for (const model::Change& change : migration.plan.changes) {
      for (const model::TableChange& table : change.tables) {
        if (table.physical == physical && table.has_sync()) return true;
      }
    }
  }
  return false;
}

// A created table is the same for everybody: it needs no view unless all tables get one.
bool is_created_by_chain(const std::string& physical, const RenderContext& context) {
  for (const LiveMigration& migration : context.live) {
    for (const model::Change& change : migration.plan.changes) {
      for (const model::TableChange& table : change.tables) {
        if (table.physical == physical && table.fate == model::TableFate::created) return true;
      }
    }
  }
  return false;
}

bool created_looks_physical(const VersionTable& table) {
  if (table.name != table.physical) return false;
  return std::all_of(table.columns.begin(), table.columns.end(),
                     [](const VersionColumn& c) { return c.name == c.physical; });
}

std::string collation(const VersionColumn& column) {
  return column.shape.collation.empty() ? "" : " COLLATE " + column.shape.collation;
}

std::string record_columns(const VersionView& view) {
  std::vector<std::string> out;
  for (const VersionColumn& column : view.columns) {
    out.push_back(
        fmt::format("{} {}{}", Identifier(column.name), column.shape.type, collation(column)));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string plain_columns(const VersionView& view, const std::string& prefix) {
  std::vector<std::string> out;
  for (const VersionColumn& column : view.columns) {
    out.push_back(prefix + Identifier(column.name).quoted());
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string mapped_columns(const VersionView& view) {
  std::vector<std::string> out;
  for (const VersionColumn& column : view.columns) {
    out.push_back(
        column.name == column.physical
            ? Identifier(column.name).quoted()
            : fmt::format("{} AS {}", Identifier(column.physical), Identifier(column.name)));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string options(const VersionView& view, const RenderContext& context) {
  const model::CatalogTable* table = context.catalog.table(view.physical);
  const bool asks_reader = table != nullptr && table->row_security;
  return asks_reader && protected_by("security_invoker") ? " WITH (security_invoker = true)" : "";
}

std::vector<Statement> grants(const QualifiedName& name, const VersionView& view,
                              const RenderContext& context) {
  if (!protected_by("privileges")) return {};
  const model::CatalogTable* table = context.catalog.table(view.physical);
  if (view.physical.empty() || table == nullptr) return {};
  std::vector<Statement> out{{.sql = fmt::format("SELECT segue.copy_privileges({}, {})",
                                                 literal(relation(view.physical, context).quoted()),
                                                 literal(name.quoted()))}};
  for (const VersionColumn& column : view.columns) {
    const model::CatalogColumn* base = table->column(column.physical);
    if (base == nullptr) continue;
    for (Statement& grant : column_grants(name, column.name, *base)) {
      out.push_back(std::move(grant));
    }
  }
  return out;
}

// The trigger numbers such a column, once; a default here would use up a second value.
bool is_numbered_by_sync(const VersionView& view, const VersionColumn& column,
                         const model::CatalogColumn* base) {
  return view.has_sync && base != nullptr && !base->default_sql && is_numbered(column.shape);
}

std::vector<Statement> defaults(const QualifiedName& name, const VersionView& view,
                                const RenderContext& context) {
  const model::CatalogTable* table = context.catalog.table(view.physical);
  std::vector<Statement> out;
  if (!protected_by("view_defaults")) return out;
  for (const VersionColumn& column : view.columns) {
    const model::CatalogColumn* base = table == nullptr ? nullptr : table->column(column.physical);
    const bool computed =
        (base != nullptr && (base->identity != ' ' || !base->generated.empty())) ||
        !column.shape.generated.empty() || column.shape.identity != ' ';
    if (computed || is_numbered_by_sync(view, column, base)) continue;
    std::string text = column.shape.default_sql.value_or("");
    // Without a default of its own the view would hand on the base's. A plain NULL is not kept as a
    // default by the server; this expression is, and means the same.
    const bool hides = text.empty() && base != nullptr && base->default_sql.has_value();
    if (hides) text = fmt::format("CAST(nullif('', '') AS {})", column.shape.type);
    if (text.empty()) continue;
    out.push_back({.sql = fmt::format("ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {}", name,
                                      Identifier(column.name), text)});
  }
  return out;
}

}  // namespace

std::vector<VersionView> version_views(const RenderContext& context, std::size_t index) {
  // What differs is measured from the base: a table that only an earlier version changed differs.
  const Version base = protected_by("cumulative_views")
                           ? model::base_version(context.catalog, context.live)
                           : model::version_after(context.catalog, context.live, index);
  const Version version = model::version_after(context.catalog, context.live, index + 1);
  const bool all = context.settings.version_views == model::VersionViews::all;
  std::vector<VersionView> views;
  for (const VersionTable& table : version.tables) {
    const bool same =
        same_as_base(table, base.table(table.name)) ||
        (is_created_by_chain(table.physical, context) && created_looks_physical(table));
    if (same && !all) continue;
    views.push_back(
        {table.name, table.physical, table.columns, has_links(table.physical, context)});
  }
  for (const VersionTable& table : base.tables) {
    if (version.table(table.name) == nullptr)
      views.push_back({table.name, "", table.columns, false});
  }
  return views;
}

std::vector<Statement> refusing_view(const QualifiedName& name, const VersionView& view,
                                     const std::string& version, const std::string& reason,
                                     const RenderContext& context) {
  std::vector<Statement> out{
      {.sql = fmt::format(R"sql(CREATE OR REPLACE VIEW {name} AS
SELECT {columns}
FROM segue.refuse_rows({version}, {reason}) AS r({record}))sql",
                          "name"_a = name, "columns"_a = plain_columns(view, "r."),
                          "version"_a = literal(version), "reason"_a = literal(reason),
                          "record"_a = record_columns(view)),
       .lock = "ACCESS EXCLUSIVE on the view"}};
  for (Statement& grant : grants(name, view, context)) out.push_back(std::move(grant));
  return out;
}

std::vector<Statement> serving_view(const QualifiedName& name, const VersionView& view, int ordinal,
                                    const RenderContext& context) {
  std::vector<Statement> out;
  const QualifiedName table = relation(view.physical, context);
  const std::string with = options(view, context);
  if (view.has_sync) {
    const QualifiedName inner = inner_view(context.catalog.schema, view.name, ordinal);
    out.push_back({.sql = fmt::format(
                       "CREATE OR REPLACE VIEW {inner}{with} AS\nSELECT {columns}, {marker}\nFROM "
                       "{table}",
                       "inner"_a = inner, "with"_a = with, "columns"_a = mapped_columns(view),
                       "marker"_a = Identifier(marker_column), "table"_a = table)});
    // The rewriter applies this default to the column that the outer view hides.
    if (protected_by("marker")) {
      out.push_back({.sql = fmt::format("ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {}", inner,
                                        Identifier(marker_column), ordinal)});
    }
    out.push_back({.sql = fmt::format("CREATE OR REPLACE VIEW {}{} AS\nSELECT {}\nFROM {}", name,
                                      with, plain_columns(view, ""), inner),
                   .lock = "ACCESS EXCLUSIVE on the view"});
    if (!with.empty()) {
      for (Statement& grant : grants(inner, view, context)) out.push_back(std::move(grant));
    } else if (protected_by("default_privileges")) {
      // It shows all rows as their owner: copied from itself, what default privileges granted goes.
      const std::string itself = literal(inner.quoted());
      out.push_back({.sql = fmt::format("SELECT segue.copy_privileges({0}, {0})", itself)});
    }
  } else {
    out.push_back({.sql = fmt::format("CREATE OR REPLACE VIEW {}{} AS\nSELECT {}\nFROM {}", name,
                                      with, mapped_columns(view), table),
                   .lock = "ACCESS EXCLUSIVE on the view"});
  }
  for (Statement& s : defaults(name, view, context)) out.push_back(std::move(s));
  for (Statement& grant : grants(name, view, context)) out.push_back(std::move(grant));
  return out;
}

std::vector<Statement> drop_inner_view(const VersionView& view, int ordinal,
                                       const RenderContext& context) {
  return {{.sql = fmt::format("DROP VIEW IF EXISTS {}",
                              inner_view(context.catalog.schema, view.name, ordinal))}};
}

}  // namespace segue::dialect::postgres
