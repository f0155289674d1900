INSERT INTO {users} (id, age) VALUES (11, 5);
UPDATE {users} SET name = NULL WHERE id = 2;
