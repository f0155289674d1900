INSERT INTO {users} (id, name, age) VALUES (11, 'New', 5);
UPDATE {users} SET age = 20.5 WHERE id = 2;
-- fails: SQLITE_CONSTRAINT_UNIQUE
INSERT INTO {users} VALUES (13, 'x', 1, 'ada@example.ORG');
