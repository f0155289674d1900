INSERT INTO {users} (id, name, age) VALUES (11, 'New', 'a105');
