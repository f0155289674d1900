INSERT INTO {users} (id, name, email) VALUES (11, 'New', repeat('x', 30));
UPDATE {users} SET email = 'y' WHERE id = 2;
