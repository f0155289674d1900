// Indexes of a rebuild. The swap hands b-trees over and builds nothing, so each index of the target
// must stand ready on the shadow before it: as the UNIQUE that both sides have, or as a plain index
// that becomes the UNIQUE's b-tree once guards and a scan have proved it. The names of automatic
// indexes are computed, because the swap's text needs them and nothing else identifies their rows.

#include "engine/dialect/sqlite/indexes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

class Matcher {
 public:
  Matcher(Rebuild& rebuild, const model::CatalogTable& base, const TableText& base_text,
          const model::TableChange& change, const Shapes& shapes, std::vector<Problem>& problems)
      : rebuild_(rebuild),
        base_(base),
        base_text_(base_text),
        change_(change),
        shapes_(shapes),
        problems_(problems),
        fresh_auto_(auto_indexes(shapes.fresh)) {}

  void run() {
    for (const AutoIndex& index : auto_indexes(base_text_)) add_base_auto(index);
    for (const model::CatalogIndex& index : named()) add_base_named(index);
    for (const AutoIndex& index : auto_indexes(shapes_.target)) add_target_auto(index);
    for (const model::CatalogIndex& index : named()) add_target_named(index);
    for (const model::CreateIndex& index : change_.created_indexes) add_created(index);
  }

 private:
  std::vector<model::CatalogIndex> named() const {
    std::vector<model::CatalogIndex> out;
    for (const model::CatalogIndex& index : base_.indexes) {
      if (!index.definition.empty()) out.push_back(index);
    }
    return out;
  }

  std::string old_name(const std::string& new_name) const {
    for (const model::ColumnChange& column : change_.columns) {
      if (column.fate == model::ColumnFate::kept && same_name(column.after, new_name)) {
        return column.old_physical.empty() ? column.before : column.old_physical;
      }
    }
    return "";
  }

  std::vector<UniqueTerm> unique_terms(const std::vector<IndexTerm>& new_terms) const {
    std::vector<UniqueTerm> out;
    for (const IndexTerm& term : new_terms) {
      const ColumnText* column = shapes_.target.column(term.column);
      const Clause* collate = column == nullptr ? nullptr : column->clause(ClauseKind::collate);
      std::string collation = term.collation;
      if (collation.empty() && collate != nullptr) collation = collate->body;
      out.push_back({old_name(term.column), term.column, collation});
    }
    return out;
  }

  void add_base_auto(const AutoIndex& index) {
    if (!index.has_row) return;
    rebuild_.base_indexes.push_back({auto_index_name(rebuild_.base, index.number),
                                     auto_index_name(rebuild_.trash, index.number), ""});
  }

  void add_base_named(const model::CatalogIndex& index) {
    const std::optional<IndexText> text = index_text(index.definition);
    if (!text) {
      problems_.push_back(
          {fmt::format("index {}: its definition is not understood; drop it first", index.name),
           {}});
      return;
    }
    IndexText plain = *text;
    plain.head = "CREATE INDEX ";
    const std::string name = fmt::format("segue_old_ix_{}_{}", rebuild_.base, ++trash_indexes_);
    rebuild_.base_indexes.push_back(
        {index.name, name, plain.text(quoted(name), quoted(rebuild_.trash))});
  }

  void add_target_auto(const AutoIndex& index) {
    if (!index.has_row) return;
    TargetIndex target{.name = auto_index_name(rebuild_.base, index.number), .terms = index.terms};
    const auto fresh =
        std::find_if(fresh_auto_.begin(), fresh_auto_.end(), [&](const AutoIndex& f) {
          return std::equal(f.terms.begin(), f.terms.end(), index.terms.begin(), index.terms.end(),
                            [](const IndexTerm& a, const IndexTerm& b) {
                              return same_name(a.column, b.column) &&
                                     same_name(a.collation, b.collation);
                            });
        });
    if (fresh != fresh_auto_.end()) {
      target.shadow_name = auto_index_name(rebuild_.shadow, fresh->number);
      if (!fresh->primary) rebuild_.uniques.push_back({unique_terms(index.terms)});
    } else {
      std::vector<std::string> terms;
      for (const IndexTerm& term : index.terms) terms.push_back(text_of(term));
      build_on_shadow(target, join(terms, ", "), "", false);
      add_late_unique(index.terms, "");
    }
    rebuild_.target_indexes.push_back(std::move(target));
  }

