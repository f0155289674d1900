INSERT INTO {users} (id, name, email) VALUES (11, 'New', 'new@example.org');
