UPDATE {users} SET name = 'eve!', age = 1;
INSERT INTO {users} (id, name, age) VALUES (4, 'root!', 2), (5, 'fay!', 3);
