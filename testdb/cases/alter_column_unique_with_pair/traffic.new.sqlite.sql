INSERT INTO {users} (id, name) VALUES (11, 'New#11');
UPDATE {users} SET name = 'Newer#2' WHERE id = 2;
