UPDATE {users} SET name = 'eve!' WHERE id = 1;
INSERT INTO {users} (id, name) VALUES (4, 'dan!!');
