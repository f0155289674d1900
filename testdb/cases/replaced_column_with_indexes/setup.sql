CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);

CREATE INDEX users_both ON users (name, age DESC NULLS LAST) INCLUDE (email);
CREATE UNIQUE INDEX users_partial ON users (age) WHERE age > 5;
CREATE INDEX users_expression ON users ((age * 2), lower(name) text_pattern_ops) WITH (fillfactor = 70);
CREATE INDEX users_hash ON users USING hash (age);
CREATE INDEX users_other ON users (email);
COMMENT ON INDEX users_partial IS 'grown up';
ALTER TABLE users ADD CONSTRAINT users_once UNIQUE (age, name) INCLUDE (email) DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT users_once ON users IS 'one of a kind';
CREATE INDEX users_clustered ON users (age);
ALTER TABLE users CLUSTER ON users_clustered;
