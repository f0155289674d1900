CREATE TABLE users (id integer PRIMARY KEY, name text, width integer NOT NULL DEFAULT 2);
CREATE FUNCTION widen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.width := NEW.width + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER widen BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION widen();
INSERT INTO users VALUES (1, 'ada'), (2, 'bob');
