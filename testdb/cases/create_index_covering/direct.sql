ALTER TABLE users ALTER COLUMN age TYPE text USING 'a' || age;
CREATE INDEX users_covering ON users (name) INCLUDE (email, age);
CREATE UNIQUE INDEX users_aged ON users (upper(age), id);
CREATE INDEX users_expression ON users (coalesce(age, name) COLLATE "C" DESC NULLS LAST, id) INCLUDE (name)
  WHERE lower(age) <> name;
