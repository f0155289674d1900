INSERT INTO {users} (id, name, email) VALUES (11, 'New', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx');
UPDATE {users} SET email = 'y' WHERE id = 2;
