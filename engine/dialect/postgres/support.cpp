// Functions that live in the schema segue for as long as the journal does: what refusing views,
// sync and clients call.

#include "engine/dialect/postgres/support.hpp"

namespace segue::dialect::postgres {
namespace {

constexpr const char* refuse_rows =
    R"sql(CREATE OR REPLACE FUNCTION segue.refuse_rows(version text, reason text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  RAISE EXCEPTION 'version % is %', version, reason
    USING ERRCODE = '3F000', HINT = 'Run migrate status to see which versions are served.';
END
$segue$)sql";

constexpr const char* note_event =
    R"sql(CREATE OR REPLACE FUNCTION segue.note_event(migration text, kind text, detail text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
  INSERT INTO segue.event (at, migration, kind, who, detail)
  VALUES (clock_timestamp(), migration, kind, session_user, jsonb_build_object('at', detail));
$segue$)sql";

constexpr const char* copy_privileges =
    R"sql(CREATE OR REPLACE FUNCTION segue.copy_privileges(source regclass, target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  granted record;
  option text;
BEGIN
  FOR granted IN SELECT DISTINCT acl.grantee FROM pg_class c, LATERAL aclexplode(c.relacl) acl
      WHERE c.oid = target AND acl.grantee <> c.relowner LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', target,
                   CASE WHEN granted.grantee = 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END);
  END LOOP;
  FOR granted IN SELECT acl.grantee, acl.privilege_type, acl.is_grantable
      FROM pg_class c, LATERAL aclexplode(c.relacl) acl
      WHERE c.oid = source AND acl.grantee <> c.relowner
        AND acl.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') LOOP
    option := CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END;
    EXECUTE format('GRANT %s ON %s TO %s%s', granted.privilege_type, target,
                   CASE WHEN granted.grantee = 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END,
                   option);
  END LOOP;
END
$segue$)sql";

constexpr const char* version_path =
    R"sql(CREATE OR REPLACE FUNCTION segue.version_path(version text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  found record;
BEGIN
  SELECT m.state, m.given_up, m.schema_name, m.base_schema INTO found FROM segue.migration m
    WHERE m.name = version_path.version OR m.version_schema = version_path.version
    ORDER BY (m.name = version_path.version) DESC LIMIT 1;
  IF found IS NULL THEN
    RAISE EXCEPTION 'there is no version %', version USING ERRCODE = '3F000';
  END IF;
  IF found.given_up THEN
    RAISE EXCEPTION 'version % is no longer served: a later one has been contracted', version
      USING ERRCODE = '3F000';
  END IF;
  IF found.state NOT IN ('migrated', 'contracting', 'contracted')
      OR to_regnamespace(quote_ident(found.schema_name)) IS NULL THEN
    RAISE EXCEPTION 'version % is not served: its migration is %', version, found.state
      USING ERRCODE = '3F000';
  END IF;
  RETURN ARRAY[found.schema_name, found.base_schema];
END
$segue$)sql";

constexpr const char* use_version =
    R"sql(CREATE OR REPLACE FUNCTION segue.use_version(version text) RETURNS text
LANGUAGE plpgsql AS $segue$
DECLARE
  path text[] := segue.version_path(version);
BEGIN
  IF NOT pg_catalog.has_schema_privilege(path[1], 'USAGE') THEN
    RAISE EXCEPTION 'role % lacks USAGE on schema %', session_user, path[1]
      USING ERRCODE = '42501';
  END IF;
  RETURN pg_catalog.set_config('search_path',
    pg_catalog.format('%I, %I', path[1], path[2]), false);
END
$segue$)sql";

// What the library's calls read and write. Clients have no right to the journal's tables.
constexpr const char* versions =
    R"sql(CREATE OR REPLACE FUNCTION segue.versions() RETURNS TABLE (format int, name text,
  place bigint, fused bigint, state text, version_schema text, schema_name text, base_schema text,
  given_up bool)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
  SELECT (SELECT max(f.version) FROM segue.format f), m.name, m.position, m.fused, m.state,
    m.version_schema, m.schema_name, m.base_schema, m.given_up
  FROM segue.migration m ORDER BY m.position;
$segue$)sql";

// The role is part of the id: nobody takes back, or speaks for, what another role announces.
constexpr const char* heartbeat =
    R"sql(CREATE OR REPLACE FUNCTION segue.heartbeat(service text, version text, instance text)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
  INSERT INTO segue.client (id, service, version, seen_at)
  VALUES (format('%s@%s as %s', left($1, 200), left($3, 200), session_user), left($1, 200),
    left($2, 200), clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at;
$segue$)sql";

constexpr const char* forget_client =
    R"sql(CREATE OR REPLACE FUNCTION segue.forget_client(service text, instance text)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
  DELETE FROM segue.client
  WHERE id = format('%s@%s as %s', left($1, 200), left($2, 200), session_user);
$segue$)sql";

constexpr const char* drop_version =
    R"sql(CREATE OR REPLACE FUNCTION segue.drop_version(version_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  found record;
BEGIN
  FOR found IN SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = version_schema AND c.relkind = 'v' LOOP
    EXECUTE format('DROP VIEW %s', found.name);
  END LOOP;
  EXECUTE format('DROP SCHEMA IF EXISTS %I', version_schema);
END
$segue$)sql";

}  // namespace

std::vector<Statement> support_statements() {
  std::vector<Statement> out;
  for (const char* sql :
       {refuse_rows, "GRANT EXECUTE ON FUNCTION segue.refuse_rows(text, text) TO PUBLIC",
        note_event, "REVOKE ALL ON FUNCTION segue.note_event(text, text, text) FROM PUBLIC",
        copy_privileges,
        "REVOKE ALL ON FUNCTION segue.copy_privileges(regclass, regclass) FROM PUBLIC",
        version_path, "GRANT EXECUTE ON FUNCTION segue.version_path(text) TO PUBLIC", use_version,
        "GRANT EXECUTE ON FUNCTION segue.use_version(text) TO PUBLIC", versions,
        "GRANT EXECUTE ON FUNCTION segue.versions() TO PUBLIC", heartbeat,
        "GRANT EXECUTE ON FUNCTION segue.heartbeat(text, text, text) TO PUBLIC", forget_client,
        "GRANT EXECUTE ON FUNCTION segue.forget_client(text, text) TO PUBLIC", drop_version,
        "REVOKE ALL ON FUNCTION segue.drop_version(text) FROM PUBLIC",
        "GRANT USAGE ON SCHEMA segue TO PUBLIC"}) {
    out.push_back({.sql = sql});
  }
  return out;
}

}  // namespace segue::dialect::postgres
