ALTER TABLE users ADD COLUMN upper_name text;
UPDATE users SET upper_name = upper(name);
CREATE INDEX users_upper ON users (upper_name);
