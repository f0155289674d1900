INSERT INTO {users} (id, name, age) VALUES (11, 'New', 50);
-- fails: 23514
UPDATE {users} SET age = 4 WHERE id = 2;
