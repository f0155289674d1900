CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);

CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER noop BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION noop();
