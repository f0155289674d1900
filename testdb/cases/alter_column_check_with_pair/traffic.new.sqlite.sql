INSERT INTO {users} (id, name, age) VALUES (11, 'New', 50);
UPDATE {users} SET age = 44 WHERE id = 2;
