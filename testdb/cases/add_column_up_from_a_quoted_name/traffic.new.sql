INSERT INTO {users} (id, name, email, city) VALUES (11, 'New', 'x', 'y');
