CREATE TABLE users (id integer PRIMARY KEY, name text, touched integer NOT NULL DEFAULT 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.touched := OLD.touched + 1;
  IF NEW.name IS DISTINCT FROM OLD.name THEN NEW.touched := NEW.touched + 100; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO users VALUES (1, 'ada'), (2, 'bob');
