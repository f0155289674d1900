INSERT INTO {users} (id, name) VALUES (11, 'New');
