INSERT INTO {users} (id, name, age) VALUES (11, 'New', 5);
UPDATE {users} SET age = 41 WHERE id = 2;
