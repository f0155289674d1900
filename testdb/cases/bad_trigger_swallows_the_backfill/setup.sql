CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);
CREATE FUNCTION keep_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.age < 0 THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_old BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep_old();
INSERT INTO users VALUES (1, 'ada', 36), (2, 'bob', -1);
