CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);

CREATE TABLE towns (id integer PRIMARY KEY, name text);
INSERT INTO towns VALUES (1, 'Bern'), (2, 'Rome');
ALTER TABLE users ADD COLUMN town integer DEFAULT 2 REFERENCES towns ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE users ADD CONSTRAINT town_range CHECK (town > 0 AND town < 1000);
ALTER TABLE users ADD CONSTRAINT town_later CHECK (town < 500) NOT VALID;
COMMENT ON CONSTRAINT town_range ON users IS 'not too many';
COMMENT ON COLUMN users.town IS 'where they live';
ALTER TABLE users ALTER COLUMN town SET STATISTICS 500;
UPDATE users SET town = 1 WHERE id = 1;
