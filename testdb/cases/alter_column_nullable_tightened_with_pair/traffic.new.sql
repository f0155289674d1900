INSERT INTO {users} (id, name, age) VALUES (11, 'New', 5);
UPDATE {users} SET age = 41 WHERE id = 2;
-- fails: 23502 23514
UPDATE {users} SET age = NULL WHERE id = 2;
