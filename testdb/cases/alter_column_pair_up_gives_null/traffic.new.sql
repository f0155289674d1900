INSERT INTO {users} (id, name, email) VALUES (11, 'New', 5);
UPDATE {users} SET age = 3 WHERE id = 2;
