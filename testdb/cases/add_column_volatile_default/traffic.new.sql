INSERT INTO {users} (id, name) VALUES (11, 'New');
INSERT INTO {users} (id, name, city) VALUES (12, 'Set', '00000000-0000-0000-0000-000000000001');
