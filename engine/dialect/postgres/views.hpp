#pragma once
// Versions for clients (protocol-postgres.md 6): schemas of views with explicit columns in the
// logical order. A version that is not served has refusing views in their place.

#include <optional>
#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// One view of a version. `physical` is empty where the version has no such table: it always
/// refuses.
struct VersionView {
  std::string name;
  std::string physical;
  std::vector<model::VersionColumn> columns;
  bool has_sync = false;  // over an inner view, because the table has a marker
};

/// The views of the version that live migration `index` makes: tables whose shape differs from the
/// base as it is now, cumulatively over the chain, and old names that must refuse.
[[nodiscard]] std::vector<VersionView> version_views(const RenderContext& context,
                                                     std::size_t index);

/// CREATE OR REPLACE of the refusing form, with the table's grants.
[[nodiscard]] std::vector<Statement> refusing_view(const QualifiedName& name,
                                                   const VersionView& view,
                                                   const std::string& version,
                                                   const std::string& reason,
                                                   const RenderContext& context);
/// The serving form: the inner view if the table has sync, the outer one, defaults, grants.
[[nodiscard]] std::vector<Statement> serving_view(const QualifiedName& name,
                                                  const VersionView& view, int ordinal,
                                                  const RenderContext& context);
[[nodiscard]] std::vector<Statement> drop_inner_view(const VersionView& view, int ordinal,
                                                     const RenderContext& context);

}  // namespace segue::dialect::postgres
