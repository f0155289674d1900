INSERT INTO {users} (id, name, mood) VALUES (11, 'New', 'grumpy');
