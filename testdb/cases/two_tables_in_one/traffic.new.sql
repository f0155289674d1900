INSERT INTO {users} (id, name, age) VALUES (11, 'New', 5);
UPDATE {users} SET age = 41 WHERE id = 2;
INSERT INTO {pets} (id, keeper, name) VALUES (11, 1, 'NEW');