  static std::string text_of(const IndexTerm& term) {
    std::string out = term.column.empty() ? term.text : quoted(term.column);
    if (!term.collation.empty()) out += " COLLATE " + quoted(term.collation);
    return term.descending ? out + " DESC" : out;
  }

  void build_on_shadow(TargetIndex& target, const std::string& terms, const std::string& predicate,
                       bool unique) {
    target.shadow_name = fmt::format("segue_ix_{}_{}", rebuild_.base, ++shadow_indexes_);
    IndexText index{.head = unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ",
                    .terms_text = terms,
                    .predicate = predicate};
    target.shadow_sql = index.text(quoted(target.shadow_name), quoted(rebuild_.fresh));
  }

  void add_late_unique(const std::vector<IndexTerm>& terms, const std::string& predicate) {
    LateConstraint late{.kind = LateConstraint::Kind::unique, .predicate = predicate};
    std::vector<std::string> names;
    for (const IndexTerm& term : terms) {
      late.columns.push_back(term.column);
      late.collations.push_back(term.collation);
      names.push_back(fmt::format("{}.{}", base_.name, term.column));
    }
    late.message = fmt::format("UNIQUE constraint failed: {}", join(names, ", "));
    rebuild_.late.push_back(std::move(late));
  }

  bool is_dropped(const model::CatalogIndex& index) const {
    return std::any_of(change_.dropped_indexes.begin(), change_.dropped_indexes.end(),
                       [&](const std::string& name) { return same_name(name, index.name); });
  }

  std::vector<std::string> columns_of(const IndexText& text) const {
    std::vector<std::string> all;
    for (const model::CatalogColumn& column : base_.columns) all.push_back(column.name);
    return columns_read(fmt::format("{} {}", text.terms_text, text.predicate), base_.name, all);
  }

  IndexText renamed(IndexText text) const {
    const auto rename = [&](const std::string& sql) {
      return with_renamed_columns(
          sql, base_.name, [&](const std::string& name) { return name_after(change_, name); });
    };
    text.terms_text = rename(text.terms_text);
    text.predicate = rename(text.predicate);
    for (IndexTerm& term : text.terms) {
      term.text = rename(term.text);
      if (!term.column.empty()) term.column = name_after(change_, term.column);
    }
    return text;
  }

  void add_target_named(const model::CatalogIndex& index) {
    const std::optional<IndexText> old = index_text(index.definition);
    if (!old) return;
    const std::vector<std::string> reads = columns_of(*old);
    const bool loses_column = std::any_of(reads.begin(), reads.end(), [&](const std::string& name) {
      return name_after(change_, name).empty();
    });
    const bool same_values = std::all_of(reads.begin(), reads.end(), [&](const std::string& name) {
      return is_kept(change_, name);
    });
    if (loses_column) {
      rebuild_.lost.push_back(fmt::format("index {}", index.name));
      return;
    }
    const IndexText text = renamed(*old);
    if (is_dropped(index)) {
      if (old->unique && same_values) add_helper(text);
      return;
    }
    TargetIndex target{.name = index.name,
                       .kept = true,
                       .has_where = !text.predicate.empty(),
                       .terms = text.terms};
    const bool unchanged = text.terms_text == old->terms_text && text.predicate == old->predicate;
    target.sql = unchanged ? index.definition : text.text(quoted(index.name), quoted(base_.name));
    add_target(std::move(target), text, old->unique && same_values);
  }

  // A UNIQUE that only the base keeps: the shadow has it too, so that no write of a new client can
  // evict a row of the base; it goes before the swap.
  void add_helper(const IndexText& text) {
    TargetIndex helper;
    build_on_shadow(helper, text.terms_text, text.predicate, protected_by("helper_unique"));
    rebuild_.helper_indexes.push_back(helper.shadow_name);
    rebuild_.helper_index_sql.push_back(helper.shadow_sql);
    add_shared(text);
  }

