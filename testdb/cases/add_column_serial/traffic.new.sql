INSERT INTO {users} (id, name) VALUES (11, 'New');
INSERT INTO {users} (id, name, n) VALUES (12, 'Set', 1000);
INSERT INTO {users} (id, name) VALUES (13, 'Last');
