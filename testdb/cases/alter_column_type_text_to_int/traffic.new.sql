INSERT INTO {users} (id, name, email) VALUES (11, 'New', 5);
UPDATE {users} SET email = 41 WHERE id = 2;
