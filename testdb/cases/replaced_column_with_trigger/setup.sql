CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);
CREATE TABLE seen (user_id integer, what text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO seen VALUES (NEW.id, TG_ARGV[0]); RETURN NULL; END $$;
CREATE TRIGGER "Name changed" AFTER UPDATE OF age, name ON users
  FOR EACH ROW EXECUTE FUNCTION see('name');
CREATE TRIGGER age_changed AFTER UPDATE OF age ON users FOR EACH ROW EXECUTE FUNCTION see('age');
COMMENT ON TRIGGER "Name changed" ON users IS 'who changed';
INSERT INTO users VALUES (1, 'ada', 36), (2, 'bob', 40);
