CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);
CREATE FUNCTION lower_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER "~~lower name" BEFORE INSERT OR UPDATE ON users
  FOR EACH ROW EXECUTE FUNCTION lower_name();
INSERT INTO users VALUES (1, 'Ada', 36), (2, 'Bob', 40);
