CREATE TABLE new_users (
  id INTEGER PRIMARY KEY,
  name TEXT COLLATE NOCASE CONSTRAINT users_name_once UNIQUE, -- as the person writes it
  email TEXT UNIQUE,
  born TEXT,
  UNIQUE (name, email)
);
INSERT INTO new_users SELECT * FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
CREATE INDEX users_born ON users (born);
CREATE TABLE new_codes (
  area TEXT,
  code TEXT CONSTRAINT codes_code_once UNIQUE,
  label TEXT UNIQUE,
  PRIMARY KEY (area, code)
) WITHOUT ROWID;
INSERT INTO new_codes SELECT * FROM codes;
DROP TABLE codes;
ALTER TABLE new_codes RENAME TO codes;
