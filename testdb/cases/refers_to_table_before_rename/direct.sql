CREATE TABLE visits (id integer PRIMARY KEY, user_id integer CONSTRAINT visits_user REFERENCES users (id) ON DELETE CASCADE);
ALTER TABLE users ADD COLUMN years integer;
UPDATE users SET years = CAST(age AS integer);
ALTER TABLE users DROP COLUMN age;
ALTER TABLE users RENAME COLUMN years TO age;
ALTER TABLE users RENAME TO people;
