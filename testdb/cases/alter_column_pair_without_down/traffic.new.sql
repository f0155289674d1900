INSERT INTO {users} (id, name, age) VALUES (11, 'New', 'five');
UPDATE {users} SET age = 'many' WHERE id = 2;
