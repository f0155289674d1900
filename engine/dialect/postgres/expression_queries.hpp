#pragma once
// Catalogue questions about the functions that an expression calls.

namespace segue::dialect::postgres {

/// The most volatile function called $1 that takes $4 arguments (negative: any number), in schema
/// $2 or, when that is empty, in pg_catalog or schema $3: 'i', 's' or 'v'; NULL when there is none.
[[nodiscard]] constexpr const char* function_volatility() {
  return R"sql(SELECT max(p.provolatile::text)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.proname = $1
  AND ($4::int < 0 OR p.provariadic <> 0
       OR $4::int BETWEEN p.pronargs - p.pronargdefaults AND p.pronargs)
  AND (n.nspname = $2 OR $2 = '' AND n.nspname IN ('pg_catalog', $3)))sql";
}

/// Whether type $1 is an enum: casts between it and text look into the catalogue, so they are
/// STABLE.
[[nodiscard]] constexpr const char* is_enum() {
  return R"sql(SELECT EXISTS (SELECT FROM pg_catalog.pg_type
WHERE oid = pg_catalog.to_regtype($1) AND typtype = 'e'))sql";
}

}  // namespace segue::dialect::postgres
