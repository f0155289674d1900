INSERT INTO {users} (id, name, age) VALUES (11, 'New', '105');
INSERT INTO {animals} (id, name, legs) VALUES (3, 'Ant', 6);