  void add_shared(const IndexText& text) {
    const bool plain = std::all_of(text.terms.begin(), text.terms.end(),
                                   [](const IndexTerm& term) { return !term.column.empty(); });
    if (plain) {
      rebuild_.uniques.push_back({unique_terms(text.terms)});
    } else {
      problems_.push_back(
          {fmt::format("table {}: a UNIQUE index on an expression cannot be carried "
                       "through a rebuild yet; drop it first",
                       base_.name),
           {}});
    }
  }

  void add_target(TargetIndex target, const IndexText& text, bool shared_unique) {
    build_on_shadow(target, text.terms_text, text.predicate,
                    shared_unique || (text.unique && !protected_by("loose_shadow")));
    if (shared_unique) {
      add_shared(text);
    } else if (text.unique) {
      const bool plain = std::all_of(text.terms.begin(), text.terms.end(),
                                     [](const IndexTerm& term) { return !term.column.empty(); });
      if (plain) {
        add_late_unique(text.terms, text.predicate);
      } else {
        problems_.push_back({fmt::format("index {}: UNIQUE over an expression cannot be guarded "
                                         "during a rebuild yet; create it after contract",
                                         target.name),
                             {}});
      }
    }
    rebuild_.target_indexes.push_back(std::move(target));
  }

  void add_created(const model::CreateIndex& index) {
    const std::string sql = create_index_text(index, base_.name);
    const std::optional<IndexText> text = index_text(sql);
    if (!text) return;
    TargetIndex target{.name = index.name,
                       .sql = sql,
                       .has_where = !text->predicate.empty(),
                       .terms = text->terms};
    add_target(std::move(target), *text, false);
  }

  Rebuild& rebuild_;
  const model::CatalogTable& base_;
  const TableText& base_text_;
  const model::TableChange& change_;
  const Shapes& shapes_;
  std::vector<Problem>& problems_;
  std::vector<AutoIndex> fresh_auto_;
  int trash_indexes_ = 0;
  int shadow_indexes_ = 0;
};

}  // namespace

void match_indexes(Rebuild& rebuild, const model::CatalogTable& base, const TableText& base_text,
                   const model::TableChange& change, const Shapes& shapes,
                   std::vector<Problem>& problems) {
  Matcher(rebuild, base, base_text, change, shapes, problems).run();
}

std::string create_index_text(const model::CreateIndex& index, const std::string& table) {
  std::vector<std::string> terms;
  for (const model::IndexColumnSpec& column : index.columns) {
    std::string term =
        column.column.empty() ? fmt::format("({})", column.expression.text) : quoted(column.column);
    if (!column.collate.empty()) term += " COLLATE " + quoted(column.collate);
    if (!column.sort.empty()) term += " " + column.sort;
    terms.push_back(std::move(term));
  }
  std::string out = fmt::format(
      "CREATE {unique}INDEX {name} ON {table}({terms})", "unique"_a = index.unique ? "UNIQUE " : "",
      "name"_a = quoted(index.name), "table"_a = quoted(table), "terms"_a = join(terms, ", "));
  if (index.predicate) out += " WHERE " + index.predicate->text;
  return out;
}

std::vector<std::string> indexed_columns(const model::CatalogTable& base,
                                         const model::TableChange& change) {
  std::vector<std::string> out;
  for (const model::CatalogIndex& index : base.indexes) {
    out.insert(out.end(), index.columns.begin(), index.columns.end());
  }
  std::vector<std::string> names;
  for (const model::ColumnChange& column : change.columns) names.push_back(column.after);
  for (const model::CreateIndex& index : change.created_indexes) {
    const std::vector<std::string> reads =
        columns_read(create_index_text(index, base.name), base.name, names);
    for (const model::ColumnChange& column : change.columns) {
      const bool read = std::find(reads.begin(), reads.end(), column.after) != reads.end();
      if (read && column.fate == model::ColumnFate::kept) out.push_back(column.old_physical);
    }
  }
  for (const model::ColumnChange& column : change.columns) {
    if (column.unique && column.fate == model::ColumnFate::kept) out.push_back(column.old_physical);
  }
  return out;
}

}  // namespace segue::dialect::sqlite
