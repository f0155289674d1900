INSERT INTO {users} (id, email, name) VALUES (11, 'New', 'mail');
