INSERT INTO {users} (id, name, city) VALUES (11, 'New', 5);
