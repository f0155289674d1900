INSERT INTO {users} (id, name) VALUES (11, 'new');
UPDATE {users} SET name = 'bobby' WHERE id = 2;
