#pragma once
// A schema with every kind of object that the catalogue reader knows, for PostgreSQL 14 and later.

#include <string_view>

namespace segue::test {

inline constexpr std::string_view rich_postgres = R"sql(
DO $$ BEGIN CREATE ROLE segue_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
CREATE SCHEMA other;
CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN name_text AS text CHECK (VALUE <> '');
CREATE DOMAIN long_name AS name_text NOT NULL DEFAULT 'x';
CREATE TYPE pair AS (a int, b text);
CREATE SEQUENCE loose AS int INCREMENT BY 5 MAXVALUE 1000 CYCLE;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := OLD.note; RETURN NEW; END $$;
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT x * 2; END;
CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE u (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 2 CACHE 3) PRIMARY KEY,
  ser serial,
  fn text NOT NULL DEFAULT 'x'::text,
  email varchar(40) COLLATE "C",
  ci_name text COLLATE ci,
  amount numeric(10, 2) CHECK (amount >= 0),
  doc jsonb,
  feeling mood,
  alias name_text,
  tags text[],
  p pair,
  born date,
  at timestamptz DEFAULT now(),
  raw bytea,
  f float8,
  parent_id int REFERENCES parent (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  up_fn text GENERATED ALWAYS AS (upper(fn)) STORED,
  note text,
  CONSTRAINT email_or_fn CHECK (email <> '' OR fn <> ''),
  CONSTRAINT u_email_key UNIQUE (email, born),
  CONSTRAINT no_overlap EXCLUDE USING btree (ser WITH =)
) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
ALTER TABLE u ADD CONSTRAINT late CHECK (f > 0) NOT VALID;
ALTER TABLE u ALTER COLUMN doc SET STORAGE EXTERNAL, ALTER COLUMN fn SET STATISTICS 500,
  ALTER COLUMN note SET COMPRESSION pglz, ALTER COLUMN born SET (n_distinct = 5);
CREATE INDEX u_lower ON u (lower(fn) text_pattern_ops, id DESC) INCLUDE (note) WITH (fillfactor = 80) WHERE born IS NOT NULL;
ALTER INDEX u_lower ALTER COLUMN 1 SET STATISTICS 77;
CREATE UNIQUE INDEX u_ident ON u (id, fn);
CREATE INDEX u_doc ON u USING gin (doc);
ALTER TABLE u REPLICA IDENTITY USING INDEX u_ident;
ALTER TABLE u CLUSTER ON u_ident;
CREATE TABLE child (id int PRIMARY KEY, u_id bigint NOT NULL, old_id bigint, self int REFERENCES child,
  CONSTRAINT child_u FOREIGN KEY (u_id) REFERENCES u (id));
CREATE TABLE other.far (id int, u_id bigint REFERENCES u (id) ON UPDATE CASCADE);
CREATE TRIGGER a_stamp BEFORE UPDATE OF fn, email ON u FOR EACH ROW WHEN (NEW.note IS NULL) EXECUTE FUNCTION stamp();
CREATE TRIGGER b_stmt AFTER INSERT OR DELETE OR TRUNCATE ON u FOR EACH STATEMENT EXECUTE FUNCTION stamp();
ALTER TABLE u ENABLE ALWAYS TRIGGER a_stamp;
CREATE VIEW v AS SELECT id, fn FROM u WHERE email <> '';
ALTER VIEW v ALTER COLUMN fn SET DEFAULT 'from view';
CREATE VIEW v_row WITH (security_barrier) AS SELECT id, u AS whole FROM u;
CREATE MATERIALIZED VIEW mv AS SELECT born, count(*) AS n FROM u GROUP BY born;
CREATE UNIQUE INDEX mv_born ON mv (born);
CREATE VIEW other.vv AS SELECT note FROM public.u;
CREATE RULE no_del AS ON DELETE TO child WHERE (OLD.old_id = 1) DO INSTEAD NOTHING;
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON u FOR SELECT TO segue_reader USING (email = CURRENT_USER);
CREATE POLICY theirs ON child AS RESTRICTIVE USING (u_id IN (SELECT id FROM u WHERE note <> ''));
CREATE STATISTICS u_stats (dependencies) ON fn, email FROM u;
ALTER STATISTICS u_stats SET STATISTICS 300;
CREATE FUNCTION count_notes() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(u.note) FROM public.u; END;
CREATE FUNCTION one_u() RETURNS SETOF u LANGUAGE sql STABLE AS 'SELECT * FROM public.u LIMIT 1';
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE TABLE keeps (u public.u, us public.u[]);
CREATE PUBLICATION pub FOR TABLE u, child;
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE TABLE part (id int NOT NULL, k int NOT NULL, t text, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_default PARTITION OF part DEFAULT;
CREATE INDEX part_t ON part (t);
CREATE TRIGGER part_trigger AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE points_at_part (id int, k int, FOREIGN KEY (id, k) REFERENCES part);
CREATE TABLE base_inh (a int CHECK (a > 0), b text);
CREATE TABLE kid_inh (c int) INHERITS (base_inh);
CREATE UNLOGGED TABLE fast (a int);
CREATE TABLE typed OF pair;
GRANT SELECT, INSERT ON u TO segue_reader WITH GRANT OPTION;
GRANT UPDATE (fn, note) ON u TO segue_reader;
GRANT SELECT ON parent TO PUBLIC;
COMMENT ON TABLE u IS 'people''s table';
COMMENT ON COLUMN u.fn IS E'full\nname';
COMMENT ON CONSTRAINT email_or_fn ON u IS 'one of two';
COMMENT ON INDEX u_lower IS 'search';
COMMENT ON TRIGGER a_stamp ON u IS 'stamps';
COMMENT ON POLICY mine ON u IS 'own rows';
COMMENT ON VIEW v IS 'short';
COMMENT ON STATISTICS u_stats IS 'correlated';
)sql";

}  // namespace segue::test
