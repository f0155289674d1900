CREATE TABLE visits (id integer PRIMARY KEY, user_id integer CONSTRAINT visits_user REFERENCES people (id) ON DELETE CASCADE);
CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL, age integer);
INSERT INTO people SELECT id, name, CAST(age AS integer) FROM users;
DROP TABLE users;
