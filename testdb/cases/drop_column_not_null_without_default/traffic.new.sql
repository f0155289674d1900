INSERT INTO {users} (id, age) VALUES (11, 5);
UPDATE {users} SET age = 40 WHERE id = 2;
