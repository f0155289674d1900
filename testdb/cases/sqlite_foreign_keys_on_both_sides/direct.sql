CREATE TABLE x (id INTEGER PRIMARY KEY, town integer REFERENCES towns ON DELETE CASCADE, n text);
INSERT INTO x SELECT id, town, n + 1 FROM users;
PRAGMA legacy_alter_table = ON;
DROP TABLE users;
ALTER TABLE x RENAME TO users;
