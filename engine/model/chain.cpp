// Which logical versions exist. The base is derived, never stored: the catalogue less what live
// migrations put onto the tables (their added and replacing columns, and the marker).

#include "engine/model/chain.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "engine/core/identifier.hpp"
#include "engine/core/sql_tokens.hpp"

namespace segue::model {
namespace {

// Physical columns that live migrations added to `table`, and whether the table itself is theirs.
struct Additions {
  std::set<std::string> columns;
  bool table = false;
};

Additions additions_to(const std::string& table, const std::vector<LiveMigration>& live) {
  Additions found;
  for (const LiveMigration& migration : live) {
    for (const Change& change : migration.plan.changes) {
      for (const TableChange& t : change.tables) {
        if (t.physical != table) continue;
        if (t.fate == TableFate::created) found.table = true;
        for (const ColumnChange& column : t.columns) {
          if (column.new_physical != column.old_physical) found.columns.insert(column.new_physical);
        }
      }
    }
  }
  return found;
}

VersionColumn version_column(const CatalogColumn& column) {
  VersionColumn out{.name = column.name, .physical = column.name, .shape = {}};
  out.shape.type = column.type;
  out.shape.nullable = column.nullable;
  if (column.generated.empty()) out.shape.default_sql = column.default_sql;
  if (!column.comment.empty()) out.shape.comment = column.comment;
  out.shape.collation = column.collation;
  out.shape.generated = column.generated;
  out.shape.identity = column.identity;
  out.shape.primary_key = column.primary_key;
  return out;
}

void rebase(ReferencesSpec& references, const Change& contracted) {
  for (const TableChange& table : contracted.tables) {
    if (table.fate != TableFate::changed || table.physical != references.table) continue;
    references.table = table.after;
    for (std::string& name : references.columns) {
      for (const ColumnChange& column : table.columns) {
        if (column.fate == ColumnFate::dropped || column.new_physical != name) continue;
        name = column.after;
        break;
      }
    }
    return;
  }
}

bool is_user_table(const CatalogTable& table) {
  return table.kind == 'r' || table.kind == 'p' || table.kind == 'f' || table.kind == 'V';
}

constexpr std::string_view references = " REFERENCES ";

// The name of a column, or an expression's text, once `contracted` has given the columns their
// names.
std::string renamed_in(const std::string& text, const TableChange& contracted) {
  return replace_columns(text, "", [&](const std::string& name) -> std::optional<std::string> {
    for (const ColumnChange& column : contracted.columns) {
      if (column.fate != ColumnFate::dropped && column.new_physical == name)
        return Identifier(column.after).quoted();
    }
    return std::nullopt;
  });
}

// Behind the parent's columns, which stand in the first parentheses after its name.
std::size_t end_of_parent_columns(const std::string& text, std::size_t at) {
  for (const SqlToken& token : sql_tokens(std::string_view(text).substr(at))) {
    if (token.text == ")") return at + token.offset + 1;
  }
  return text.size();
}

// A foreign key that a reversal brings back names its parent as that is called by then.
void rebase_parent(DroppedConstraint& constraint, const Change& contracted) {
  const std::size_t at = constraint.definition.find(references);
  if (constraint.type != 'f' || at == std::string::npos) return;
  for (const TableChange& parent : contracted.tables) {
    const std::string name = Identifier(parent.physical).quoted();
    if (parent.fate != TableFate::changed || !constraint.referenced_table.ends_with("." + name))
      continue;
    const std::size_t schema = constraint.referenced_table.size() - name.size();
    constraint.referenced_table.resize(schema);
    constraint.referenced_table += Identifier(parent.after).quoted();
    std::string columns;
    for (std::string& referenced : constraint.referenced_columns) {
      for (const ColumnChange& column : parent.columns) {
        if (column.fate == ColumnFate::dropped || column.new_physical != referenced) continue;
        referenced = column.after;
        break;
      }
      columns += (columns.empty() ? "" : ", ") + Identifier(referenced).quoted();
    }
    const std::size_t end = end_of_parent_columns(constraint.definition, at);
    constraint.definition = constraint.definition.substr(0, at) + std::string(references) +
                            constraint.referenced_table + "(" + columns + ")" +
                            constraint.definition.substr(end);
    return;
  }
}

}  // namespace

Version base_version(const Catalog& catalog, const std::vector<LiveMigration>& live) {
  Version base;
  for (const CatalogTable& table : catalog.tables) {
    if (!is_user_table(table)) continue;
    const Additions additions = additions_to(table.name, live);
    if (additions.table) continue;
    VersionTable version{.name = table.name, .physical = table.name, .columns = {}};
    for (const CatalogColumn& column : table.columns) {
      const bool ours = column.name == "_segue" || column.name.starts_with("_segue_");
      if (!ours && !additions.columns.contains(column.name)) {
        version.columns.push_back(version_column(column));
      }
    }
    base.tables.push_back(std::move(version));
  }
  return base;
}

Version version_after(const Catalog& catalog, const std::vector<LiveMigration>& live,
                      std::size_t count) {
  Version version = base_version(catalog, live);
  for (std::size_t i = 0; i < count && i < live.size(); ++i) {
    for (const Change& change : live[i].plan.changes) version = applied(version, change);
  }
  return version;
}

Version newest_version(const Catalog& catalog, const std::vector<LiveMigration>& live) {
  return version_after(catalog, live, live.size());
}

Change rebased(const Change& later, const Change& contracted) {
  Change out = later;
  for (TableChange& table : out.tables) {
    for (DroppedConstraint& constraint : table.dropped_constraints) {
      rebase_parent(constraint, contracted);
    }
    visit_references(table,
                     [&](ReferencesSpec& key, const SourceLocation&) { rebase(key, contracted); });
    const auto source =
        std::find_if(contracted.tables.begin(), contracted.tables.end(), [&](const TableChange& t) {
          return t.fate == TableFate::changed && t.physical == table.physical;
        });
    if (source == contracted.tables.end()) continue;
    table.physical = source->after;
    const auto rename = [&](std::string& physical) {
      for (const ColumnChange& column : source->columns) {
        if (column.fate != ColumnFate::dropped && column.new_physical == physical) {
          physical = column.after;
          return;
        }
      }
    };
    for (ColumnChange& column : table.columns) {
      rename(column.old_physical);
      if (column.fate != ColumnFate::added) rename(column.new_physical);
      for (std::optional<Expression>* expression : {&column.up, &column.down}) {
        if (!*expression) continue;
        for (Argument& argument : (*expression)->arguments) rename(argument.physical);
      }
    }
    for (DroppedConstraint& constraint : table.dropped_constraints) {
      for (std::string& column : constraint.columns) rename(column);
      std::string& text = constraint.definition;
      const std::size_t own = constraint.type == 'f' ? text.find(references) : text.size();
      text = renamed_in(text.substr(0, own), *source) + text.substr(std::min(own, text.size()));
    }
  }
  return out;
}

}  // namespace segue::model
