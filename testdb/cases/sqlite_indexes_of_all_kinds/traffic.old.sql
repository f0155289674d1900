INSERT INTO users (id, name, age) VALUES (10, 'Old', 1);
UPDATE users SET age = 37 WHERE id = 1;
-- fails: SQLITE_CONSTRAINT_UNIQUE
UPDATE users SET email = 'ADA@example.org' WHERE id = 2;
INSERT OR REPLACE INTO users VALUES (12, 'Ada 2', 9, 'ADA@EXAMPLE.ORG');
