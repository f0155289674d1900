CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);
CREATE FUNCTION keep_root() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.name IS DISTINCT FROM OLD.name AND OLD.name LIKE 'root%' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' AND NEW.name LIKE 'root%' THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
INSERT INTO users VALUES (1, 'root', 36), (2, 'bob', 40);
CREATE TRIGGER keep_root BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep_root();
